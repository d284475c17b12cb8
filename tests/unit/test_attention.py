"""Attention and its relatives: values from mpmath and by hand, masks, and what is refused."""

import tracemalloc

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize

from softmax_src.heads import (
    attention,
    attention_weights,
    dispersion_bound,
    softmax1,
    sparsemax,
)

INF, NAN = np.inf, np.nan
rng = np.random.default_rng(5)
Q, K, V = rng.normal(size=(3, 16)), rng.normal(size=(5, 16)), rng.normal(size=(5, 2))
CAUSAL = np.tril(np.ones((3, 5), dtype=bool))


def by_mpmath(q, k, scale, mask, zero_logit=False):
    """Return the weights of each query, one exponential at a time, in 50 digits."""
    weights = np.zeros((len(q), len(k)))
    with mpmath.workdps(50):
        for i, j in np.ndindex(weights.shape):
            e = [
                mpmath.exp(scale * mpmath.fdot(map(float, q[i]), map(float, key))) if see else 0
                for key, see in zip(k, mask[i], strict=True)
            ]
            weights[i, j] = e[j] / (mpmath.fsum(e) + zero_logit)
    return weights


@pytest.mark.parametrize("zero_logit", [False, True])
@pytest.mark.parametrize("mask", [np.ones((3, 5), dtype=bool), CAUSAL])
@pytest.mark.parametrize("scale", [None, 1.0, -2.5, 40.0])
def test_weights_and_answers_are_those_of_mpmath(scale, mask, zero_logit):
    on_paper = by_mpmath(Q, K, 0.25 if scale is None else scale, mask, zero_logit)
    options = {"mask": mask, "scale": scale, "zero_logit": zero_logit}
    a = attention_weights(Q, K, **options)
    np.testing.assert_allclose(a, on_paper, rtol=1e-11, atol=1e-300)
    for tile in (None, 1, 2, 5, 9):
        answer = attention(Q, K, V, tile=tile, **options)
        np.testing.assert_allclose(answer, on_paper @ V, rtol=1e-11, atol=1e-13)


