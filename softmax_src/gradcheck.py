"""Is a gradient right? Compare it with finite differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.checks import as_logits, as_number, as_positive, shown

Array = NDArray[np.float64]


def numerical_gradient(f: Callable[[Array], Any], x: ArrayLike, step: float | None = None) -> Array:
    r"""Approximate the gradient of f by central differences.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}

    Its error is :math:`O(h^2)` from the curve plus about :math:`\varepsilon |f| / h` from
    rounding; the sum is smallest near the cube root of :math:`\varepsilon`, the bottom of the
    V-shaped curve in chapter 5.

    Parameters
    ----------
    f : callable
        Takes an array of x's shape and returns a number.
    x : array_like
        The point, which is not changed.
    step : float, optional
        h; by default :math:`\varepsilon^{1/3} \max(1, |x_i|)` for each coordinate.

    Returns
    -------
    ndarray
        Of x's shape, in float64.

    Raises
    ------
    TypeError
        If x is not a plain array of real numbers, or the step not a number.
    ValueError
        If the step is not finite and above 0, or f does not return a single real number.

    Notes
    -----
    Where f is infinite or nan, so is the answer; where the step is so small that x + h is x, it is
    nan.

    Used in chapter 5 (sec-bp-check).

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -2.0]).round(6)
    array([ 2., -4.])
    """
    x = as_logits(x, "x", allow_scalar=True).astype(np.float64)  # a copy
    if step is not None:
        step = as_positive(step, "step")
    gradient = np.empty_like(x)
    for index, x_i in np.ndenumerate(x):
        h = np.cbrt(np.finfo(np.float64).eps) * max(1.0, abs(x_i)) if step is None else step
        with np.errstate(all="ignore"):
            above, below = x_i + h, x_i - h
        x[index] = above
        f_above = _number(f(x.copy()))
        x[index] = below
        f_below = _number(f(x.copy()))
        x[index] = x_i
        with np.errstate(all="ignore"):
            gradient[index] = (f_above - f_below) / (above - below)  # the step after rounding
    return gradient


def _number(value: Any) -> float:
    """Return f's answer as a float."""
    try:
        number = np.asarray(value)
        if number.ndim or number.dtype.kind in "SUc":  # float would read "3", and drop 2j
            raise ValueError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"f must return a single real number, not {shown(value)}") from None


def _reals(value: Any) -> Array:
    """Return the gradient's answer in float64."""
    try:
        answer = np.asarray(value)
        if answer.dtype.kind in "SUc":  # as above
            raise ValueError
        return answer.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"gradient must return real numbers, not {shown(value)}") from None


@dataclass(frozen=True)
class GradientCheck:
    """The verdict of :func:`check_gradient`; true if the gradient passed.

    Used in chapter 5 (sec-bp-check).

    Attributes
    ----------
    ok : bool
        Whether every coordinate is within its tolerance.
    index : tuple of int
        The worst coordinate.
    analytic, numerical : float
        The two gradients there.
    error : float
        Their distance, in units of the tolerance: at most 1 if ok.
    """

    ok: bool
    index: tuple[int, ...]
    analytic: float
    numerical: float
    error: float

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        verdict = "agrees" if self.ok else "DISAGREES"
        place = ", ".join(str(i) for i in self.index)
        return (
            f"gradient {verdict}; worst at [{place}]: analytic {self.analytic:.6g}, "
            f"numerical {self.numerical:.6g}"
        )


def check_gradient(
    f: Callable[[Array], Any],
    gradient: Callable[[Array], ArrayLike],
    x: ArrayLike,
    step: float | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> GradientCheck:
    r"""Compare a gradient with finite differences and report the worst coordinate.

    Coordinate i passes if :math:`|g_i - n_i| \le \text{atol} + \text{rtol} \cdot
    \max(|g_i|, |n_i|)`, with :math:`n` from :func:`numerical_gradient`.

    Parameters
    ----------
    f : callable
        Takes an array of x's shape and returns a number.
    gradient : callable
        Takes the same array and returns f's gradient there.
    x : array_like
        The point, which is not changed.
    step : float, optional
        As for :func:`numerical_gradient`.
    rtol, atol : float
        Tolerances.

    Returns
    -------
    GradientCheck
        True if all coordinates pass; it names the worst one.

    Raises
    ------
    TypeError
        If x is not a plain array of real numbers, or the step or a tolerance not a number.
    ValueError
        If the gradient is not of real numbers in the shape of x, or a tolerance is negative or nan.

    Notes
    -----
    A nan on either side is the worst there can be, and fails.

    Used in chapter 5 (sec-bp-check).

    Examples
    --------
    >>> x = [1.0, -2.0]
    >>> print(check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, x).ok)
    True
    >>> print(check_gradient(lambda x: (x**2).sum(), lambda x: x, x))
    gradient DISAGREES; worst at [1]: analytic -2, numerical -4
    """
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if not as_number(tolerance, name) >= 0.0:
            raise ValueError(f"{name} must be at least 0, not {shown(tolerance)}")
    x = as_logits(x, "x", allow_scalar=True).astype(np.float64)
    analytic = _reals(gradient(x.copy()))
    if analytic.shape != x.shape:
        raise ValueError(f"the gradient has shape {analytic.shape}, but x has {x.shape}")
    numerical = numerical_gradient(f, x, step)
    with np.errstate(all="ignore"):
        scale = atol + rtol * np.maximum(np.abs(analytic), np.abs(numerical))
        gap = np.abs(analytic - numerical)
        error = np.where(gap == 0, 0.0, gap / scale)  # no tolerance is needed where both agree
    error = np.where(np.isnan(error), np.inf, error)
    if error.size == 0:
        return GradientCheck(True, (), 0.0, 0.0, 0.0)
    index = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
    worst = float(error[index])
    return GradientCheck(
        worst <= 1.0, index, float(analytic[index]), float(numerical[index]), worst
    )
