"""Every figure that a test draws is also looked at: is it readable, and without its colours?"""

import itertools
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.text import Annotation, Text

from softmax_book.figures import style
from tests.contrast import GRAPHICS, TEXT, contrast, over
from tests.sources import ROOT

WHITE = (1.0, 1.0, 1.0)


def dimming():
    """Return by how much a dark page dims the white card of a figure."""
    css = (ROOT / "_static" / "book.css").read_text()
    return float(re.search(r"figure img \{[^}]*filter: brightness\(([\d.]+)\)", css)[1])


def on_card(color):
    """Return the contrast of a colour on the figure's white card, in a light page or a dark one."""
    seen = over(to_rgba(color), WHITE)
    dim = dimming()
    return min(contrast(seen, WHITE), contrast([dim * v for v in seen], [dim] * 3))


def faint(fig):
    """Return what is too faint: texts below 4.5:1, lines and bars below 3:1.

    Left out are bands and halos, which a line accompanies, and what stands on a shaded ground.
    """
    found = []
    shaded = [ax for ax in fig.axes if ax.images or ax.collections]
    for ax in fig.axes:
        for line in ax.lines:
            shown = to_rgba(line.get_color(), line.get_alpha())
            if shown[:3] != WHITE and on_card(shown) < GRAPHICS:
                found.append(f"line {line.get_label()} {line.get_color()} {on_card(shown):.2f}")
        for bar in (bar for group in ax.containers for bar in getattr(group, "patches", ())):
            if max(on_card(bar.get_facecolor()), on_card(bar.get_edgecolor())) < GRAPHICS:
                found.append(f"bar {bar.get_facecolor()}")
    for text in fig.findobj(Text):
        on_shade = text.axes in shaded and text in text.axes.texts
        on_shade |= to_rgba(text.get_color())[:3] == WHITE  # inside a dark bar
        plain = text.get_text() and text.get_visible() and not on_shade
        if plain and on_card(to_rgba(text.get_color(), text.get_alpha())) < TEXT:
            found.append(f"text {text.get_text()!r} {text.get_color()}")
    return found


def names(ax, line):
    """Return the texts that name a line: of its colour, or near one of its ends."""
    to_axes = (ax.transData - ax.transAxes).transform
    ends = [to_axes(line.get_xydata()[end]) for end in (0, -1)]
    found = set()
    for text in ax.texts:
        at = text.xy if isinstance(text, Annotation) else text.get_position()
        near = min(np.hypot(*(end - to_axes(at))) for end in ends) < 0.11
        if near or to_rgba(text.get_color()) == to_rgba(line.get_color()):
            found.add(text)
    return found


def apart(one, other):
    """Say whether two lines lie in different places, as rows of dots do."""
    (low, high), (low2, high2) = (
        (np.nanmin(line.get_xydata(), axis=0), np.nanmax(line.get_xydata(), axis=0))
        for line in (one, other)
    )
    return np.any(high < low2) or np.any(high2 < low)


def alike(fig):
    """Return pairs of lines or bars that differ in colour alone and are not named beside them."""
    found = []
    for ax in fig.axes:
        lines = [line for line in ax.lines if to_rgba(line.get_color())[:3] != WHITE]  # no halos
        for pair in itertools.combinations(lines, 2):
            one, other = pair
            if to_rgba(one.get_color()) == to_rgba(other.get_color()):
                continue
            shapes = {(str(line._dash_pattern), line.get_marker()) for line in pair}
            straight = {len(line.get_xdata()) == 2 for line in pair}  # a rule beside a curve
            thin, thick = sorted(line.get_linewidth() for line in pair)
            named = names(ax, one), names(ax, other)
            told = named[0] and named[1] and named[0] != named[1]
            same = len(shapes) == len(straight) == 1 and thick < 2 * thin
            if same and not apart(one, other) and not told:
                found.append(f"{one.get_label()} and {other.get_label()}: {shapes}")
        bars = [bar for group in ax.containers for bar in getattr(group, "patches", ())]
        for pair in itertools.combinations(bars, 2):
            colors, shapes, places = (
                {(bar.get_facecolor(), bar.get_edgecolor()) for bar in pair},
                {(bar.get_fill(), bar.get_hatch(), bar.get_linestyle()) for bar in pair},
                {bar.get_xy() for bar in pair},
            )
            if len(colors) > 1 and len(shapes) == len(places) == 1:
                found.append(f"bars at {places}: {colors}")
    return found


@pytest.fixture(autouse=True)
def drawn(request, monkeypatch):
    """Look at every figure that the tests of figures draw."""
    figures, init = [], style.BookFigure.__init__

    def remember(fig, *args, **kwargs):
        figures.append(fig)
        init(fig, *args, **kwargs)

    monkeypatch.setattr(style.BookFigure, "__init__", remember)
    yield
    for fig in figures if "test_figures" in request.node.nodeid else ():
        assert not faint(fig), "too faint on the card"
        assert not alike(fig), "told apart by colour alone"
