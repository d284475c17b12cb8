"""One neuron's descent, against the loop written out and finite differences."""

import math

import numpy as np
import pytest

from softmax_src import numerical_gradient
from softmax_src.neuron import COSTS, descend, first_below, sigmoid_prime


def by_hand(w, b, cost, lr, steps, x, y):
    """The loop of the chapter's first cell, in plain Python."""
    outputs = []
    for _ in range(steps + 1):
        a = 1 / (1 + math.exp(-(w * x + b)))
        outputs.append(a)
        slope = (a - y) * (a * (1 - a) if cost == "quadratic" else 1)
        w, b = w - lr * slope * x, b - lr * slope
    return outputs


@pytest.mark.parametrize("cost", COSTS)
def test_descent_is_the_loop(cost):
    path = descend(1.5, -0.5, cost, lr=0.3, steps=50, x=2.0, y=1.0)
    expected = by_hand(1.5, -0.5, cost, 0.3, 50, 2.0, 1.0)
    np.testing.assert_allclose(path.a, expected, rtol=1e-12)
    np.testing.assert_allclose(path.z, path.weight * 2 + path.bias, rtol=1e-12)


@pytest.mark.parametrize("cost", COSTS)
def test_gradient_is_the_slope_of_the_cost(cost):
    path = descend(0.7, 0.2, cost, steps=0)

    def cost_at(z):
        return descend(float(z[0]), 0.0, cost, steps=0).cost[0]

    assert path.gradient[0] == pytest.approx(numerical_gradient(cost_at, [0.9])[0], rel=1e-7)


def test_stall_grows_as_the_formula_says():
    for z in (5, 6, 7):
        steps = first_below(descend(z, 0, "quadratic", lr=0.5, steps=1200).a, 0.5)
        assert math.exp(z) < steps < 1.2 * math.exp(z)


def test_the_slope_at_small_integers_and_bools_does_not_wrap_around():
    for z in (np.array([0, 200], np.uint8), np.array([-128, 127], np.int8), np.array([True])):
        np.testing.assert_array_equal(sigmoid_prime(z), sigmoid_prime(z.astype(float)))


def test_unknown_cost_is_refused():
    for cost, shown in (("hinge", "'hinge'"), (["quadratic"], r"\['quadratic'\]"), (7, "7")):
        with pytest.raises(ValueError, match=f"{shown}: choose one of quadratic, cross-entropy"):
            descend(1, 1, cost)


def test_steps_are_counted_from_none():
    assert len(descend(1, 1, steps=0).a) == 1
    with pytest.raises(ValueError, match="steps must be at least 0, not -1"):
        descend(1, 1, steps=-1)
    with pytest.raises(TypeError, match=r"steps must be an integer, not 2\.0"):
        descend(1, 1, steps=2.0)


def test_three_hundred_steps_of_the_quadratic_cost_by_default():
    path = descend(1, 1)
    assert len(path.a) == 301
    np.testing.assert_array_equal(path, descend(1, 1, "quadratic", steps=300))


def test_first_below_is_strict_and_may_be_never():
    assert first_below([0.9, 0.5, 0.4], 0.5) == 2
    assert first_below([0.9, 0.5], 0.5) is None
