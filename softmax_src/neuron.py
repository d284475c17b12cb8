"""One sigmoid neuron with one input, learning one example: the smallest network there is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import sigmoid
from softmax_src.checks import Floats, as_count, shown
from softmax_src.network import Network

COSTS = {"quadratic": "sigmoid+quadratic", "cross-entropy": "sigmoid+cross-entropy"}


class Descent(NamedTuple):
    """What gradient descent passed through, each an array over steps 0 to n.

    Used in chapter 1 (sec-slow-neuron).
    """

    weight: NDArray[np.float64]
    bias: NDArray[np.float64]
    z: NDArray[np.float64]
    a: NDArray[np.float64]
    cost: NDArray[np.float64]
    gradient: NDArray[np.float64]


def descend(
    weight: float,
    bias: float,
    cost: str = "quadratic",
    lr: float = 0.5,
    steps: int = 300,
    x: float = 1.0,
    y: float = 0.0,
) -> Descent:
    r"""Teach one neuron :math:`a = \sigma(wx + b)` the answer y for the input x.

    .. math:: \begin{aligned} w &\leftarrow w - \eta\,\delta\,x, \qquad
              b \leftarrow b - \eta\,\delta, \\
              \delta &= \frac{\partial C}{\partial z} =
              \begin{cases} (a - y)\,\sigma'(z) & \text{quadratic} \\
              a - y & \text{cross-entropy} \end{cases} \end{aligned}

    Parameters
    ----------
    weight, bias : float
        Where the descent starts.
    cost : {"quadratic", "cross-entropy"}
        :math:`\tfrac12 (a - y)^2`, or :math:`-y \log a - (1 - y) \log(1 - a)`.
    lr : float
        The learning rate :math:`\eta`.
    steps : int
        How many steps to take.
    x, y : float
        The example.

    Returns
    -------
    Descent
        Arrays of steps + 1 numbers, the first from before any step; ``gradient`` is
        :math:`\partial C / \partial z`.

    Raises
    ------
    TypeError
        If steps is not an integer.
    ValueError
        If there is no such cost, steps is negative, or y is not from 0 to 1 with "cross-entropy".

    Notes
    -----
    Once a number is nan, all numbers of the later steps are.

    Derived in chapter 1 (sec-slow-neuron).

    Examples
    --------
    >>> descend(2.5, 2.5, "quadratic", steps=3).a.round(3)
    array([0.993, 0.993, 0.993, 0.993])
    >>> descend(2.5, 2.5, "cross-entropy", steps=3).a.round(3)
    array([0.993, 0.982, 0.954, 0.888])
    """
    if not isinstance(cost, str) or cost not in COSTS:
        raise ValueError(f"unknown cost {shown(cost)}: choose one of {', '.join(COSTS)}")
    neuron = Network((1, 1), pair=COSTS[cost])
    neuron.W[1][:], neuron.b[1][:] = weight, bias
    x_in, target = np.full((1, 1), float(x)), np.full((1, 1), float(y))
    path = []
    for _ in range(as_count(steps, "steps", least=0) + 1):
        z = neuron.logits(x_in)  # (1, 1)
        a, C, delta = neuron.pair(z, target)
        path.append((neuron.W[1][0, 0], neuron.b[1][0], z[0, 0], a[0, 0], C[0], delta[0, 0]))
        neuron.step(x_in, target, lr)
    return Descent(*np.array(path).T)


def sigmoid_prime(z: ArrayLike) -> Floats:
    """Slope of the sigmoid, :math:`\\sigma'(z) = \\sigma(z)\\,\\sigma(-z)`: at most 1/4, at 0.

    Used in chapter 1 (sec-slow-formula).

    Parameters
    ----------
    z : array_like
        Real numbers of any shape.

    Returns
    -------
    ndarray
        Of z's shape; 0 at ±inf, nan at nan.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers.

    Examples
    --------
    >>> sigmoid_prime([0.0, 5.0]).round(4)
    array([0.25  , 0.0066])
    """
    a = sigmoid(z)
    return a * sigmoid(np.negative(z, dtype=a.dtype))  # −z of a uint8 would wrap around


def first_below(a: ArrayLike, level: float) -> int | None:
    """Return the first step at which the output is below a level, or None.

    Used in chapter 1 (sec-slow-first-cure).

    Parameters
    ----------
    a : array_like
        The outputs, one a step; nan is not below anything.
    level : float
        The level.

    Returns
    -------
    int or None
        The step.

    Examples
    --------
    >>> first_below(descend(2.5, 2.5, "cross-entropy").a, 0.5)
    6
    """
    below = np.flatnonzero(np.asarray(a) < level)
    return int(below[0]) if below.size else None
