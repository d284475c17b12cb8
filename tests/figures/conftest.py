"""Every figure that a test draws is also looked at: is it readable, and without its colours?"""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.text import Annotation, Text

from softmax_book.figures import style
from tests.contrast import GRAPHICS, TEXT, contrast, over


def on_paper(color):
    """Return the contrast of a colour on the figure's ground, in the theme that is drawn."""
    paper = to_rgba(style.PAPER)[:3]
    return contrast(over(to_rgba(color), paper), paper)


def is_paper(color):
    """Say whether a colour is the ground's own: halos, and text inside dark bars."""
    return to_rgba(color)[:3] == to_rgba(style.PAPER)[:3]


def faint(fig):
    """Return what is too faint: texts below 4.5:1, lines and bars below 3:1.

    Left out are bands and halos, which a line accompanies, and what stands on a shaded ground.
    """
    found = []
    shaded = [ax for ax in fig.axes if ax.images or ax.collections]
    for ax in fig.axes:
        for line in ax.lines:
            shown = to_rgba(line.get_color(), line.get_alpha())
            if not is_paper(shown) and on_paper(shown) < GRAPHICS:
                found.append(f"line {line.get_label()} {line.get_color()} {on_paper(shown):.2f}")
        for bar in (bar for group in ax.containers for bar in getattr(group, "patches", ())):
            if max(on_paper(bar.get_facecolor()), on_paper(bar.get_edgecolor())) < GRAPHICS:
                found.append(f"bar {bar.get_facecolor()}")
    for text in fig.findobj(Text):
        on_shade = text.axes in shaded and text in text.axes.texts
        on_shade |= is_paper(text.get_color())  # inside a bar
        plain = text.get_text() and text.get_visible() and not on_shade
        if plain and on_paper(to_rgba(text.get_color(), text.get_alpha())) < TEXT:
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
    """Return pairs of lines or bars that differ in colour alone and are not named beside them, and
    lines of a legend that do not differ at all."""
    found = []
    for ax in fig.axes:
        lines = [line for line in ax.lines if not is_paper(line.get_color())]  # no halos
        for pair in itertools.combinations(lines, 2):
            one, other = pair
            shapes = {(str(line._dash_pattern), line.get_marker()) for line in pair}
            if to_rgba(one.get_color()) == to_rgba(other.get_color()):
                if len(shapes) == 1 and not any(line.get_label()[0] == "_" for line in pair):
                    found.append(f"{one.get_label()} looks as {other.get_label()}")
                continue
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


def collisions(fig):
    """Return what cannot be read: texts on each other or on an axis, or cut off by the edge."""
    with pytest.MonkeyPatch.context() as patch:
        drawn, draw = set(), Text.draw
        patch.setattr(Text, "draw", lambda text, canvas: (drawn.add(text), draw(text, canvas)))
        fig.draw_without_rendering()
    drawn = [text for text in drawn if text.get_visible() and text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in drawn]
    width, height = fig.bbox.size
    found = [
        f"{text!r} leaves the picture"
        for text, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    for ax in (ax for ax in fig.axes if ax.axison and ax.spines["left"].get_visible()):
        for text in set(ax.texts) & set(drawn):
            box = text.get_window_extent()
            if box.x0 < ax.bbox.x0 < box.x1:
                found.append(f"{text.get_text()!r} on the line of the axis")
    for (text, box), (other, its) in itertools.combinations(boxes, 2):
        across = min(box.x1, its.x1) - max(box.x0, its.x0)
        along = min(box.y1, its.y1) - max(box.y0, its.y0)
        if across > 2 and along > 0.25 * min(box.height, its.height):
            found.append(f"{text!r} on {other!r}")
    return found


def cut_off(fig):
    """Return the points of lines that an axes shows in part, or that none shows: one panel may
    enlarge what another shows whole."""
    whole, outside = [], []
    for ax in fig.axes:
        low, high = np.sort([ax.get_xlim(), ax.get_ylim()], axis=1).T
        for line in ax.lines:
            if line.get_marker() != "None" and line.get_transform() == ax.transData:
                points = line.get_xydata()
                shown = np.all((low <= points) & (points <= high), axis=1)
                if shown.all():
                    whole.append(points.tolist())
                else:
                    outside.append((points.tolist(), shown.any()))
    return [points for points, some in outside if some or points not in whole]


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Look at every figure that the tests draw, light, dark, and narrow."""
    figures, init = [], style.BookFigure.__init__

    def remember(fig, *args, **kwargs):
        figures.append(fig)
        init(fig, *args, **kwargs)

    monkeypatch.setattr(style.BookFigure, "__init__", remember)
    yield
    for fig in list(figures):
        assert not faint(fig), "too faint on white"
        assert not alike(fig), "told apart by colour alone, or not at all"
        assert not cut_off(fig), "a point lies outside"
        with style.version("dark", narrow=True):
            dark = fig.again()
            assert not faint(dark), "too faint in the dark"
            assert not collisions(dark), "unreadable on a phone"
