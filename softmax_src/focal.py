"""The focal loss, which plays down what is predicted well, and what it does to the outputs.

Its minimiser is not the distribution of the classes, but can be turned back into it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import log_softmax, sigmoid, softmax
from softmax_src.checks import (
    Axis,
    Float,
    Floats,
    Reals,
    as_axes,
    as_logits,
    as_nonnegative,
    as_reduction,
    as_targets,
    check_distributions,
    number_of_classes,
)
from softmax_src.floats import Labels
from softmax_src.losses import softmax_loss, softmax_loss_gradient
from softmax_src.rows import Rows, by_rows, reduce_rows

#: Halvings of an interval from −SPAN to SPAN or more, down to a float's last digits.
SPAN, HALVINGS = 750.0, 64


def focal_loss(
    z: ArrayLike, y: ArrayLike, gamma: float = 2.0, axis: Axis = -1, reduction: str = "mean"
) -> Float | Floats:
    r"""Take the focal loss: the negative log-likelihood, scaled down where it is small already.

    .. math:: C = -(1 - a_c)^\gamma \log a_c

    With :math:`\gamma = 0` it is :func:`softmax_loss`. Computed from
    :math:`\ell = -\log a_c`, since :math:`1 - a_c = 1 - e^{-\ell}` keeps all its digits
    where it is small.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    y : array_like of int, (...)
        Labels from 0 to K − 1.
    gamma : float
        :math:`\gamma \ge 0`, finite.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.
    reduction : {"mean", "sum", "none"}
        Over the examples; "none" keeps one loss for each.

    Returns
    -------
    scalar, or ndarray (...) with ``reduction="none"``
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, labels are not integers, or gamma is not a
        number.
    IndexError
        If a label is negative or ≥ K.
    ValueError
        If shapes do not fit, there are no classes, the reduction is unknown, or gamma is negative,
        infinite or nan.

    Notes
    -----
    A correct class at −inf costs +inf. A row that holds +inf or nan, or −inf alone, costs nan.

    Derived in chapter 7 (sec-rare-focal).

    References
    ----------
    T.-Y. Lin et al., "Focal loss for dense object detection", ICCV 2017.

    Examples
    --------
    >>> print(f"{focal_loss([[0.0, 0.0]], [1]):.4f}")  # a quarter of log 2
    0.1733
    """
    z, y, gamma = _prepare(z, y, gamma, axis)

    def formula(z: Rows, c: Labels) -> Rows:  # (n, K), (n,) to (n,)
        loss = softmax_loss(z, c, reduction="none")
        return (-np.expm1(-loss)) ** gamma * loss

    return reduce_rows(formula, z, y, axis=axis, reduction=as_reduction(reduction))


def focal_loss_gradient(
    z: ArrayLike, y: ArrayLike, gamma: float = 2.0, axis: Axis = -1, reduction: str = "mean"
) -> Floats:
    r"""Take the gradient of :func:`focal_loss` in the logits.

    .. math:: \begin{aligned} \frac{\partial C}{\partial z_k} &= s\,(a_k - y_k), \\
              s &= (1 - a_c)^\gamma - \gamma\,a_c\,(1 - a_c)^{\gamma - 1} \log a_c \end{aligned}

    The gradient of the log-likelihood, times a factor :math:`s \ge 0` that with
    :math:`\gamma > 0` goes to 0 as the answer gets better, and to 1 as it gets worse.

    Parameters
    ----------
    z, y, gamma, axis, reduction
        As for :func:`focal_loss`. "mean" divides by the number of examples; "sum" and "none" give
        the same gradient, one row for each example.

    Returns
    -------
    ndarray, (..., K)
        Of z's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError, IndexError, ValueError
        As :func:`focal_loss` does.

    Notes
    -----
    A row that holds +inf or nan, or −inf alone, is nan.

    Derived in chapter 7 (sec-rare-focal).

    Examples
    --------
    >>> focal_loss_gradient([[0.0, 0.0]], [1], gamma=0)
    array([[ 0.5, -0.5]])
    >>> focal_loss_gradient([[0.0, 0.0]], [1]).round(3)
    array([[ 0.298, -0.298]])
    """
    z, y, gamma = _prepare(z, y, gamma, axis)
    n = max(1, math.prod(y.shape)) if as_reduction(reduction) == "mean" else 1

    def formula(z: Rows, c: Labels) -> Rows:  # (n, K), (n,) to (n, K)
        loss = softmax_loss(z, c, reduction="none")  # −log a_c, from 0 to inf
        miss = -np.expm1(-loss)  # 1 − a_c
        a_times_loss = np.exp(-loss) * np.minimum(loss, 1e300)  # 0, not nan, where loss is inf
        ratio = np.where(loss == 0, 1.0, a_times_loss / miss)  # 1 is its limit
        s = miss**gamma * (1.0 + gamma * ratio)
        return softmax_loss_gradient(z, c, reduction="none") * s[:, None] / n

    return by_rows(formula, z, y, axis=axis)


def focal_minimiser(p: ArrayLike, gamma: float = 2.0, axis: Axis = -1) -> Floats:
    r"""Find the outputs that minimise the expected focal loss when the classes have the
    probabilities p.

    They solve :math:`p_j\,h(a_j) = \lambda` with :math:`\sum_j a_j = 1`, where

    .. math:: h(a) = -\frac{d}{da}\bigl[-(1 - a)^\gamma \log a\bigr]
              = (1 - a)^{\gamma - 1} \Bigl(\frac{1 - a}{a} - \gamma \log a\Bigr)

    falls from :math:`\infty` to 0 (to 1 with :math:`\gamma = 0`): two nested bisections, over
    :math:`\log\lambda` and over the logit of each :math:`a_j`.

    Parameters
    ----------
    p : array_like, (..., K)
        Probabilities of the classes; each row sums to 1.
    gamma : float
        :math:`\gamma \ge 0`, finite.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        The outputs, of p's dtype (float64 for integers); with :math:`\gamma = 0` they are p, but
        for rounding.

    Raises
    ------
    TypeError
        If p is not a plain array of real numbers, or gamma is not a number.
    ValueError
        If a row of p is not probabilities (within 1e-6, in float16 within 1e-2), or gamma is
        negative, infinite or nan.

    Notes
    -----
    Classes of probability 0 get 0; a small probability may get an output that is far larger. The
    bisections walk over all numbers some four thousand times, so a hundred thousand take seconds.

    Derived in chapter 7 (sec-rare-focal).

    Examples
    --------
    Less sure than it should be:

    >>> focal_minimiser([0.9, 0.1]).round(3)
    array([0.694, 0.306])
    """
    p = as_logits(p, "p")
    gamma = as_nonnegative(gamma, "gamma")
    check_distributions(p, as_axes(axis, p.ndim), "p")
    return by_rows(lambda p: _minimiser(p, gamma), p, axis=axis)


def _minimiser(p: Rows, gamma: float) -> Rows:  # (n, K) to (n, K)
    """Find λ for each row, and for each λ the outputs, by bisection."""
    log_p = np.log(p)  # −inf for classes that do not occur
    top = p.argmax(axis=1)[:, None]

    def outputs(log_lambda: Rows) -> tuple[Rows, Rows]:  # (n, 1) to (n, K), (n, 1)
        """Return the outputs, and what the likeliest one leaves of 1."""
        wanted = log_lambda - log_p  # log h(a) = log λ − log p
        u = _bisect(lambda u: _log_h(u, gamma) > wanted, np.zeros_like(p))
        return np.where(p > 0, sigmoid(u), 0.0), sigmoid(-np.take_along_axis(u, top, axis=1))

    def too_large(log_lambda: Rows) -> NDArray[np.bool_]:  # (n, 1) to (n, 1)
        """Compare what the others have with what is left for them: beside 1 it may be tiny."""
        a, left = outputs(log_lambda)
        np.put_along_axis(a, top, 0.0, axis=1)
        return np.asarray(a.sum(axis=1, keepdims=True) > left)

    # The larger λ, the smaller all a; at the right λ their sum is 1.
    start = np.zeros((len(p), 1))
    # log h falls as far as −γ log 2 below the logarithms of p, as for two classes near one half.
    a, _ = outputs(_bisect(too_large, start, SPAN + gamma))
    return a / a.sum(axis=1, keepdims=True)  # 1 for a class that alone occurs and has no λ


def focal_to_probabilities(z: ArrayLike, gamma: float = 2.0, axis: Axis = -1) -> Floats:
    r"""Turn the outputs of a network trained with the focal loss into class probabilities.

    .. math:: p_j \propto \frac{1}{h(a_j)}
              = \frac{a_j}{(1 - a_j)^{\gamma - 1}\,\bigl(1 - a_j - \gamma\,a_j \log a_j\bigr)}

    with a the softmax of z: the way back from :func:`focal_minimiser`, in one formula. Computed in
    logarithms from :math:`\log a_j`, so that :math:`1 - a_j` keeps its digits.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits of a network trained with :func:`focal_loss`, with the classes along `axis`.
    gamma : float
        The :math:`\gamma` that it was trained with.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Probabilities, of z's dtype (float64 for integers); but for rounding, the order of the
        classes is that of z.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, or gamma is not a number.
    ValueError
        If gamma is negative, infinite or nan.

    Notes
    -----
    A logit of −inf gives 0. A row that holds +inf or nan, or −inf alone, is nan.

    Derived in chapter 7 (sec-rare-focal).

    References
    ----------
    N. Charoenphakdee et al., "On focal loss for class-posterior probability estimation: a
    theoretical perspective", CVPR 2021.

    Examples
    --------
    >>> a = focal_minimiser([0.9, 0.1], gamma=2)
    >>> focal_to_probabilities(np.log(a), gamma=2).round(6)
    array([0.9, 0.1])
    """
    gamma = as_nonnegative(gamma, "gamma")

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        log_a = log_softmax(z)
        # Where 1 − a underflows, the smallest float stands for it: p is 1 all the same.
        miss = np.maximum(-np.expm1(log_a), 5e-324)
        a_log_a = np.where(log_a == -np.inf, 0.0, np.exp(log_a) * log_a)
        return softmax(log_a - (gamma - 1.0) * np.log(miss) - np.log(miss - gamma * a_log_a))

    return by_rows(formula, as_logits(z), axis=axis)


def _log_h(u: Rows, gamma: float) -> Rows:
    """Return log h(a) for a = σ(u): (γ − 1) log(1 − a) + log((1 − a)/a − γ log a)."""
    log_miss, minus_log_a = -np.logaddexp(0.0, u), np.logaddexp(0.0, -u)
    # (1 − a)/a is exp(−u): both terms in logarithms, since exp(−u) may overflow.
    with np.errstate(all="ignore"):  # log γ, where γ is 0
        other = np.log(gamma) + np.log(minus_log_a)
    return (gamma - 1.0) * log_miss + np.logaddexp(-u, other)


def _bisect(too_far_left: Callable[[Rows], NDArray[np.bool_]], x: Rows, span: float = SPAN) -> Rows:
    """Halve the interval of x ± span, elementwise, to where a falling condition turns."""
    low, high = x - span, x + span
    for _ in range(HALVINGS):
        middle = low / 2 + high / 2
        left = too_far_left(middle)
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return low / 2 + high / 2


def _prepare(z: ArrayLike, y: ArrayLike, gamma: float, axis: Axis) -> tuple[Reals, Reals, float]:
    """Return logits, labels and γ that are checked."""
    z = as_logits(z)
    axes = as_axes(axis, z.ndim)
    number_of_classes(z, axes)
    y = as_targets(y, z, axes)
    if y.ndim == z.ndim:
        raise ValueError("y must be integer labels: the focal loss is for one right class")
    return z, y, as_nonnegative(gamma, "gamma")
