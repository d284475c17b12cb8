"""None of these: scores for what belongs to no class, and answers withheld."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import log_softmax, logsumexp
from softmax_src.checks import (
    Axis,
    Float,
    Floats,
    as_axes,
    as_fraction,
    as_fractions,
    as_logits,
    as_word,
    number_of_classes,
)
from softmax_src.rows import Rows, by_rows

KINDS = ("probability", "logit", "energy", "centred_logit", "centred_energy")


def novelty_score(z: ArrayLike, kind: str = "probability", axis: Axis = -1) -> Float | Floats:
    r"""Score each row of logits; the larger, the less it looks like any of the K classes.

    ====================  ==================================================  ==============
    kind                  score                                               function of a?
    ====================  ==================================================  ==============
    ``probability``       :math:`1 - \max_k a_k`                              yes
    ``logit``             :math:`-\max_k z_k`                                 no
    ``energy``            :math:`-\operatorname{LSE}(z)`                      no
    ``centred_logit``     :math:`-\max_k z_k + \bar z`                        yes
    ``centred_energy``    :math:`-\operatorname{LSE}(z) + \bar z
                          = \frac1K \sum_k \log a_k`                          yes
    ====================  ==================================================  ==============

    with :math:`\bar z` the mean of the row's logits. A score that is no function of a changes with
    a number added to all logits of a row, which no loss notices.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    kind : {"probability", "logit", "energy", "centred_logit", "centred_energy"}
        Which score.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray (...), or scalar
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers.
    ValueError
        If the kind is unknown, or there are no classes.

    Notes
    -----
    ``probability`` is computed from the logarithm and so does not round to 0 before
    :math:`1 - \max a` does. The centred scores are computed from differences of logits, so that a
    large offset costs them no digits. A row with nan or +inf, or with −inf alone, is nan; another
    −inf in a row makes its centred scores −inf, as does a sum of differences that overflows.

    Derived in chapter 7 (sec-rare-none).

    References
    ----------
    D. Hendrycks and K. Gimpel, "A baseline for detecting misclassified and out-of-distribution
    examples in neural networks", ICLR 2017.

    Weitang Liu, X. Wang, J. Owens and Y. Li, "Energy-based out-of-distribution detection",
    NeurIPS 2020.

    Examples
    --------
    >>> z = [[5.0, 0, 0], [1, 0, 0]]
    >>> novelty_score(z, "probability").round(3)
    array([0.013, 0.424])
    >>> novelty_score(z, "energy").round(3)
    array([-5.013, -1.551])
    """
    z = as_logits(z)
    as_word(kind, "kind", KINDS)
    number_of_classes(z, as_axes(axis, z.ndim))

    def formula(z: Rows) -> Rows:  # (n, K) to (n,)
        m = z.max(axis=1)
        if kind == "probability":
            score = 0.0 - np.expm1(log_softmax(z).max(axis=1))  # and not -0.0
        elif kind == "centred_logit":
            score = np.mean(z - m[:, None], axis=1)
        elif kind == "centred_energy":
            score = np.mean(log_softmax(z), axis=1)
        else:
            score = 0.0 - (m if kind == "logit" else logsumexp(z))
        return np.where(np.isfinite(m), score, np.nan)

    return by_rows(formula, z, axis=axis, result="number")


class RiskCoverage(NamedTuple):
    """The share answered, the share of errors among these, and the threshold that it takes.

    Derived in chapter 7 (sec-rare-abstain).
    """

    coverage: Rows
    risk: Rows
    threshold: Rows


def risk_coverage(confidence: ArrayLike, right: ArrayLike) -> RiskCoverage:
    r"""Answer only where the confidence is high: what share, and how many of these are wrong?

    For each value t that the confidence takes, in falling order, the share of the examples with a
    confidence of at least t (the coverage) and the share of errors among these (the risk). Examples
    with equal confidence are answered together, since no threshold parts them.

    Parameters
    ----------
    confidence : array_like, (N,)
        One number an example; larger is surer.
    right : array_like of bool, (N,)
        Whether the answer is right.

    Returns
    -------
    RiskCoverage
        ``coverage``, ``risk`` and ``threshold``, one entry for each of the distinct confidences;
        the last coverage is 1, and the last risk the share of errors among all.

    Raises
    ------
    TypeError
        If confidence is not a plain array of real numbers, or right is not one of bools.
    ValueError
        If shapes are not (N,) with N > 0, or a confidence is nan.

    Notes
    -----
    Derived in chapter 7 (sec-rare-abstain).

    References
    ----------
    R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification", Journal
    of Machine Learning Research 11, 2010.

    Examples
    --------
    >>> curve = risk_coverage([0.9, 0.6, 0.6, 0.5], [True, True, False, False])
    >>> curve.coverage, curve.risk.round(3)
    (array([0.25, 0.75, 1.  ]), array([0.   , 0.333, 0.5  ]))
    """
    sure = np.asarray(as_logits(confidence, "confidence"), dtype=np.float64)
    good = as_logits(right, "right")
    if good.dtype != bool:
        raise TypeError(f"right must hold bools, not {good.dtype}")
    if sure.ndim != 1 or sure.size == 0 or good.shape != sure.shape:
        raise ValueError(
            f"need confidence (N,) and right (N,), N > 0; got {sure.shape} and {good.shape}"
        )
    if np.isnan(sure).any():
        raise ValueError("confidence must not hold nan")
    order = np.argsort(-sure, kind="stable")
    ranked, errors = sure[order], np.cumsum(~good[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))  # of each tie
    answered = last + 1
    return RiskCoverage(answered / ranked.size, errors[last] / answered, ranked[last])


def chow_answers(p: ArrayLike, cost: float, axis: Axis = -1) -> NDArray[np.bool_]:
    r"""Say where it pays to answer, if a wrong answer costs 1 and no answer costs c.

    .. math:: \max_k p_k \ge 1 - c

    Parameters
    ----------
    p : array_like, (..., K)
        Probabilities of the classes, with the K classes along `axis`.
    cost : float
        c, from 0 to 1.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray of bool, (...)
        True where the most probable class should be answered.

    Raises
    ------
    TypeError
        If p is not a plain array of real numbers, or the cost not a number.
    ValueError
        If a number in p or the cost is not from 0 to 1, or there are no classes.

    Notes
    -----
    On the boundary both cost the same, and the answer is given.

    Derived in chapter 7 (sec-rare-abstain).

    References
    ----------
    C. K. Chow, "On optimum recognition error and reject tradeoff", IEEE Transactions on Information
    Theory 16, 1970.

    Examples
    --------
    >>> chow_answers([[0.75, 0.25], [0.5, 0.5]], cost=0.25)
    array([ True, False])
    """
    p = as_fractions(p, "p")
    cost, axes = as_fraction(cost, "cost"), as_axes(axis, p.ndim)
    number_of_classes(p, axes, "p")
    most = p.max(axis=axes).astype(np.float64)  # in a smaller type the sum would be rounded more
    return np.asarray(most + cost >= 1.0)[()]  # 1 − 0.7 is above 0.3, and 0.3 + 0.7 is 1
