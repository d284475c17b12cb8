"""The sampling widget: JavaScript draws from the same distribution as softmax_src."""

import itertools

import numpy as np

from softmax_book.widgets.sampling import CUTS, ORDERS, TOKENS, Sampling
from softmax_src import truncated_distribution

MODULE = "sampling.mjs"
rng = np.random.default_rng(8)
SPLIT = [np.log(7), np.log(2), 0, *[-np.inf] * 5]  # .7, .2 and .1: p = .9 is reached by two
LOGITS = [
    *rng.normal(0, 2, size=(20, 8)).tolist(),
    Sampling().z,
    [0.0] * 8,
    [10, 10, -10, -10, 10, 3, 3, -10],
    [1000, 999, 0, -1000, 500, 999.5, 1000, 2],
    SPLIT,
]
# T, k, p, min-p and the order.
KNOBS = list(
    itertools.product(
        (0.1, 1.0, 4.0), (1, 3, 8), (0.05, 0.333, 0.9, 0.9999, 1.0), (0.0, 0.05, 0.5, 1.0), ORDERS
    )
)
CASES = [[z, *knobs] for knobs in KNOBS for z in LOGITS]


def test_the_lists_are_the_same(node):
    assert node(MODULE, "m.TOKENS") == TOKENS
    assert node(MODULE, "m.CUTS") == CUTS


def test_the_same_tokens_survive_with_the_same_probabilities(node):
    found = np.array(node(MODULE, "data.map((row) => m.truncatedDistribution(...row))", CASES))
    expected = np.concatenate(  # all rows at once for each setting of the knobs
        [
            truncated_distribution(LOGITS, T, k, p, min_p=min_p, order=ORDERS[order])
            for T, k, p, min_p, order in KNOBS
        ]
    )
    np.testing.assert_array_equal(found > 0, expected > 0)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def test_without_min_p_and_order_it_is_what_it_was(node):
    """Addresses and callers from before these two knobs mean what they meant."""
    knobs = dict.fromkeys(row[:3] for row in KNOBS)  # each T, k and p once
    cases = [[z, *row] for row in knobs for z in LOGITS]
    found = np.array(node(MODULE, "data.map((row) => m.truncatedDistribution(...row))", cases))
    expected = np.concatenate([truncated_distribution(LOGITS, *row) for row in knobs])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def test_the_same_cut_takes_a_token_out(node):
    cases = [row for row in CASES if min(row[0]) >= -10 and max(row[0]) <= 10]
    found = node(MODULE, "data.map((row) => m.cutBy(...row))", cases[::11])
    widget = Sampling()  # one for all: to make it takes longer than to set it
    for row, by in zip(cases[::11], found, strict=True):
        widget.z, widget.T, widget.k, widget.p, widget.m, widget.order = row
        assert widget.cut_by() == by
