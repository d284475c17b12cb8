"""Hierarchical softmax: a walk down a binary tree in place of one choice among V words.

A tree is a pair of subtrees; a leaf is a label: ``((0, 1), (2, 3))``. Inner nodes are numbered from
the root on, each before its left subtree and that before its right one. Each holds one logit: the
walk goes left with the probability :math:`\\sigma(z_i)`.
"""

from __future__ import annotations

import heapq
import itertools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.checks import Floats, Reals, as_labels, as_logits, float_dtype, shown

# A label, or a pair of trees.
Tree = Any


def tree_log_softmax(z: ArrayLike, tree: Tree) -> Floats:
    r"""Return the log-probabilities of all labels of a tree.

    .. math:: \log a_j = \sum_{i \text{ above } j} \log \sigma(\pm z_i)

    with + where the way to the leaf j goes left. Whatever the logits, the probabilities sum to 1:
    at each inner node :math:`\sigma(z_i) + \sigma(-z_i) = 1`.

    Derived in chapter 8 (sec-many-tree).

    Parameters
    ----------
    z : array_like, (..., V − 1)
        One logit for each inner node.
    tree : nested tuples of two, with the labels 0 to V − 1 as leaves
        Which leaf hangs where.

    Returns
    -------
    ndarray, (..., V)
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, or the tree holds anything other than pairs and
        integers.
    ValueError
        If the leaves are not the labels 0 to V − 1, or z does not have V − 1 logits.

    Notes
    -----
    A logit of ±inf closes one side of a node: its leaves have −inf. nan spreads to all below.

    References
    ----------
    F. Morin and Y. Bengio, "Hierarchical probabilistic neural network language model", AISTATS
    2005.

    Examples
    --------
    >>> a = np.exp(tree_log_softmax([0.0, 0.0], (0, (1, 2))))
    >>> print(a.round(6))
    [0.5  0.25 0.25]
    """
    z, nodes, signs = _checked(z, tree)
    with np.errstate(all="ignore"):
        total = np.zeros((*z.shape[:-1], len(nodes)))
        for level in range(nodes.shape[1]):  # not all at once: V² numbers where a tree is a chain
            node, sign = nodes[:, level], signs[:, level]
            total -= np.where(sign == 0, 0.0, np.logaddexp(0.0, -sign * z[..., node]))
        return total.astype(float_dtype(z))


def tree_loss(z: ArrayLike, y: ArrayLike, tree: Tree) -> Floats:
    r"""Take the negative log-likelihood of one label each: the nodes on its way, no others.

    .. math:: C = \sum_{i \text{ above } c} \log\bigl(1 + e^{\mp z_i}\bigr)

    Derived in chapter 8 (sec-many-tree).

    Parameters
    ----------
    z : array_like, (N, V − 1)
        One logit for each inner node.
    y : array_like of int, (N,)
        Labels.
    tree : nested tuples
        As for :func:`tree_log_softmax`.

    Returns
    -------
    ndarray, (N,)
        One loss for each example, of z's dtype (float64 for integers).

    Raises
    ------
    TypeError, ValueError
        As :func:`tree_log_softmax` does, and if y does not fit z.
    IndexError
        If a label is negative or ≥ V.

    Notes
    -----
    A logit of ±inf on the way costs 0 or +inf, and nan costs nan; nodes off the way do not matter.

    Examples
    --------
    >>> print(tree_loss([[0.0, 9.0]], [0], (0, (1, 2))).round(6))  # the second node is not asked
    [0.693147]
    """
    z, nodes, signs = _checked(z, tree)
    y = as_labels(y, len(nodes))
    if z.ndim != 2 or y.shape != z.shape[:1]:
        raise ValueError(f"z (N, {len(nodes) - 1}) and y (N,) are needed, not {z.shape}, {y.shape}")
    rows, way, sign = np.arange(len(y))[:, None], nodes[y], signs[y]  # (N, depth)
    with np.errstate(all="ignore"):
        steps = np.where(sign == 0, 0.0, np.logaddexp(0.0, -sign * z[rows, way]))
        return steps.sum(axis=-1).astype(float_dtype(z))


