"""Solutions fold by the browser's own means, so that a click anywhere on the title opens them.

The extension for exercises makes the title of a solution a link back to its exercise, which a click
would follow, and a script of another folds it. Here the title is the handle of a ``<details>``: it
needs no script, opens for links into it and for the browser's search, and screen readers know it.
The way back to the exercise is a link of its own at the end.
"""

from docutils import nodes
from sphinx_exercise.nodes import solution_node, visit_solution_node


def visit_solution(self, node):
    """Open the fold, with the title as its handle."""
    node["classes"] = [name for name in node["classes"] if name != "dropdown"]
    visit_solution_node(self, node)
    title = node.pop(0)
    node["back"] = next(title.findall(nodes.reference))
    self.body.append('<details><summary class="admonition-title">')
    for part in title.children:
        for child in part.children if isinstance(part, nodes.reference) else [part]:
            child.walkabout(self)
    self.body.append("</summary>\n")


def depart_solution(self, node):
    """Close the fold with the way back."""
    back = node["back"]
    back.children = [nodes.Text("Back to the exercise")]
    self.body.append('<p class="back">')
    back.walkabout(self)
    self.body.append("</p></details></div>\n")


def fold(app):
    """Replace the visitor of solutions on the pages; on paper nothing folds."""
    if app.builder.name == "html":
        app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))


def setup(app):
    """Do it once the builder is known."""
    app.connect("builder-inited", fold)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
