"""The single neuron's JavaScript descends as softmax_src's network does."""

import numpy as np
import pytest

from softmax_src.neuron import COSTS, descend, first_below, sigmoid_prime

MODULE = "single_neuron.mjs"


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("start", [(3, 2, 0.5), (-1, -1, 2.0), (4, 4, 0.1), (0.3, -0.7, 1.0)])
def test_same_path(node, cost, start):
    weight, bias, lr = start
    path = node(MODULE, f'm.descend(...data, "{cost}", {lr})', [weight, bias])
    expected = descend(weight, bias, cost, lr, steps=300)
    for name in ("z", "a", "cost", "gradient"):
        np.testing.assert_allclose(path[name], getattr(expected, name), rtol=1e-11, atol=1e-14)
    for level in (0.9, 0.5, 0.0):
        step = node(MODULE, f"m.firstBelow(data, {level})", path["a"])
        assert step == (-1 if (i := first_below(expected.a, level)) is None else i)


def test_same_slope(node):
    z = np.linspace(-700, 700, 141)
    slope = node(MODULE, "data.map(m.slopeOfSigmoid)", z)
    np.testing.assert_allclose(slope, sigmoid_prime(z), rtol=1e-12, atol=0)
