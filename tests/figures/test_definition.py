"""The numbers that the figures of chapter 2 plot."""

import numpy as np
import pytest

from softmax_book.figures import definition
from softmax_book.figures.style import png
from softmax_src import logsumexp, softmax

Z = [2.5, -1.0, 3.2, 0.5]


def _lines(ax):
    return [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in ax.lines]


def _texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_four_outputs_are_softmax_and_cross_one_half_at_the_lse(temperature):
    (ax,) = definition.four_outputs(Z, temperature).axes
    curves = _lines(ax)[:4]
    for k, (z4, a) in enumerate(curves):
        expected = [softmax([*Z[:3], x], temperature=temperature)[k] for x in z4[::50]]
        np.testing.assert_allclose(a[::50], expected, rtol=1e-12)
    half = temperature * logsumexp(np.array(Z[:3]) / temperature)
    z4, a4 = curves[3]
    assert np.interp(half, z4, a4) == pytest.approx(0.5, abs=1e-4)
    assert any(f"{half:.2f}" in text for text in _texts(ax))


def test_a_half_point_outside_the_plot_is_not_marked():
    (ax,) = definition.four_outputs([9.0, 8.0, 6.5, 0.0]).axes
    assert not any("frac" in text for text in _texts(ax))


def test_two_scales_show_the_same_curves_and_the_right_ratio():
    left, right = definition.two_scales(Z).axes
    for (x, a), (u, b) in zip(_lines(left)[:4], _lines(right)[:4], strict=True):
        np.testing.assert_array_equal(x, u)
        np.testing.assert_array_equal(a, b)
    assert right.get_yscale() == "log"
    assert any("e^{3.5}" in text for text in _texts(right))


def test_simplex_paths_run_straight_and_end_where_they_should():
    left, right = definition.simplex(reach=2).axes
    *rays, (dots_x, dots_y) = _lines(left)
    assert len(rays) == 15
    for x, y in rays:  # on one line: the area of every triangle of three points is 0
        area = (x - x[0]) * (y[-1] - y[0]) - (y - y[0]) * (x[-1] - x[0])
        np.testing.assert_allclose(area, 0, atol=1e-12)
    assert len(dots_x) == 19
    inside = softmax([1.0, 1.0, 0.0]) @ definition.CORNERS
    assert np.hypot(dots_x - inside[0], dots_y - inside[1]).min() < 1e-12
    *paths, _, _ = _lines(right)
    cold = np.array([(x[0], y[0]) for x, y in paths])
    hot = np.array([(x[-1], y[-1]) for x, y in paths])
    winners = [[0], [0], [1], [1], [2], [0, 2]]
    expected = [definition.CORNERS[w].mean(axis=0) for w in winners]
    np.testing.assert_allclose(cold, expected, atol=0.01)
    np.testing.assert_allclose(hot, [definition.CORNERS.mean(axis=0)] * 6, atol=0.01)


def test_normalisers_plot_what_they_are_given():
    grid = np.linspace(-5, 8, 9)
    outputs = {"one": [0.55, 0.1, 0.3, 0.05], "two": [0.05, 0.3, 0.6, 0.05]}
    curves = {name: np.tile(a, (9, 1)) for name, a in outputs.items()}
    axes = definition.normalisers(grid, curves).axes
    assert [ax.get_title(loc="left") for ax in axes] == ["one", "two"]
    for ax, a in zip(axes, curves.values(), strict=True):
        np.testing.assert_array_equal(np.column_stack([y for _, y in _lines(ax)[:4]]), a)


def test_temperature_marks_where_the_logit_is_the_mean_logit():
    z = np.array([3.2, 3.2, 2.5, -1.0])
    (ax,) = definition.temperature(z).axes
    lines = _lines(ax)
    for k, (grid, a) in enumerate(lines[:3], start=1):
        expected = [softmax(z, temperature=t)[k] for t in grid[::100]]
        np.testing.assert_allclose(a[::100], expected, rtol=1e-12)
    ((peak,), _) = lines[4]
    assert softmax(z, temperature=peak) @ z == pytest.approx(2.5, abs=0.01)


def test_float_map_cuts_the_bars_at_the_thresholds():
    thresholds = {"one": [8, 17, 37], "zero": [20, 103, 745], "overflow": [11, 89, 710]}
    (ax,) = definition.float_map(thresholds).axes
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert bars[:3] == [(1, 8), (1, 17), (1, 37)]
    assert bars[3:6] == [(8, 20), (17, 103), (37, 745)]
    assert bars[6:] == [(20, 2000), (103, 2000), (745, 2000)]
    np.testing.assert_array_equal(_lines(ax)[0][0], thresholds["overflow"])


def test_pictures_are_the_same_at_every_run():
    assert png(definition.simplex()) == png(definition.simplex())
