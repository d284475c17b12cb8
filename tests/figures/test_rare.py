"""The numbers that the figures of chapter 7 plot."""

import re

import numpy as np
import pytest
from scipy.stats import norm

from softmax_book.figures import rare
from softmax_src import focal_minimiser, focal_to_probabilities, risk_coverage

RNG = np.random.default_rng(0)


def _lines(ax):
    return [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in ax.lines]


def test_two_priors_scale_the_bells_and_shift_the_logit():
    train, use = np.array([0.95, 0.05]), np.array([0.5, 0.5])
    above, middle, below = rare.two_priors((-1.0, 1.0), train, use).axes
    for ax, prior in ((above, train), (middle, use)):
        for k, (x, y) in enumerate(_lines(ax)):
            np.testing.assert_allclose(y, prior[k] * norm.pdf(x, (-1, 1)[k]))
    titles = [ax.get_title("left") for ax in (above, middle)]
    assert titles == ["in training: 95% and 5%", "in use: 50% and 50%"]
    halves = {text.get_text(): text.xy[0] for text in below.texts}
    assert halves == pytest.approx({"in training": np.log(19) / 2, "in use": 0}, abs=0.02)
    (x, a), _, (_, b), (half, _) = _lines(below)
    logit = np.log(b / (1 - b)) - np.log(a / (1 - a))
    np.testing.assert_allclose(logit[50:-50], np.log(19), rtol=1e-9)
    assert half[0] == pytest.approx(0, abs=0.02)


def test_cures_plot_every_split_and_the_mean():
    names = {"plain": "plain", "focal": "focal"}
    keys = ("balanced_accuracy", "balanced_nll", "nll")
    run = {name: {key: RNG.random(4).tolist() for key in keys} for name in names}
    for ax, key in zip(rare.cures(run, names).axes, keys, strict=True):
        words = set(re.findall(r"\w+", ax.get_title("left").lower()))
        assert words & {"balanced", "accuracy", "nll"} == set(key.split("_"))
        for row, name in enumerate(names):
            dots, mean = _lines(ax)[2 * row : 2 * row + 2]
            np.testing.assert_array_equal(dots[0], run[name][key])
            assert mean[0][0] == pytest.approx(np.mean(run[name][key]))
            assert set(dots[1]) == {row}


def test_the_focal_map_can_be_read_backwards():
    (ax,) = rare.focal_map((0, 1, 2, 5)).axes
    for (p, a), gamma in zip(_lines(ax), (0, 1, 2, 5), strict=True):
        np.testing.assert_allclose(a[100], 0.5)
        z = np.log(np.column_stack([a, 1 - a])[1:-1])
        np.testing.assert_allclose(focal_to_probabilities(z, gamma)[:, 0], p[1:-1], atol=1e-8)
        assert a[180] == pytest.approx(focal_minimiser([0.9, 0.1], gamma)[0])


def test_all_pairs_are_there_once_in_rising_order():
    pairs = [(i, j) for i in range(10) for j in range(i + 1, 10)]
    auc = {key: RNG.random((45, 3)).tolist() for key in ("energy", "probability")}
    (ax,) = rare.all_pairs(pairs, auc).axes
    (xb, better), (xw, worse), _, (at, gain) = _lines(ax)
    y = np.concatenate([worse, better])
    expected = np.mean(np.subtract(auc["energy"], auc["probability"]), axis=1)
    np.testing.assert_allclose(y, np.sort(expected))
    assert np.all(worse <= 0)
    assert np.all(better > 0)
    assert sorted([*xb, *xw]) == list(range(45))
    assert gain[0] == pytest.approx(expected[pairs.index((8, 9))])
    assert at[0] == np.searchsorted(np.sort(expected), gain[0])
    energy, probability = ax.get_ylabel().split("minus", 1)
    assert "LSE" in energy
    assert "max a" in probability


def test_risk_and_coverage_curves_are_those_given():
    right = RNG.random(50) < 0.8
    curves = {name: risk_coverage(RNG.random(50), right) for name in "ab"}
    (ax,) = rare.risk_and_coverage(curves, {"a": "one", "b": "other"}).axes
    for (x, y), curve in zip(_lines(ax), curves.values(), strict=True):
        np.testing.assert_array_equal(x, curve.coverage)
        np.testing.assert_array_equal(y, curve.risk)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["one", "other"]
    assert ax.get_xlabel().startswith("coverage")


def test_the_law_of_the_coverage_has_the_weight_of_what_was_seen():
    coverage = RNG.binomial(300, RNG.beta(271, 30, size=2000)) / 300
    (ax,) = rare.coverage_law(coverage, n=300, m=300, k=271).axes
    (x, law), _ = _lines(ax)
    assert law.sum() / 3 == pytest.approx(2000, rel=1e-6)  # a bar spans three counts
    assert x[law.argmax()] == pytest.approx(0.90, abs=0.01)
    heights = np.array([bar.get_height() for bar in ax.patches])
    assert heights.sum() == 2000
    middles = np.array([bar.get_x() + bar.get_width() / 2 for bar in ax.patches])
    predicted = np.interp(middles, x, law)
    assert np.abs(heights - predicted).max() < 5 * np.sqrt(predicted.max())


def test_what_is_not_promised_shows_means_and_ranges():
    def run():
        return {"by_class": RNG.random((3, 10)), "by_noise": {"coverage": RNG.random((3, 5))}}

    lac, aps, strengths = run(), run(), [4, 5, 6, 7, 8]
    left, right = rare.what_is_not_promised(lac, aps, strengths).axes
    for k, each in enumerate((lac, aps)):
        np.testing.assert_allclose(_lines(left)[k][1], each["by_class"].mean(axis=0))
        np.testing.assert_allclose(_lines(right)[k][1], each["by_noise"]["coverage"].mean(axis=0))
        ends = np.array([s[:, 1] for s in left.collections[k].get_segments()])
        np.testing.assert_allclose(ends[:, 0], each["by_class"].min(axis=0))
        np.testing.assert_allclose(ends[:, 1], each["by_class"].max(axis=0))
    assert _lines(right)[2][1] == pytest.approx([0.9, 0.9])


def test_sets_stand_below_their_pictures():
    pictures = RNG.random((7, 64))
    sets = [[1], [], [2, 3], [4], [5], [6], [0, 9]]
    fig = rare.digit_sets(pictures, [1, 1, 3, 4, 5, 7, 9], sets, "title")
    titles = [ax.get_title() for ax in fig.axes][:7]
    assert titles == ["{1}", "∅  not 1", "{2, 3}", "{4}", "{5}", "{6}  not 7", "{0, 9}"]
    np.testing.assert_array_equal(fig.axes[3].images[0].get_array(), pictures[3].reshape(8, 8))
    assert len(fig.axes[7].images) == 0
