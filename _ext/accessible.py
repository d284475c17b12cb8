"""What the writer of HTML leaves out for readers who do not see the page.

docutils gives a bibliography the role of a list, but its entries a role that lists may not hold
(and that ARIA has withdrawn); they become list items here.
"""

from docutils import nodes


def visit_citation(self, node):
    """Open an entry of a bibliography as docutils does, with the role that fits its list."""
    super(type(self), self).visit_citation(node)
    self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


def depart_citation(self, node):
    """Close the entry."""
    super(type(self), self).depart_citation(node)


def setup(app):
    """Replace the visitor of citations."""
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
