"""The look of all figures, in two themes and two widths, and how a figure becomes a small picture.

Every figure function takes data, is decorated with `styled`, calls `new_figure` and returns the
Figure. As the last value of a cell it becomes a PNG of a few tens of kB, the same at every run:
the light and wide version, which Jupyter, GitHub and paper show. The book's page also has it dark,
narrow, and both (`versions`): the same function draws all four.

The colours are names that matplotlib looks up when it draws (``book:blue``), and so the palette of
a theme is chosen once, by `version`, and no figure function knows of it.
"""

import base64
import functools
import io
import os
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap, get_named_colors_mapping
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.text import Text
from PIL import Image

from softmax_book.figures.in_words import in_words

STYLE = Path(__file__).with_name("book.mplstyle")

# Okabe and Ito's palette (2008), darkened for white paper and lightened for a dark page, where it
# lacks contrast 4.5:1, for names are written in their line's colour.
PALETTES = {
    "light": {
        "paper": "#FFFFFF", "ink": "#222222", "muted": "#555555", "grey": "#777777",
        "grid": "#DDDDDD", "faint": "#F7F7F7",
        "blue": "#0072B2", "vermillion": "#C05000", "green": "#00805C", "purple": "#A5568B",
        "olive": "#8A6D00",
        "step-1": "#CFE3F1", "step-2": "#6AAED6", "step-3": "#0B4A78",
    },
    "dark": {
        "paper": "#121212", "ink": "#E6EAEE", "muted": "#B4BCC5", "grey": "#8B949E",
        "grid": "#333333", "faint": "#1C1E22",
        "blue": "#56B4E9", "vermillion": "#F28C4B", "green": "#35C69A", "purple": "#DE9CC4",
        "olive": "#DCC03C",
        "step-1": "#1B3347", "step-2": "#2F6690", "step-3": "#BFE0F5",
    },
}  # fmt: skip
# From paper to ink, from minus through nothing to plus, and from nothing to much.
MAPS = {
    "light": {"ink": "gray_r", "signed": "PuOr_r", "much": "Blues"},
    "dark": {
        "ink": ["#121212", "#F2F4F6"],
        "signed": ["#C3B3F0", "#121212", "#F5A65B"],
        "much": ["#1A2A38", "#3F8FC4"],
    },
}
PAPER, INK, MUTED, GREY, GRID, FAINT = (
    f"book:{name}" for name in ("paper", "ink", "muted", "grey", "grid", "faint")
)
BLUE, VERMILLION, GREEN, PURPLE, OLIVE = (
    f"book:{name}" for name in ("blue", "vermillion", "green", "purple", "olive")
)
STEPS = ["book:step-1", "book:step-2", "book:step-3"]  # from little to much, for areas
DASHED = {"color": INK, "lw": 0.9, "ls": (0, (4, 3))}  # the rule from a point to its axis

NARROW = 4.2 / 5.4  # of the width in inches: 9-point text is then 10 pixels high on a phone
_now = {}


def use(theme, narrow=False):
    """Draw in this theme's colours, and narrow or wide, from now on."""
    _now.update(theme=theme, narrow=narrow)
    names = get_named_colors_mapping()
    for name, colour in PALETTES[theme].items():
        names[f"book:{name}"] = colour
    for name, stops in MAPS[theme].items():
        known = isinstance(stops, str)
        shades = mpl.colormaps[stops] if known else LinearSegmentedColormap.from_list("", stops)
        mpl.colormaps.unregister(f"book:{name}")  # or it warns
        mpl.colormaps.register(shades, name=f"book:{name}")


use("light")


@contextmanager
def version(theme="light", narrow=False):
    """Draw what is drawn inside in this theme's colours, and narrow or wide."""
    before = dict(_now)
    use(theme, narrow)
    try:
        yield
    finally:
        use(**before)


def narrow():
    """Say whether the narrow version is being drawn, for what has to stand elsewhere in it."""
    return _now["narrow"]


class BookFigure(Figure):
    """A Figure that shows itself in a notebook as a compact PNG, with or without pyplot."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"image/png": base64.b64encode(png(self)).decode(), "text/plain": in_words(self)}
        return data, versions(self.again)


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
            fig = draw(*args, **kwargs)
        fig.again = functools.partial(with_style, *args, **kwargs)
        return fig

    return with_style


def new_figure(rows=1, columns=1, size=(5.4, 3.2), **subplots):
    """Return a BookFigure and its axes as ``plt.subplots`` would; call it inside `styled`.

    At a width of 5.4 inches, 10-point text is 15 pixels high in the column. The narrow version,
    for phones, is as high and less wide: there it is 11 pixels high.
    """
    width, height = size
    fig = BookFigure(figsize=(width * NARROW if narrow() else width, height))
    return fig, fig.subplots(rows, columns, **subplots)


def folded(text):
    """Return a text with its bar as a new line in the narrow version, and else as a space."""
    return text.replace("|", "\n" if narrow() else " ")


def note(ax, text, at, offset=(6, 4), **kwargs):
    """Write a text beside the data point `at`, shifted by `offset` points."""
    return ax.annotate(text, at, xytext=offset, textcoords="offset points", **kwargs)


def _pixels(fig):
    """Return the Figure as an image of 64 colours, of 256 where it has shades of two colours."""
    shades = {image.cmap.name for image in fig.findobj(AxesImage)}
    buffer = io.BytesIO()
    with mpl.rc_context(fname=STYLE):
        fig.savefig(buffer, format="png", metadata={"Software": None})
    colours = 256 if len(shades) > 1 else 64
    return Image.open(buffer).convert("RGB").quantize(colours, dither=Image.Dither.NONE)


def png(fig):
    """Return the Figure as the bytes of a PNG with few colours and no date."""
    buffer = io.BytesIO()
    _pixels(fig).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def webp(fig):
    """Return the Figure as the bytes of a WebP with the same pixels, about a fifth smaller."""
    buffer = io.BytesIO()
    _pixels(fig).convert("RGB").save(buffer, format="WEBP", lossless=True, quality=100, method=4)
    return buffer.getvalue()


def smallest_label(fig):
    """Return the size of a figure's smallest text as a part of the figure's width."""
    shown = [text for text in fig.findobj(Text) if text.get_visible() and text.get_text().strip()]
    width = 72 * fig.get_size_inches()[0]  # points
    return round(min(text.get_fontsize() for text in shown) / width, 5)


def versions(draw):
    """Return what the page needs beside the light, wide PNG, as metadata of a cell's output.

    Jupyter and GitHub leave such metadata alone, and nbval does not compare it. Drawing four times
    takes a second, so a notebook does it only when ``make notebooks`` asks for it.

    Parameters
    ----------
    draw : callable
        Draws the figure, without arguments.

    Returns
    -------
    dict
        ``versions``: for ``dark``, ``narrow`` and ``narrow-dark`` a WebP in base64, and for
        ``label`` the smallest text's size as a part of the width, wide and narrow.
    """
    if not os.environ.get("SOFTMAX_BOOK_VERSIONS"):
        return {}
    found, label = {}, {}
    for theme in PALETTES:
        for thin in (False, True):
            with version(theme, thin):
                fig = draw()
                label["narrow" if thin else "wide"] = smallest_label(fig)
                name = "-".join(["narrow"] * thin + ["dark"] * (theme == "dark"))
                if name:
                    found[name] = base64.b64encode(webp(fig)).decode()
    return {"versions": {**found, "label": label}}
