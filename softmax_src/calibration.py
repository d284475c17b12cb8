"""Do the probabilities mean what they say? Reliability, and one temperature to mend them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import softmax
from softmax_src.checks import (
    Axis,
    as_axes,
    as_count,
    as_fractions,
    as_labels,
    as_logits,
    number_of_classes,
)
from softmax_src.rows import Rows, classes_last

# Logits are scaled to 2 ** SCALE at most, so that beside one the smallest floats keep their digits.
SCALE = 64
# At this temperature they are all the same to the softmax.
HOT = 1e300
# Where the search begins.
WARM = 2.0**SCALE


class Reliability(NamedTuple):
    """Bins of confidence: their edges (B+1,), and per bin (B,) the count and the two means.

    Used in chapter 3 (sec-prob-calibration).
    """

    edges: Rows
    counts: NDArray[np.intp]
    confidence: Rows
    accuracy: Rows


def reliability_bins(
    p: ArrayLike, labels: ArrayLike, n_bins: int = 15, axis: Axis = -1
) -> Reliability:
    """Mean confidence and accuracy of the examples in bins of equal width.

    The confidence of an example is its largest probability, and it is right if that probability is
    its label's; with ties the first largest counts. Bin b holds the confidences in
    (b/B, (b+1)/B], the first one also 0.

    Used in chapter 3 (sec-prob-calibration).

    Parameters
    ----------
    p : array_like, (..., K)
        Probabilities, with the K classes along `axis`.
    labels : array_like of int, (...)
        The right classes.
    n_bins : int
        The number B of bins.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    Reliability
        ``edges`` (B+1,), ``counts`` (B,), and ``confidence`` and ``accuracy`` (B,), nan in empty
        bins.

    Raises
    ------
    ValueError
        If p holds a number outside [0, 1], if there are no examples or labels of another shape, or
        if ``n_bins`` is below 1.
    IndexError, TypeError
        If a label is out of range or not an integer, ``n_bins`` is not an integer, or p is not a
        plain array of real numbers.

    Examples
    --------
    >>> p = [[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]]
    >>> bins = reliability_bins(p, [0, 1, 0], n_bins=2)
    >>> bins.counts, bins.accuracy.round(3)
    (array([0, 3]), array([  nan, 0.667]))
    """
    a, c = _examples(as_fractions(p, "p"), labels, axis, "p")  # (N, K), (N,)
    n_bins = as_count(n_bins, "n_bins")
    edges = np.arange(n_bins + 1) / n_bins  # rounded once, as a confidence of b/B is
    confidence = a.max(axis=1)
    right = a.argmax(axis=1) == c
    bin_of = np.maximum(np.searchsorted(edges, confidence) - 1, 0)
    counts = np.bincount(bin_of, minlength=n_bins)
    size = np.where(counts, counts, np.nan)  # an empty bin has no mean
    return Reliability(
        edges,
        counts,
        np.bincount(bin_of, weights=confidence, minlength=n_bins) / size,
        np.bincount(bin_of, weights=right, minlength=n_bins) / size,
    )


def expected_calibration_error(
    p: ArrayLike, labels: ArrayLike, n_bins: int = 15, axis: Axis = -1
) -> float:
    r"""How far confidence and accuracy are apart, bin by bin.

    .. math:: \mathrm{ECE} = \sum_b \frac{N_b}{N}
              \left|\mathrm{accuracy}_b - \mathrm{confidence}_b\right|

    over the bins of `reliability_bins`. It depends on the number of bins, so a number without it
    says little (Kumar and others, 2019).

    Derived in chapter 3 (sec-prob-calibration).

    Parameters
    ----------
    p : array_like, (..., K)
        Probabilities, with the K classes along `axis`.
    labels : array_like of int, (...)
        The right classes.
    n_bins : int
        The number B of bins.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    float
        In [0, 1]; 0, but for rounding, if every bin is as often right as it claims.

    Raises
    ------
    ValueError, IndexError, TypeError
        As `reliability_bins` does; nan and inf are no probabilities.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks",
    ICML 2017; on the number of bins, A. Kumar, P. Liang and T. Ma, "Verified uncertainty
    calibration", NeurIPS 2019.

    Examples
    --------
    Three answers given with confidence .9, of which two are right, are .9 − .667 too sure:

    >>> p = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1]]
    >>> round(expected_calibration_error(p, [0, 0, 1]), 3)
    0.233
    """
    _, counts, confidence, accuracy = reliability_bins(p, labels, n_bins, axis)
    full = counts > 0
    gaps = np.abs(accuracy[full] - confidence[full])
    return float(np.sum(counts[full] * gaps) / counts.sum())


def fit_temperature(z: ArrayLike, labels: ArrayLike, axis: Axis = -1) -> float:
    r"""The temperature T > 0 that minimises the mean negative log-likelihood of softmax(z/T).

    In :math:`\beta = 1/T` the cost is convex, with the slope

    .. math:: \begin{aligned}
              g(\beta) &= \frac1N \sum_n \Bigl(\sum_k a_{nk} z_{nk} - z_{nc_n}\Bigr), \\
              a_n &= \operatorname{softmax}(\beta z_n), \end{aligned}

    the mean logit that the model expects minus the one that it gets. Its zero is found by halving
    an interval of T. Whether there is a zero can be read off the two ends: at :math:`\beta = 0` the
    expectation is the plain average of the logits, at :math:`\beta = \infty` their maximum.

    Derived in chapter 3 (sec-prob-calibration).

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, of data that the model was not trained on. −inf masks a class.
    labels : array_like of int, (...)
        The right classes.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    float
        T; dividing by it leaves every argmax, and so the accuracy, alone. (inf where T exceeds the
        largest float, which takes logits of the same size.)

    Raises
    ------
    ValueError
        If no T is best: when each label has the largest logit of its row (or one that is below it
        by less than 1e-340 of the largest of all) the cost falls all the way to T → 0; when the
        labels' logits are no larger than the average one it falls all the way to T → ∞ (where
        they are equal to it, rounding may give a T of 1e15 or more times the logits' size). Also
        for logits that are nan or +inf, or −inf at a label, and for other shapes.
    IndexError, TypeError
        If a label is out of range or not an integer, or z is not a plain array of real numbers.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks",
    ICML 2017.

    Examples
    --------
    Logits of ±2 that are right three times in four deserve :math:`\log 3`, so T is 2 / log 3:

    >>> round(fit_temperature([[2, 0]] * 4, [0, 0, 0, 1]), 6)
    1.820478
    """
    logits, c = _examples(as_logits(z), labels, axis, "z")  # (N, K), (N,)
    if not (logits < np.inf).all():
        raise ValueError("z must not hold nan or +inf")
    possible = logits > -np.inf
    if not possible[np.arange(len(c)), c].all():
        raise ValueError("a label's logit is −inf: its cost is infinite at every temperature")
    exponent = np.frexp(np.abs(logits[possible]).max())[1] - SCALE
    with np.errstate(all="ignore"):
        scaled = np.ldexp(logits, -exponent)  # exactly, and their differences do not overflow
    m = scaled.max(axis=1, keepdims=True)
    d = np.where(possible, scaled - m, 0.0)  # (N, K): a shift of each row
    at_label = d[np.arange(len(c)), c]  # (N,)

    def excess(T: float) -> np.float64:
        """Return the logits that are expected at T, minus the labels'; it falls as T rises."""
        a = softmax(scaled, temperature=T)  # (N, K)
        return np.float64(np.sum(np.sum(a * d, axis=1) - at_label))  # a mean may underflow

    if excess(HOT) >= 0:
        raise ValueError(
            "the labels' logits are no larger than the average logit: these logits say nothing "
            "of the labels, and the cost falls all the way to T → ∞"
        )
    if not at_label.any():
        raise ValueError(
            "every label has its row's largest logit: the cost falls all the way to T → 0 "
            "(fit on data that the model was not trained on)"
        )

    T = WARM
    while excess(T) > 0:
        T *= 2
    while excess(T) <= 0:
        T /= 2
    step = T
    for _ in range(52):  # the zero lies between T and 2 T: here come its binary digits
        step /= 2
        if excess(T + step) > 0:
            T += step
    with np.errstate(all="ignore"):
        return float(np.ldexp(T, exponent))


def _examples(
    x: NDArray[Any], labels: ArrayLike, axis: Axis, name: str
) -> tuple[Rows, NDArray[np.intp]]:
    """Return x as rows (N, K) and its labels as (N,), or raise."""
    axes = as_axes(axis, x.ndim)
    n_classes = number_of_classes(x, axes, name)
    shape = classes_last(x, axes).shape[: x.ndim - len(axes)]
    if x.size == 0:
        raise ValueError(f"{name} of shape {x.shape} holds no examples")
    labels = as_labels(labels, n_classes, name="labels")
    if labels.shape != shape:
        raise ValueError(
            f"labels of shape {labels.shape} do not fit {name} of shape {x.shape}; "
            f"{shape} is needed"
        )
    rows = np.ascontiguousarray(classes_last(x, axes), dtype=np.float64).reshape(-1, n_classes)
    return rows, labels.reshape(-1).astype(np.intp)
