"""Sampled softmax against the full one: by enumeration of all samples, and by simulation."""

import itertools
import tracemalloc

import numpy as np
import pytest

from softmax_src import logsumexp, softmax, softmax_loss
from softmax_src.sampled import sampled_logits, sampled_softmax_loss

rng = np.random.default_rng(0)
V, D, N = 5, 3, 4
H, W, Y = rng.normal(size=(N, D)), rng.normal(size=(V, D)), np.array([0, 4, 2, 2])
Q = np.array([0.1, 0.3, 0.2, 0.25, 0.15])
PAIRS = np.array(list(itertools.product(range(V), repeat=2)))  # all samples of two words
CHANCE = Q[PAIRS].prod(axis=1)  # and how often each comes up


def test_the_normaliser_is_right_on_average():
    z = np.stack([sampled_logits(H, W, Y, pair, Q) for pair in PAIRS])  # (V², N, 3)
    estimate = CHANCE @ np.exp(logsumexp(z))
    np.testing.assert_allclose(estimate, np.exp(logsumexp(H @ W.T)), rtol=1e-13)


def test_the_mean_loss_is_too_small():
    each = [sampled_softmax_loss(H, W, Y, pair, Q, reduction="none") for pair in PAIRS]
    assert (CHANCE @ np.stack(each) < softmax_loss(H @ W.T, Y, reduction="none")).all()


def test_a_proposal_in_proportion_to_the_softmax_is_exact_but_for_hits():
    z = H[:1] @ W.T
    q = softmax(z)[0]
    q[Y[0]] = 0.0  # the others alone, in proportion to the softmax
    q /= q.sum()
    loss = sampled_softmax_loss(H[:1], W, Y[:1], [1, 3, 3, 2], q)
    assert loss == pytest.approx(softmax_loss(z, Y[:1]), rel=1e-14)


def test_uncorrected_it_is_the_loss_of_other_logits():
    m = 400_000
    sample = np.random.default_rng(1).choice(V, size=m, p=Q)
    loss = sampled_softmax_loss(H[:1], W, Y[:1], sample, Q, correct=False)
    z = H[0] @ W.T
    others = np.arange(V) != Y[0]
    expected = np.log(m * (Q * np.exp(z))[others].sum()) - z[Y[0]]
    assert loss == pytest.approx(expected, abs=0.01)  # 5 standard errors


def test_hits_do_not_count_twice():
    z = sampled_logits(H, W, Y, [0, 4, 2], Q)
    assert (np.isneginf(z[:, 1:]) == (np.array([0, 4, 2]) == Y[:, None])).all()
    np.testing.assert_allclose(z[:, 0], (H @ W.T)[np.arange(N), Y], rtol=1e-14)


def test_one_sample_for_all_or_one_for_each():
    shared = sampled_logits(H, W, Y, [1, 3], Q)
    each = sampled_logits(H, W, Y, [[1, 3]] * N, Q)
    np.testing.assert_allclose(shared, each, rtol=1e-14)


def test_nothing_as_large_as_all_rows_of_all_samples_is_made():
    n, m, d = 60, 50, 40
    h, weights, labels = np.ones((n, d)), np.ones((99, d)), np.zeros(n, int)
    for sample in (np.ones(m, int), np.ones((n, m), int)):
        tracemalloc.start()
        sampled_logits(h, weights, labels, sample, np.full(99, 1 / 99))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < n * m * d * 8 / 4


@pytest.mark.parametrize("shape", [(0,), (0, 2), (0, 0)])
def test_without_tokens(shape):
    z = sampled_logits(np.zeros((0, D)), W, np.zeros(0, int), np.zeros(shape, int), Q)
    assert z.shape == (0, 1 + shape[-1])


@pytest.mark.parametrize("kinds", [(np.uint64, np.int64), (np.int64, np.uint64)])
def test_labels_and_samples_are_integers_of_any_kind(kinds):
    y, sample = (np.array(x, kind) for x, kind in zip((Y, [1, 3]), kinds, strict=True))
    np.testing.assert_array_equal(
        sampled_logits(H, W, y, sample, Q), sampled_logits(H, W, Y, [1, 3], Q)
    )


def test_other_types():
    z = sampled_logits(H.astype(np.float32), W.astype(np.float16), Y, [1, 3], Q)
    assert z.dtype == float
    np.testing.assert_allclose(z, sampled_logits(H, W, Y, [1, 3], Q), rtol=0.01)
    assert sampled_softmax_loss([[1]], [[0], [2]], [1], [0], [0.5, 0.5]).dtype == float


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"h": H[0]}, ValueError, "h (N, d) and W (V, d)"),
        ({"W": W[:, :2]}, ValueError, "h (N, d) and W (V, d)"),
        ({"h": "h"}, TypeError, "h has dtype <U1"),
        ({"W": "W"}, TypeError, "W has dtype <U1"),
        ({"q": "q"}, TypeError, "q has dtype <U1"),
        ({"y": Y[:2]}, ValueError, "y must have the shape (4,)"),
        ({"y": Y + 1}, IndexError, "y[1] is 5"),
        ({"sample": [5]}, IndexError, "sample[0] is 5"),
        ({"sample": [0.5]}, TypeError, "sample must be integers"),
        ({"sample": 1}, ValueError, "sample must be (m,) or (4, m)"),
        ({"sample": [[1], [2]]}, ValueError, "sample must be (m,) or (4, m)"),
        ({"q": Q[:3]}, ValueError, "q must have the shape (5,)"),
        ({"q": 2 * Q}, ValueError, "row of q must be prob"),
        ({"q": np.array([-0.1, 0.5, 0.2, 0.25, 0.15])}, ValueError, "row of q must be prob"),
        ({"q": np.full(5, np.nan)}, ValueError, "row of q must be prob"),
        ({"q": np.array([0.25, 0, 0.25, 0.25, 0.25])}, ValueError, "the word 1, which q never"),
        (
            {"h": H[:1], "y": Y[:1], "sample": [1], "q": np.array([0.25, 0, 0.25, 0.25, 0.25])},
            ValueError,
            "the word 1, which q never",
        ),
    ],
)
def test_bad_arguments_are_named(change, error, says):
    arguments = {"h": H, "W": W, "y": Y, "sample": [1, 3], "q": Q} | change
    with pytest.raises(error) as raised:
        sampled_logits(**arguments)
    assert says in str(raised.value)


def test_reductions():
    each = sampled_softmax_loss(H, W, Y, [1, 3], Q, reduction="none")
    assert sampled_softmax_loss(H, W, Y, [1, 3], Q) == pytest.approx(each.mean())
    assert sampled_softmax_loss(H, W, Y, [1, 3], Q, reduction="sum") == pytest.approx(each.sum())
    with pytest.raises(ValueError, match="reduction must be"):
        sampled_softmax_loss(H, W, Y, [1, 3], Q, reduction="all")
