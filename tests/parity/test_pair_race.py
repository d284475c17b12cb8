"""The race: its data are the committed run's, and its judgements are right."""

import json
import math

import numpy as np
import pytest

from softmax_src.data import load_run
from softmax_src.widgets.pair_race import TITLES, PairRace, lanes, learning_rates

MODULE = "pair_race.mjs"


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


def test_the_page_holds_little():
    widget = PairRace()
    assert set(widget.races) == {f"{start}/{rates}" for start, rates in TITLES}
    assert len(json.dumps(widget.state())) < 20_000


def test_finishing_agrees_with_the_widgets_numbers(node):
    for start, rates in TITLES:
        widget = PairRace(start=start, rates=rates)
        means = {pair: race["accuracy"][0] for pair, race in _race(widget).items()}
        found = node(MODULE, "Object.values(data).map((curve) => m.finish(curve))", means)
        expected = [None if e == "never" else e for e in widget.numbers()["epochs_to_90"].values()]
        assert found == expected


def test_finish_needs_ninety_percent(node):
    curves = [[0.1, 0.9, 0.2], [0.1, 0.899, 0.95], [0.1, 0.5, 0.899]]
    assert node(MODULE, "data.map((curve) => m.finish(curve))", curves) == [1, 2, None]


def test_the_order_of_two_runners(node):
    early, late, stuck, lower = [0, 0.9, 0.9], [0, 0, 0.95], [0, 0.6, 0.6], [0, 0.7, 0.5]
    pairs = [[early, late], [late, stuck], [stuck, lower], [lower, early], [early, early]]
    found = node(MODULE, "data.map(([p, q]) => Math.sign(m.compare(p, q)))", pairs)
    assert found == [-1, -1, -1, 1, 0]


def test_a_guess_is_judged_by_the_pairs_that_it_orders_well(node):
    curves = {"a": [0, 0.9], "b": [0.9, 0.9], "c": [0, 0.5], "d": [0, 0.9]}  # b, then a = d, c
    guesses = [
        ["b", "a", "d", "c"],
        ["b", "d", "a", "c"],
        ["c", "a", "d", "b"],
        ["a", "b", "d", "c"],
    ]
    expression = "data.guesses.map((guess) => m.wellOrdered(guess, data.curves))"
    assert node(MODULE, expression, {"curves": curves, "guesses": guesses}) == [6, 6, 1, 5]


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


def _race(widget):
    return widget.races[f"{widget.start}/{widget.rates}"]
