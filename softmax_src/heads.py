r"""Attention: a softmax over keys, and what else may turn scores into weights.

Shapes: N queries and n keys of d numbers, n values of w numbers; leading axes (heads, batches) are
shared as in a matrix product. A mask is True where a query may look.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.activations import softmax
from softmax_src.checks import (
    Axis,
    Floats,
    Reals,
    as_count,
    as_logits,
    as_number,
    leading_axes,
    shown,
)
from softmax_src.floats import exponentials
from softmax_src.onepass import Piece, merge, summarise
from softmax_src.rows import Rows, by_rows


def attention(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    mask: ArrayLike | None = None,
    scale: float | None = None,
    zero_logit: bool = False,
    tile: int | None = None,
) -> Floats:
    r"""Return for each query the mean of the values, weighted by the softmax of its scores.

    .. math:: \operatorname{attention}(q) = \sum_i a_i v_i,
              \quad a = \operatorname{softmax}(z),
              \quad z_i = \frac{q^\top k_i}{\sqrt d}

    The keys are read once, tile by tile. With ``tile`` keys at a time, memory holds the scores and
    weights of these keys alone; without it, those of all keys.

    Parameters
    ----------
    q : array_like, (..., N, d)
        Queries.
    k : array_like, (..., n, d)
        Keys.
    v : array_like, (..., n, w)
        Values.
    mask : array_like of bool, (..., N, n), optional
        True where a query may look at a key; a shape that broadcasts to this will do.
    scale : float, optional
        What the scalar products are multiplied by, :math:`1/\sqrt d` by default.
    zero_logit : bool
        Whether the softmax has one more logit, 0, whose value is 0: see :func:`softmax1`.
    tile : int, optional
        How many keys to take at a time; all by default.

    Returns
    -------
    ndarray, (..., N, w)
        In float64. nan for a query that may look at nothing, or 0 with `zero_logit`.

    Raises
    ------
    TypeError
        If an argument is not a plain array of real numbers, the mask is not of bools, or scale or
        tile is not a number.
    ValueError
        If shapes do not fit, or scale or tile is out of its range.

    Notes
    -----
    A mean of nothing is 0/0, so it is nan here, as the softmax of −inf alone is. A masked key may
    be anything. A value that is nan or infinite makes the answer so, and nan where it is masked or
    its weight rounds to 0. A scalar product that overflows is ±inf: +inf makes the answer nan, and
    −inf counts as masked.

    Derived in chapter 9 (sec-att-lookup).

    Examples
    --------
    >>> keys, values = np.eye(4), np.array([[10.0], [20], [30], [40]])
    >>> attention(8 * keys[1:2], keys, values).round(2)  # weights .02, .95, .02, .02
    array([[20.35]])
    >>> attention(keys[:1], keys, values, mask=[[False, False, True, True]])
    array([[35.]])
    """
    q, k, scale = _queries_and_keys(q, k, scale)
    v, n = as_logits(v, "v"), k.shape[-2]
    if v.ndim < 2 or v.shape[-2] != n:
        raise ValueError(f"v has shape {v.shape}; {n} keys need values of shape (..., {n}, w)")
    allowed = _mask(mask, q, k)
    step = max(n, 1) if tile is None else as_count(tile, "tile")
    given = {"q": q, "k": k, "v": v} | ({} if mask is None else {"mask": allowed})
    rows = (*leading_axes(**given), q.shape[-2])
    nothing = Piece(np.full(rows, -np.inf), np.zeros(rows), np.zeros((*rows, v.shape[-1])))
    found = nothing._replace(M=np.zeros(rows), s=np.ones(rows)) if zero_logit else nothing
    for i in range(0, n, step):
        z = _scores(q, k[..., i : i + step, :], scale, allowed[..., i : i + step])
        found = merge(found, summarise(z, v[..., i : i + step, :]))
    return found.mean()


def attention_weights(
    q: ArrayLike,
    k: ArrayLike,
    mask: ArrayLike | None = None,
    scale: float | None = None,
    zero_logit: bool = False,
) -> Floats:
    r"""Return the weights of :func:`attention`: the softmax of the scaled scalar products.

    .. math:: a = \operatorname{softmax}\Bigl(\frac{q^\top k_i}{\sqrt d}\Bigr)_{i = 1, \dots, n}

    Parameters
    ----------
    q : array_like, (..., N, d)
        Queries.
    k : array_like, (..., n, d)
        Keys.
    mask : array_like of bool, (..., N, n), optional
        True where a query may look at a key; a shape that broadcasts to this will do.
    scale : float, optional
        What the scalar products are multiplied by, :math:`1/\sqrt d` by default.
    zero_logit : bool
        Whether the softmax has one more logit, 0: see :func:`softmax1`.

    Returns
    -------
    ndarray, (..., N, n)
        In float64. nan for a query that may look at nothing, or 0 with `zero_logit`.

    Raises
    ------
    TypeError
        If an argument is not a plain array of real numbers, the mask is not of bools, or scale is
        not a number.
    ValueError
        If shapes do not fit, or scale is not finite.

    Notes
    -----
    A masked key may be anything. A score of nan or +inf makes the row nan: a query or a seen key
    that holds nan gives the one, a scalar product that overflows may give the other. A score of
    −inf counts as masked.

    Derived in chapter 9 (sec-att-lookup).

    Examples
    --------
    >>> attention_weights([[3.0]], [[1.0], [0.0], [1.0]], mask=[True, True, False]).round(3)
    array([[0.953, 0.047, 0.   ]])
    """
    q, k, scale = _queries_and_keys(q, k, scale)
    z = _scores(q, k, scale, _mask(mask, q, k))
    return softmax1(z) if zero_logit else softmax(z)


def softmax1(z: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Turn logits into weights that need not sum to 1: softmax with one more logit, 0, left out.

    .. math:: a_j = \frac{e^{z_j}}{1 + \sum_k e^{z_k}}
              = \operatorname{softmax}(z_1, \dots, z_K, 0)_j

    Not invariant to a shift: when the largest logit is taken off, it must come off the 0 too.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Numbers whose sum is :math:`\sigma(\operatorname{LSE}(z))`; of z's dtype (float64 for
        integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis.

    Notes
    -----
    −inf alone gives 0, where softmax gives nan. +inf or nan makes the row nan. Miller (2023).

    Derived in chapter 9 (sec-att-sink).

    Examples
    --------
    >>> softmax1([-5.0, -6.0, -7.0]).round(4)
    array([0.0067, 0.0025, 0.0009])
    """

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        terms = exponentials(np.column_stack([z, np.zeros(len(z))]))
        return terms.over(*terms.total())[:, :-1]

    return by_rows(formula, as_logits(z), axis=axis)


