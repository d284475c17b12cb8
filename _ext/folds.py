"""Leaves out the folds that hide solutions wherever a notebook is shown as it is.

GitHub, Colab and VS Code know no ``{solution}``, so each stands between ``<details>`` and
``</details>``. On the page the solution folds by itself, and one fold is enough. The second mark
stands inside the solution: JupyterLab's MyST would turn what lies between two marks of one level
into plain HTML, its formulas into their source.
"""

from docutils import nodes

OPENING, CLOSING = "<details><summary>Solution</summary>", "</details>"


def unfold(app, doctree):
    """Take the two marks of each solution out, whatever is written for."""
    opened = False
    for mark in list(doctree.findall(nodes.raw)):
        text = mark.astext().strip()
        if text == OPENING or (opened and text == CLOSING):
            opened = text == OPENING
            mark.parent.remove(mark)


def setup(app):
    """Do it once a page is read."""
    app.connect("doctree-read", unfold)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
