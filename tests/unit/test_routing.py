"""Router weights against sorting by hand."""

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax

from softmax_src.routing import router_weights

Z = np.random.default_rng(0).normal(size=(20, 8))


@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_the_same_experts_with_other_weights(k):
    renormalised, plain = router_weights(Z, k), router_weights(Z, k, renormalise=False)
    np.testing.assert_array_equal(renormalised > 0, plain > 0)
    for z, b, a in zip(Z, renormalised, plain, strict=True):
        top = sorted(range(8), key=lambda i: -z[i])[:k]
        assert set(np.flatnonzero(b)) == set(top)
        np.testing.assert_allclose(b[top], scipy_softmax(z[top]), rtol=1e-13)
        np.testing.assert_allclose(a[top], scipy_softmax(z)[top], rtol=1e-13)
        np.testing.assert_allclose(b, a / a.sum(), rtol=1e-13)


def test_ties_masks_and_bad_rows():
    np.testing.assert_array_equal(router_weights([1.0, 1, 1], 2), [0.5, 0.5, 0])
    np.testing.assert_array_equal(router_weights([0.0, -np.inf, -np.inf], 2), [1, 0, 0])
    for renormalise in (True, False):
        for row in ([np.nan, 0.0], [np.inf, 0.0], [-np.inf, -np.inf]):
            assert np.isnan(router_weights(row, 1, renormalise)).all()


def test_of_many_ties_the_first_are_taken():
    many = np.tile([0.0, 1.0], 500)  # so many that an unstable sort mixes them
    np.testing.assert_array_equal(np.flatnonzero(router_weights(many, 3)), [1, 3, 5])


def test_a_bad_row_spoils_no_other():
    rows = router_weights([[np.nan, 0.0], [1.0, 1.0]], 2)
    np.testing.assert_array_equal(rows, [[np.nan, np.nan], [0.5, 0.5]])


def test_experts_along_any_axis():
    for renormalise in (True, False):
        rows = router_weights(Z, 3, renormalise)
        np.testing.assert_array_equal(router_weights(Z.T, 3, renormalise, axis=0).T, rows)


def test_types():
    assert router_weights(np.array([3, 1, 2], np.uint8), 2).dtype == float
    for renormalise in (True, False):
        assert router_weights(Z.astype(np.float16), 2, renormalise).dtype == np.float16


@pytest.mark.parametrize(
    ("z", "k", "error", "message"),
    [
        (Z, 0, ValueError, "k must be at least 1, not 0"),
        (Z, 9, ValueError, "k must be at most 8, the number of experts, not 9"),
        (Z, 2.0, TypeError, "k must be an integer, not 2.0"),
        (Z, True, TypeError, "k must be an integer, not True"),
        (1.0, 1, TypeError, "single number"),
    ],
)
def test_what_is_refused(z, k, error, message):
    with pytest.raises(error, match=message):
        router_weights(z, k)
