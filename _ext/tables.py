"""The tables that cells print (``softmax_book.tables``), on the page: their formulas are set.

A cell's table is a piece of HTML. It is cut at its formulas, which become nodes like all others,
and put into the theme's box that scrolls, for readers with large fonts. Numbers stay in one piece.
"""

import html
import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

FORMULA = re.compile(r"\$([^$]+)\$")
# A number such as 5.1e-01, which a narrow column would break behind its hyphen.
NUMBER = re.compile(r"<td(?=[^>]*>[\d.]+e-\d+<)")


class PrintedTables(SphinxPostTransform):
    """Set the formulas of printed tables."""

    default_priority = 5  # MyST-NB chooses one form of each output at 4

    def run(self, **kwargs):
        """Replace each table by its pieces."""
        for table in list(self.document.findall(_is_table)):
            pieces = FORMULA.split(NUMBER.sub('<td class="whole"', table.astext()))
            pieces[1::2] = map(html.unescape, pieces[1::2])
            parts = [nodes.raw(text='<div class="pst-scrollable-table-container">', format="html")]
            for i, text in enumerate(pieces):
                parts.append(
                    nodes.math(text=text) if i % 2 else nodes.raw(text=text, format="html")
                )
            parts.append(nodes.raw(text="</div>", format="html"))
            table.parent.replace(table, parts)


def _is_table(node):
    return isinstance(node, nodes.raw) and node.astext().startswith('<table class="printed')


def setup(app):
    """Connect to the pages."""
    app.add_post_transform(PrintedTables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
