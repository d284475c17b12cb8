"""Laws of chapter 8's functions, over shapes, chunks, trees and numbers that Hypothesis chooses."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src import log_softmax, logsumexp, softmax, softmax_loss, softmax_loss_gradient
from softmax_src.few_bits import soft_cap, to_bfloat16, z_loss_gradient
from softmax_src.sampled import sampled_logits
from softmax_src.tree import huffman_tree, tree_depths, tree_log_softmax, tree_loss
from softmax_src.vocabulary import linear_cross_entropy

small = st.floats(-5, 5)


@st.composite
def layers(draw):
    """Draw hidden states, weights and labels."""
    n, d, v = (draw(st.integers(1, most)) for most in (4, 4, 9))
    h = draw(hnp.arrays(float, (n, d), elements=small))
    W = draw(hnp.arrays(float, (v, d), elements=small))
    return h, W, draw(hnp.arrays(int, n, elements=st.integers(0, v - 1)))


@given(layers(), st.integers(1, 12))
def test_chunks_do_not_matter(layer, chunk):
    h, W, y = layer
    z = h @ W.T
    delta = softmax_loss_gradient(z, y, reduction="sum")
    expected = softmax_loss(z, y, reduction="sum"), delta @ W, delta.T @ h
    got = linear_cross_entropy(h, W, y, chunk, reduction="sum")
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-11)


@given(layers(), st.integers(1, 12), st.integers(0, 4))
def test_sums_over_tokens_add_up(layer, chunk, cut):
    h, W, y = layer
    whole = linear_cross_entropy(h, W, y, chunk, reduction="sum")
    one, two = (
        linear_cross_entropy(h[part], W, y[part], chunk, reduction="sum")
        for part in (slice(cut), slice(cut, None))
    )
    np.testing.assert_allclose(whole[0], one[0] + two[0], rtol=1e-12)
    np.testing.assert_allclose(whole[2], one[2] + two[2], rtol=1e-10, atol=1e-12)


@given(layers(), st.data())
def test_the_rank_of_log_probabilities(layer, data):
    h, W, _ = layer
    bound = min(h.shape[1] + 1, *h.shape[:1], len(W))
    log_a = log_softmax(h @ W.T)
    singular = np.linalg.svd(log_a, compute_uv=False)
    assert (singular[bound:] <= 1e-12 * max(1.0, singular[0])).all()


@given(layers(), st.data())
def test_every_word_sampled_once_from_a_uniform_proposal_is_the_full_softmax(layer, data):
    h, W, y = layer
    v = len(W)
    z = sampled_logits(h, W, y, np.arange(v), np.full(v, 1 / v))
    np.testing.assert_allclose(logsumexp(z), logsumexp(h @ W.T), rtol=1e-12, atol=1e-12)


def trees(labels):
    """Return a strategy of binary trees over these labels, in this order."""
    if len(labels) == 1:
        return st.just(labels[0])
    return st.integers(1, len(labels) - 1).flatmap(
        lambda cut: st.tuples(trees(labels[:cut]), trees(labels[cut:]))
    )


@given(st.permutations(range(7)).flatmap(lambda p: trees(tuple(p))), st.data())
def test_a_tree_of_sigmoids_is_normalised(tree, data):
    z = data.draw(hnp.arrays(float, (3, 6), elements=st.floats(-800, 800)))
    log_a = tree_log_softmax(z, tree)
    np.testing.assert_allclose(np.exp(log_a).sum(axis=1), 1, rtol=1e-13)
    for label in range(7):
        np.testing.assert_array_equal(tree_loss(z, np.full(3, label), tree), -log_a[:, label])


@given(hnp.arrays(float, st.integers(2, 40), elements=st.floats(0.001, 1)))
def test_huffmans_depth_lies_between_the_entropy_and_one_more(p):
    p /= p.sum()
    depth, entropy = p @ tree_depths(huffman_tree(p)), -p @ np.log2(p)
    assert entropy - 1e-9 <= depth < entropy + 1


@given(hnp.arrays(float, 6, elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_bfloat16_is_idempotent_monotone_and_odd(x):
    x = np.sort(x)
    y = to_bfloat16(x)
    assert (y[1:] >= y[:-1]).all()
    np.testing.assert_array_equal(to_bfloat16(y), y)
    np.testing.assert_array_equal(to_bfloat16(-x), -y)


@given(hnp.arrays(float, 6, elements=st.floats(2.0**-126, 1e38)))
def test_bfloat16_is_within_a_part_in_256(x):
    assert (np.abs(to_bfloat16(x).astype(float) - x) <= x * 2.0**-8).all()


@given(hnp.arrays(float, 6, elements=st.floats(-300, 300)), st.floats(0.1, 100))
def test_a_cap_bounds_every_pair_of_odds(z, cap):
    a = softmax(soft_cap(z, cap))
    assert a.max() <= a.min() * np.exp(2 * cap) * (1 + 1e-9)


@given(hnp.arrays(float, 6, elements=st.floats(-50, 50)), st.floats(0, 1))
def test_the_z_loss_pulls_by_a_share_for_each_class(z, weight):
    pull = z_loss_gradient(z, weight)
    share = 2 * weight * logsumexp(z) * softmax(z)
    np.testing.assert_allclose(pull, share, rtol=1e-13, atol=1e-322)  # subnormals have few digits
