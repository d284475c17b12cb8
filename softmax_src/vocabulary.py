"""The softmax loss of a large vocabulary, without the matrix of all logits.

The last layer of a language model turns N hidden states ``h`` (N, d) into N × V logits by the
vocabulary's weights ``W`` (V, d). Here the vocabulary is walked through in chunks: no more than
N × chunk logits exist at a time, forwards or backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import sigmoid
from softmax_src.checks import (
    Float,
    Floats,
    Reals,
    as_count,
    as_tokens,
    as_word,
    float_dtype,
)
from softmax_src.onepass import Piece, merge

# Bytes of one number of each type.
SIZES = {"bfloat16": 2, "float32": 4, "float64": 8}


def linear_cross_entropy(
    h: ArrayLike, W: ArrayLike, y: ArrayLike, chunk: int = 4096, reduction: str = "mean"
) -> tuple[Float, Floats, Floats]:
    r"""Take the softmax loss of the logits :math:`h W^\top` and its gradients, in chunks of V.

    .. math:: C = \log\bigl(1 + e^{R - z_c}\bigr), \qquad
              R = \operatorname{LSE}_{k \ne c}(z_k), \qquad z_k = h \cdot w_k

    A first walk through the vocabulary merges the pieces :math:`(M, s)` of R. A second one
    computes each chunk's logits again, which costs a third more multiplications than keeping
    them would, and turns them into the gradient :math:`a - y`:

    .. math:: \frac{\partial C}{\partial h} = \sum_k (a_k - y_k)\, w_k, \qquad
              \frac{\partial C}{\partial w_k} = (a_k - y_k)\, h

    Parameters
    ----------
    h : array_like, (N, d)
        Hidden states, one token a row.
    W : array_like, (V, d)
        Weights, one word of the vocabulary a row.
    y : array_like of int, (N,)
        Labels from 0 to V − 1. Leave out tokens that are to be ignored.
    chunk : int
        How many words are treated at a time, at least 1.
    reduction : {"mean", "sum"}
        Over the tokens.

    Returns
    -------
    loss : scalar
        The mean or the sum of the N losses.
    grad_h : ndarray, (N, d)
        Its gradient in h.
    grad_W : ndarray, (V, d)
        Its gradient in W.

    Raises
    ------
    TypeError
        If h or W is not a plain array of real numbers, labels are not integers, or chunk is not
        an integer.
    IndexError
        If a label is negative or ≥ V; the message says which and where.
    ValueError
        If shapes do not fit, V is 0, chunk < 1, or reduction is another word.

    Notes
    -----
    All is computed in float64, a chunk at a time, and rounded once to h's dtype (float64 for
    integers), the gradient in W to W's. Logits that are not finite count as in
    :func:`softmax_src.softmax_loss`: a token whose row holds +inf or nan, or −inf alone, costs nan,
    and the mean is nan with it; a correct class at −inf costs +inf and has the gradient −1. The
    mean over no tokens is nan, the sum 0.

    Beside the gradients, which the caller wants, and the product that adds to each, the memory is
    that of N × chunk float64 numbers, and of float64 copies of h and of a chunk of W where these
    have another type.

    Derived in chapter 8 (sec-many-memory).

    References
    ----------
    Erik Wijmans et al., "Cut your losses in large-vocabulary language models", ICLR 2025.

    Examples
    --------
    >>> h = np.zeros((2, 3))  # knows nothing
    >>> loss, grad_h, grad_W = linear_cross_entropy(h, np.ones((8, 3)), [0, 7], chunk=5)
    >>> print(f"{loss:.6f} = log 8, {grad_h.shape}, {grad_W.shape}")
    2.079442 = log 8, (2, 3), (8, 3)
    """
    h, W, y, chunk = _checked(h, W, y, chunk, reduction)
    n = len(h) if reduction == "mean" else 1
    states, rows = h.astype(np.float64, copy=False), np.arange(len(h))
    room = np.empty((len(h), min(chunk, len(W))))  # for one chunk's logits

    def chunks() -> Iterator[tuple[slice, Floats, Floats, NDArray[Any]]]:
        """Yield a slice of words, their weights, their logits, and where labels lie in it."""
        for start in range(0, len(W), chunk):
            words = slice(start, min(start + chunk, len(W)))
            w = W[words].astype(np.float64, copy=False)  # (chunk, d)
            z = np.matmul(states, w.T, out=room[:, : len(w)])  # (N, chunk)
            own = rows[(words.start <= y) & (y < words.stop)]
            z[own, y[own] - start] = -np.inf  # the correct class stands apart
            yield words, w, z, own

    with np.errstate(all="ignore"):
        z_c = np.einsum("nd,nd->n", states, W[y].astype(np.float64))  # (N,)
        rest = reduce(merge, (_piece(z) for _, _, z, _ in chunks()))
        log_s = np.log(rest.s)
        top = np.maximum(rest.M, z_c)
        gap = (rest.M - z_c) + log_s  # R - z_c, minus the margin of the correct class
        gap = np.where(top == np.inf, np.nan, gap)  # no softmax has it, as in softmax_loss
        losses = np.logaddexp(0.0, gap)
        # LSE = top + log_sum are two numbers, since their sum would round: what logits have in
        # common may be large. And not z_c + loss, which cancels where c is far behind.
        log_sum = np.logaddexp((rest.M - top) + log_s, z_c - top)  # nan where top is not finite

        grad_h, grad_W = np.zeros(h.shape), np.empty(W.shape, float_dtype(W))
        for words, w, z, own in chunks():
            z -= top[:, None]
            z -= log_sum[:, None]
            np.exp(z, out=z)  # a, and 0 for the correct class
            z[own, y[own] - words.start] = -sigmoid(gap[own])  # a_c - 1
            z /= n
            grad_h += z @ w
            grad_W[words] = z.T @ states
        total = losses.sum()
        loss = (losses / n).sum() if np.isinf(total) else total / n  # a mean may fit all the same
        dtype = float_dtype(h)
        return dtype.type(loss), grad_h.astype(dtype, copy=False), grad_W


def logit_bytes(n_tokens: int, n_words: int, itemsize: int = 4, chunk: int | None = None) -> int:
    r"""Return the bytes of the logits that a loss and its gradient hold at once.

    .. math:: 2 \, N \, V \, b \quad\text{in full}, \qquad
              N \min(\text{chunk}, V)\, b \quad\text{in chunks}

    In full, the gradient lies beside the logits. In chunks, it overwrites them.

    Derived in chapter 8 (sec-many-memory).

    Parameters
    ----------
    n_tokens, n_words : int
        N tokens and V words, at least 1.
    itemsize : int
        Bytes b of one number, such as 2, 4 or 8; at least 1.
    chunk : int, optional
        How many words are treated at a time; all at once if left out.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    TypeError
        If a number is not an integer; the message says which.
    ValueError
        If a number is less than 1; the message says which.

    Examples
    --------
    >>> logit_bytes(8192, 128_000) / 1e9, logit_bytes(8192, 128_000, chunk=4096) / 1e9
    (8.388608, 0.134217728)
    """
    n_tokens, n_words = as_count(n_tokens, "n_tokens"), as_count(n_words, "n_words")
    itemsize = as_count(itemsize, "itemsize")
    if chunk is None:
        return 2 * n_tokens * n_words * itemsize
    return n_tokens * min(as_count(chunk, "chunk"), n_words) * itemsize


def _piece(z: Floats) -> Piece:  # (N, chunk), overwritten
    """Sum up a chunk as softmax_src.onepass.summarise does, but in place."""
    M = z.max(axis=1)
    z -= np.where(np.isfinite(M), M, 0.0)[:, None]
    np.exp(z, out=z)
    return Piece(M, z.sum(axis=1), np.empty((len(z), 0)))


def _checked(
    h: ArrayLike, W: ArrayLike, y: ArrayLike, chunk: int, reduction: str
) -> tuple[Reals, Reals, Reals, int]:
    """Return the arguments, h and W as matrices that fit, or raise."""
    h, W, y = as_tokens(h, W, y)
    chunk = as_count(chunk, "chunk")
    as_word(reduction, "reduction", ("mean", "sum"))
    return h, W, y.astype(np.intp), chunk
