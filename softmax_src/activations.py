"""Softmax, its logarithm, and what they are made of.

Every function but :func:`~softmax_src.one_hot` takes logits ``z`` (any real numbers), never
probabilities; see :mod:`softmax_src.floats` for the naming and for what floats need.

Classes that a logit of −inf rules out (a *mask*) count as if they were not there: pass
``np.where(allowed, z, -np.inf)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.checks import (
    Axis,
    Floats,
    as_axes,
    as_count,
    as_labels,
    as_logits,
    as_positive,
    float_dtype,
    shown,
)
from softmax_src.floats import exponentials, log_total
from softmax_src.rows import Rows, by_rows, is_double, one_hot_rows


def softmax(z: ArrayLike, axis: Axis = -1, temperature: float = 1.0) -> Floats:
    r"""Turn logits into probabilities.

    .. math:: a_j = \frac{e^{z_j/T}}{\sum_k e^{z_k/T}}

    Parameters
    ----------
    z : array_like, (..., K)
        Logits: real numbers, with the K classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.
    temperature : float
        :math:`T > 0`. Below 1 it sharpens, above 1 it flattens. No other function of this module
        has one: pass z / T to them. This one divides :math:`z - m`, which keeps more digits where
        logits are large, as those that one samples from may be after division by a small T.

    Returns
    -------
    a : ndarray, (..., K)
        Probabilities, of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis, or the temperature is not
        a number.
    ValueError
        If the temperature is not a finite number above 0.

    Notes
    -----
    A logit of −inf (a mask) has probability 0. A row that holds +inf or nan, or −inf alone, has
    no softmax: all of it is nan. (One +inf might be read as certainty, the limit of a growing
    logit. But a network's +inf is an overflow, as nan is, and hiding it would hide the fault;
    PyTorch and JAX give nan too.) Without classes the answer is empty.

    Each number is right to 4 units in the last place (float32, float16: 0.51), for any logits and
    any number of them up to 10⁷: appendix D (sec-float-bounds) proves it where NumPy's exponential
    is as good as measured.

    Defined in chapter 2 (sec-def-layer).

    Examples
    --------
    >>> softmax([2.5, -1.0, 3.2, 0.5]).round(3)
    array([0.315, 0.009, 0.633, 0.043])
    >>> softmax([1000.0, 1001.0]).round(3)  # exp(1000) would overflow
    array([0.269, 0.731])
    """
    z, temperature = as_logits(z), as_positive(temperature, "temperature")
    exact = is_double(z)

    def formula(z: Rows, out: Rows | None) -> Rows:  # (n, K) to (n, K)
        terms = exponentials(z, temperature=temperature, exact=exact, out=out)
        return terms.over(*terms.total())

    return by_rows(formula, z, axis=axis, into=True)


def log_softmax(z: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Take the logarithm of the softmax, without taking the softmax.

    .. math:: \begin{aligned} \log a_j &= z_j - \operatorname{LSE}(z) \\
              &= (z_j - m) - \log\Bigl(1 + \sum_{k \ne \text{top}} e^{z_k - m}\Bigr) \end{aligned}

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    log_a : ndarray, (..., K)
        Log-probabilities, of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis.

    Notes
    -----
    A logit of −inf has log-probability −inf. A row that holds +inf or nan, or −inf alone, is all
    nan. Each number is right to 4 units in the last place (appendix D proves it where NumPy's
    exponential is as good as measured), even the largest, where ``log(softmax(z))`` rounds to 0;
    one too small for the dtype is −inf, such as the second of ``log_softmax([1e308, -1e308])``.

    Derived in chapter 4 (sec-loss-floats).

    Examples
    --------
    >>> print(log_softmax([0.0, 100.0]))
    [-1.00000000e+02 -3.72007598e-44]
    """

    z = as_logits(z)
    exact = is_double(z)

    def formula(z: Rows, out: Rows | None) -> Rows:  # (n, K) to (n, K)
        m, log_sum = log_total(z, exact)  # (n,), (n,)
        log_a = np.subtract(z, m[:, None], out=out)
        log_a -= log_sum[:, None]
        return log_a

    return by_rows(formula, z, axis=axis, into=True)


