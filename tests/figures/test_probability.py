"""The numbers that chapter 3's figures plot, against numbers found another way."""

import numpy as np
import pytest
from scipy import special, stats

from softmax_book.data import load_run
from softmax_book.figures import probability
from softmax_src.calibration import reliability_bins


def widths(ax):
    return [bar.get_width() for bar in ax.patches]


def test_gallery_draws_the_pictures_and_the_outputs():
    rng = np.random.default_rng(0)
    pixels, a = rng.integers(0, 17, (3, 64)), rng.dirichlet(np.ones(10), 3)
    labels = [int(a[0].argmax()), int(a[1].argmin()), int(a[2].argmax())]
    fig = probability.gallery(pixels, labels, a)
    above, below = fig.axes[:3], fig.axes[3:]
    for k in range(3):
        np.testing.assert_array_equal(above[k].images[0].get_array(), pixels[k].reshape(8, 8))
        np.testing.assert_allclose(widths(below[k]), a[k])
    hatched = [i for i, bar in enumerate(below[1].patches) if bar.get_hatch()]
    assert hatched == [labels[1]], "the right class of a wrong answer"
    assert not any(bar.get_hatch() for k in (0, 2) for bar in below[k].patches)
    assert "read as" in above[1].get_title(loc="center")


def test_signed_gaps_are_those_of_the_pooled_bins():
    run = load_run("calibration")["results"]
    ax = probability.signed_gaps(run["bins"], run["bins_T"]).axes[0]
    assert ax.get_ylabel() == "confidence − accuracy"
    for container, bins in zip(ax.containers, (run["bins"], run["bins_T"]), strict=True):
        x, gap = container[0].get_data()
        n = np.array([sum(seed[0][b] for seed in bins) for b in range(15)])
        assert len(x) == np.sum(n >= 20)
        # the pooled gap, weighted, is mean confidence minus accuracy
        pooled = np.sum(gap * n[n >= 20]) / n.sum()
        key = "confidence" if bins is run["bins"] else "confidence_T"
        expected = np.mean(run[key]) - np.mean(run["accuracy"])
        assert pooled == pytest.approx(expected, abs=1e-3)


def test_every_sum_is_in_the_histogram():
    sums = load_run("digits_gallery")["results"]["sums_of_sigmoids"]["example"]
    ax = probability.sums_of_sigmoids(sums).axes[0]
    assert sum(bar.get_height() for bar in ax.patches) == len(sums) == 500


