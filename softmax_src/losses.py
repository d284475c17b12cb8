"""What training minimises, each loss with its gradient.

The losses take logits, never probabilities, except the quadratic one, which takes activations.
``y`` is either integer labels, with one axis fewer than the logits, or one target number for
each logit; the multilabel loss takes the latter alone. The gradients are those of the *reduced*
loss: with ``reduction="mean"`` they are divided by the number of examples.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.checks import (
    Axis,
    Float,
    Floats,
    Reals,
    as_axes,
    as_fraction,
    as_fractions,
    as_logits,
    as_reduction,
    as_targets,
    check_distributions,
    number_of_classes,
)
from softmax_src.floats import TINY, Labels, exponentials, log_ratio, log_total, quotient
from softmax_src.rows import Rows, by_rows, count, is_double, one_hot_rows, reduce_rows

#: Where the others together are this many times the label's exponential, the loss is far from 0.
FAR = 2.0**100


def softmax_loss(
    z: ArrayLike,
    y: ArrayLike,
    axis: Axis = -1,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Float | Floats:
    r"""Take the negative log-likelihood of the correct class under a softmax output.

    .. math:: \begin{aligned} C &= -\sum_k y_k \log a_k = -\log a_c \\
              &= \log\Bigl(1 + \sum_{k \ne c} e^{z_k - z_c}\Bigr) \\
              &= \log\Bigl(1 + \sum_{k \ne \text{top}} e^{z_k - m}\Bigr) + (m - z_c) \end{aligned}

    where c is the correct class and m the largest logit. No term is negative, so nothing cancels.
    The third form serves, and the last where :math:`e^{z_k - z_c}` would overflow.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    y : array_like of int, (...), or of float, (..., K)
        Labels from 0 to K − 1, or target probabilities (one-hot or soft).
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.
    reduction : {"mean", "sum", "none"}
        Over the examples; "none" keeps one loss for each.
    label_smoothing : float
        :math:`\varepsilon` from 0 to 1: the target becomes
        :math:`(1 - \varepsilon)\,y + \varepsilon / K`.

    Returns
    -------
    scalar, or ndarray (...) with ``reduction="none"``
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, labels are not integers, or the smoothing is
        not a number.
    IndexError
        If a label is negative or ≥ K; the message says which and where.
    ValueError
        If shapes do not fit, there are no classes, the reduction is unknown, the smoothing is not
        from 0 to 1, or target rows are not probabilities (numbers ≥ 0 that sum to 1 within 1e-6,
        for float16 targets within 1e-2).

    Notes
    -----
    A correct class at −inf costs +inf; a target of 0 there adds 0. A row that holds +inf or nan,
    or −inf alone, costs nan. The mean over no examples is nan, the sum 0. The loss of one
    integer label without smoothing is right to 4 units in the last place (appendix D proves it
    where NumPy's exponential is as good as measured); their sum or mean rounds on top. One too
    large for the dtype is +inf.

    Derived in chapter 4 (sec-loss-forms).

    Examples
    --------
    >>> print(f"{softmax_loss([[0.0, 0.0]], [1]):.6f}")  # no idea: log 2
    0.693147
    >>> print(f"{softmax_loss([0.0, 100.0], 1):.3g}")  # sure, yet not 0
    3.72e-44
    """
    as_reduction(reduction)
    z, y, label_smoothing = _checked(z, y, axis, label_smoothing)
    label_formula = partial(_label_loss, exact=is_double(z))
    formula = _formula(z, y, label_smoothing, label_formula, _target_loss)
    return reduce_rows(formula, z, y, axis=axis, reduction=reduction)


def softmax_loss_gradient(
    z: ArrayLike,
    y: ArrayLike,
    axis: Axis = -1,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Floats:
    r"""Take the gradient of :func:`softmax_loss` in the logits.

    .. math:: \frac{\partial C}{\partial z_k} = a_k - y_k

    For the correct class of an integer label, :math:`a_c - 1` is computed as
    :math:`-\sum_{k \ne c} a_k`, since the difference would cancel.

    Parameters
    ----------
    z, y, axis, reduction, label_smoothing
        As for :func:`softmax_loss`. "mean" divides by the number of examples; "sum" and "none"
        give the same gradient, one row for each example.

    Returns
    -------
    ndarray, (..., K)
        Of z's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError, IndexError, ValueError
        As :func:`softmax_loss` does.

    Notes
    -----
    A correct class at −inf has gradient −1. A row that holds +inf or nan, or −inf alone, is nan.
    For integer labels without smoothing each number is right to 4 units in the last place; near
    a = y targets that are probabilities cancel, and the error is a few times 10⁻¹⁶. Where targets
    sum to 1 only nearly, the slope of :func:`softmax_loss` is a times that sum, less y.

    Derived in chapter 5 (sec-bp-delta).

    Examples
    --------
    >>> softmax_loss_gradient([[0.0, 0.0]], [1])
    array([[ 0.5, -0.5]])
    """
    as_reduction(reduction)
    z, y, label_smoothing = _checked(z, y, axis, label_smoothing)
    n = _divisor(z, axis, reduction)
    label_formula = partial(_label_gradient, n=n, exact=is_double(z))
    target_formula = partial(_target_gradient, n=n)
    formula = _formula(z, y, label_smoothing, label_formula, target_formula)
    return by_rows(formula, z, y, axis=axis)


def _label_loss(z: Rows, c: Labels, exact: bool) -> Rows:  # (n, K), (n,) to (n,)
    """Loss of each row for its label c."""
    terms = exponentials(z, c, exact=exact)
    loss = log_ratio(terms)
    far = ~((terms.e_k > TINY) & (terms.others < FAR * terms.e_k))
    if far.any():
        z_c = z.take(terms.place[far])
        del terms  # its memory, before more is taken
        m, log_sum = log_total(z[far], exact)
        loss[far] = log_sum + (m - z_c)
    return loss


def _target_loss(z: Rows, y: Rows) -> Rows:  # (n, K), (n, K) to (n,)
    """Loss of each row for its target distribution y, where 0 · log 0 = 0."""
    m, log_sum = log_total(z)
    half = (m / 2)[:, None] - z / 2 + (log_sum / 2)[:, None]  # of −log a: m − z overflows
    half[(y == 0) & (half == np.inf)] = 0.0
    return np.einsum("nk,nk->n", y, half) * 2.0


def _label_gradient(z: Rows, c: Labels, n: int, exact: bool) -> Rows:  # (n, K), (n,) to (n, K)
    """Gradient of each row for its label c, divided by the number n of examples."""
    terms = exponentials(z, c, exact=exact)
    total = terms.total(times=n)
    at_c, _ = quotient(terms.others, terms.others_low, *total)  # the nearest float
    gradient = terms.over(*total)
    gradient.reshape(-1)[terms.place] = 0.0 - at_c
    return gradient


def _target_gradient(z: Rows, y: Rows, n: int) -> Rows:  # (n, K), (n, K) to (n, K)
    """Gradient of each row for its target distribution y, divided by the number n of examples."""
    terms = exponentials(z)
    return (terms.over(*terms.total()) - y) / n


def _checked(
    z: ArrayLike, y: ArrayLike, axis: Axis, label_smoothing: float
) -> tuple[Reals, Reals, float]:
    """Return logits, labels or target distributions, and the smoothing as a float, or raise."""
    smoothing = as_fraction(label_smoothing, "label_smoothing")
    z = as_logits(z)
    axes = as_axes(axis, z.ndim)
    number_of_classes(z, axes)
    y = as_targets(y, z, axes)
    if y.ndim == z.ndim:
        check_distributions(y, axes, "y")  # else the gradient is not a − y
    return z, y, smoothing


def _formula(
    z: Reals,
    y: Reals,
    label_smoothing: float,
    for_labels: Callable[..., Rows],
    for_targets: Callable[..., Rows],
) -> Callable[..., Rows]:
    """Choose the formula that fits the targets."""
    if y.ndim < z.ndim and label_smoothing == 0.0:
        return for_labels

    def formula(z: Rows, y: Any) -> Rows:
        n_classes = z.shape[1]
        y = (1.0 - label_smoothing) * _dense(y, n_classes) + label_smoothing / n_classes
        return for_targets(z, y)

    return formula


def _dense(y: Any, n_classes: int) -> Rows:
    """Return a block of labels ``(n,)`` as one-hot rows ``(n, K)``, and of targets as they are."""
    return one_hot_rows(y, n_classes) if y.ndim == 1 else y


def _divisor(z: Reals, axis: Axis, reduction: str) -> int:
    """Return by what the gradient is divided: the number of examples for the mean, else 1."""
    if as_reduction(reduction) != "mean":
        return 1
    return z.size // max(1, count(z, as_axes(axis, z.ndim)))


def multilabel_logistic_loss(
    z: ArrayLike, y: ArrayLike, axis: Axis = -1, reduction: str = "mean"
) -> Float | Floats:
    r"""Take the binary cross-entropies of K independent sigmoids, summed over the classes.

    .. math:: \begin{aligned} C &= -\sum_k \bigl[y_k \log\sigma(z_k)
              \\ &\qquad + (1 - y_k) \log(1 - \sigma(z_k))\bigr]
              \\ &= \sum_k \bigl[\log(1 + e^{-|z_k|}) + w_k |z_k|\bigr], \\
              w_k &= \begin{cases} 1 - y_k & z_k > 0 \\ y_k & z_k \le 0 \end{cases} \end{aligned}

    The loss sums over the K classes and averages over the examples; PyTorch's
    ``BCEWithLogitsLoss`` averages over both, and so is K times smaller.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    y : array_like, (..., K)
        Targets from 0 to 1, which need not sum to 1.
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
        If z or y is not a plain array of real numbers with at least one axis.
    ValueError
        If the shapes differ, a target is outside 0..1, or the reduction is unknown.

    Notes
    -----
    A logit of ±inf costs 0 where the target agrees, +inf where it does not. nan gives nan.

    Derived in appendix B (sec-multi-loss).

    Examples
    --------
    >>> loss = multilabel_logistic_loss([[0.0, 100.0]], [[1, 1]])
    >>> print(f"{loss:.6f}")  # log 2 and 0
    0.693147
    """
    z, y = _multilabel(z, y)

    def formula(z: Rows, y: Rows) -> Rows:  # (n, K), (n, K) to (n,)
        wrong = np.where(z > 0, 1.0 - y, y)
        penalty = np.where(wrong == 0, 0.0, wrong * np.abs(z))
        return (np.log1p(np.exp(-np.abs(z))) + penalty).sum(axis=1)

    return reduce_rows(formula, z, y, axis=axis, reduction=as_reduction(reduction))


def multilabel_logistic_loss_gradient(
    z: ArrayLike, y: ArrayLike, axis: Axis = -1, reduction: str = "mean"
) -> Floats:
    r"""Take the gradient of :func:`multilabel_logistic_loss` in the logits.

    .. math:: \begin{aligned} \frac{\partial C}{\partial z_k} &= \sigma(z_k) - y_k \\
              &= (1 - y_k)\,\sigma(z_k) - y_k\,\sigma(-z_k) \end{aligned}

    The second form has no cancellation for targets of 0 and 1.

    Parameters
    ----------
    z, y, axis, reduction
        As for :func:`multilabel_logistic_loss`. "mean" divides by the number of examples;
        "sum" and "none" give the same gradient.

    Returns
    -------
    ndarray, (..., K)
        Of z's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError, ValueError
        As :func:`multilabel_logistic_loss` does.

    Notes
    -----
    nan gives nan; ±inf gives the limits.

    Derived in appendix B (sec-multi-gradient).

    Examples
    --------
    >>> multilabel_logistic_loss_gradient([[0.0, 0.0]], [[1, 0]])
    array([[-0.5,  0.5]])
    """
    z, y = _multilabel(z, y)
    n = _divisor(z, axis, reduction)

    def formula(z: Rows, y: Rows) -> Rows:  # (n, K), (n, K) to (n, K)
        e = np.exp(-np.abs(z))
        near, far = 1.0 / (1.0 + e), e / (1.0 + e)  # σ(|z|), σ(−|z|)
        return np.where(z > 0, (1.0 - y) * near - y * far, (1.0 - y) * far - y * near) / n

    return by_rows(formula, z, y, axis=axis)


def _multilabel(z: ArrayLike, y: ArrayLike) -> tuple[Reals, Reals]:
    """Check logits and targets of one shape, the targets from 0 to 1."""
    z, y = as_logits(z), as_logits(y, "y")
    if y.shape != z.shape:
        raise ValueError(f"targets of shape {y.shape} do not fit logits of shape {z.shape}")
    return z, as_fractions(y, "y")


def quadratic_loss(
    a: ArrayLike, y: ArrayLike, axis: Axis = -1, reduction: str = "mean"
) -> Float | Floats:
    r"""Take half the squared distance from the activations to the target.

    .. math:: C = \tfrac12 \sum_k (a_k - y_k)^2

    Parameters
    ----------
    a : array_like, (..., K)
        Activations (outputs of the network, not logits), with the K outputs along `axis`.
    y : array_like of int, (...), or of float, (..., K)
        Labels from 0 to K − 1, read as one-hot vectors, or target activations.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.
    reduction : {"mean", "sum", "none"}
        Over the examples; "none" keeps one loss for each.

    Returns
    -------
    scalar, or ndarray (...) with ``reduction="none"``
        Of a's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If a is not a plain array of real numbers, or labels are not integers.
    IndexError
        If a label is negative or ≥ K.
    ValueError
        If the shapes do not fit, or the reduction is unknown.

    Notes
    -----
    nan gives nan, ±inf gives +inf, and two infinities that are equal give nan.

    Derived in chapter 1 (sec-slow-neuron).

    Examples
    --------
    >>> quadratic_loss([[0.5, 0.5]], [1])
    np.float64(0.25)
    """
    a = as_logits(a, "a")

    def formula(a: Rows, y: Any) -> Rows:  # (n, K), (n, K) or (n,) to (n,)
        return ((a - _dense(y, a.shape[1])) ** 2).sum(axis=1) / 2.0

    y = as_targets(y, a, as_axes(axis, a.ndim))
    return reduce_rows(formula, a, y, axis=axis, reduction=as_reduction(reduction))


def quadratic_loss_gradient(
    a: ArrayLike, y: ArrayLike, axis: Axis = -1, reduction: str = "mean"
) -> Floats:
    r"""Take the gradient of :func:`quadratic_loss` in the activations.

    .. math:: \frac{\partial C}{\partial a_k} = a_k - y_k

    Parameters
    ----------
    a, y, axis, reduction
        As for :func:`quadratic_loss`. "mean" divides by the number of examples; "sum" and "none"
        give the same gradient.

    Returns
    -------
    ndarray, (..., K)
        Of a's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError, IndexError, ValueError
        As :func:`quadratic_loss` does.

    Notes
    -----
    nan gives nan, ±inf gives ±inf, and two infinities that are equal give nan.

    Derived in chapter 1 (sec-slow-neuron).

    Examples
    --------
    >>> quadratic_loss_gradient([[0.5, 0.5]], [1])
    array([[ 0.5, -0.5]])
    """
    a = as_logits(a, "a")
    n = _divisor(a, axis, reduction)

    def formula(a: Rows, y: Any) -> Rows:  # (n, K), (n, K) or (n,) to (n, K)
        return (a - _dense(y, a.shape[1])) / n

    return by_rows(formula, a, as_targets(y, a, as_axes(axis, a.ndim)), axis=axis)