def sparsemax(z: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Return the point of the simplex that is nearest to the logits; often it has exact zeros.

    .. math:: a_j = \max(z_j - t, 0), \quad t \text{ such that } \sum_j a_j = 1

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Probabilities, of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis.

    Notes
    -----
    A logit of −inf has probability 0. A row that holds +inf or nan, or −inf alone, is all nan.
    Martins and Astudillo (2016).

    Defined in chapter 2 (sec-def-exponential). Used in chapter 9 (sec-att-dispersion).

    Examples
    --------
    >>> sparsemax([1.0, 0.5, -3.0])
    array([0.75, 0.25, 0.  ])
    """

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        z = z - z.max(axis=1, keepdims=True)
        ranked = -np.sort(-z, axis=1)
        t = (ranked.cumsum(axis=1) - 1) / np.arange(1, z.shape[1] + 1)  # if so many stay
        return np.maximum(z - t.max(axis=1, keepdims=True), 0.0)

    return by_rows(formula, as_logits(z), axis=axis)


def dispersion_bound(spread: float, n: int) -> float:
    r"""Return the most that any of n softmax weights can be, if logits differ by `spread` at most.

    .. math:: a_j \le \frac{1}{1 + (n - 1) e^{-\Delta}} \le \frac{e^\Delta}{n},
              \quad \Delta = \max_k z_k - \min_k z_k

    The first bound is reached: by one logit that leads all others by Δ.

    Parameters
    ----------
    spread : float
        Δ ≥ 0.
    n : int
        The number of logits, at least 1.

    Returns
    -------
    float
        A number from 1/n to 1.

    Raises
    ------
    TypeError
        If spread is not a number or n not an integer.
    ValueError
        If spread is negative or nan, or n is below 1 or above the largest float.

    Notes
    -----
    Derived in chapter 9 (sec-att-dispersion).

    Examples
    --------
    >>> round(dispersion_bound(5.0, 100), 3), round(dispersion_bound(5.0, 100_000), 5)
    (0.6, 0.00148)
    """
    n, spread = as_count(n, "n"), as_number(spread, "spread")
    if not spread >= 0.0:
        raise ValueError(f"spread must be at least 0, not {shown(spread)}")
    return 1.0 / (1.0 + (as_number(n, "n") - 1.0) * math.exp(-spread))


def _queries_and_keys(
    q: ArrayLike, k: ArrayLike, scale: float | None
) -> tuple[Reals, Reals, float]:
    """Check queries and keys; return them with the scale."""
    q, k = as_logits(q, "q"), as_logits(k, "k")
    if q.ndim < 2 or k.ndim < 2 or q.shape[-1] != k.shape[-1] or q.shape[-1] == 0:
        raise ValueError(
            f"q has shape {q.shape} and k {k.shape}; "
            "queries (..., N, d) and keys (..., n, d) of the same size d >= 1 are needed"
        )
    leading_axes(q=q, k=k)
    if scale is None:
        return q, k, 1.0 / math.sqrt(q.shape[-1])
    scale = as_number(scale, "scale")
    if not math.isfinite(scale):
        raise ValueError(f"scale must be finite, not {shown(scale)}")
    return q, k, scale


def _mask(mask: ArrayLike | None, q: Reals, k: Reals) -> Reals:
    """Return the mask with all its keys, all True where there is none."""
    n, N = k.shape[-2], q.shape[-2]
    if mask is None:
        return np.ones(n, dtype=bool)
    mask = as_logits(mask, "mask", allow_scalar=True)
    if mask.dtype != bool:
        raise TypeError(f"mask has dtype {mask.dtype}; it must be bool, True where q may look")
    try:
        shape = np.broadcast_shapes(mask.shape, (*q.shape[:-2], N, n), (*k.shape[:-2], N, n))
    except ValueError:
        shape = ()
    if shape[-2:] != (N, n):
        raise ValueError(
            f"mask has shape {mask.shape}, which does not broadcast to (..., {N}, {n})"
        )
    return np.broadcast_to(mask, (*mask.shape[:-1], n))


def _scores(q: Reals, k: Reals, scale: float, allowed: Reals) -> Floats:
    """Return the scaled scalar products, −inf where a query may not look: (..., N, n)."""
    with np.errstate(all="ignore"):
        z = scale * (q.astype(np.float64) @ np.swapaxes(k, -1, -2).astype(np.float64))
    return np.where(allowed, z, -np.inf)
