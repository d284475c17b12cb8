"""Punctuation stays with the formula that it belongs to, and a letter with its hyphen.

A browser may break a line after each formula, since it is a box and not a word, and on a phone a
full stop then begins a line. A formula and its punctuation are put into a span that book.css keeps
in one line. A long formula must be free to break: within it, its span lets lines end again. A word
that ends in a hyphen and a letter, as min-p does, has a span too.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

OPENING = re.compile(r"[(\[“‘]$")
CLOSING = re.compile(r"(?:-[a-z]+|[.,;:?!)\]’”–-])+")  # and what a hyphen ties to it: k-th
LETTER = re.compile(r"((?<![\w-])\w+-\w(?![\w-]))")
STYLE = re.compile(r"\\(?:operatorname|mathbf|mathbb|text|[bB]ig[lr]?|[lr]Vert|[,;!])(?![a-zA-Z])")
COMMAND = re.compile(r"\\[a-zA-Z]+")
NOT_SEEN = re.compile(r"[{}_^\s]")
PROSE = (nodes.paragraph, nodes.emphasis, nodes.strong, nodes.term, nodes.caption, nodes.inline)
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


class JoinLetters(SphinxPostTransform):
    """Wrap words that end in a hyphen and a letter."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        """Look at the text of prose; code and formulas keep theirs as it is."""
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, PROSE) and LETTER.search(text):
                pieces = enumerate(LETTER.split(text))  # every second one is such a word
                new = [
                    nodes.inline("", piece, classes=["joined"]) if at % 2 else nodes.Text(piece)
                    for at, piece in pieces
                    if piece
                ]
                text.parent.replace(text, new)


def setup(app):
    """Run when everything else is resolved."""
    app.add_post_transform(JoinPunctuation)
    app.add_post_transform(JoinLetters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
