r"""Contrast: a softmax loss whose classes are the other examples of the batch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.checks import Float, Floats, as_logits, as_positive, float_dtype
from softmax_src.floats import below_top
from softmax_src.losses import softmax_loss, softmax_loss_gradient


def info_nce_loss(
    s: ArrayLike, temperature: float = 1.0, symmetric: bool = False
) -> Float | Floats:
    r"""Take the contrastive loss of a batch of pairs from its similarities.

    .. math:: C = -\frac1N \sum_i \log \frac{e^{s_{ii}/T}}{\sum_j e^{s_{ij}/T}}

    The softmax loss with logits :math:`s_i / T` and the label i: which of the N partners is mine?

    Parameters
    ----------
    s : array_like, (N, N)
        Similarities: row i compares the first half of pair i with the second halves of all pairs.
    temperature : float
        T > 0.
    symmetric : bool
        Take the mean of this loss over rows and over columns, as CLIP does.

    Returns
    -------
    scalar
        Of s's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If s is not a plain array of real numbers, or the temperature is not a number.
    ValueError
        If s is not square with at least one pair, or the temperature is not finite and > 0.

    Notes
    -----
    What :func:`softmax_src.softmax_loss` says of inf and nan holds here.

    Derived in chapter 10 (sec-choose-contrast). Oord, Li and Vinyals (2018); Radford et al. (2021).

    Examples
    --------
    >>> print(f"{info_nce_loss([[0.0, 0.0], [0.0, 0.0]]):.4f}")  # log 2: no idea
    0.6931
    """
    dtype, s, labels, temperature = _square(s, temperature)
    with np.errstate(all="ignore"):
        loss = softmax_loss(below_top(s, temperature), labels)
        if symmetric:
            loss = _mean(loss, softmax_loss(below_top(s.T, temperature), labels))
        return loss.astype(dtype)


def info_nce_gradient(
    s: ArrayLike, temperature: float = 1.0, symmetric: bool = False
) -> tuple[Floats, float]:
    r"""Take the gradient of :func:`info_nce_loss` in the similarities and in log T.

    .. math:: \begin{aligned} \frac{\partial C}{\partial s_{ij}} &= \frac{a_{ij} -
              \mathbb 1[i = j]}{NT} \\ \frac{\partial C}{\partial \log T} &=
              -\sum_{ij} s_{ij} \frac{\partial C}{\partial s_{ij}} \end{aligned}

    Parameters
    ----------
    s, temperature, symmetric
        As for :func:`info_nce_loss`.

    Returns
    -------
    in_s : ndarray, (N, N)
        Of s's dtype (float64 for integers).
    in_log_temperature : float
        The chain rule through s/T. A similarity of −inf adds 0 between different pairs; between
        the halves of one pair it makes it −inf.

    Raises
    ------
    TypeError, ValueError
        As :func:`info_nce_loss` does.

    Notes
    -----
    A row that holds +inf or nan, or −inf alone, is nan, and so is the gradient in log T; with
    `symmetric`, so is such a column.

    Derived in chapter 10 (sec-choose-contrast).

    Examples
    --------
    >>> in_s, in_log_temperature = info_nce_gradient([[1.0, 0.0], [0.0, 1.0]])
    >>> in_s.round(3), round(in_log_temperature, 3)
    (array([[-0.134,  0.134],
           [ 0.134, -0.134]]), 0.269)
    """
    dtype, s, labels, temperature = _square(s, temperature)
    with np.errstate(all="ignore"):
        in_s, in_log_temperature = _gradients(s, labels, temperature)
        if symmetric:
            columns, more = _gradients(s.T, labels, temperature)
            in_s = _mean(in_s, columns.T)
            in_log_temperature = float(_mean(in_log_temperature, more))
        return in_s.astype(dtype), in_log_temperature


def _mean(one: ArrayLike, other: ArrayLike) -> Floats:
    """Return the mean of two, which may fit a float where their sum does not."""
    total = np.add(one, other)
    return np.where(np.isinf(total), np.divide(one, 2) + np.divide(other, 2), total / 2)[()]


def _gradients(
    s: NDArray[np.float64], labels: NDArray[Any], temperature: float
) -> tuple[Floats, float]:
    """Return the gradient of the loss over rows in s and in log T."""
    z = below_top(s, temperature)
    in_z = softmax_loss_gradient(z, labels)  # (N, N), rows that sum to 0: z may be shifted
    terms = np.where(in_z == 0, 0.0, z * in_z)  # not -inf · 0
    return in_z / temperature, 0.0 - float(terms.sum())


def _square(
    s: ArrayLike, temperature: float
) -> tuple[np.dtype[Any], NDArray[np.float64], NDArray[Any], float]:
    """Check the similarities; return the dtype of the answer, and each pair's label, its number."""
    s = as_logits(s, "s")
    if s.ndim != 2 or s.shape[0] != s.shape[1] or s.size == 0:
        raise ValueError(f"s must be (N, N) similarities with N >= 1, not of shape {s.shape}")
    labels = np.arange(len(s))
    return float_dtype(s), s.astype(np.float64), labels, as_positive(temperature, "temperature")
