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
CASES = [
    [z, *knobs]
    for z in LOGITS
    for knobs in itertools.product(
        (0.1, 1.0, 4.0), (1, 3, 8), (0.05, 0.333, 0.9, 0.9999, 1.0), (0.0, 0.05, 0.5, 1.0), ORDERS
    )
]


def test_the_lists_are_the_same(node):
    assert node(MODULE, "m.TOKENS") == TOKENS
    assert node(MODULE, "m.CUTS") == CUTS


def test_the_same_tokens_survive_with_the_same_probabilities(node):
    found = np.array(node(MODULE, "data.map((row) => m.truncatedDistribution(...row))", CASES))
    expected = np.array(
        [
            truncated_distribution(z, T, k, p, min_p=min_p, order=ORDERS[order])
            for z, T, k, p, min_p, order in CASES
        ]
    )
    np.testing.assert_array_equal(found > 0, expected > 0)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def test_without_min_p_and_order_it_is_what_it_was(node):
    """Addresses and callers from before these two knobs mean what they meant."""
    cases = [row[:4] for row in CASES[::7]]
    found = np.array(node(MODULE, "data.map((row) => m.truncatedDistribution(...row))", cases))
    expected = np.array([truncated_distribution(*row) for row in cases])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def test_the_same_cut_takes_a_token_out(node):
    cases = [row for row in CASES if min(row[0]) >= -10 and max(row[0]) <= 10]
    found = node(MODULE, "data.map((row) => m.cutBy(...row))", cases[::5])
    for row, by in zip(cases[::5], found, strict=True):
        z, T, k, p, m, order = row
        assert Sampling(z=z, T=T, k=k, p=p, m=m, order=order).cut_by() == by
