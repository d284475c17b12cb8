r"""A softmax of numbers that come in pieces: sum each piece up, and merge the sums.

A piece of a row of logits is summed up by its largest logit M, the sum s of its exponentials
relative to M and, if each logit has a value, the sum o of the values weighted by the same
exponentials. The triple stands for :math:`(s\,e^M, o\,e^M)`, and to merge two pieces is to add
what they stand for: in any order and grouping, so as a stream, as a tree, or tile by tile.

All functions work on any number of rows at once, ``(...)`` below.
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.checks import Floats, Reals, as_count, as_logits, leading_axes


class Piece(NamedTuple):
    r"""What is kept of a piece of each row.

    Derived in chapter 9 (sec-att-onepass).

    Parameters
    ----------
    M : ndarray, (...)
        The largest logit; −inf where there is none.
    s : ndarray, (...)
        :math:`\sum_k e^{z_k - M}`, from 1 to the number of logits; 0 where all are −inf.
    o : ndarray, (..., w)
        :math:`\sum_k e^{z_k - M} v_k`; of width w = 0 where there are no values.

    Examples
    --------
    >>> piece = summarise([0.0, 0.0, -np.inf], [[2.0], [4.0], [6.0]])
    >>> piece.mean()  # the values of the first two, in equal parts
    array([3.])
    >>> print(f"{piece.lse():.6f}")  # log 2
    0.693147
    """

    M: Floats
    s: Floats
    o: Floats

    def lse(self) -> Floats:
        r"""Return the log-sum-exp of the logits, :math:`M + \log s`, of shape (...)."""
        with np.errstate(all="ignore"):
            return self.M + np.log(self.s)

    def mean(self) -> Floats:
        r"""Return the values' weighted mean, :math:`o / s`; nan where all logits are −inf."""
        with np.errstate(all="ignore"):
            return self.o / self.s[..., None]


def summarise(z: ArrayLike, v: ArrayLike | None = None, tile: int | None = None) -> Piece:
    r"""Sum up a piece of each row in one triple.

    .. math:: M = \max_k z_k, \quad s = \sum_k e^{z_k - M}, \quad o = \sum_k e^{z_k - M} v_k

    Parameters
    ----------
    z : array_like, (n,) or (..., N, n)
        Logits; n may be 0.
    v : array_like, (n, w) or (..., n, w), optional
        A value of w numbers for each logit, shared by the rows as in the product ``z @ v``: the N
        rows of a matrix have the same values.
    tile : int, optional
        How many logits of a row to take at a time; all of them by default. The tiles'
        triples are merged from left to right.

    Returns
    -------
    Piece
        In float64: M and s have z's shape without its last axis, o that of ``z @ v``.

    Raises
    ------
    TypeError
        If z or v is not a plain array of real numbers, or tile is not an integer.
    ValueError
        If v does not have one value for each logit, the leading axes of z and v do not broadcast,
        or tile is below 1.

    Notes
    -----
    Logits of −inf (masked) and pieces without logits give (−inf, 0, 0), the neutral element of
    :func:`merge`. A logit of +inf makes lse() +inf and mean() nan; nan makes both nan. A value that
    is nan or infinite makes the mean so, and nan where its logit is −inf or its weight rounds to 0,
    since 0 times it is nan.

    Derived in chapter 9 (sec-att-onepass).

    Examples
    --------
    >>> summarise([3.0, 3.0])
    Piece(M=np.float64(3.0), s=np.float64(2.0), o=array([], dtype=float64))
    """
    z = as_logits(z)
    n = z.shape[-1]
    v = np.zeros((n, 0)) if v is None else as_logits(v, "v")
    if v.ndim < 2 or v.shape[-2] != n:
        raise ValueError(f"v has shape {v.shape}; {n} logits need values of shape (..., {n}, w)")
    leading_axes(z=z, v=v)
    step = max(n, 1) if tile is None else as_count(tile, "tile")
    starts = range(0, n, step) or [0]
    return reduce(merge, (_piece(z[..., i : i + step], v[..., i : i + step, :]) for i in starts))


def _piece(z: Reals, v: Reals) -> Piece:  # (..., n), (..., n, w)
    """Sum up one tile of each row."""
    z, v = z.astype(np.float64), v.astype(np.float64)
    M = z.max(axis=-1, initial=-np.inf)
    shift = np.where(np.isfinite(M), M, 0.0)  # -inf less -inf would be nan
    with np.errstate(all="ignore"):
        e = np.exp(z - shift[..., None])
        return Piece(M, e.sum(axis=-1), e @ v)


def merge(one: Piece, two: Piece) -> Piece:
    r"""Put two pieces of each row together.

    .. math:: \begin{aligned} M &= \max(M_1, M_2) \\
              s &= e^{M_1 - M} s_1 + e^{M_2 - M} s_2 \\
              o &= e^{M_1 - M} o_1 + e^{M_2 - M} o_2 \end{aligned}

    It is commutative exactly, and associative up to rounding. The piece that has the larger
    maximum is not scaled at all, which also keeps −inf − (−inf) away.

    Parameters
    ----------
    one, two : Piece
        Of the same rows (or of rows that broadcast).

    Returns
    -------
    Piece
        What :func:`summarise` gives for both pieces in one.

    Raises
    ------
    ValueError
        If the values of the two are not of one width.

    Notes
    -----
    Infinities and nan are as in :func:`summarise`.

    Derived in chapter 9 (sec-att-onepass).

    Examples
    --------
    >>> nothing = summarise([])
    >>> merge(merge(nothing, summarise([-np.inf])), summarise([1000.0, 1000.0])).s
    np.float64(2.0)
    """
    if one.o.shape[-1] != two.o.shape[-1]:
        raise ValueError(
            f"one has values of {one.o.shape[-1]} numbers, and two of {two.o.shape[-1]}"
        )
    M = np.maximum(one.M, two.M)
    with np.errstate(all="ignore"):
        f, g = (np.where(p.M == M, 1.0, np.exp(p.M - M)) for p in (one, two))
        return Piece(M, f * one.s + g * two.s, f[..., None] * one.o + g[..., None] * two.o)
