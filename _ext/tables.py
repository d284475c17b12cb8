"""Tables on the page: formulas of printed ones are set, wide ones are blocks on a phone.

A table that a cell prints (``softmax_book.tables``) is a piece of HTML. It is cut at its formulas,
which become nodes like all others, and put into the theme's box that scrolls, for readers with
large fonts. Numbers stay in one piece.

A table in the text that is too wide for a phone gets the class of wide printed ones, and its cells
the names of their columns, which book.css shows where it stacks them. In a table of four or more
columns the names of code may break, between their words.
"""

import html
import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from punctuation import symbols

FORMULA = re.compile(r"\$([^$]+)\$")
# A number such as 5.1e-01, 30* or one with a space in place of its point, which a narrow column
# would break behind its hyphen, its star or before the space.
NUMBER = re.compile(r'<td(?=[^>]*>[\d.]+(?:e-\d+<|<span class="star">|\u2008))')
NAME = re.compile(r'(?<=<span class="pre">)[^<]+')
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=\w[._])(?=\w)")  # Cross|Entropy|Loss, log_|softmax
WIDEST = 47  # symbols that a phone shows in a row, each column with one between


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


class WideTables(SphinxPostTransform):
    """Mark the tables in the text that a phone cannot show."""

    default_priority = 800
    formats = ("html",)

    def run(self, **kwargs):
        """Compare the longest words of a table's columns with the width of a phone."""
        for table in self.document.findall(nodes.table):
            rows = [list(row.findall(nodes.entry)) for row in table.findall(nodes.row)]
            columns = list(zip(*rows, strict=True))
            if sum(max(map(_longest, column)) + 1 for column in columns) <= WIDEST:
                continue
            table["classes"].append("stacked")
            for name, *cells in columns[1:]:
                for cell in cells:
                    cell["column"] = name.astext()


def _longest(entry):
    """Return the size of the longest word, name of code or formula in a cell."""
    sizes = [symbols(formula.astext()) for formula in entry.findall(nodes.math)]
    for text in entry.findall(nodes.Text):
        above = text.parent, text.parent.parent
        if not isinstance(text.parent, nodes.math):
            code = any(isinstance(node, nodes.literal) for node in above)
            sizes += map(len, re.split(r"\s" if code else r"[\s-]", text.astext()))
    return max(sizes, default=0)


def visit_entry(self, node):
    """Open a cell, with the name of its column where the table may be stacked."""
    node.at = len(self.body)
    super(type(self), self).visit_entry(node)
    if "column" in node:
        name = html.escape(node["column"])
        self.body[node.at] = self.body[node.at].replace("<td", f'<td data-name="{name}"', 1)


def depart_entry(self, node):
    """Close the cell, with places in its names of code where a line may end."""
    if len(node.parent) > 3:
        for i, part in enumerate(self.body[node.at :], node.at):
            self.body[i] = NAME.sub(lambda name: WORDS.sub("<wbr>", name[0]), part)
    super(type(self), self).depart_entry(node)


def _is_table(node):
    return isinstance(node, nodes.raw) and node.astext().startswith('<table class="printed')


def setup(app):
    """Connect to the pages."""
    app.add_post_transform(PrintedTables)
    app.add_post_transform(WideTables)
    app.add_node(nodes.entry, override=True, html=(visit_entry, depart_entry))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
