"""Tables that a page sets as tables: phones wrap them, screen readers walk through them.

The cell of a table says so in its metadata, ``mystnb: {markdown_format: myst}``.
"""

from IPython.display import Markdown


def table(header, rows):
    """Return a Markdown table, its first column set to the left and the others to the right.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    rows : iterable of sequences
        The cells, as strings or what `str` makes of them.

    Returns
    -------
    IPython.display.Markdown

    Examples
    --------
    >>> print(table(["pair", "accuracy"], [["softmax+nll", f"{0.9714:.3f}"]]).data)
    | pair | accuracy |
    | :-- | --: |
    | softmax+nll | 0.971 |
    """
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return Markdown("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))
