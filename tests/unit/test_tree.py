"""Hierarchical softmax: products of sigmoids by hand, and a Huffman code's length."""

import itertools
import tracemalloc

import numpy as np
import pytest

from softmax_src import sigmoid
from softmax_src.tree import huffman_tree, tree_depths, tree_log_softmax, tree_loss

TREE = ((2, 0), (1, (4, 3)))  # nodes: 0 the root, 1 over 2 and 0, 2 on the right, 3 over 4 and 3
Z = np.random.default_rng(0).normal(0, 2, size=(6, 4))
S = sigmoid(Z)
BY_HAND = np.stack(
    [
        S[:, 0] * (1 - S[:, 1]),
        (1 - S[:, 0]) * S[:, 2],
        S[:, 0] * S[:, 1],
        (1 - S[:, 0]) * (1 - S[:, 2]) * (1 - S[:, 3]),
        (1 - S[:, 0]) * (1 - S[:, 2]) * S[:, 3],
    ],
    axis=1,
)


def test_by_hand():
    np.testing.assert_allclose(np.exp(tree_log_softmax(Z, TREE)), BY_HAND, rtol=1e-12)
    np.testing.assert_array_equal(tree_depths(TREE), [2, 2, 2, 3, 3])
    for label in range(5):
        y = np.full(6, label)
        np.testing.assert_allclose(tree_loss(Z, y, TREE), -np.log(BY_HAND[:, label]), rtol=1e-12)


def test_far_out_no_digit_is_lost():
    loss = tree_loss([[40.0, 40.0, 0, 0]], [2], TREE)
    assert loss[0] == pytest.approx(2 * np.exp(-40), rel=1e-12)
    assert tree_loss([[-800.0, 0, 0, 0]], [0], TREE)[0] == pytest.approx(800 + np.log(2))


def test_infinite_logits_close_a_side():
    a = np.exp(tree_log_softmax([np.inf, 0.0, 0, 0], TREE))
    np.testing.assert_allclose(a, [0.5, 0, 0.5, 0, 0], atol=1e-300)
    z = np.tile([np.inf, 0, 0, -np.inf], (3, 1))
    np.testing.assert_allclose(tree_loss(z, [0, 1, 3], TREE), [np.log(2), np.inf, np.inf])


def test_a_chain_of_a_thousand():
    tree = 1999
    for label in reversed(range(1999)):
        tree = (label, tree)
    a = np.exp(tree_log_softmax(np.zeros(1999), tree))
    assert a.sum() == pytest.approx(1)
    assert a[9] == pytest.approx(2.0**-10)


def test_a_deep_tree_is_walked_a_level_at_a_time():
    tree = 399
    for label in reversed(range(399)):
        tree = (label, tree)
    z = np.zeros((10, 399))
    tracemalloc.start()
    tree_log_softmax(z, tree)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * 400 * 400 * 8  # one number for each row, label and level


def test_types():
    z = Z.astype(np.float32)
    assert tree_log_softmax(z, TREE).dtype == np.float32
    assert tree_loss(z, np.zeros(6, int), TREE).dtype == np.float32
    assert tree_log_softmax([1], (np.int64(0), 1)).dtype == float


def all_trees(labels):
    """Yield every binary tree over these labels, whichever side comes first."""
    if len(labels) == 1:
        yield labels[0]
    for size in range(1, len(labels) // 2 + 1):
        for left in itertools.combinations(labels, size):
            right = tuple(x for x in labels if x not in left)
            yield from itertools.product(all_trees(left), all_trees(right))


@pytest.mark.parametrize("p", [[0.4, 0.3, 0.2, 0.1], [0.2] * 5, [0.6, 0.1, 0.1, 0.1, 0.1]])
def test_no_tree_is_shorter_than_huffmans(p):
    p = np.array(p)
    shortest = min(p @ tree_depths(tree) for tree in all_trees(tuple(range(len(p)))))
    assert p @ tree_depths(huffman_tree(p)) == pytest.approx(shortest)


@pytest.mark.parametrize(
    ("tree", "error", "says"),
    [
        ((0, 0), ValueError, "the label 0 twice"),
        ((1, 2), ValueError, "must be 0 to 1"),
        ((0, 1, 2), TypeError, "tree must be tuples of two, down to integers"),
        ((0, [1, 2]), TypeError, "tree must be tuples of two, down to integers"),
        ((0, True), TypeError, "tree must be tuples of two, down to integers"),
        ((0, "a"), TypeError, "tree must be tuples of two, down to integers; it holds 'a'"),
        (((0, 1), 2), ValueError, "2 logits for 3 labels, not 4"),
    ],
)
def test_bad_trees(tree, error, says):
    with pytest.raises(error) as raised:
        tree_log_softmax(Z, tree)
    assert says in str(raised.value)


def test_bad_arguments():
    with pytest.raises(ValueError, match="4 logits for 5 labels, not 3"):
        tree_log_softmax(Z[0, :3], TREE)
    with pytest.raises(ValueError, match=r"z \(N, 4\) and y \(N,\) are needed"):
        tree_loss(Z, [0], TREE)
    with pytest.raises(IndexError, match=r"y\[0\] is 5"):
        tree_loss(Z, [5] * 6, TREE)
    with pytest.raises(TypeError, match="labels must be integers"):
        tree_loss(Z, [0.0] * 6, TREE)
    for p in ([[0.5, 0.5]], [1.0], [0.5, -0.5], [0.5, np.nan]):
        with pytest.raises(ValueError, match=r"^p must be a vector"):
            huffman_tree(p)
    with pytest.raises(TypeError, match="p has dtype"):
        huffman_tree(["a", "b"])


def test_a_sum_that_a_half_cannot_hold_is_infinite():
    z = np.float16([[-60000, -60000, 0, 0]])
    assert tree_log_softmax(z, TREE)[0, 2] == -np.inf
    assert tree_loss(z, [2], TREE)[0] == np.inf


def test_a_word_that_never_comes_has_its_leaf():
    assert sorted(tree_depths(huffman_tree([0.5, 0.5, 0.0]))) == [1, 2, 2]


def test_a_label_alone_is_certain():
    assert tree_depths(0).tolist() == [0]
    np.testing.assert_array_equal(tree_log_softmax(np.zeros((2, 0)), 0), [[0], [0]])


def test_the_smallest_integer_has_a_negative():
    smallest = np.array([np.iinfo(np.int64).min])
    np.testing.assert_array_equal(tree_log_softmax(smallest, (0, 1)), [-(2.0**63), 0.0])
    assert tree_loss(smallest[None], [0], (0, 1)) == 2.0**63