def test_heads_and_batches_share_as_in_a_product():
    q, k, v = rng.normal(size=(2, 4, 3, 8)), rng.normal(size=(4, 6, 8)), rng.normal(size=(4, 6, 2))
    mask = rng.random(size=(2, 1, 3, 6)) < 0.7
    mask[..., 0] = True
    found = attention(q, k, v, mask, tile=4)
    assert found.shape == (2, 4, 3, 2)
    for b, h in np.ndindex(2, 4):
        one = attention_weights(q[b, h], k[h], mask[b, 0]) @ v[h]
        np.testing.assert_allclose(found[b, h], one, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("tile", [None, 2])
def test_a_query_that_may_look_at_nothing(tile):
    mask = np.array([[True] * 5, [False] * 5, [True] * 5])
    answer = attention(Q, K, V, mask, tile=tile)
    np.testing.assert_array_equal(np.isnan(answer).any(axis=1), [False, True, False])
    np.testing.assert_array_equal(np.isnan(attention_weights(Q, K, mask)[1]), True)
    sunk = attention(Q, K, V, mask, zero_logit=True, tile=tile)
    np.testing.assert_array_equal(sunk[1], 0)
    assert np.isfinite(sunk).all()
    assert np.isnan(attention(Q, K[:0], V[:0])).all()
    assert attention(np.stack([Q, Q]), K[:0], V[:0], tile=tile).shape == (2, 3, 2)
    assert attention(np.ones((2, 0, 16)), K, V, tile=tile).shape == (2, 0, 2)
    np.testing.assert_array_equal(attention(Q, K[:0], V[:0], zero_logit=True), np.zeros((3, 2)))


def test_a_masked_key_may_be_anything_and_a_masked_value_not():
    mask = [True, True, True, True, False]
    k, v = K.copy(), V.copy()
    k[4] = NAN
    np.testing.assert_array_equal(attention(Q, k, V, mask), attention(Q, K, V, mask))
    v[4] = NAN
    assert np.isnan(attention(Q, K, v, mask)).all()


def test_the_fault_of_subtracting_the_maximum():
    """The example of the chapter: the zero has to be shifted too."""
    z = np.array([-5.0, -6.0, -7.0])
    np.testing.assert_allclose(softmax1(z).sum(), 0.0100, atol=5e-5)
    e = np.exp(z - z.max())
    np.testing.assert_allclose((e / (1 + e.sum())).sum(), 0.6005, atol=5e-5)


def test_softmax1_against_mpmath():
    for scale in (0.1, 5, 300):
        z = rng.normal(0, scale, size=7)
        with mpmath.workdps(50):
            e = [mpmath.exp(float(x)) for x in z]
            expected = [float(x / (1 + mpmath.fsum(e))) for x in e]
        np.testing.assert_allclose(softmax1(z), expected, rtol=1e-15, atol=1e-300)


def test_products_that_overflow_leave_no_softmax_and_no_warning():
    assert np.isnan(attention_weights([[1e200]], [[1e200], [1.0]])).all()


def test_softmax1_at_infinities():
    np.testing.assert_array_equal(softmax1([-INF, -INF]), 0)
    np.testing.assert_array_equal(softmax1([0.0, -INF]), [0.5, 0])
    for bad in ([INF, 0.0], [NAN, 0.0]):
        assert np.isnan(softmax1(bad)).all()
    assert softmax1(np.zeros((2, 0))).shape == (2, 0)
    assert softmax1(np.float32([1, 2])).dtype == np.float32
    np.testing.assert_array_equal(softmax1(np.zeros((2, 3)), axis=0), 1 / 3)


def test_sparsemax_is_the_nearest_point_of_the_simplex():
    for _ in range(5):
        z = rng.normal(0, 1.5, size=5)
        found = minimize(
            lambda a, z=z: np.sum((a - z) ** 2), np.full(5, 0.2), jac=lambda a, z=z: 2 * (a - z),
            bounds=[(0, 1)] * 5, constraints={"type": "eq", "fun": lambda a: a.sum() - 1},
            method="SLSQP", options={"ftol": 1e-15, "maxiter": 500},
        )  # fmt: skip
        np.testing.assert_allclose(sparsemax(z), found.x, atol=1e-6)


def test_sparsemax_takes_each_row_by_itself():
    z = np.array([[1.0, 0.5, -3.0], [1e20, 1e20, 0.0]])
    np.testing.assert_array_equal(sparsemax(z), [[0.75, 0.25, 0], [0.5, 0.5, 0]])
    np.testing.assert_array_equal(sparsemax(z.T, axis=0), sparsemax(z).T)


def test_sparsemax_at_infinities():
    np.testing.assert_array_equal(sparsemax([-INF, 0.0, 0.0]), [0, 0.5, 0.5])
    np.testing.assert_array_equal(sparsemax([1e308, -1e308]), [1, 0])
    for bad in ([INF, 0.0], [NAN, 0.0], [-INF, -INF]):
        assert np.isnan(sparsemax(bad)).all()


def test_each_head_may_have_a_mask_of_its_own():
    masks = np.random.default_rng(0).random((4, 3, 5)) < 0.7
    each = [attention(Q, K, V, mask) for mask in masks]
    np.testing.assert_allclose(attention([Q] * 4, K, V, masks), each, rtol=1e-14)
    assert attention(Q, K[:0], V[:0], masks[..., :0]).shape == (4, 3, V.shape[1])  # of no keys, too


def test_the_bound_is_reached_and_holds():
    for spread, n in ((0.0, 7), (3.0, 1), (5.0, 100), (30.0, 10)):
        z = np.zeros(n)
        z[0] = spread
        top = np.exp(spread) / np.sum(np.exp(z))
        np.testing.assert_allclose(dispersion_bound(spread, n), top, rtol=1e-12)
    assert dispersion_bound(INF, 5) == 1
    assert dispersion_bound(3.0, 1000) < np.exp(3) / 1000


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda: attention(Q[0], K, V),
            ValueError,
            r"q has shape \(16,\) and k \(5, 16\); queries \(\.\.\., N, d\) and keys",
        ),
        (lambda: attention(Q, K[:, :4], V), ValueError, "same size d >= 1 are needed$"),
        (lambda: attention(np.ones((2, 3, 0)), K[:, :0], V), ValueError, "d >= 1"),
        (lambda: attention(Q[:, :0], K[:, :0], V), ValueError, "d >= 1"),
        (lambda: attention(Q, K, V[:3]), ValueError, r"v has shape \(3, 2\); 5 keys"),
        (lambda: attention(Q, K, V[:, 0]), ValueError, r"v has shape \(5,\)"),
        (lambda: attention(Q, K, V, CAUSAL * 1.0), TypeError, "mask has dtype float64; it must be"),
        (lambda: attention(Q, K, V, CAUSAL.T), ValueError, r"mask has shape \(5, 3\)"),
        (lambda: attention(Q, K, V, np.ones((4, 5), bool)), ValueError, "does not broadcast"),
        (lambda: attention(Q, K, V, scale="1"), TypeError, "scale must be a number, not '1'"),
        (lambda: attention(Q, K, V, scale=INF), ValueError, "scale must be finite, not inf"),
        (lambda: attention(Q, K, V, tile=0), ValueError, "tile must be at least 1, not 0"),
        (lambda: attention(1.0, K, V), TypeError, "q is a single number"),
        (lambda: attention(Q, ["a"], V), TypeError, "k has dtype"),
        (lambda: attention(Q, K, ["a"]), TypeError, "^v has dtype"),
        (lambda: attention(Q, K, V, "a"), TypeError, "^mask has dtype <U1; accepted"),
        (
            lambda: attention([Q] * 4, K, V, [CAUSAL] * 2),
            ValueError,
            r"^mask has shape \(2, 3, 5\)",
        ),
        (
            lambda: attention(Q, [K] * 4, V, [CAUSAL] * 2),
            ValueError,
            r"^mask has shape \(2, 3, 5\)",
        ),
        (
            lambda: attention(Q, [K] * 4, [V] * 2),
            ValueError,
            r"broadcast: q \(3, 16\), k \(4, 5, 16\), v \(2, 5, 2\)$",
        ),
        (
            lambda: attention(Q, K, [V] * 3, [CAUSAL] * 2),
            ValueError,
            r"broadcast: q \(3, 16\), k \(5, 16\), v \(3, 5, 2\), mask \(2, 3, 5\)$",
        ),
        (lambda: dispersion_bound(1.0, 10**5000), ValueError, "^n must fit a float, not some"),
        (lambda: dispersion_bound(1.0, 10**400), ValueError, "^n must fit a float, not 10+$"),
        (lambda: dispersion_bound(1.0, -(10**5000)), ValueError, "at least 1, not something too"),
        (lambda: dispersion_bound(-1.0, 3), ValueError, "spread must be at least 0, not -1.0"),
        (lambda: dispersion_bound(NAN, 3), ValueError, "spread must be at least 0, not nan"),
        (lambda: dispersion_bound(True, 3), TypeError, "spread must be a number, not True"),
        (lambda: dispersion_bound(1.0, 0), ValueError, "n must be at least 1, not 0"),
        (lambda: softmax1(2.0), TypeError, "z is a single number"),
        (lambda: sparsemax("abc"), TypeError, "z has dtype"),
    ],
)
def test_what_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_by_tiles_the_weights_are_never_stored():
    """The peak is far below the N × n matrix, and does not grow with the number of keys."""
    peaks = []
    for n in (2048, 8192):
        q, k, v = rng.normal(size=(512, 16)), rng.normal(size=(n, 16)), rng.normal(size=(n, 4))
        tracemalloc.start()
        attention(q, k, v, tile=64)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 512 * 2048 * 8 / 5
    assert peaks[1] < 1.5 * peaks[0]


def test_a_mask_of_one_answer_is_for_all():
    np.testing.assert_array_equal(attention(Q, K, V, True), attention(Q, K, V))
    assert np.isnan(attention(Q, K, V, np.False_)).all()


def test_leading_axes_that_do_not_fit_are_named():
    q, k, v = np.ones((2, 2, 3)), np.ones((3, 4, 3)), np.ones((4, 2))
    for call in (lambda: attention(q, k, v), lambda: attention_weights(q, k)):
        with pytest.raises(ValueError, match=r"broadcast: q \(2, 2, 3\), k \(3, 4, 3\)"):
            call()
