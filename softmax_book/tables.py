"""Tables that cells print: a real table on a page, plain text in a terminal.

One function, `table`, whose value a notebook shows as HTML, with a caption and header cells, and a
terminal as text. The build sets the formulas in it (``_ext/tables.py``).
"""

import html
import re
from dataclasses import dataclass

NUMBER = re.compile(r"[-+−]?\d+(\.\d+)?(e[-+]?\d+)?(\*?)")
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"  # as wide as a digit, as wide as a point
PLUS_MINUS = "\u00a0±\u00a0"  # a number and its error stay on one line
MARKS = [("`", "code"), ("**", "strong"), ("*", "em")]
WIDEST = 42  # characters that a phone shows in a row, each column with one between
LONG = 8  # rows from which on a reader may want another order


@dataclass(frozen=True)
class Table:
    """What `table` returns: a caption, a header and rows of strings."""

    caption: str
    header: tuple
    rows: tuple

    def __str__(self):
        lines = [[_plain(cell) for cell in line] for line in self._aligned(" ", " ", " ")]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = [_plain(self.caption)]
        for first, *others in lines:
            cells = (f"{cell:>{w}}" for cell, w in zip(others, widths[1:], strict=True))
            text.append("  ".join([f"{first:<{widths[0]}}", *cells]).rstrip())
        return "\n".join(text)

    __repr__ = __str__

    def _repr_html_(self):
        names, *rows = self._aligned(FIGURE_SPACE, POINT_SPACE)
        kind = "printed" + " stacked" * self._is_wide() + " sortable" * (len(rows) >= LONG)
        labels = [""] * len(names)
        if self._is_wide():  # on a phone each row is a block, and its cells say what they are
            labels = [f' data-name="{html.escape(_plain(name))}"' for name in names]
        head = "".join(
            f'<th scope="col">{_inline(name)}</th>' if name else "<td></td>" for name in names
        )
        lines = [f'<table class="{kind}">', f"<caption>{_inline(self.caption)}</caption>"]
        lines += [f"<thead><tr>{head}</tr></thead>", "<tbody>"]
        for first, *others in rows:
            cells = (
                f"<td{label}>{_inline(cell)}</td>"
                for label, cell in zip(labels[1:], others, strict=True)
            )
            lines.append(f'<tr><th scope="row">{_inline(first)}</th>{"".join(cells)}</tr>')
        return "\n".join([*lines, "</tbody></table>"])

    def _aligned(self, digit, point, star=""):
        """Return header and rows, numbers followed by what puts their points below each other.

        The spaces are what stands for a digit, for a point and for the star of a number, which
        hangs behind it in HTML and takes no room.
        """
        columns = [[*column] for column in zip(*self.rows, strict=True)]
        for column in columns[1:]:
            numbers = {i: m for i, cell in enumerate(column) if (m := NUMBER.fullmatch(cell))}
            tails = {i: (m[1] or "") + (m[2] or "") for i, m in numbers.items()}
            if all("e" in tail for tail in tails.values()):
                continue
            longest, stars = max(tails.values(), key=len), any(m[3] for m in numbers.values())
            for i, tail in tails.items():
                column[i] += star * (stars and not numbers[i][3])
                spaces = re.sub("[^.-]", digit, longest[len(tail) :])
                column[i] += re.sub("[.-]", point, spaces)
        return [self.header, *zip(*columns, strict=True)]

    def _is_wide(self):
        """Say whether a phone is too narrow, even where cells are broken between words."""
        columns = zip(self.header, *self.rows, strict=True)
        words = (re.split(r"[ +_-]", _plain(" ".join(column))) for column in columns)
        return sum(max(map(len, column)) + 1 for column in words) > WIDEST


def _plain(text):
    """Return a text without the marks of formulas, code and strong words."""
    return re.sub(r"[$`]|\*\*", "", text)


def _inline(text):
    """Return a text as HTML: code, strong and emphasised words as in Markdown, formulas as is."""
    pieces = re.split(r"(\$[^$]*\$)", html.escape(text, quote=False))
    for i in range(0, len(pieces), 2):
        for mark, tag in MARKS:
            m = re.escape(mark)
            pieces[i] = re.sub(rf"{m}(.+?){m}", rf"<{tag}>\1</{tag}>", pieces[i])
        pieces[i] = re.sub(r"(?<=\d)\*", '<span class="star">*</span>', pieces[i])
        # where a narrow column must not break a range, and where it may break a name
        pieces[i] = re.sub(r"(?<=\d)–(?=\d)", "\u2060–\u2060", pieces[i])
        pieces[i] = re.sub(r"(?<=[a-z])([+_])(?=[a-z])", r"\1<wbr>", pieces[i])
    return "".join(pieces)


def table(caption, header, rows, form=""):
    """Return a table whose first column names the rows.

    Parameters
    ----------
    caption : str
        What is in the table.
    header : sequence of str
        The names of the columns. Here and in the cells formulas stand between dollars, code
        between backticks.
    rows : iterable of sequences
        The cells; a row of numbers only names itself by its first.
    form : str or sequence of str
        How floats are written, as in f-strings: one form for all, or one for each column.

    Returns
    -------
    Table
        As HTML in a notebook, as text elsewhere, with the points of numbers below each other.

    Examples
    --------
    >>> table("ten seeds", ["pair", "accuracy", "epochs"], [["softmax+nll", 0.9714, 12]], ".3f")
    ten seeds
    pair         accuracy  epochs
    softmax+nll     0.971      12
    """
    forms = [form] * len(header) if isinstance(form, str) else form
    written = tuple(
        tuple(
            (format(cell, how) if isinstance(cell, float) else str(cell)).replace(" ± ", PLUS_MINUS)
            for cell, how in zip(row, forms, strict=True)
        )
        for row in rows
    )
    return Table(caption, tuple(header), written)
