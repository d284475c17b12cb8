"""The heat-map's maths in JavaScript against NumPy's eigenvalues of softmax_src's Jacobian."""

import numpy as np
import pytest

from softmax_book.figures.properties import CORNERS, PLANE
from softmax_src import softmax, softmax_jacobian

MODULE = "simplex_heatmap.mjs"
LOGITS = [
    [0.0, 0.0, 0.0], [1.2, 0.6, -1.8], [8.0, -8.0, -8.0], [3.0, 3.0, -8.0], [-8.0, 8.0, 7.9],
    [0.1, 0.1, 0.3], *np.random.default_rng(0).uniform(-8, 8, size=(40, 3)).tolist(),
]  # fmt: skip


def test_eigenvalues(node):
    a = softmax(LOGITS)
    computed = node(MODULE, "data.map(m.eigenvalues)", a)
    expected = np.linalg.eigvalsh(softmax_jacobian(LOGITS))[:, 1:]
    # LAPACK is right to an ulp of the largest eigenvalue, so the smaller is compared with that.
    np.testing.assert_allclose(computed, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(np.prod(computed, axis=1), 3 * a.prod(axis=1), rtol=1e-12)


def test_eigenvalues_on_the_rim(node):
    rim = [[1, 0, 0], [0.5, 0.5, 0], [0, 0.25, 0.75]]
    assert node(MODULE, "data.map(m.eigenvalues)", rim) == [[0, 0], [0, 0.5], [0, 0.375]]


def test_jacobian_in_the_plane(node):
    computed = node(MODULE, "data.map(m.inPlane)", softmax(LOGITS))
    expected = PLANE @ softmax_jacobian(LOGITS) @ PLANE.T
    np.testing.assert_allclose(computed, expected, rtol=1e-12, atol=1e-15)


def test_places_and_the_way_back(node):
    a = softmax(LOGITS)
    np.testing.assert_allclose(node(MODULE, "data.map(m.place)", a), a @ CORNERS, atol=1e-15)
    inner = softmax(LOGITS[1:2] + LOGITS[5:6])
    back = node(MODULE, "data.map((a) => m.outputsAt(m.place(a)))", inner)
    np.testing.assert_allclose(back, inner, atol=1e-15)
    np.testing.assert_allclose(softmax(node(MODULE, "data.map(m.logitsOf)", inner)), inner)


@pytest.mark.parametrize("place", [[-1, -1], [0.5, 9], [2, 0], [0, 0]])
def test_a_place_outside_is_moved_inside(node, place):
    a = np.array(node(MODULE, "m.outputsAt(data)", place))
    assert np.all(a > 0)
    assert a.sum() == pytest.approx(1, abs=1e-15)
