"""What few bits do to logits, and two ways to keep logits where the bits are.

bfloat16 has float32's range and 8 significant bits. Between 16 and 32 its numbers are
:math:`2^{-3}` apart: rounding one logit changes the odds by up to 6.4 %, both by up to 13.3 %.
The z-loss pulls the free constant of the logits to where floats are dense; soft-capping bounds the
logits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.activations import logsumexp, softmax
from softmax_src.checks import Axis, Floats, as_logits, as_nonnegative, as_positive, float_dtype
from softmax_src.rows import Rows, by_rows


def to_bfloat16(x: ArrayLike) -> Floats:
    r"""Round to the nearest bfloat16 number, ties to even.

    A number of size :math:`2^e` to :math:`2^{e+1}` becomes a multiple of :math:`2^{e-7}`, for
    :math:`e < -126` of :math:`2^{-133}`.

    Derived in chapter 8 (sec-many-bits).

    Parameters
    ----------
    x : array_like
        Any real numbers; a single number too.

    Returns
    -------
    ndarray or scalar of float32
        Of x's shape; each bfloat16 number is also a float32 number.

    Raises
    ------
    TypeError
        If x is not a plain array of real numbers.

    Notes
    -----
    From :math:`2^{128} - 2^{119}` on, numbers become infinite. nan stays nan. Integers beyond
    :math:`2^{53}` are rounded to float64 first.

    Examples
    --------
    >>> print(to_bfloat16([16.0, 16.06, 16.07, 300.0]))
    [ 16.     16.     16.125 300.   ]
    >>> print(to_bfloat16(256.0) + 1 == to_bfloat16(257.0))  # the next number is 258
    False
    """
    x = as_logits(x, "x", allow_scalar=True).astype(np.float64)
    _, exponent = np.frexp(x)  # |x| is from 2**(exponent - 1) to 2**exponent
    ulp = np.ldexp(1.0, np.maximum(exponent, -125) - 8)
    with np.errstate(all="ignore"):
        return (np.rint(x / ulp) * ulp).astype(np.float32)[()]


def z_loss(z: ArrayLike, weight: float = 1e-4, axis: Axis = -1) -> Floats:
    r"""Take the penalty that pins the free constant of the logits.

    .. math:: \lambda \operatorname{LSE}(z)^2

    Derived in chapter 8 (sec-many-zloss).

    Parameters
    ----------
    z : array_like, (..., K)
        Logits.
    weight : float
        :math:`\lambda \ge 0`; 1e-4 is the usual choice.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    scalar or ndarray, (...)
        One penalty for each row of logits, to be added to its loss; of z's dtype (float64 for
        integers), and squared before it is rounded to it.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, or the weight not a number.
    ValueError
        If the weight is negative or not finite.

    Notes
    -----
    A row of −inf alone, or with +inf, costs +inf, or nan if the weight is 0; one with nan costs
    nan. Rows without classes cost +inf, whatever the weight.

    References
    ----------
    Aakanksha Chowdhery et al., "PaLM: scaling language modeling with pathways", 2022, section 5.

    Examples
    --------
    >>> print(round(float(z_loss([5.0, 5.0], weight=0.1)), 4))  # 0.1 (5 + log 2)²
    3.2412
    """
    weight = as_nonnegative(weight, "weight")

    def formula(z: Rows) -> Rows:  # (n, K) to (n,)
        lse = logsumexp(z)
        return weight * lse * lse  # lse² may overflow

    return by_rows(formula, as_logits(z), axis=axis, result="number", empty=np.inf)


def z_loss_gradient(z: ArrayLike, weight: float = 1e-4, axis: Axis = -1) -> Floats:
    r"""Take the gradient of :func:`z_loss` in the logits.

    .. math:: \frac{\partial}{\partial z_j} \lambda \operatorname{LSE}(z)^2
              = 2 \lambda \operatorname{LSE}(z)\, a_j

    Derived in chapter 8 (sec-many-zloss).

    Parameters
    ----------
    z, weight, axis
        As for :func:`z_loss`.

    Returns
    -------
    ndarray, (..., K)
        Of z's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError, ValueError
        As :func:`z_loss` does.

    Notes
    -----
    A row that holds +inf or nan, or −inf alone, is nan.

    Examples
    --------
    >>> print(z_loss_gradient([1.0, 1.0], weight=0.5).round(4))  # LSE = 1 + log 2
    [0.8466 0.8466]
    """
    weight = as_nonnegative(weight, "weight")

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        return weight * (logsumexp(z, keepdims=True) * softmax(z)) * 2  # λ LSE may overflow

    return by_rows(formula, as_logits(z), axis=axis)


def soft_cap(z: ArrayLike, cap: float) -> Floats:
    r"""Bound logits smoothly: :math:`c \tanh(z / c)`.

    The order of the logits stays, small ones hardly change, and the odds of two classes stay
    below :math:`e^{2c}`. The derivative is :math:`1 - \tanh^2(z/c)`.

    Derived in chapter 8 (sec-many-zloss).

    Parameters
    ----------
    z : array_like
        Logits, of any shape.
    cap : float
        The bound c > 0.

    Returns
    -------
    ndarray or scalar
        Of z's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, or the cap not a number.
    ValueError
        If the cap is not finite and > 0.

    Notes
    -----
    ±inf become ±c, so that −inf no longer rules a class out: cap before masking.

    Examples
    --------
    >>> print(soft_cap([1.0, 60.0, -1000.0], cap=30.0).round(3))
    [  1.     28.921 -30.   ]
    """
    cap = as_positive(cap, "cap")
    z = as_logits(z, allow_scalar=True)
    with np.errstate(all="ignore"):  # z / cap may become inf, whose tanh is 1, or 0
        x = z.astype(np.float64)
        capped = np.where(np.abs(x / cap) < 1e-8, x, cap * np.tanh(x / cap))
        return capped.astype(float_dtype(z))[()]
