"""The figures of chapter 5 show the numbers that they were given."""

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.figures import backpropagation as figures
from softmax_book.figures.style import png
from softmax_book.widgets.pair_race import TITLES, PairRace, lanes
from softmax_src import softmax, softmax_jacobian


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_jacobians_are_shown_row_for_output_and_column_for_logit():
    zs = [[2.5, -1.0, 3.2, 0.5], [0.0, 1.0, 2.0, 3.0]]
    fig = figures.jacobians([softmax_jacobian(z) for z in zs], [softmax(z) for z in zs], ["p", "q"])
    for ax, z in zip(fig.axes, zs, strict=True):
        (image,) = ax.images
        a = softmax(z)
        np.testing.assert_allclose(image.get_array(), np.diag(a) - np.outer(a, a), atol=1e-15)
        assert texts(ax)[0] == f"{a[0] * (1 - a[0]):.2f}"
        assert ax.get_yticklabels()[2].get_text() == f"$a_3={a[2]:.2f}$"
        assert not any("−0.00" in text for text in texts(ax))


def test_the_graph_names_every_value_and_slope():
    z, c = np.array([0.3, -0.2, 1.1]), 2
    e = np.exp(z)
    S, a = e.sum(), softmax(z)
    forward = {"z": z, "e": e, "S": S, "a_c": a[c], "C": -np.log(a[c])}
    backward = {
        "z": a - np.eye(3)[c],
        "e": (a - np.eye(3)[c]) / e,
        "S": 1 / S,
        "a_c": -1 / a[c],
        "C": 1.0,
    }
    (ax,) = figures.computation_graph(forward, backward, c).axes
    shown = [text.replace("−", "-") for text in texts(ax)]
    for key, value in forward.items():
        for number in np.atleast_1d(value):
            assert any(text.endswith(f"={number:.2f}$") for text in shown), key
        for slope in np.atleast_1d(backward[key]):
            assert f"{slope:+.3f}" in shown, key


def test_first_gradient_has_ten_tiles_and_frames_the_label():
    picture = np.random.default_rng(0).random(64)
    delta = softmax(np.arange(10.0)) - np.eye(10)[4]
    fig = figures.first_gradient(picture, delta, 4)
    tiles = [ax for ax in fig.axes if ax.images and ax.get_title(loc="left").startswith("$\\delta")]
    assert len(tiles) == 10
    for j, ax in enumerate(tiles):
        shade = np.asarray(ax.images[0].get_array()).ravel()
        np.testing.assert_allclose(np.sign(shade) * shade**2, delta[j] * picture, atol=1e-12)
        assert ax.spines["top"].get_visible() == (j == 4)


def test_v_curve_plots_both_errors_and_the_best_steps():
    steps = np.logspace(-12, 0, 25)
    errors = {"one-sided": steps + 1e-15 / steps, "central": steps**2 + 1e-15 / steps}
    best = {"one-sided": 3e-8, "central": 1e-5}
    (ax,) = figures.v_curve(steps, errors, best).axes
    curves = [line for line in ax.lines if len(line.get_xdata()) == len(steps)]
    for line, error in zip(curves, errors.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), error)
    marks = [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2]
    assert marks == list(best.values())


def test_gradient_norms_are_plotted_by_pair_with_its_name():
    margins = np.linspace(-3, 3, 7)
    norms = {pair: np.exp(-margins / (i + 1)) for i, pair in enumerate(figures.PAIR_NAMES)}
    fig = figures.gradient_norms(margins, norms)
    (ax,), (legend,) = fig.axes, fig.legends
    curves = [line for line in ax.lines if len(line.get_xdata()) == 7]
    for line, norm in zip(curves, norms.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), norm)
    names = [text.get_text() for text in legend.get_texts()]
    assert names == list(figures.PAIR_NAMES.values())


def test_races_show_the_mean_and_the_band_of_the_run():
    run = load_run("slow_start")
    panels = {title: lanes(run, *key) for key, title in TITLES.items()}
    fig = figures.races(panels)
    for ax, (title, race) in zip(fig.axes, panels.items(), strict=True):
        assert ax.get_title(loc="left").replace("\n", " ") == title
        for line, band, (mean, least, most) in zip(
            ax.lines[:4], ax.collections, race.values(), strict=True
        ):
            np.testing.assert_array_equal(line.get_ydata(), mean)
            heights = band.get_paths()[0].vertices[:, 1]
            assert (heights.min(), heights.max()) == pytest.approx((least.min(), most.max()))


def test_delta_bars_show_gradient_and_naive_formula():
    a, y = softmax([2.5, -1, 3.2, 0.5]), np.array([0, 1, 1, 0])
    top, low = figures.delta_bars(a, y, 2 * a - y, a - y).axes
    assert [bar.get_height() for bar in top.patches] == pytest.approx(list(a))
    heights = [bar.get_height() for bar in low.patches]
    assert heights == pytest.approx([*(2 * a - y), *(a - y)])
    named = [bars.get_label() for bars in (*top.containers, *low.containers)]
    assert named == ["prediction $a_k$", r"$\delta_k=\partial C/\partial z_k$", "$a_k-y_k$"]


def test_a_widgets_picture_is_a_small_png():
    assert len(png(PairRace().figure())) < 60_000
