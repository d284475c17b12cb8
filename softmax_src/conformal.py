"""Sets of classes that hold the right one as often as promised: split conformal prediction.

Score every class of every example with :func:`~softmax_src.conformal_scores`, and take the
:func:`~softmax_src.conformal_threshold` of the right classes' scores on examples that the model has
not seen. From then on, the set of a new example holds the classes whose score is no higher.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.checks import (
    Axis,
    as_axes,
    as_fractions,
    as_logits,
    as_number,
    as_word,
    shown,
)
from softmax_src.rows import Rows, classes_last, count


def conformal_scores(p: ArrayLike, kind: str = "lac", u: ArrayLike = 1.0, axis: Axis = -1) -> Rows:
    r"""Score each class of each example; the larger, the less the class fits.

    .. math:: s_j = \begin{cases} 1 - p_j & \text{LAC} \\
              \sum_{k:\, p_k > p_j} p_k + u\,p_j & \text{APS} \end{cases}

    Parameters
    ----------
    p : array_like, (..., K)
        Probabilities, or anything from 0 to 1 that ranks the classes: the promise does not need
        them to be right.
    kind : {"lac", "aps"}
        What the class's probability lacks of 1; or the probability of all classes above it, which
        gives hard examples larger sets.
    u : array_like, (...) or ()
        For APS: how much of its own probability counts, from 0 to 1. A random number for each
        example, uniform on [0, 1], as its authors propose; 1 and 0 do without chance.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Scores, float64.

    Raises
    ------
    TypeError
        If p or u is not a plain array of real numbers, or `axis` is not an integer, a tuple of
        integers or None.
    ValueError
        If a number in p or u is not from 0 to 1, u does not fit p, or the kind is unknown.

    Notes
    -----
    APS sorts each row. Equal probabilities have equal scores.

    Derived in chapter 7 (sec-rare-sets).

    References
    ----------
    M. Sadinle, J. Lei and L. Wasserman, "Least ambiguous set-valued classifiers with bounded error
    levels", Journal of the American Statistical Association 114, 2019.

    Y. Romano, M. Sesia and E. Candès, "Classification with valid and adaptive coverage", NeurIPS
    2020.

    Examples
    --------
    >>> conformal_scores([0.5, 0.25, 0.25]), conformal_scores([0.5, 0.25, 0.25], "aps", u=0)
    (array([0.5 , 0.75, 0.75]), array([0. , 0.5, 0.5]))
    """
    p = np.asarray(as_fractions(p, "p"), dtype=np.float64)
    axes = as_axes(axis, p.ndim)
    as_word(kind, "kind", ("lac", "aps"))
    part = as_logits(u, "u", allow_scalar=True)
    if not ((part >= 0) & (part <= 1)).all():
        raise ValueError("u must hold numbers from 0 to 1")
    by_example = classes_last(p, axes)
    examples = by_example.shape[: p.ndim - len(axes)]
    if part.shape not in ((), examples):
        raise ValueError(f"u must be one number or of shape {examples}, not {part.shape}")
    if kind == "lac":
        return np.asarray(1.0 - p)
    rows = by_example.reshape(math.prod(examples), count(p, axes))
    own = np.broadcast_to(part, examples).reshape(-1, 1)
    out = np.empty_like(p)
    classes_last(out, axes)[...] = (_above(rows) + own * rows).reshape(by_example.shape)
    return out


def _above(p: Rows) -> Rows:  # (n, K) to (n, K)
    """Sum up the probabilities above each, which are the same for equal ones."""
    order = np.argsort(-p)
    falling = np.take_along_axis(p, order, axis=1)
    before, first = np.zeros(p.shape), np.zeros(p.shape, dtype=np.intp)
    before[:, 1:] = np.cumsum(falling, axis=1)[:, :-1]
    first[:, 1:] = (falling[:, 1:] < falling[:, :-1]) * np.arange(1, p.shape[1])
    first = np.maximum.accumulate(first, axis=1)  # where the run of equal ones begins
    above = np.empty(p.shape)
    np.put_along_axis(above, order, np.take_along_axis(before, first, axis=1), axis=1)
    return above


def conformal_threshold(scores: ArrayLike, alpha: float) -> float:
    r"""Return the score that the next example's right class exceeds with probability
    :math:`\alpha` at most.

    Of n scores in rising order it is number

    .. math:: k = n + 1 - \lfloor (n + 1)\,\alpha \rfloor
              = \lceil (n + 1)(1 - \alpha) \rceil,

    and infinite where k is n + 1, for which there are too few examples.

    Parameters
    ----------
    scores : array_like, (n,)
        Scores of the right classes, from examples that come from where the next one will come from
        and that the model was not trained on.
    alpha : float
        From above 0 to below 1. It is read as the decimal that Python prints, so that
        :math:`10 \cdot 0.7` is exactly 7.

    Returns
    -------
    float
        The threshold; inf where no score can promise that much.

    Raises
    ------
    TypeError
        If scores is not a plain array of real numbers, or alpha not a number.
    ValueError
        If scores is not (n,), or holds nan, or alpha is not between 0 and 1.

    Notes
    -----
    Derived in chapter 7 (sec-rare-sets).

    References
    ----------
    A. N. Angelopoulos and S. Bates, "Conformal prediction: a gentle introduction", Foundations and
    Trends in Machine Learning 16, 2023.

    Examples
    --------
    >>> conformal_threshold([0.1, 0.4, 0.2, 0.3], alpha=0.4)  # the third of four
    0.3
    >>> conformal_threshold([0.1, 0.4, 0.2, 0.3], alpha=0.1)  # nine are needed
    inf
    """
    scores = np.asarray(as_logits(scores, "scores"), dtype=np.float64)
    if scores.ndim != 1:
        raise ValueError(f"scores must be of shape (n,), not {scores.shape}")
    if np.isnan(scores).any():
        raise ValueError(f"scores must not hold nan; scores[{np.isnan(scores).argmax()}] does")
    if not 0.0 < as_number(alpha, "alpha") < 1.0:
        raise ValueError(f"alpha must be between 0 and 1, not {shown(alpha)}")
    n = scores.size
    k = n + 1 - math.floor((n + 1) * Fraction(str(alpha)))
    return float(np.sort(scores)[k - 1]) if k <= n else math.inf
