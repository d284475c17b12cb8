"""The δ bars: JavaScript gives what softmax_src gives."""

import numpy as np
import pytest

from softmax_book.widgets.delta_bars import TARGETS
from softmax_src import softmax, softmax_loss, softmax_loss_gradient

MODULE = "delta_bars.mjs"
rng = np.random.default_rng(5)
LOGITS = [
    *rng.normal(0, 3, size=(40, 4)).tolist(),
    [0, 0, 0, 0],
    [6, -6, 6, -6],
    [-6, -6, -6, -6],
    [2.5, -1, 3.2, 0.5],
]
CASES = [[z, y] for z in LOGITS for y in TARGETS.values()]


def test_the_two_tables_of_targets_are_one(node):
    assert node(MODULE, "m.TARGETS") == TARGETS


def test_delta_is_the_sum_of_the_classes_gradients(node):
    found = node(MODULE, "data.map(([z, y]) => m.delta(z, y))", CASES)
    expected = [np.array(y) @ [softmax_loss_gradient(z, k) for k in range(4)] for z, y in CASES]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_the_formula_that_may_be_wrong(node):
    found = node(MODULE, "data.map(([z, y]) => m.naive(z, y))", CASES)
    expected = [softmax(z) - y for z, y in CASES]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_cost_is_the_sum_of_the_classes_losses(node):
    found = node(MODULE, "data.map(([z, y]) => m.cost(z, y))", CASES)
    expected = [np.dot(y, [softmax_loss(z, k) for k in range(4)]) for z, y in CASES]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_a_dragged_bar_gets_the_probability_it_was_dragged_to(node):
    cases = [[z, k, p] for z in LOGITS for k in range(4) for p in (0.001, 0.3, 0.5, 0.999)]
    found = node(MODULE, "data.map(([z, k, p]) => m.logitFor(z, k, p))", cases)
    for (z, k, p), logit in zip(cases, found, strict=True):
        moved = np.array(z, dtype=float)
        moved[k] = logit
        assert softmax(moved)[k] == pytest.approx(p, rel=1e-12)