def test_only_the_softmax_keeps_its_odds_under_a_shift():
    z = np.array([1.0, -1.0, 0.5])
    lines = probability.log_odds_under_shift(z).axes[0].lines
    shift = lines[0].get_xdata()
    softmax, softplus, sigmoids = (line.get_ydata() for line in lines)
    np.testing.assert_allclose(softmax, 2, rtol=1e-12)
    expected = np.log(np.log1p(np.exp(1 + shift)) / np.log1p(np.exp(shift - 1)))
    np.testing.assert_allclose(softplus, expected, rtol=1e-9)
    expected = special.log_expit(1 + shift) - special.log_expit(shift - 1)
    np.testing.assert_allclose(sigmoids, expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("normalise", ["normalised_sigmoids", "normalised_softplus"])
def test_the_other_normalisers_are_distributions_too(normalise):
    a = getattr(probability, normalise)(np.random.default_rng(1).normal(0, 3, (20, 5)))
    assert np.all(a > 0)
    np.testing.assert_allclose(a.sum(axis=1), 1)


def test_maximum_entropy_points_have_their_mean_and_beat_their_line():
    s, means = np.array([0.0, 1.0, 3.0]), [0.8, 1.6, 2.4]
    fig = probability.maximum_entropy(s, means)
    points = [line for line in fig.axes[0].lines if line.get_marker() == "o"]
    assert len(points) == 3
    for point, mean in zip(points, means, strict=True):
        x, y = point.get_xydata()[0]
        p3 = y / (np.sqrt(3) / 2)
        p = np.array([1 - x - p3 / 2, x - p3 / 2, p3])
        assert p @ s == pytest.approx(mean)
        along = np.array([2.0, -3.0, 1.0])  # keeps the sum and the mean
        for step in (-1e-3, 1e-3):
            assert stats.entropy(p + step * along) < stats.entropy(p)


def test_constraint_lines_keep_their_mean_and_end_on_an_edge():
    s = np.array([0.0, 1.0, 3.0])
    for mean in (0.8, 1.6, 2.4):
        ends = probability._line_ends(s, mean)
        np.testing.assert_allclose(ends @ s, mean)
        np.testing.assert_allclose(ends.sum(axis=1), 1)
        assert np.all(ends >= 0)
        assert np.all((ends == 0).any(axis=1))
        assert not np.allclose(*ends)


def test_gumbel_curves_are_gumbel_densities_and_bars_are_shares():
    z, counts = [1.0, 0.0, 2.0], [20, 10, 70]
    left, right = probability.gumbel(z, counts).axes
    for line, mode in zip(left.lines, z, strict=True):
        np.testing.assert_allclose(
            line.get_ydata(), stats.gumbel_r(loc=mode).pdf(line.get_xdata()), rtol=1e-9, atol=1e-300
        )
    np.testing.assert_allclose([bar.get_height() for bar in right.patches], [0.2, 0.1, 0.7])
    np.testing.assert_allclose(right.lines[0].get_ydata(), special.softmax(z))


def test_reliability_sticks_reach_from_confidence_to_accuracy():
    rng = np.random.default_rng(2)
    z, labels = rng.normal(0, 3, (400, 6)), rng.integers(0, 6, 400)
    fig = probability.reliability(z, labels, {"T = 1": 1.0, "T = 2": 2.0})
    for ax, T in zip(fig.axes, (1, 2), strict=True):
        sticks, markers = ax.collections
        bins = reliability_bins(special.softmax(z / T, axis=1), labels, 15)
        assert f"T = {T}:" in ax.get_title("left")
        assert ax.get_xlabel() == "confidence"
        full = bins.counts > 0
        ends = np.array([path.vertices for path in sticks.get_paths()])  # (bins, 2, 2)
        np.testing.assert_allclose(ends[:, 0, 0], bins.confidence[full])
        np.testing.assert_allclose(ends[:, 0, 1], bins.confidence[full])
        np.testing.assert_allclose(ends[:, 1, 1], bins.accuracy[full])
        np.testing.assert_allclose(markers.get_offsets()[:, 1], bins.accuracy[full])
        area = markers.get_sizes() - 9
        np.testing.assert_allclose(area / area.sum(), bins.counts[full] / 400)


def test_a_drawing_beside_its_outputs():
    rng = np.random.default_rng(3)
    pixels, a, s = rng.integers(0, 17, 64), rng.dirichlet(np.ones(10)), rng.random(10)
    picture, middle, right = probability.drawn_digit(pixels, a, s).axes
    np.testing.assert_array_equal(picture.images[0].get_array(), pixels.reshape(8, 8))
    np.testing.assert_allclose(widths(middle), a)
    np.testing.assert_allclose(widths(right), s)
    assert f"{s.sum():.2f}" in right.get_title(loc="left")


def test_the_posterior_of_bells_is_bayes_rule():
    means, prior, sd = [-2, 0, 3], [0.3, 0.3, 0.4], 1.5
    top, bottom = probability.two_bells(means, prior, sd).axes
    x = top.lines[0].get_xdata()
    joint = np.array([w * stats.norm(m, sd).pdf(x) for m, w in zip(means, prior, strict=True)])
    np.testing.assert_allclose([line.get_ydata() for line in top.lines], joint)
    np.testing.assert_allclose([line.get_ydata() for line in bottom.lines], joint / joint.sum(0))
