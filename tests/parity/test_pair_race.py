"""The race: the page judges runners and guesses as the widget's numbers do."""

from softmax_book.widgets.pair_race import TITLES, PairRace

MODULE = "pair_race.mjs"


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


def _race(widget):
    return widget.races[f"{widget.start}/{widget.rates}"]