def huffman_tree(p: ArrayLike) -> Tree:
    r"""Build the tree in which the mean way to a leaf is shortest, of leaves with probabilities p.

    The two rarest subtrees are joined, again and again. The mean depth lies between the entropy of
    p in bits and one more.

    Derived in chapter 8 (sec-many-tree).

    Parameters
    ----------
    p : array_like, (V,)
        Probabilities or counts ≥ 0 of at least two labels.

    Returns
    -------
    tree : nested tuples of two
        With the labels 0 to V − 1 as leaves.

    Raises
    ------
    TypeError
        If p is not a plain array of real numbers.
    ValueError
        If p has not one axis, fewer than two entries, or one that is negative or not finite.

    Examples
    --------
    >>> huffman_tree([0.5, 0.25, 0.15, 0.1])
    (0, (1, (3, 2)))
    """
    p = as_logits(p, "p")
    if p.ndim != 1 or p.size < 2 or not (np.isfinite(p) & (p >= 0)).all():
        raise ValueError("p must be a vector of at least two finite numbers >= 0")
    count = itertools.count()  # settles ties: the tree that was made first
    heap: list[tuple[float, int, Tree]] = [(float(x), next(count), j) for j, x in enumerate(p)]
    heapq.heapify(heap)
    while len(heap) > 1:
        (x, _, left), (x2, _, right) = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (x + x2, next(count), (left, right)))
    return heap[0][2]


def tree_depths(tree: Tree) -> NDArray[np.intp]:
    """Return how many nodes lie above each label, which is what its loss costs.

    Derived in chapter 8 (sec-many-tree).

    Parameters
    ----------
    tree : nested tuples
        As for :func:`tree_log_softmax`.

    Returns
    -------
    ndarray of int, (V,)
        One number for each label.

    Raises
    ------
    TypeError, ValueError
        If it is not a tree, as for :func:`tree_log_softmax`.

    Notes
    -----
    Time and memory grow with V times the largest depth, so with the square of V for a chain.

    Examples
    --------
    >>> print(tree_depths((0, (1, 2))))
    [1 2 2]
    """
    return np.count_nonzero(_ways(tree)[1], axis=1)


def _ways(tree: Tree) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the nodes above each leaf, and ±1 for left or right, both (V, depth) padded by 0."""
    ways: dict[int, tuple[Any, ...]] = {}
    n_nodes = 0
    stack: list[tuple[Tree, tuple[Any, ...]]] = [(tree, ())]
    while stack:
        at, way = stack.pop()
        if isinstance(at, tuple) and len(at) == 2:
            left, right = at
            stack += [(right, (*way, (n_nodes, -1))), (left, (*way, (n_nodes, 1)))]
            n_nodes += 1
        elif isinstance(at, (int, np.integer)) and not isinstance(at, bool):
            if at in ways:
                raise ValueError(f"tree holds the label {at} twice")
            ways[int(at)] = way
        else:
            raise TypeError(f"tree must be tuples of two, down to integers; it holds {shown(at)}")
    if sorted(ways) != list(range(len(ways))):
        raise ValueError(f"the {len(ways)} leaves of the tree must be 0 to {len(ways) - 1}")
    table = np.zeros((len(ways), max(map(len, ways.values())), 2), dtype=int)
    for label, way in ways.items():
        table[label, : len(way)] = np.reshape(way, (-1, 2))
    return table[..., 0], table[..., 1]


def _checked(z: ArrayLike, tree: Tree) -> tuple[Reals, NDArray[np.intp], NDArray[np.intp]]:
    """Return the logits, and the ways of the tree, if they fit."""
    z = as_logits(z)
    z = z.astype(float_dtype(z))  # no integer has the negative of the smallest one
    nodes, signs = _ways(tree)
    if z.shape[-1] != len(nodes) - 1:
        raise ValueError(
            f"z must have {len(nodes) - 1} logits for {len(nodes)} labels, not {z.shape[-1]}"
        )
    return z, nodes, signs
