"""The softmax loss of two classes with every step rounded to a chosen type of float.

:func:`~softmax_src.softmax_loss` computes in float64 and rounds once. Here, four formulas
that are equal on paper run as a program in float16, float32 or float64 would run them, so that
chapter 4 can show what each loses. The correct class has the logit ``margin``, the other class the
logit 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FORMULAS = ("naive", "shifted", "lse", "log1p")
DTYPES = ("float16", "float32", "float64")


class Steps(NamedTuple):
    """What one formula computes: intermediate results by name, loss and gradient; and the truth.

    Used in chapter 4 (sec-loss-floats).

    ``gradient`` is the derivative in the correct class's logit. ``true_loss`` and
    ``true_gradient`` belong to the margin as the type holds it, and are float64.
    """

    trace: dict[str, Any]
    loss: NDArray[Any]
    gradient: NDArray[Any]
    true_loss: NDArray[np.float64]
    true_gradient: NDArray[np.float64]


def loss_steps(margin: ArrayLike, dtype: str = "float32", formula: str = "log1p") -> Steps:
    r"""Compute the loss of two classes in one type of float, rounding after each operation.

    Derived in chapter 4 (sec-loss-floats).

    =========  =====================================================  ===========================
    formula    loss                                                   gradient
    =========  =====================================================  ===========================
    "naive"    :math:`-\log(e^{z_c} / \sum_k e^{z_k})`                chain rule, see below
    "shifted"  the same from :math:`z_k - M`, M the largest logit     chain rule
    "lse"      :math:`\log\sum_k e^{z_k - M} + (M - z_c)`             :math:`a_c - 1`
    "log1p"    :math:`\log(1 + \text{rest}) + (M - z_c)` by log1p     :math:`-\sum_{k \ne c} a_k`
    =========  =====================================================  ===========================

    The chain rule through the logarithm and the softmax is what automatic differentiation does
    with the first two: :math:`-\tfrac1{a_c} \cdot a_c (1 - a_c)`.

    Parameters
    ----------
    margin : array_like
        :math:`z_c - z_{\text{other}}`; it is rounded to the type first.
    dtype : {"float16", "float32", "float64"}
        The type. exp, log and log1p are float64's, rounded to it; hardware may differ by a unit
        in the last place.
    formula : {"naive", "shifted", "lse", "log1p"}
        The formula.

    Returns
    -------
    Steps
        Arrays of margin's shape and of the type.

    Raises
    ------
    ValueError
        If there is no such type or formula.

    Notes
    -----
    Overflow gives inf and an undefined operation nan, without a warning.

    Examples
    --------
    >>> print(f"{loss_steps(20, 'float32', 'log1p').loss:.3g}")
    2.06e-09
    >>> print(f"{loss_steps(20, 'float32', 'lse').loss:.3g}")
    0
    """
    if dtype not in DTYPES or formula not in FORMULAS:
        raise ValueError(
            f"dtype must be one of {', '.join(DTYPES)}, formula one of {', '.join(FORMULAS)}; "
            f"not {dtype!r}, {formula!r}"
        )
    number = np.dtype(dtype).type
    one = number(1)

    def rounded(function: np.ufunc, x: ArrayLike) -> Any:
        return function(np.asarray(x, dtype=np.float64)).astype(dtype)[()]

    with np.errstate(all="ignore"):
        z_c = np.asarray(margin).astype(dtype)[()]
        z_o = np.zeros_like(z_c)
        M = z_o if formula == "naive" else np.maximum(z_c, z_o)
        e_c, e_o = rounded(np.exp, z_c - M), rounded(np.exp, z_o - M)
        total = e_c + e_o
        trace = {"e_c": e_c, "e_o": e_o, "sum": total}
        if formula in ("naive", "shifted"):
            a_c = e_c / total
            loss = -rounded(np.log, a_c)
            gradient = -(one / a_c) * (a_c * (one - a_c))
            trace |= {"a_c": a_c, "loss": loss}
        else:
            if formula == "lse":
                log_sum = rounded(np.log, total)
                a_c = e_c / total
                gradient = a_c - one
            else:
                log_sum = rounded(np.log1p, np.minimum(e_c, e_o))  # the rest; the top's is 1
                gradient = -(e_o / total)
            loss = log_sum + (M - z_c)
            trace |= {"log_sum": log_sum, "gap": M - z_c, "loss": loss}

        exact = np.asarray(z_c, dtype=np.float64)
        small = np.exp(-np.abs(exact))
        true_loss = np.log1p(small) + np.maximum(-exact, 0)
        true_gradient = -np.exp(-np.maximum(exact, 0)) / (1.0 + small)
    return Steps(trace, loss, gradient, true_loss[()], true_gradient[()])


def digits_kept(computed: ArrayLike, truth: ArrayLike, dtype: str = "float32") -> Any:
    r"""Count a result's correct decimal digits, from 0 to all that the type has.

    Used in chapter 4 (sec-loss-floats).

    :math:`-\log_{10}` of the relative error, at most :math:`-\log_{10}\varepsilon` (3.0, 6.9 or
    15.7). Within 4 units in the last place all digits count as kept; a result that is nan,
    infinite, or 0 where the type has a better answer keeps none.

    Parameters
    ----------
    computed, truth : array_like
        The result, of the type, and the finite float64 that it should be.
    dtype : {"float16", "float32", "float64"}
        The type.

    Returns
    -------
    ndarray or float64
        Digits, of the arguments' shape.

    Raises
    ------
    ValueError
        If there is no such type.

    Examples
    --------
    >>> print(digits_kept(0.125, 0.12503, "float64").round(2))
    3.62
    """
    computed, truth = np.asarray(computed), np.asarray(truth)
    if dtype not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, not {dtype!r}")
    all_of_them = -np.log10(float(np.finfo(dtype).eps))
    with np.errstate(all="ignore"):
        ulp = np.spacing(np.abs(truth).astype(dtype))
        error = np.abs(computed - truth)
        digits = np.maximum(-np.log10(error / np.abs(truth)), 0.0)
        digits = np.where(error <= 4 * ulp, all_of_them, digits)
        vanished = (computed == 0) & (truth.astype(dtype) != 0)
        return np.where(np.isfinite(computed) & ~vanished, digits, 0.0)[()]
