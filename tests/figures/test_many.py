"""The figures of chapter 8 plot the numbers that they are given."""

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.figures import many
from softmax_src.vocabulary import SIZES, logit_bytes

MB, GB = 1e6, 1e9


def test_growth_plots_the_measured_peaks_near_the_formula():
    run = load_run("vocabulary_cost")
    axes = many.growth(run).axes
    for ax, name in zip(axes, ("by_words", "by_tokens"), strict=True):
        results = run["results"][name]
        for way, formula, marks in zip(
            ("full", "chunked"), ax.lines[::2], ax.lines[1::2], strict=True
        ):
            measured = np.median(results[way], axis=1) / MB
            np.testing.assert_array_equal(marks.get_xdata(), results["size"])
            np.testing.assert_allclose(marks.get_ydata(), measured)
            np.testing.assert_allclose(formula.get_ydata(), measured, rtol=0.05)


def test_pull_plots_shares_and_bias():
    groups = ["a", "b"]
    shares = {"full": [0.5, 0.5], "corrected": [0.4, 0.6], "uncorrected": [0.9, 0.1]}
    bias = {
        "uniform": ([0.2, 0.02], [0.01, 0.001], [0.3, 0.03]),
        "frequencies": ([0.1, 0.01], [0.01, 0.001], [0.1, 0.01]),
    }
    top, bottom = many.pull(groups, shares, [10, 100], bias).axes
    for bars, share in zip(top.containers, shares.values(), strict=True):
        np.testing.assert_allclose([bar.get_height() for bar in bars], share)
    drawn = [list(line.get_ydata()) for line in bottom.lines]
    for measured, _, predicted in bias.values():
        assert measured in drawn
        assert predicted in drawn


def test_singular_values():
    values = {"one": np.geomspace(1, 1e-16, 8), "two": np.geomspace(1, 1e-3, 8)}
    (ax,) = many.singular_values(values, 3).axes
    for line, expected in zip(ax.lines, values.values(), strict=False):
        np.testing.assert_array_equal(line.get_ydata(), expected)
    assert set(ax.lines[2].get_xdata()) == {4.5}


def test_few_bits():
    offsets = np.arange(-30, 31)
    errors = {"open": 0.01 + np.abs(offsets) / 1000, "sure": 0.005 + np.abs(offsets) / 2000}
    (ax,) = many.few_bits(offsets, errors).axes
    for line, expected in zip(ax.lines, errors.values(), strict=False):
        np.testing.assert_array_equal(line.get_xdata(), offsets)
        np.testing.assert_array_equal(line.get_ydata(), expected)


@pytest.mark.parametrize("dtype", SIZES)
def test_logit_memory_marks_the_chosen_vocabulary(dtype):
    (ax,) = many.logit_memory(8192, 50_000, 2048, dtype).axes
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    for dot, chunk in zip(dots, (None, 2048), strict=True):
        expected = logit_bytes(8192, 50_000, SIZES[dtype], chunk) / GB
        assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (50_000, pytest.approx(expected))
        words, gb = dot.axes.lines[ax.lines.index(dot) - 1].get_data()
        assert np.interp(50_000, words, gb) == pytest.approx(expected, rel=0.01)
