r"""Draw from one distribution with the help of another that is cheaper to draw from.

A draft model proposes a token from q; the model itself, which has p, accepts it or draws another.
What comes out has the distribution p, whatever q is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.checks import (
    Axis,
    Floats,
    as_axes,
    as_count,
    check_distributions,
    of_one_shape,
    shown,
)
from softmax_src.rows import Rows, by_rows


def acceptance(p: ArrayLike, q: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Return the probability with which each drafted token is kept.

    .. math:: \alpha_k = \min(1, p_k / q_k)

    Parameters
    ----------
    p, q : array_like, (..., K)
        Probabilities of the model and of the draft, of one shape, with the classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        From 0 to 1, of p's dtype (float64 for integers); 1 where q is 0, since such a token is
        never drafted.

    Raises
    ------
    TypeError
        If p or q is not a plain array of real numbers with at least one axis.
    ValueError
        If the shapes differ, or a row is not probabilities (numbers ≥ 0 that sum to 1 within
        1e-6, in float16 within 1e-2), which nan and ±inf are not.

    Notes
    -----
    Derived in chapter 10 (sec-choose-speculative). Leviathan, Kalman and Matias (2023).

    Examples
    --------
    >>> acceptance([0.5, 0.3, 0.2], [0.25, 0.6, 0.15])
    array([1. , 0.5, 1. ])
    """

    def formula(p: Rows, q: Rows) -> Rows:  # (n, K), (n, K) to (n, K)
        return np.where(q <= p, 1.0, p / q)

    return by_rows(formula, *_distributions(p, q, axis), axis=axis)


def remainder(p: ArrayLike, q: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Return the distribution to draw from when a drafted token was refused.

    .. math:: \frac{\max(0, p_k - q_k)}{\sum_j \max(0, p_j - q_j)}

    Parameters
    ----------
    p, q : array_like, (..., K)
        Probabilities of the model and of the draft, of one shape, with the classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Probabilities, of p's dtype (float64 for integers). Where p exceeds q nowhere, no
        remainder exists: nan.

    Raises
    ------
    TypeError, ValueError
        As :func:`acceptance` does.

    Notes
    -----
    Derived in chapter 10 (sec-choose-speculative).

    Examples
    --------
    >>> remainder([0.5, 0.3, 0.2], [0.25, 0.6, 0.15]).round(3)
    array([0.833, 0.   , 0.167])
    """

    def formula(p: Rows, q: Rows) -> Rows:  # (n, K), (n, K) to (n, K)
        excess = np.maximum(p - q, 0.0)
        return excess / excess.sum(axis=1, keepdims=True)

    return by_rows(formula, *_distributions(p, q, axis), axis=axis)


def speculative_draws(
    p: ArrayLike, q: ArrayLike, n: int, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    r"""Draw n tokens from p by way of drafts from q.

    Parameters
    ----------
    p, q : array_like, (K,)
        Probabilities of the model and of the draft.
    n : int
        How many tokens.
    rng : numpy.random.Generator
        The source of random numbers.

    Returns
    -------
    tokens : ndarray of int, (n,)
        Their distribution is p.
    kept : ndarray of bool, (n,)
        Whether each is the drafted one; the mean tends to :math:`\sum_k \min(p_k, q_k)`.

    Raises
    ------
    TypeError, ValueError
        As :func:`acceptance` does; also for p of more than one row, an n that is not an integer
        from 0, or an rng that is no Generator.

    Notes
    -----
    Derived in chapter 10 (sec-choose-speculative).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> tokens, kept = speculative_draws([0.9, 0.1], [0.5, 0.5], 1000, rng)
    >>> float(kept.mean().round(1)), float((tokens == 0).mean().round(1))
    (0.6, 0.9)
    """
    # Sums of exactly 1, or p might be below q everywhere, with no remainder.
    p, q = (x.astype(np.float64) for x in _distributions(p, q, -1))
    p /= p.sum()
    q /= q.sum()
    if p.ndim != 1:
        raise ValueError(f"p must be one row of probabilities, not of shape {p.shape}")
    n = as_count(n, "n", least=0)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy Generator, as np.random.default_rng(0) is, not {shown(rng)}"
        )
    tokens = rng.choice(p.size, size=n, p=q)
    kept = rng.random(n) < acceptance(p, q)[tokens]
    if not kept.all():
        tokens[~kept] = rng.choice(p.size, size=int(n - kept.sum()), p=remainder(p, q))
    return tokens, kept


def _distributions(p: ArrayLike, q: ArrayLike, axis: Axis) -> tuple[Floats, Floats]:
    """Return p and q, of one shape, with rows of probabilities along the axis."""
    p, q = of_one_shape(p=p, q=q)
    axes = as_axes(axis, p.ndim)
    check_distributions(p, axes, "p")
    check_distributions(q, axes, "q")
    return p, q
