r"""What votes and rankings say about scores: Bradley–Terry, Plackett–Luce, and DPO.

All three take logits ``z``, of which only differences count. A vote between two items is a softmax
of two; a ranking is a softmax of all that are left, again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import log_softmax, sigmoid, softmax
from softmax_src.checks import (
    Float,
    Floats,
    as_labels,
    as_logits,
    as_positive,
    as_reduction,
    float_dtype,
    of_one_shape,
)
from softmax_src.rows import Rows, reduce_rows

Scores = NDArray[np.float64]


def bradley_terry_log_likelihood(z: ArrayLike, wins: ArrayLike) -> float:
    r"""Take the log-likelihood of the outcomes of comparisons in pairs.

    .. math:: \ell = \sum_{i, j} n_{ij} \log \sigma(z_i - z_j)

    where :math:`n_{ij}` says how often i was preferred to j.

    Parameters
    ----------
    z : array_like, (K,)
        Scores of the items.
    wins : array_like, (K, K)
        Counts ≥ 0 (they may be fractions); the diagonal must be 0.

    Returns
    -------
    float
        At most 0.

    Raises
    ------
    TypeError
        If z or wins is not a plain array of real numbers.
    ValueError
        If z is not one row, or wins is not (K, K), negative, nan or infinite somewhere, or not 0 on
        the diagonal.

    Notes
    -----
    An item at −inf loses each comparison for certain; nan and two equal infinities give nan where
    they are compared.

    Derived in chapter 10 (sec-choose-votes). Bradley and Terry (1952).

    Examples
    --------
    >>> print(f"{bradley_terry_log_likelihood([0.0, 0.0], [[0, 3], [1, 0]]):.4f}")  # 4 log ½
    -2.7726
    """
    z, wins = _wins(z, wins)
    with np.errstate(all="ignore"):
        margin = z[:, None] - z[None, :]  # (K, K)
        seen = wins > 0
        return 0.0 - float(np.sum(wins[seen] * np.logaddexp(0.0, -margin[seen])))


def bradley_terry_gradient(z: ArrayLike, wins: ArrayLike) -> Scores:
    r"""Take the gradient of :func:`bradley_terry_log_likelihood` in the scores.

    .. math:: \frac{\partial \ell}{\partial z_i} = \sum_j \bigl[n_{ij} - (n_{ij} + n_{ji})\,
              \sigma(z_i - z_j)\bigr]

    that is, the wins of i less those that the scores expect. Its sum is 0.

    Parameters
    ----------
    z, wins
        As for :func:`bradley_terry_log_likelihood`.

    Returns
    -------
    ndarray, (K,)
        Float64.

    Raises
    ------
    TypeError, ValueError
        As :func:`bradley_terry_log_likelihood` does.

    Notes
    -----
    nan and two equal infinities give nan for both items where they are compared; other infinities
    give the limits.

    Derived in chapter 10 (sec-choose-votes).

    Examples
    --------
    >>> bradley_terry_gradient([0.0, 0.0], [[0, 3], [1, 0]])
    array([ 1., -1.])
    """
    z, wins = _wins(z, wins)
    with np.errstate(all="ignore"):
        upset = sigmoid(z[None, :] - z[:, None])  # (K, K), the chance that i loses against j
    surprise = np.multiply(wins, upset, out=np.zeros_like(wins), where=wins > 0)
    return surprise.sum(axis=1) - surprise.sum(axis=0)


def plackett_luce_log_likelihood(z: ArrayLike, rankings: ArrayLike) -> float:
    r"""Take the log-likelihood of rankings: a softmax for the first place, one of the rest, …

    .. math:: \ell = \sum_n \sum_{i=1}^m \log
              \frac{e^{z_{\rho_i}}}{\sum_{k \notin \{\rho_1, \dots, \rho_{i-1}\}} e^{z_k}}

    Parameters
    ----------
    z : array_like, (K,)
        Scores of the items.
    rankings : array_like of int, (N, m) or (m,)
        Items from 0 to K − 1, the best first, m ≤ K of them: the places that are known.

    Returns
    -------
    float
        At most 0.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, or items are not integers.
    IndexError
        If an item is out of range.
    ValueError
        If z is not one row, rankings have more than two axes, or a ranking names an item twice or
        more than K of them.

    Notes
    -----
    nan and +inf give nan, and so does a place for which all that are left are at −inf.

    Derived in chapter 10 (sec-choose-votes). Plackett (1975), from the axiom of Luce (1959).

    Examples
    --------
    >>> print(f"{plackett_luce_log_likelihood([0.0, 0.0, 0.0], [2, 0, 1]):.4f}")  # log 1/6
    -1.7918
    """
    z, rankings = _rankings(z, rankings)
    total = 0.0
    with np.errstate(all="ignore"):
        for chosen, left in _places(z, rankings):
            total += (log_softmax(left)[np.arange(len(left)), chosen]).sum()
    return float(total)


def plackett_luce_gradient(z: ArrayLike, rankings: ArrayLike) -> Scores:
    r"""Take the gradient of :func:`plackett_luce_log_likelihood` in the scores.

    Each place adds :math:`y - a`: the item that took it, less the softmax of those that could have.

    Parameters
    ----------
    z, rankings
        As for :func:`plackett_luce_log_likelihood`.

    Returns
    -------
    ndarray, (K,)
        Float64.

    Raises
    ------
    TypeError, IndexError, ValueError
        As :func:`plackett_luce_log_likelihood` does.

    Notes
    -----
    nan and +inf make all of it nan, and so does a place for which all that are left are at −inf.

    Derived in chapter 10 (sec-choose-votes).

    Examples
    --------
    >>> plackett_luce_gradient([0.0, 0.0], [[1, 0], [1, 0]])
    array([-1.,  1.])
    """
    z, rankings = _rankings(z, rankings)
    gradient = np.zeros(z.size)
    for chosen, left in _places(z, rankings):
        gradient += np.bincount(chosen, minlength=z.size) - softmax(left).sum(axis=0)
    return gradient


def dpo_loss(
    log_ratio_preferred: ArrayLike,
    log_ratio_rejected: ArrayLike,
    beta: float,
    reduction: str = "mean",
) -> Float | Floats:
    r"""Take the loss of direct preference optimisation.

    .. math:: C = -\log \sigma\bigl(\beta\,(\lambda_w - \lambda_l)\bigr), \qquad
              \lambda = \log p - \log p_{\text{ref}}

    A vote between two answers, each with the score :math:`\beta \lambda`.

    Parameters
    ----------
    log_ratio_preferred, log_ratio_rejected : array_like, (...)
        λ of the answer that was preferred, and of the other: its log-probability under the policy
        less that under the reference. One number for each pair; two plain numbers are one pair.
    beta : float
        β > 0, the price of leaving the reference.
    reduction : {"mean", "sum", "none"}
        Over the pairs.

    Returns
    -------
    scalar, or ndarray (...) with ``reduction="none"``
        Of the dtype of `log_ratio_preferred` (float64 for integers).

    Raises
    ------
    TypeError
        If a ratio is not a plain array of real numbers, or beta is not a number.
    ValueError
        If the shapes differ, beta is not finite and > 0, or the reduction is unknown.

    Notes
    -----
    nan, and the difference of two equal infinities, give nan. The mean over no pairs is nan.

    Derived in chapter 10 (sec-choose-dpo). Rafailov et al. (2023).

    Examples
    --------
    >>> print(f"{dpo_loss([0.2], [0.2], beta=0.1):.4f}")  # log 2: no opinion
    0.6931
    """
    dtype, margin = _dpo(log_ratio_preferred, log_ratio_rejected, beta)

    def formula(margin: Rows) -> Rows:  # (n, 1) to (n,)
        return np.logaddexp(0.0, -margin[:, 0])

    loss = reduce_rows(formula, margin[..., None], reduction=as_reduction(reduction))
    with np.errstate(all="ignore"):
        return loss.astype(dtype)


def dpo_loss_gradient(
    log_ratio_preferred: ArrayLike,
    log_ratio_rejected: ArrayLike,
    beta: float,
    reduction: str = "mean",
) -> Floats:
    r"""Take the gradient of :func:`dpo_loss` in the first log-ratio; the second has its negative.

    .. math:: \frac{\partial C}{\partial \lambda_w} = -\beta\,
              \sigma\bigl(-\beta\,(\lambda_w - \lambda_l)\bigr)

    Parameters
    ----------
    log_ratio_preferred, log_ratio_rejected, beta, reduction
        As for :func:`dpo_loss`. "mean" divides by the number of pairs; "sum" and "none" give the
        same gradient.

    Returns
    -------
    ndarray, (...)
        Of the dtype of `log_ratio_preferred` (float64 for integers); a scalar for a single pair.

    Raises
    ------
    TypeError, ValueError
        As :func:`dpo_loss` does.

    Notes
    -----
    nan, and the difference of two equal infinities, give nan; other infinities give the limits.

    Derived in chapter 10 (sec-choose-dpo).

    Examples
    --------
    >>> dpo_loss_gradient([0.0], [0.0], beta=0.5)
    array([-0.25])
    """
    dtype, margin = _dpo(log_ratio_preferred, log_ratio_rejected, beta)
    n = max(1, margin.size) if as_reduction(reduction) == "mean" else 1
    with np.errstate(all="ignore"):
        return (-float(beta) * sigmoid(-margin) / n).astype(dtype)


def _dpo(
    preferred: ArrayLike, rejected: ArrayLike, beta: float
) -> tuple[np.dtype[Any], NDArray[np.float64]]:
    """Check the arguments; return the dtype of the answer, and β(λ_w − λ_l)."""
    preferred, rejected = of_one_shape(
        log_ratio_preferred=preferred, log_ratio_rejected=rejected, allow_scalar=True
    )
    beta = as_positive(beta, "beta")
    with np.errstate(all="ignore"):  # halves, whose difference does not overflow
        half = preferred.astype(float) / 2 - rejected.astype(float) / 2
        return float_dtype(preferred), np.asarray(beta * half * 2)


def _row_of_scores(z: ArrayLike) -> Scores:
    """Return one row of scores."""
    z = as_logits(z).astype(np.float64)
    if z.ndim != 1:
        raise ValueError(f"z must be one row of scores, not of shape {z.shape}")
    return z


def _wins(z: ArrayLike, wins: ArrayLike) -> tuple[Scores, Scores]:
    """Check scores and the matrix of wins."""
    z, wins = _row_of_scores(z), as_logits(wins, "wins").astype(np.float64)
    if wins.shape != (z.size, z.size):
        raise ValueError(
            f"wins must be {(z.size, z.size)}, one row for each score, not {wins.shape}"
        )
    if not np.all((wins >= 0) & (wins < np.inf)):
        raise ValueError("wins must be finite counts >= 0")
    if np.diagonal(wins).any():
        raise ValueError("wins must be 0 on the diagonal: nothing is compared with itself")
    return z, wins


def _rankings(z: ArrayLike, rankings: ArrayLike) -> tuple[Scores, NDArray[Any]]:
    """Check scores and rankings (N, m)."""
    z = _row_of_scores(z)
    rankings = np.atleast_2d(as_labels(rankings, z.size, "rankings"))
    if rankings.ndim != 2 or rankings.shape[1] > z.size:
        raise ValueError(f"rankings must be (N, m) with m <= {z.size}, not {rankings.shape}")
    in_order = np.sort(rankings, axis=1)
    if (in_order[:, 1:] == in_order[:, :-1]).any():
        raise ValueError("rankings must name each item once in a row")
    return z, rankings


def _places(z: Scores, rankings: NDArray[Any]) -> Iterator[tuple[NDArray[Any], Scores]]:
    """Yield for each place who took it (N,), and the scores (N, K) with those before at −inf."""
    left = np.tile(z, (len(rankings), 1))
    for chosen in rankings.T:
        yield chosen, left
        left[np.arange(len(left)), chosen] = -np.inf
