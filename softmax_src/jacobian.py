r"""The derivative of the softmax, as a matrix and as a product with a vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.checks import Axis, Floats, as_logits, of_one_shape
from softmax_src.floats import exponentials, row_sums
from softmax_src.rows import Rows, by_rows

#: Vectors are brought to about 2^HIGH, where no product underflows and no difference overflows.
HIGH = 1000


def softmax_jacobian(z: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Take all partial derivatives of the softmax.

    .. math:: \begin{aligned} \frac{\partial a_k}{\partial z_j} &= a_k(\mathbb 1[k=j] - a_j) \\
              J &= \operatorname{diag}(a) - a a^\top \end{aligned}

    The diagonal :math:`a_k(1 - a_k)` is computed as :math:`\sum_{j \ne k} a_k a_j`: each row of
    J sums to 0, and 1 − a would cancel.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K, K)
        Symmetric matrices in the last two axes, whatever `axis` is; of z's dtype (float64 for
        integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis.

    Notes
    -----
    Where the softmax is nan (+inf, nan, −inf alone), so is J. Each entry is right to 11 units in
    the last place, plus 3K times the smallest float where outputs or products underflow.

    Derived in chapter 5 (sec-bp-jacobian); its properties are in
    appendix A.

    Examples
    --------
    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K, K)
        a = _softmax(z)
        products = a[:, :, None] * a[:, None, :]
        diagonal = np.einsum("nkk->nk", products)  # a view
        diagonal[...] = 0.0
        sums, _ = row_sums(products.reshape(-1, a.shape[1]))
        jacobian = 0.0 - products
        np.einsum("nkk->nk", jacobian)[...] = sums.reshape(a.shape)
        return jacobian

    return by_rows(formula, as_logits(z), axis=axis, result="matrix")


def softmax_jvp(z: ArrayLike, v: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Multiply the softmax's Jacobian by a vector, without building the matrix.

    .. math:: J v = a \odot (v - a^\top v)

    K steps in place of K². Since :math:`J \mathbf 1 = 0`, a constant may be taken from v first;
    with that of the likeliest class, a saturated softmax cancels nothing. J is symmetric, so
    this is the vector–Jacobian product too.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, with the K classes along `axis`.
    v : array_like, (..., K)
        The vectors, of z's shape.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z or v is not a plain array of real numbers with at least one axis.
    ValueError
        If the shapes differ.

    Notes
    -----
    A row whose softmax is nan, or whose v holds ±inf or nan, is nan. The error is at most
    :math:`16u\,a_k\bigl(|v_k - v_t| + \sum_j a_j |v_j - v_t|\bigr)`, with t the likeliest class and
    :math:`u = 2^{-53}`; where numbers underflow, 4K times the smallest float more, and times the
    largest :math:`|v_j - v_t|` if that exceeds 1.

    Derived in appendix A (sec-prop-jvp).

    Examples
    --------
    >>> softmax_jvp([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    z, v = of_one_shape(z=z, v=v)

    def formula(z: Rows, v: Rows) -> Rows:  # (n, K), (n, K) to (n, K)
        a = _softmax(z)
        _, exponent = np.frexp(np.abs(v).max(axis=1, keepdims=True))
        v = np.ldexp(v, HIGH - exponent)  # so large that a · v keeps its digits
        v = v - v[np.arange(len(z)), z.argmax(axis=1)][:, None]
        above, _ = row_sums(np.maximum(a * v, 0.0))
        below, _ = row_sums(np.maximum(a * -v, 0.0))
        return np.ldexp(a * (v - (above - below)[:, None]), exponent - HIGH)

    return by_rows(formula, z, v, axis=axis)


def _softmax(z: Rows) -> Rows:  # (n, K) to (n, K)
    """The softmax of a block of rows."""
    terms = exponentials(z)
    return terms.over(*terms.total())
