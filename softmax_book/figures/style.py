"""The look of all figures, and how a figure becomes a small PNG.

Every figure function takes data, is decorated with `styled`, calls `new_figure` and returns the
Figure. As the last value of a cell it becomes a PNG of a few tens of kB, the same at every run.
"""

import base64
import functools
import io
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

STYLE = Path(__file__).with_name("book.mplstyle")

# Okabe and Ito's palette (2008), darkened where it lacks contrast 4.5:1 on white, for names are
# written in their line's colour.
BLUE, VERMILLION, GREEN, PURPLE, INK, OLIVE = (
    "#0072B2", "#C05000", "#00805C", "#A5568B", "#222222", "#8A6D00",
)  # fmt: skip
GREY = "#777777"  # what is there for comparison: axes, chance, outlines
DASHED = {"color": INK, "lw": 0.9, "ls": (0, (4, 3))}  # the rule from a point to its axis


class BookFigure(Figure):
    """A Figure that shows itself in a notebook as a compact PNG, with or without pyplot."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = self.get_size_inches()
        text = f"<Figure of {width:g} x {height:g} inches, {len(self.axes)} axes>"
        return {"image/png": base64.b64encode(png(self)).decode(), "text/plain": text}


def styled(draw):
    """Decorate a figure function: all that it draws is in the book's style.

    Examples
    --------
    >>> @styled
    ... def parabola(x):
    ...     fig, ax = new_figure()
    ...     ax.plot(x, [v**2 for v in x])
    ...     return fig
    >>> type(parabola([0, 1, 2])).__name__
    'BookFigure'
    """

    @functools.wraps(draw)
    def with_style(*args, **kwargs):
        with mpl.rc_context(fname=STYLE):
            return draw(*args, **kwargs)

    return with_style


def new_figure(rows=1, columns=1, size=(5.4, 3.2), **subplots):
    """Return a BookFigure and its axes as ``plt.subplots`` would; call it inside `styled`.

    At a width of 5.4 inches, 10-point text is 15 pixels high in the column and 8 on a phone. Put
    panels that would be too narrow below each other.
    """
    fig = BookFigure(figsize=size)
    return fig, fig.subplots(rows, columns, **subplots)


def note(ax, text, at, offset=(6, 4), **kwargs):
    """Write a text beside the data point `at`, shifted by `offset` points."""
    return ax.annotate(text, at, xytext=offset, textcoords="offset points", **kwargs)


def png(fig):
    """Return the Figure as the bytes of a PNG with 64 colours and no date."""
    buffer = io.BytesIO()
    with mpl.rc_context(fname=STYLE):
        fig.savefig(buffer, format="png", metadata={"Software": None})
    image = Image.open(buffer).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
