"""four_outputs.mjs marks the half-point, and the triangle's point, where softmax_src has them."""

import numpy as np
import pytest

from softmax_book.figures.definition import CORNERS
from softmax_book.widgets import FourOutputs
from softmax_src import softmax

MODULE = "four_outputs.mjs"
LOGITS = [[2.5, -1, 3.2, 0.5], [8, 8, 8, 8], [-5, -5, -5, 8], [8, -5, 0, 3], [0, 0, 0, 0]]
STATES = [(z, T) for z in LOGITS for T in (0.1, 1, 2.5, 10)]


@pytest.mark.parametrize(("z", "T"), STATES)
def test_half_point(node, z, T):
    half = node(MODULE, "m.halfPoint(data.z, data.T)", {"z": z, "T": T})
    assert half == pytest.approx(FourOutputs(z=z, T=T).numbers()["half"], rel=1e-12)
    assert softmax([*z[:3], half], temperature=T)[3] == pytest.approx(0.5, rel=1e-12)


def test_shares_and_their_point_in_the_triangle(node):
    expression = "data.map(([z, T]) => [m.shares(z, T), m.inTriangle(m.shares(z, T), 1, 1)])"
    for (z, T), (shares, point) in zip(STATES, node(MODULE, expression, STATES), strict=True):
        expected = softmax(z[:3], temperature=T)
        np.testing.assert_allclose(shares, expected, rtol=1e-12, atol=1e-300)
        x, y = expected @ CORNERS  # y grows upwards there, downwards on the screen
        np.testing.assert_allclose(point, [x, 1 - y / CORNERS[1, 1]], rtol=1e-12, atol=1e-12)


def test_names_keep_their_distance_and_their_order(node):
    module = "static/plot.mjs"
    spread = node(module, "m.spread(data, 0.1, 0, 1)", [0.5, 0.5, 0.02, 0.99, 0.97])
    order = np.argsort([0.5, 0.5, 0.02, 0.99, 0.97], kind="stable")
    assert np.diff(np.array(spread)[order]).min() >= 0.1 - 1e-12
    assert min(spread) >= 0
    assert max(spread) <= 1
