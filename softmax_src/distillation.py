r"""Distillation: a student learns the teacher's probabilities, softened by a temperature."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import log_softmax, softmax
from softmax_src.checks import (
    Axis,
    Float,
    Floats,
    Reals,
    as_axes,
    as_positive,
    as_reduction,
    number_of_classes,
    of_one_shape,
)
from softmax_src.floats import below_top
from softmax_src.rows import Rows, by_rows, count, reduce_rows


def distillation_loss(
    z: ArrayLike,
    teacher: ArrayLike,
    temperature: float,
    axis: Axis = -1,
    reduction: str = "mean",
) -> Float | Floats:
    r"""Take T² times the Kullback–Leibler divergence from the teacher's softened probabilities.

    .. math:: C = T^2 \sum_k p_k \log \frac{p_k}{a_k}, \qquad
              p = \operatorname{softmax}(v/T),\ a = \operatorname{softmax}(z/T)

    The cross-entropy with targets p differs by the entropy of p, which does not depend on z.

    Parameters
    ----------
    z, teacher : array_like, (..., K)
        Logits z of the student and v of the teacher, of one shape, with the classes along `axis`.
    temperature : float
        T > 0, for both.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.
    reduction : {"mean", "sum", "none"}
        Over the examples.

    Returns
    -------
    scalar, or ndarray (...) with ``reduction="none"``
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z or teacher is not a plain array of real numbers with at least one axis, or the
        temperature is not a number.
    ValueError
        If the shapes differ, there are no classes, the temperature is not finite and > 0, or the
        reduction is unknown.

    Notes
    -----
    A class that the teacher rules out (−inf) adds 0; one that the student alone rules out costs
    +inf. So does one so far behind that the distance of its logit from the largest, over T,
    overflows, unless the teacher's probability rounds to 0. Rows without a softmax are nan.

    At high temperatures p and a are nearly equal, and :math:`T^2 \sum_k p_k \log (p_k/a_k)` is made
    of what their logarithms lose. So where the :math:`z_k - v_k` differ by no more than T, the
    loss is summed from :math:`p_k (e^{t_k} - 1 - t_k)`, with :math:`t_k = \log(a_k/p_k)` from
    :math:`(z_k - v_k)/T`, which adds up to the same. With finite logits the error of a row is at
    most about :math:`{5 \cdot 10^{-15}} \max_k (z_k - v_k)^2` at any temperature at which no
    :math:`(z_k - v_k)/T` underflows.

    Derived in chapter 10 (sec-choose-distillation). Hinton, Vinyals and Dean (2015).

    Examples
    --------
    >>> print(f"{distillation_loss([[0.0, 0.0]], [[2.0, 0.0]], temperature=2.0):.4f}")
    0.4438
    """
    as_reduction(reduction)
    z, teacher = _logits(z, teacher, axis)
    T = as_positive(temperature, "temperature")

    def formula(z: Rows, v: Rows) -> Rows:  # (n, K), (n, K) to (n,)
        p = softmax(v, temperature=T)
        terms = p * (log_softmax(below_top(v, T)) - log_softmax(below_top(z, T)))
        only_z = (z == -np.inf) & (v > -np.inf)  # that costs inf, if p is 0 by rounding too
        terms[p == 0] = np.where(only_z, np.inf, 0.0)[p == 0]
        t, near = _log_ratios(z, v, p, T)
        nearby = (p * (T * t) ** 2 * _exp_series(t)).sum(axis=1)
        return np.where(near, nearby, T * (T * terms.sum(axis=1)))  # T**2 may overflow

    return reduce_rows(formula, z, teacher, axis=axis, reduction=reduction)


def distillation_gradient(
    z: ArrayLike,
    teacher: ArrayLike,
    temperature: float,
    axis: Axis = -1,
    reduction: str = "mean",
) -> Floats:
    r"""Take the gradient of :func:`distillation_loss` in the student's logits.

    .. math:: \frac{\partial C}{\partial z_k} = T\,(a_k - p_k)

    As T grows it tends to that of matched logits, :math:`(z_k - \bar z - v_k + \bar v)/K`.

    Parameters
    ----------
    z, teacher, temperature, axis, reduction
        As for :func:`distillation_loss`. "mean" divides by the number of examples; "sum" and "none"
        give the same gradient.

    Returns
    -------
    ndarray, (..., K)
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError, ValueError
        As :func:`distillation_loss` does.

    Notes
    -----
    Rows without a softmax are nan.

    The difference of a and p would cancel at high temperatures. So where the :math:`z_k - v_k`
    differ by no more than T, it is :math:`p_k (e^{t_k} - 1)`, with :math:`t_k = \log(a_k/p_k)` from
    :math:`(z_k - v_k)/T`. With finite logits the error is at most about
    :math:`10^{-15} \max_k |z_k - v_k|` at any temperature at which no :math:`(z_k - v_k)/T`
    underflows.

    Derived in chapter 10 (sec-choose-distillation).

    Examples
    --------
    >>> distillation_gradient([[0.0, 0.0]], [[2.0, 0.0]], temperature=2.0).round(3)
    array([[-0.462,  0.462]])
    """
    z, teacher = _logits(z, teacher, axis)
    T = as_positive(temperature, "temperature")
    n = z.size // count(z, as_axes(axis, z.ndim)) if as_reduction(reduction) == "mean" else 1

    def formula(z: Rows, v: Rows) -> Rows:  # (n, K), (n, K) to (n, K)
        a, p = softmax(z, temperature=T), softmax(v, temperature=T)
        t, near = _log_ratios(z, v, p, T)
        return T * np.where(near[:, None], p * np.expm1(t) + 0.0, a - p) / n

    return by_rows(formula, z, teacher, axis=axis)


def _log_ratios(z: Rows, v: Rows, p: Rows, T: float) -> tuple[Rows, NDArray[np.bool_]]:
    r"""Return log(a/p), and for each row (n,) whether the :math:`(z - v)/T` differ by at most 1.

    With :math:`d = (z - v)/T`, less its largest, it is :math:`d - \log \sum_k p_k e^{d_k}`, from
    which no large number cancels where all d are small. Elsewhere it is not to be used.
    """
    masked = (z == -np.inf) & (v == -np.inf)  # there p and a are 0, and the ratio is of no matter
    d = np.where(masked, -np.inf, z - v)
    d = np.where(masked, 0.0, d - d.max(axis=1, keepdims=True)) / T
    log_sum = np.log1p((p * np.expm1(d)).sum(axis=1, keepdims=True))
    return d - log_sum, d.min(axis=1) >= -1.0


def _exp_series(t: Rows) -> Rows:
    """Return (exp(t) − 1 − t)/t², which is ½ at 0, for |t| <= 1."""
    series = np.ones_like(t)
    for k in range(19, 2, -1):
        series = 1.0 + series * t / k
    return series / 2


def _logits(z: ArrayLike, teacher: ArrayLike, axis: Axis) -> tuple[Reals, Reals]:
    """Check two arrays of logits of one shape, with at least one class."""
    z, teacher = of_one_shape(z=z, teacher=teacher)
    number_of_classes(z, as_axes(axis, z.ndim))
    return z, teacher
