"""What the writer of HTML leaves out for readers who do not see the page.

docutils gives a bibliography the role of a list, but its entries a role that lists may not hold
(and that ARIA has withdrawn); they become list items here. MyST-NB calls all folds of code alike;
here each says what its code makes.
"""

from collections import Counter

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform


class NameFolds(SphinxPostTransform):
    """Call a fold of code by the number of its figure, or else by its section, counted there."""

    default_priority = 200  # MyST-NB makes the folds at 199
    formats = ("html",)

    def run(self, **kwargs):
        """Write both names of each fold, that of the closed and that of the open one."""
        named = Counter()
        figures = {}  # of all pages, since for the PDF they are one
        for numbers in self.env.toc_fignumbers.values():
            figures |= numbers.get("figure", {})
        for fold in self.document.findall(HideCodeCellNode):
            figure = next(fold.parent.findall(nodes.figure), None)
            if figure:
                what = f" of Fig. {'.'.join(map(str, figures[figure['ids'][0]]))}"
            else:
                section = fold.parent
                while not isinstance(section, nodes.section):
                    section = section.parent
                what = f": {next(section.findall(nodes.title)).astext()}"
                named[what] += 1
                what += f" ({named[what]})" if named[what] > 1 else ""
            fold["prompt_show"], fold["prompt_hide"] = f"Show code{what}", f"Hide code{what}"


def visit_citation(self, node):
    """Open an entry of a bibliography as docutils does, with the role that fits its list."""
    super(type(self), self).visit_citation(node)
    self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


def depart_citation(self, node):
    """Close the entry."""
    super(type(self), self).depart_citation(node)


def setup(app):
    """Replace the visitor of citations, and look at each page before it is written."""
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_post_transform(NameFolds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
