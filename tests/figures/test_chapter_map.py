"""The map of the book: its arrows say all that the chapters need, and no more; no box hides one."""

import itertools

import numpy as np
import pytest

from softmax_book.figures import chapter_map as drawn
from softmax_book.figures.chapter_map import (
    CHAPTERS,
    COLORS,
    NEEDS,
    arrows,
    boxes,
    chapter_map,
    lane,
    way,
)


def test_arrows_lead_to_whatever_is_needed():
    reached = {}
    for chapter in sorted(CHAPTERS, key=list(CHAPTERS).index):
        direct = {start for start, end in arrows() if end == chapter}
        reached[chapter] = direct.union(*(reached[start] for start in direct))
        assert NEEDS[chapter] <= reached[chapter]
        assert direct <= NEEDS[chapter]


def test_every_arrow_has_a_colour_to_be_drawn_in():
    assert {start for start, _ in arrows()} <= set(COLORS)


def test_map_can_be_read():
    chapter_map()  # and is looked at, dark and narrow, after the test


@pytest.fixture(params=["as it is", "in the free place", "in a row of its own"])
def grid(request, monkeypatch):
    """The map as it is, and with one more chapter at the end of Part II."""
    if request.param == "as it is":
        return
    chapters = list(CHAPTERS.items())
    end = list(CHAPTERS).index(drawn.PARTS[1])
    chapters.insert(end, ("11", ("One more", "What is new?", 30, "5 6")))
    monkeypatch.setattr(drawn, "CHAPTERS", dict(chapters))
    monkeypatch.setattr(drawn, "NEEDS", {**NEEDS, "11": {"5", "6"}})
    *rows, last = drawn.GRID
    grid = [*rows, last, ["11", "", ""]]
    if request.param == "in the free place":
        grid = [*rows, [name or "11" for name in last]]
    monkeypatch.setattr(drawn, "GRID", grid)


@pytest.mark.parametrize("thin", [False, True])
def test_boxes_lie_beside_each_other_on_the_paper(thin, grid):
    found, (width, height) = boxes(thin)
    assert set(found) == {*drawn.CHAPTERS, *drawn.DOORS}
    for left, top, w, h in found.values():
        assert 0 <= left < left + w <= width
        assert 0 <= top < top + h <= height
    for (x, y, w, h), (x2, y2, w2, h2) in itertools.combinations(found.values(), 2):
        assert x + w < x2 or x2 + w2 < x or y + h < y2 or y2 + h2 < y
    gaps = np.diff([found[name][1] for name in drawn.CHAPTERS]) if thin else []
    starts = {name: gap for name, gap in zip([*drawn.CHAPTERS][1:], gaps, strict=thin)}
    assert {name for name, gap in starts.items() if gap > 51} == ({*drawn.PARTS} if thin else set())


@pytest.mark.parametrize(("thin", "route"), [(False, way), (True, lane)])
def test_no_arrow_passes_through_a_box(thin, route, grid):
    found, size = boxes(thin)
    for start, end in arrows():
        for one, other in itertools.pairwise(np.array(route(start, end, found))):
            points = np.linspace(one, other, 50)
            assert np.all((points >= 0) & (points <= size)), (start, end)
            for left, top, w, h in found.values():
                beyond = np.abs(points - (left + w / 2, top + h / 2)) >= (w / 2 - 0.1, h / 2 - 0.1)
                assert np.all(beyond.any(axis=1)), (start, end)
