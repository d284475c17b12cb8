"""Punctuation stays with the formula that it belongs to.

A browser may break a line after each formula, since it is a box and not a word, and on a phone a
full stop then begins a line. A formula and its punctuation are put into a span that book.css keeps
in one line. A long formula must be free to break: within it, its span lets lines end again.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

OPENING = re.compile(r"[(\[“‘]$")
CLOSING = re.compile(r"(?:-[a-z]+|[.,;:?!)\]’”–-])+")  # and what a hyphen ties to it: k-th
STYLE = re.compile(r"\\(?:operatorname|mathbf|mathbb|text|[bB]ig[lr]?|[lr]Vert|[,;!])(?![a-zA-Z])")
COMMAND = re.compile(r"\\[a-zA-Z]+")
NOT_SEEN = re.compile(r"[{}_^\s]")
LONGEST = 14  # symbols, which fit into half a line of a phone


def symbols(latex):
    """Estimate how many symbols wide a formula is."""
    return len(NOT_SEEN.sub("", COMMAND.sub("x", STYLE.sub("", latex))))


class JoinPunctuation(SphinxPostTransform):
    """Wrap formulas in a line together with the punctuation around them."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        """Look at the text before and after each formula."""
        for formula in list(self.document.findall(nodes.math)):
            line, at = formula.parent, formula.parent.index(formula)
            before, after = line[max(at - 1, 0)], line[min(at + 1, len(line) - 1)]
            opening = isinstance(before, nodes.Text) and OPENING.search(before)
            closing = isinstance(after, nodes.Text) and CLOSING.match(after)
            if not opening and not closing:
                continue
            joined = nodes.inline("", "", classes=["joined"])
            if symbols(formula.astext()) > LONGEST:
                joined["classes"].append("broad")
            line.replace(formula, joined)
            joined += formula
            if opening:
                line.replace(before, nodes.Text(before[: opening.start()]))
                joined.insert(0, nodes.Text(opening[0]))
            if closing:
                line.replace(after, nodes.Text(after[closing.end() :]))
                joined += nodes.Text(closing[0])


def setup(app):
    """Run when everything else is resolved."""
    app.add_post_transform(JoinPunctuation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
