"""Leaves out the folds that hide solutions wherever a notebook is shown as it is.

GitHub, Colab, JupyterLab and VS Code know no ``{solution}``, so each stands between ``<details>``
and ``</details>``. On the page the solution folds by itself, and one fold is enough.
"""

from docutils import nodes

OPENING, CLOSING = "<details><summary>Solution</summary>", "</details>"


def says(node, mark):
    """Return whether a node is this piece of HTML."""
    return isinstance(node, nodes.raw) and node.astext().strip() == mark


def unfold(app, doctree):
    """Take the two marks around each solution out, whatever is written for."""
    for opening in [node for node in doctree.findall(nodes.raw) if says(node, OPENING)]:
        around = opening.parent
        after = around[around.index(opening) :]
        closing = next((node for node in after if says(node, CLOSING)), None)
        if closing is not None:
            around.remove(opening)
            around.remove(closing)


def setup(app):
    """Do it once a page is read."""
    app.connect("doctree-read", unfold)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
