"""The figures of chapter 9 plot the numbers that they are given."""

import numpy as np
import pytest

from softmax_book.figures import attention
from softmax_book.widgets import LostKey


def test_gradient_spread_plots_median_and_mean_of_both():
    rng = np.random.default_rng(0)
    norms = {name: [rng.uniform(0.1, 2, size=50) for _ in range(3)] for name in ("raw", "divided")}
    norms["raw"][2][1:] = 1e-12  # the median is below the floor
    (ax,) = attention.gradient_spread([16, 64, 256], norms).axes
    lines = [line.get_ydata() for line in ax.lines]
    expected = []
    for name in ("raw", "divided"):
        medians = [np.median(x) for x in norms[name]]
        expected += [np.maximum(medians, attention.FLOOR), [x.mean() for x in norms[name]]]
    for found, given in zip(lines, expected, strict=True):
        np.testing.assert_allclose(found, given)


def test_dispersion_plots_bound_weight_and_entropy():
    rng = np.random.default_rng(1)
    lengths = [4, 16, 64, 256]
    curves = {
        g: {name: rng.uniform(0.1, 0.9, size=(5, 4)) for name in ("top", "entropy")} for g in (2, 4)
    }
    bounds = {g: rng.uniform(0.5, 1, size=4) for g in (2, 4)}
    above, below = attention.dispersion(lengths, curves, bounds).axes
    assert "weight" in above.get_ylabel()
    assert "entropy" in below.get_ylabel()
    found = [line.get_ydata() for line in above.lines]
    expected = [row for g in (2, 4) for row in (bounds[g], curves[g]["top"].mean(axis=0))]
    np.testing.assert_allclose(found, [*expected, 1 / np.array(lengths)])
    found = [line.get_ydata() for line in below.lines]
    np.testing.assert_allclose(found, [curves[g]["entropy"].mean(axis=0) for g in (2, 4)])


@pytest.mark.parametrize("state", [{}, {"n": 64, "c": 0.2, "divide": False}])
def test_lost_key_plots_logits_rivals_and_weight(state):
    widget = LostKey(**state)
    above, below = widget.figure().axes
    rivals, key = (line.get_xdata() for line in above.lines)
    np.testing.assert_allclose(rivals, np.logaddexp.reduce(widget.distractors(widget.n)))
    np.testing.assert_allclose(key, widget.key())
    assert len(above.collections[0].get_segments()) == widget.n
    counts, weights = below.lines[0].get_data()
    np.testing.assert_allclose(weights, widget.weights(counts))
    (n,), (weight,) = below.lines[1].get_data()
    assert n == widget.n
    np.testing.assert_allclose(weight, widget.numbers()["weight"], atol=2e-2)
