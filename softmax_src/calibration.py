"""Do the probabilities mean what they say? Reliability, and one temperature to mend them."""

from typing import NamedTuple

import numpy as np

from softmax_src.activations import softmax
from softmax_src.floats import as_labels, as_logits

# At this temperature logits of at most 1 are all the same to the softmax.
HOT = 1e300


class Reliability(NamedTuple):
    """Bins of confidence: their edges (B+1,), and per bin (B,) the count and the two means.

    Used in chapter 3 (sec-prob-calibration).
    """

    edges: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


def reliability_bins(p, labels, n_bins=15):
    """Mean confidence and accuracy of the examples in bins of equal width.

    The confidence of an example is its largest probability, and it is right if that probability is
    its label's; with ties the first largest counts. Bin b holds the confidences in
    (b/B, (b+1)/B], the first one also 0.

    Used in chapter 3 (sec-prob-calibration).

    Parameters
    ----------
    p : array_like, (N, K)
        Probabilities.
    labels : array_like of int, (N,)
        The right classes.
    n_bins : int
        The number B of bins.

    Returns
    -------
    Reliability
        ``edges`` (B+1,), ``counts`` (B,), and ``confidence`` and ``accuracy`` (B,), nan in empty
        bins.

    Raises
    ------
    ValueError
        If p is not (N, K) with numbers in [0, 1], if N is 0 or n_bins is below 1.
    IndexError, TypeError
        If a label is out of range or not an integer, or p is not a plain array of real numbers.

    Examples
    --------
    >>> p = [[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]]
    >>> bins = reliability_bins(p, [0, 1, 0], n_bins=2)
    >>> bins.counts, bins.accuracy.round(3)
    (array([0, 3]), array([  nan, 0.667]))
    """
    p = np.asarray(as_logits(p, "p"), dtype=np.float64)  # plain real numbers, as for logits
    if p.ndim != 2 or p.size == 0 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError(f"p must be (N, K) probabilities in [0, 1], N > 0; got shape {p.shape}")
    labels = _check_labels(labels, *p.shape)
    if n_bins < 1:
        raise ValueError(f"n_bins must be at least 1, got {n_bins}")
    edges = np.linspace(0, 1, n_bins + 1)
    confidence = p.max(axis=1)
    right = p.argmax(axis=1) == labels
    bin_of = np.maximum(np.searchsorted(edges, confidence) - 1, 0)
    counts = np.bincount(bin_of, minlength=n_bins)
    size = np.where(counts, counts, np.nan)  # an empty bin has no mean
    return Reliability(
        edges,
        counts,
        np.bincount(bin_of, weights=confidence, minlength=n_bins) / size,
        np.bincount(bin_of, weights=right, minlength=n_bins) / size,
    )


def expected_calibration_error(p, labels, n_bins=15):
    r"""How far confidence and accuracy are apart, bin by bin.

    .. math:: \mathrm{ECE} = \sum_b \frac{N_b}{N}
              \left|\mathrm{accuracy}_b - \mathrm{confidence}_b\right|

    over the bins of `reliability_bins`. It depends on the number of bins, so a number without it
    says little (Guo and others, 2017).

    Derived in chapter 3 (sec-prob-calibration).

    Parameters
    ----------
    p : array_like, (N, K)
        Probabilities.
    labels : array_like of int, (N,)
        The right classes.
    n_bins : int
        The number B of bins.

    Returns
    -------
    float
        In [0, 1]; 0 if every bin is as often right as it claims.

    Raises
    ------
    ValueError, IndexError, TypeError
        As `reliability_bins` does; nan and inf are no probabilities.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks",
    ICML 2017.

    Examples
    --------
    Three answers given with confidence .9, of which two are right, are .9 − .667 too sure:

    >>> p = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1]]
    >>> round(expected_calibration_error(p, [0, 0, 1]), 3)
    0.233
    """
    _, counts, confidence, accuracy = reliability_bins(p, labels, n_bins)
    full = counts > 0
    gaps = np.abs(accuracy[full] - confidence[full])
    return float(np.sum(counts[full] * gaps) / counts.sum())


def fit_temperature(z, labels):
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
    z : array_like, (N, K)
        Logits, of data that the model was not trained on. −inf masks a class.
    labels : array_like of int, (N,)
        The right classes.

    Returns
    -------
    float
        T; dividing by it leaves every argmax, and so the accuracy, alone. (inf where T exceeds the
        largest float, which takes logits of the same size.)

    Raises
    ------
    ValueError
        If no T is best: when each label has the largest logit of its row the cost falls all the way
        to T → 0; when the labels' logits are no larger than the average one it falls all the way to
        T → ∞. Also for logits that are nan or +inf, or −inf at a label, and for other shapes.
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
    z = np.asarray(as_logits(z), dtype=np.float64)
    if z.ndim != 2 or z.size == 0:
        raise ValueError(f"z must be (N, K) logits with N > 0, got shape {z.shape}")
    labels = _check_labels(labels, *z.shape)
    if np.isnan(z).any() or (z == np.inf).any():
        raise ValueError("z must not hold nan or +inf")
    possible = z > -np.inf
    if not possible[np.arange(len(z)), labels].all():
        raise ValueError("a label's logit is −inf: its cost is infinite at every temperature")
    exponent = np.frexp(np.abs(z[possible]).max())[1]
    z = np.ldexp(z, -exponent)  # to at most 1, exactly, so that neither tiny nor huge overflow
    d = np.where(possible, z - z.max(axis=1, keepdims=True), 0.0)  # (N, K): a shift of each row
    at_label = d[np.arange(len(z)), labels]  # (N,)

    def excess(T):
        """Return the mean logit that is expected at T, minus the labels'; it falls as T rises."""
        a = softmax(z, temperature=T)  # (N, K)
        return np.mean(np.sum(a * d, axis=1) - at_label)

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

    T = 1.0
    while excess(T) > 0:
        T *= 2
    while excess(T) <= 0:
        T /= 2
    step = T
    for _ in range(52):  # the zero lies between T and 2 T: here come its binary digits
        step /= 2
        if excess(T + step) > 0:
            T += step
    with np.errstate(over="ignore"):
        return float(np.ldexp(T, exponent))


def _check_labels(labels, n_rows, n_classes):
    """The labels as integers (N,), or an error that names the first offender."""
    labels = as_labels(labels, n_classes, name="labels")
    if labels.shape != (n_rows,):
        raise ValueError(f"need {n_rows} labels, one a row, got shape {labels.shape}")
    return labels
