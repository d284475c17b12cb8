"""The figures of the first chapter, against numbers of other origin."""

import math

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.figures import slowdown
from softmax_src.neuron import sigmoid_prime


def lines(ax):
    return [line.get_xydata() for line in ax.lines]


def test_slope_is_largest_in_the_middle():
    z = np.linspace(-6, 6, 1201)
    assert z[sigmoid_prime(z).argmax()] == pytest.approx(0)
    _, right = slowdown.sigmoid_and_slope(3.0).axes
    assert lines(right)[1][0, 1] == pytest.approx(math.exp(-3) / (1 + math.exp(-3)) ** 2)


def test_quadratic_gradient_is_largest_at_two_thirds():
    _, right = slowdown.costs_and_gradients().axes
    z, gradient = lines(right)[0].T
    assert gradient.max() == pytest.approx(4 / 27, abs=1e-4)
    assert z[gradient.argmax()] == pytest.approx(math.log(2), abs=0.03)


def test_widget_picture_shades_the_stall():
    _, right = slowdown.single_neuron(3, 2, 0.5, "quadratic").axes
    (band,) = right.patches
    assert band.get_x() + band.get_width() == 150
    ((_, alone),) = (xy.T for xy in lines(right))  # the second cost has not been met yet
    assert alone[0] == 1
    assert alone[100] > 0.95
    _, right = slowdown.single_neuron(3, 2, 0.5, "cross-entropy").axes
    quadratic, entropy = (xy[:, 1] for xy in lines(right))
    np.testing.assert_array_equal(quadratic, alone)
    assert entropy[0] == 1
    assert entropy[100] < 0.01


@pytest.mark.parametrize(
    ("weight", "bias", "words"),
    [
        (1, 1.2, "stall:\n1 step"),
        (2, 2, "stall:\n53 steps"),
        (2, 6, "stall: over\n300 steps"),
    ],
)
def test_widget_picture_counts_its_steps(weight, bias, words):
    _, right = slowdown.single_neuron(weight, bias, 0.5, "quadratic").axes
    assert words in [text.get_text() for text in right.texts]


def test_digits_figures_show_every_seed():
    run = load_run("slow_start")
    (ax,) = slowdown.wrong_start(run).axes
    points = [xy for xy in lines(ax) if len(xy) == len(run["seeds"])]
    final = [curve[-1] for curve in run["results"]["race"]["softmax+nll"]["30"]["test_accuracy"]]
    np.testing.assert_array_equal(points[0][:, 0], sorted(final))
    for place, pair in enumerate(run["results"]["pairs"]):
        assert ax.get_yticks()[place] == place
        assert ax.get_yticklabels()[place].get_text() == slowdown.PAIR_NAMES[pair]
    run = load_run("saturated_hidden")
    top, low = slowdown.saturated_hidden(run).axes
    drawn = lines(top)[-1], lines(low)[5], lines(low)[11]
    for xy, key in zip(drawn, ("test_accuracy", "slope_before", "slope_after"), strict=True):
        np.testing.assert_allclose(xy[:, 1], np.mean(run["results"][key], axis=1))
    heights = {text.get_text(): text.xy[1] for text in low.texts}
    assert heights == {"before training": drawn[1][0, 1], "after it": drawn[2][0, 1]}


def test_steps_are_plotted_as_counted():
    (ax,) = slowdown.steps_to_half(
        [1, 2], {"quadratic": [7, 16], "cross-entropy": [2, 3]}, 0.5
    ).axes
    assert lines(ax)[2].tolist() == [[1, 7], [2, 16]]
