"""What single widgets make of their data: the numbers that they say, and what they refuse."""

import json
import math

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, roc_auc_score
from traitlets import TraitError

from softmax_book.data import load_run
from softmax_book.widgets import RankStrip, ThresholdRoc
from softmax_book.widgets.delta_bars import TARGETS, DeltaBars
from softmax_book.widgets.pair_race import TITLES, PairRace, lanes, learning_rates
from softmax_src import logsumexp, numerical_gradient, one_vs_rest_margin, softmax


@pytest.mark.parametrize("target", TARGETS)
def test_the_widgets_gradient_is_that_of_the_cost(target):
    widget = DeltaBars(target=target)
    y = np.array(TARGETS[target])
    by_differences = numerical_gradient(lambda z: y @ (logsumexp(z) - z), widget.z)
    np.testing.assert_allclose(widget.gradient(), by_differences, rtol=0, atol=1e-9)


def test_the_lanes_are_mean_least_and_most_of_the_run():
    run = load_run("slow_start")
    for start, scale in {"default": "1", "wrong": "30"}.items():
        for rates, table in {"common": "race", "own": "tuned_race"}.items():
            found = lanes(run, start, rates)
            for pair in run["results"]["pairs"]:
                seeds = run["results"][table][pair][scale]["test_accuracy"]
                for epoch in (0, 7, 40):
                    values = [curve[epoch] for curve in seeds]
                    mean, least, most = (found[pair][i][epoch] for i in range(3))
                    assert mean == pytest.approx(math.fsum(values) / len(values))
                    assert (least, most) == (min(values), max(values))


def test_both_choices_of_rates():
    run = load_run("slow_start")
    assert set(learning_rates(run, "wrong", "common").values()) == {0.03}
    assert learning_rates(run, "default", "own") == run["results"]["best_rate"]


def test_a_race_takes_little_of_a_page():
    widget = PairRace()
    assert set(widget.races) == {f"{start}/{rates}" for start, rates in TITLES}
    assert len(json.dumps(widget.state())) < 20_000


def test_the_race_that_the_chapter_tells():
    """Facts that the chapter states; they hold with a margin for another processor's numbers."""
    run = load_run("slow_start")
    for rates in ("common", "own"):
        final = {p: np.mean(lane[0][-1]) for p, lane in lanes(run, "wrong", rates).items()}
        matched = min(final["softmax+nll"], final["sigmoid+cross-entropy"])
        assert matched > 0.94
        assert max(final["softmax+quadratic"], final["sigmoid+quadratic"]) < 0.7
    own = PairRace(start="default", rates="own").numbers()["epochs_to_90"]
    assert max(own.values()) <= 5


def test_two_numbers_an_example_are_enough():
    example = load_run("one_vs_rest")["results"]["example"]
    z, labels = np.array(example["z"]), np.array(example["labels"])
    quiet = RankStrip(z, labels, k=3).numbers()
    assert quiet["auc_a"] == pytest.approx(roc_auc_score(labels == 3, softmax(z)[:, 3]), abs=6e-4)
    loud = RankStrip(z, labels, k=3, size=30, kind="adversarial").numbers()
    assert loud["auc_a"] == quiet["auc_a"]
    assert loud["auc_z"] < 0.02


def test_the_rank_strips_numbers_are_those_of_its_picture():
    example = load_run("one_vs_rest")["results"]["example"]
    z, labels = np.array(example["z"]), np.array(example["labels"])
    assert RankStrip(z, labels, k=8).numbers() == RankStrip(z, labels, k=8, size=10).numbers()


@pytest.mark.parametrize(
    ("z", "labels", "k"),
    [([[0.0, 1]], [0, 1], 0), ([[0.0, 1], [1, 0]], [0, 1], 2), ([[0.0, 1], [1, 0]], [0, 0], 0)],
)
def test_rank_strip_refuses(z, labels, k):
    with pytest.raises(TraitError):
        RankStrip(z, labels, k)


@pytest.mark.parametrize("t", [-20.0, -3.25, 0.0, 20.0])
def test_the_threshold_counts_as_scikit_learn(t):
    example = load_run("calibration")["results"]["example"]
    positive = np.array(example["labels"]) == 8
    widget = ThresholdRoc(one_vs_rest_margin(np.array(example["z"]))[:, 8], positive, k=8, t=t)
    (tn, fp), (fn, tp) = confusion_matrix(positive, np.array(widget.margin) >= t, labels=[0, 1])
    numbers = widget.numbers()
    assert [numbers[key] for key in ("tp", "fp", "fn", "tn")] == [tp, fp, fn, tn]


def test_a_large_count_is_not_rounded():
    widget = ThresholdRoc(np.ones(1235), np.arange(1235) > 0, k=8, t=0)
    assert "tp = 1234, fp = 1, " in repr(widget)


def test_threshold_roc_refuses():
    with pytest.raises(TraitError):
        ThresholdRoc([1.0, 2.0], [1], k=0)
    with pytest.raises(TraitError):
        ThresholdRoc([1.0, 2.0], [1, 1], k=0)
