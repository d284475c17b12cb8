"""The sampling widget: JavaScript draws from the same distribution as softmax_src."""

import numpy as np

from softmax_book.widgets.sampling import TOKENS, Sampling
from softmax_src import truncated_distribution

MODULE = "sampling.mjs"
rng = np.random.default_rng(8)
LOGITS = [
    *rng.normal(0, 2, size=(20, 8)).tolist(),
    Sampling().z,
    [0.0] * 8,
    [10, 10, -10, -10, 10, 3, 3, -10],
    [1000, 999, 0, -1000, 500, 999.5, 1000, 2],
]
CASES = [
    [z, T, k, p]
    for z in LOGITS
    for T in (0.1, 1.0, 4.0)
    for k in (1, 3, 8)
    for p in (0.05, 0.333, 0.9, 0.9999, 1.0)
]


def test_the_two_lists_of_tokens_are_one(node):
    assert node(MODULE, "m.TOKENS") == TOKENS


def test_the_same_tokens_survive_with_the_same_probabilities(node):
    found = np.array(node(MODULE, "data.map((c) => m.truncatedDistribution(...c))", CASES))
    expected = np.array([truncated_distribution(z, T, k, p) for z, T, k, p in CASES])
    np.testing.assert_array_equal(found > 0, expected > 0)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)
