"""Softmax, its logarithm, and what they are made of.

Every function takes logits ``z`` (any real numbers), never probabilities; see
:mod:`softmax_src.floats` for the naming and for what floats need.
"""

import numpy as np

from softmax_src import floats
from softmax_src.floats import as_logits, by_rows, exp_rows, row_sums, split_off, top_and_rest


def softmax(z, axis=-1, temperature=1.0):
    r"""Turn logits into probabilities.

    .. math:: a_j = \frac{e^{z_j/T}}{\sum_k e^{z_k/T}}

    Parameters
    ----------
    z : array_like, (..., K)
        Logits: real numbers, with the K classes along `axis`.
    axis : int
        The class axis.
    temperature : float
        :math:`T > 0`. Below 1 it sharpens, above 1 it flattens.

    Returns
    -------
    a : ndarray, (..., K)
        Probabilities, of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis.
    ValueError
        If the temperature is not a finite number above 0.

    Notes
    -----
    A logit of −inf (a mask) has probability 0. A row that holds +inf or nan, or −inf alone, has
    no softmax: all of it is nan. Without classes the answer is empty.

    Each number is right to 7 units in the last place (float32, float16: 0.51), for any logits.

    Defined in chapter 2 (sec-def-layer).

    Examples
    --------
    >>> softmax([2.5, -1.0, 3.2, 0.5]).round(3)
    array([0.315, 0.009, 0.633, 0.043])
    >>> softmax([1000.0, 1001.0]).round(3)  # exp(1000) would overflow
    array([0.269, 0.731])
    """
    temperature = floats.as_temperature(temperature)

    def formula(z, a):  # (n, K), (n, K) to fill
        e = exp_rows(z, temperature)
        np.divide(e, row_sums(e)[:, None], out=a)

    return by_rows(formula, as_logits(z), axis=axis)


def log_softmax(z, axis=-1):
    r"""Take the logarithm of the softmax, without taking the softmax.

    .. math:: \begin{aligned} \log a_j &= z_j - \operatorname{LSE}(z) \\
              &= (z_j - m) - \log\Bigl(1 + \sum_{k \ne \text{top}} e^{z_k - m}\Bigr) \end{aligned}

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int
        The class axis.

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
    nan. Each number is right to 4 units in the last place, even the largest, where
    ``log(softmax(z))`` rounds to 0.

    Derived in chapter 4 (sec-loss-floats).

    Examples
    --------
    >>> print(log_softmax([0.0, 100.0]))
    [-1.00000000e+02 -3.72007598e-44]
    """

    def formula(z, log_a):  # (n, K), (n, K) to fill
        m, rest = top_and_rest(z)  # (n,), (n,)
        np.subtract(z - m[:, None], np.log1p(rest)[:, None], out=log_a)

    return by_rows(formula, as_logits(z), axis=axis)


def logsumexp(z, axis=-1, keepdims=False):
    r"""Take the logarithm of a sum of exponentials, the smooth maximum of the logits.

    .. math:: \begin{aligned} \operatorname{LSE}(z) &= \log\sum_k e^{z_k} \\
              &= m + \log\Bigl(1 + \sum_{k \ne \text{top}} e^{z_k - m}\Bigr) \end{aligned}

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int
        The class axis.
    keepdims : bool
        Whether the class axis stays, with length 1.

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
    logarithm of an empty sum. The error is measured against the larger of :math:`|m|` and the
    result, since the two terms may cancel.

    Derived in chapter 4 (sec-loss-forms).

    Examples
    --------
    >>> print(f"{logsumexp([0.0, 0.0]):.6f}")  # log 2
    0.693147
    """

    def formula(z, lse):  # (n, K), (n,) to fill
        m, rest = top_and_rest(z)
        lse[...] = np.where(np.isinf(m), m, m + np.log1p(rest))

    lse = by_rows(formula, as_logits(z), axis=axis, result="number", empty=-np.inf)
    return np.expand_dims(lse, axis) if keepdims else lse


def one_vs_rest_margin(z, axis=-1):
    r"""Measure by how much each class beats all the others together.

    .. math:: m_k = z_k - \log\sum_{j \ne k} e^{z_j} = \log\frac{a_k}{1 - a_k}

    It ranks examples as the probability :math:`a_k` does, but never saturates: where two
    probabilities both round to 1, the margins still differ.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int
        The class axis.

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
    A row that holds +inf or nan, or −inf alone, is all nan.

    Derived in chapter 6 (sec-eval-rest).

    Examples
    --------
    >>> one_vs_rest_margin([50.0, 0.0])
    array([ 50., -50.])
    """

    def formula(z, margin):  # (n, K), (n, K) to fill
        e, place, e_top, others = split_off(z, z.argmax(axis=1))
        m = z.take(place)
        rivals = e_top[:, None] + (others[:, None] - e)  # of every class but the top
        behind = (z - m[:, None]) - np.log(rivals / e_top[:, None])

        z = z.copy()
        z.reshape(-1)[place] = -np.inf
        second, rest = top_and_rest(z)  # the rivals of the top
        lead = np.where(second == -np.inf, np.inf, (m - second) - np.log1p(rest))
        behind.reshape(-1)[place] = np.where(np.isnan(others / e_top), np.nan, lead)
        margin[...] = behind

    return by_rows(formula, as_logits(z), axis=axis)


def sigmoid(z):
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
        return a.astype(floats.float_dtype(z))[()]


def one_hot(labels, n_classes):
    r"""Write each label c as the vector with 1 in place c and 0 elsewhere.

    Used in chapter 4 (sec-loss-forms).

    Parameters
    ----------
    labels : array_like of int, (...)
        Labels from 0 to K − 1.
    n_classes : int
        The number K of classes.

    Returns
    -------
    ndarray, (..., K)
        In float64.

    Raises
    ------
    TypeError
        If labels are not integers (bools and floats are refused).
    IndexError
        If a label is negative or ≥ K; the message says which and where.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels = floats.as_labels(labels, n_classes, name="labels")
    y = np.zeros((*labels.shape, n_classes))
    np.put_along_axis(y, labels[..., None].astype(np.intp), 1.0, axis=-1)
    return y
