"""What the figures of appendix B plot."""

import numpy as np

from softmax_book.data import load_run
from softmax_book.figures import multilabel
from softmax_book.figures.style import PAPER


def test_filled_and_empty_dots_show_the_attributes():
    y = np.array([[1, 0], [1, 1], [0, 0]])
    ax = multilabel.attributes(np.zeros((3, 64)), [7, 8, 9], y, ["first", "second"]).axes[0]
    lines = ax.get_lines()
    assert [line.get_xdata().tolist() for line in lines] == [[0, 1], [2], [1], [0, 2]]
    filled = [line.get_markerfacecolor() != PAPER for line in lines]
    assert filled == [True, False, True, False]
    assert len(ax.images) == 3
    assert {text.get_text() for text in ax.texts} == {"7", "8", "9", "first", "second"}


def test_three_ways_plots_every_seed_of_the_run():
    results = load_run("multilabel")["results"]
    left, right = multilabel.three_ways(results).axes
    marks = [line.get_xdata() for line in left.get_lines() if len(line.get_xdata()) == 5]
    for name, plotted in zip(
        ["softmax_over_combinations", "sigmoids", "softmax_over_attributes"], marks, strict=True
    ):
        np.testing.assert_array_equal(plotted, results[name]["exact_match"])
    ways = {tick.get_position()[1]: tick.get_text() for tick in left.get_yticklabels()}
    assert "combinations" in ways[0]
    assert "sigmoids" in ways[-1]
    sums = [line.get_ydata() for line in right.get_lines() if len(line.get_xdata()) == 5]
    np.testing.assert_array_equal(sums, list(results["mean_sum_of_sigmoids"].values()))