def logsumexp(z: ArrayLike, axis: Axis = -1, keepdims: bool = False) -> Floats:
    r"""Take the logarithm of a sum of exponentials, the smooth maximum of the logits.

    .. math:: \begin{aligned} \operatorname{LSE}(z) &= \log\sum_k e^{z_k} \\
              &= m + \log\Bigl(1 + \sum_{k \ne \text{top}} e^{z_k - m}\Bigr) \end{aligned}

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.
    keepdims : bool
        Whether the class axes stay, with length 1.

    Returns
    -------
    ndarray, (...)
        Of z's dtype (float64 for integers); a scalar for one row.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis.

    Notes
    -----
    +inf gives +inf, −inf alone gives −inf, nan gives nan, and no classes at all give −inf, the
    logarithm of an empty sum. The error is at most 4 units in the last place of the largest of
    :math:`|m|`, the logarithm and the result, since the two terms may cancel.

    Derived in chapter 4 (sec-loss-forms).

    Examples
    --------
    >>> print(f"{logsumexp([0.0, 0.0]):.6f}")  # log 2
    0.693147
    """

    z = as_logits(z)
    exact = is_double(z)

    def formula(z: Rows) -> Rows:  # (n, K) to (n,)
        m, log_sum = log_total(z, exact)
        return np.where(np.isinf(m), m, m + log_sum)

    lse = by_rows(formula, z, axis=axis, result="number", empty=-np.inf)
    return np.expand_dims(lse, as_axes(axis, z.ndim)) if keepdims else lse


def one_vs_rest_margin(z: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Measure by how much each class beats all the others together.

    .. math:: m_k = z_k - \log\sum_{j \ne k} e^{z_j} = \log\frac{a_k}{1 - a_k}

    It ranks examples as the probability :math:`a_k` does, but never saturates: where two
    probabilities both round to 1, the margins still differ.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Margins, of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis.

    Notes
    -----
    A logit of −inf has margin −inf; a class without rivals (K = 1, or all others −inf) has +inf.
    A row that holds +inf or nan, or −inf alone, is all nan. Each number is right to 6 units in the
    last place of the largest of :math:`|m_k|`, :math:`\log K` and 1; one too large for the dtype is
    ±inf.

    Derived in chapter 6 (sec-eval-rest).

    Examples
    --------
    >>> one_vs_rest_margin([50.0, 0.0])
    array([ 50., -50.])
    """

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        top = z.argmax(axis=1)
        terms = exponentials(z, top)
        e = terms.e if terms.lost is None else terms.e * (1.0 + terms.lost)
        others, e_top = terms.others + terms.others_low, terms.e_k + terms.e_k_low
        m, rivals = z.take(terms.place)[:, None], others[:, None] - e
        behind = (z - m) - np.log1p(rivals / e_top[:, None])  # of every class but the top

        z = z.copy()
        z.reshape(-1)[terms.place] = -np.inf
        second, log_sum = log_total(z)  # of the rivals of the top
        lead = np.where(second == -np.inf, np.inf, (m[:, 0] - second) - log_sum)
        behind.reshape(-1)[terms.place] = np.where(np.isnan(others / e_top), np.nan, lead)
        return behind

    return by_rows(formula, as_logits(z), axis=axis)


def sigmoid(z: ArrayLike) -> Floats:
    r"""Squash each number between 0 and 1.

    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}} = \frac{e^z}{1 + e^z}

    The first form is used for z ≥ 0 and the second below, so that neither overflows.

    Parameters
    ----------
    z : array_like
        Real numbers of any shape, a single one included.

    Returns
    -------
    ndarray
        Of z's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers.

    Notes
    -----
    −inf gives 0, +inf gives 1, nan gives nan. It is the softmax of the two logits z and 0.

    Defined in chapter 1 (sec-slow-neuron).

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_logits(z, allow_scalar=True)
    with np.errstate(all="ignore"):
        x = z.astype(np.float64)
        e = np.exp(-np.abs(x))
        a = np.where(x >= 0, 1.0, e) / (1.0 + e)
        return a.astype(float_dtype(z))[()]


def one_hot(labels: ArrayLike, n_classes: int, axis: int = -1) -> Floats:
    r"""Write each label c as the vector with 1 in place c and 0 elsewhere.

    Used in chapter 4 (sec-loss-forms).

    Parameters
    ----------
    labels : array_like of int, (...)
        Labels from 0 to K − 1.
    n_classes : int
        The number K of classes.
    axis : int
        Where the new class axis goes. There is one, so a tuple or None will not do.

    Returns
    -------
    ndarray, (..., K)
        In float64.

    Raises
    ------
    TypeError
        If labels or `n_classes` are not integers: bools and floats are refused (but in a list
        with integers True counts as 1, as in Python).
    IndexError
        If a label is negative or ≥ K; the message says which and where.
    ValueError
        If `n_classes` is below 1.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    n_classes = as_count(n_classes, "n_classes")
    labels = as_labels(labels, n_classes, name="labels")
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise TypeError(f"axis must be one integer, not {shown(axis)}")
    (new,) = as_axes(int(axis), labels.ndim + 1)
    y = one_hot_rows(labels.reshape(-1), n_classes).reshape(*labels.shape, n_classes)
    return np.moveaxis(y, -1, new)
