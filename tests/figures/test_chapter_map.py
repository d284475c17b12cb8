"""The map of the book: its arrows say all that the chapters need, and no more; no box hides one."""

import itertools

import numpy as np
import pytest

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


@pytest.mark.parametrize(("thin", "route"), [(False, way), (True, lane)])
def test_no_arrow_passes_through_a_box(thin, route):
    found, size = boxes(thin)
    for start, end in arrows():
        for one, other in itertools.pairwise(np.array(route(start, end, found))):
            points = np.linspace(one, other, 50)
            assert np.all((points >= 0) & (points <= size)), (start, end)
            for left, top, w, h in found.values():
                beyond = np.abs(points - (left + w / 2, top + h / 2)) >= (w / 2 - 0.1, h / 2 - 0.1)
                assert np.all(beyond.any(axis=1)), (start, end)
