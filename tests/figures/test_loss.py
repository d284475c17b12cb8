"""The figures of the loss chapter plot what they say, by numbers of other origin."""

import math

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.figures import loss
from softmax_src.stepwise import DTYPES


def lines(ax):
    return [line.get_xydata() for line in ax.lines]


def test_loss_over_the_margin_is_softplus():
    _, right = loss.what_an_answer_costs().axes
    m, C = lines(right)[0].T
    np.testing.assert_allclose(C, np.logaddexp(0, -m), rtol=1e-12)


def test_log_sum_exp_stays_between_its_bounds():
    left, right = loss.log_sum_exp_bounds().axes
    lse, low, high = (xy[:, 1] for xy in lines(left)[:3])
    assert np.all(low < lse)
    assert np.all(lse < high)
    starts = [xy[0, 1] for xy in lines(right) if len(xy) == 400]
    np.testing.assert_allclose(starts, np.log([2, 10, 1000]), rtol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
def test_inspector_shows_log1p_flat_and_lse_with_a_hole(dtype):
    axes = loss.float_inspector(5.0, dtype, "lse").axes
    full = -math.log10(np.finfo(dtype).eps)
    assert np.all(lines(axes[3])[0][:, 1] == full)
    u, kept = lines(axes[2])[0].T
    first_loss = 2 * np.sinh(u[(kept == 0) & (u > 0)][0])
    bits = {"float16": 11, "float32": 24, "float64": 53}[dtype]
    assert first_loss == pytest.approx(bits * math.log(2), rel=0.03)


def test_symbols_are_found_where_digits_are_lost():
    values = np.array([np.inf, np.inf, 1.0, 0.0, np.nan, 0.0])
    kept = np.array([0, 0, 5, 0, 0, 7])
    assert loss.symbols(values, kept) == [("∞", 0, 1), ("0", 3, 3), ("nan", 4, 4)]


def test_clipping_shows_every_seed():
    run = load_run("clipping")
    for ax, key in zip(loss.clipping(run).axes, ["dead_at_start", "final_accuracy"], strict=True):
        assert ("accuracy" in ax.get_title("left")) == ("accuracy" in key)
        points = [xy for xy in lines(ax) if len(xy) == len(run["seeds"])]
        for xy, values in zip(points, run["results"][key], strict=True):
            np.testing.assert_array_equal(xy[:, 1], sorted(values))


def test_smoothed_loss_is_least_at_the_marked_gap():
    (ax,) = loss.label_smoothing(10, (0.1,)).axes
    (lead, C), (gap, _) = (xy.T for xy in lines(ax))
    assert gap[0] == pytest.approx(math.log(91))
    assert lead[C.argmin()] == pytest.approx(math.log(91), abs=0.02)
    y = np.full(10, 0.01)
    y[0] = 0.91
    assert C.min() == pytest.approx(-np.sum(y * np.log(y)), abs=1e-4)


def test_double_softmax_plots_medians_and_the_floor():
    run = load_run("double_softmax")
    left, right = loss.double_softmax(run).axes
    assert "accuracy" in left.get_title("left")
    assert "cost" in right.get_title("left")
    for xy, name in zip(lines(left), ("once", "twice"), strict=True):
        median = np.median(run["results"][name]["test_accuracy"], axis=0)
        np.testing.assert_array_equal(xy[:, 1], median)
    assert lines(right)[-1][0, 1] == pytest.approx(1.461, abs=5e-4)


def test_bars_end_at_the_cross_entropy():
    y = np.array([0.7, 0.2, 0.1])
    (ax,) = loss.cross_entropy_parts(y, {"uniform": np.zeros(3), "true": np.log(y)}).axes
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
    entropy = 0.8018185525433372  # mpmath, dps = 30
    np.testing.assert_allclose(ends, [entropy, math.log(3), entropy, entropy], rtol=1e-12)
