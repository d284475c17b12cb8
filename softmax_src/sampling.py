"""The distribution that a language model draws its next token from, and draws that have a slope."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.activations import softmax
from softmax_src.checks import (
    Axis,
    Floats,
    as_count,
    as_fraction,
    as_logits,
    as_number,
    as_positive,
    float_dtype,
    shown,
)
from softmax_src.rows import Rows, by_rows

# Probabilities, their sums and p itself are rounded: what agrees to this is the same.
SLACK = 2.0**-47

# The turns of the knobs, unless one says otherwise.
ORDER = ("temperature", "top_k", "top_p", "min_p")


def truncated_distribution(
    z: ArrayLike,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 1.0,
    axis: Axis = -1,
    *,
    min_p: float = 0.0,
    order: Sequence[str] = ORDER,
) -> Floats:
    r"""Return the softmax of the logits that survive the cuts of top-k, top-p and min-p.

    Top-k keeps the k largest logits. Top-p keeps the smallest number of the most probable tokens
    whose probabilities add up to p or more; so a token stays if it and those that rank behind it
    together have more than :math:`1 - p`. Min-p keeps the tokens that are at least min-p
    times as probable as the most probable. Each cut sees the softmax of what the earlier ones have
    left, at temperature 1 until the temperature's turn has come. The answer is

    .. math:: b_k = \frac{a_k}{\sum_{j \text{ kept}} a_j}, \qquad
              a = \operatorname{softmax}(z / T)

    for the tokens that are kept, and 0 for the others. Nothing is drawn here.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, one for each token along `axis`.
    temperature : float
        T > 0: the logits are divided by it.
    top_k : int, optional
        How many tokens may survive; all by default. Of tied tokens the first are kept.
    top_p : float
        From above 0 to 1, which keeps all. A sum that is p but for rounding counts as p.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.
    min_p : float
        From 0, which keeps all, to 1. A ratio that is min-p but for rounding counts as min-p.
    order : list or tuple of str
        The four knobs in the order of their turns. By default the temperature is first, as in
        Hugging Face's transformers; in llama.cpp it is last.

    Returns
    -------
    ndarray, (..., K)
        Probabilities, exactly 0 for the tokens that are out; of z's dtype (float64 for integers).
        A row with +inf, nan or −inf alone is nan.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, `top_k` is not an integer, or another of the
        knobs is not a number.
    ValueError
        If a parameter is out of its range, or `order` does not name each knob once.

    Notes
    -----
    Derived in chapter 10 (sec-choose-sampling). Top-k is from Fan, Lewis and Dauphin (2018), top-p
    from Holtzman et al. (2020). Min-p began in llama.cpp in 2023; Nguyen et al. (2025) study it.

    Examples
    --------
    >>> truncated_distribution(np.log([0.5, 0.3, 0.2]), top_k=2).round(3)
    array([0.625, 0.375, 0.   ])
    >>> truncated_distribution(np.log([0.5, 0.3, 0.2]), top_p=0.4)
    array([1., 0., 0.])
    >>> truncated_distribution(np.log([0.5, 0.3, 0.2]), min_p=0.5).round(3)
    array([0.625, 0.375, 0.   ])
    """
    z = as_logits(z)
    top_k = None if top_k is None else as_count(top_k, "top_k")
    if not 0.0 < as_number(top_p, "top_p") <= 1.0:
        raise ValueError(f"top_p must be above 0 and at most 1, not {shown(top_p)}")
    min_p = as_fraction(min_p, "min_p")
    if not isinstance(order, (list, tuple)) or sorted(map(str, order)) != sorted(ORDER):
        raise ValueError(f"order must name each of {', '.join(ORDER)} once, not {order!r}")
    temperature = as_positive(temperature, "temperature")

    out = 1.0 - float(top_p) + 2.0**-53  # half the gap between floats at 1

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        slack = SLACK + z.shape[1] * 2.0**-52  # a running sum is rounded once a token
        ranked = np.argsort(-z, axis=1, kind="stable")  # likeliest first
        kept = np.take_along_axis(z, ranked, axis=1)
        T = 1.0
        for knob in order:
            if knob == "temperature":
                T = temperature
            elif knob == "top_k" and top_k is not None:
                kept[:, top_k:] = -np.inf
            elif knob == "top_p" and top_p < 1.0:
                a = softmax(kept, temperature=T)
                left = a[:, ::-1].cumsum(axis=1)[:, ::-1]  # with all behind it
                kept[:, 1:][left[:, 1:] * (1.0 - slack) <= out] = -np.inf
            elif knob == "min_p" and min_p > 0.0:
                a = softmax(kept, temperature=T)
                kept[a < min_p * a[:, :1] * (1.0 - SLACK)] = -np.inf
        survivors = np.empty_like(z)
        np.put_along_axis(survivors, ranked, kept, axis=1)
        survivors[np.isnan(z)] = np.nan
        return softmax(survivors, temperature=temperature)

    return by_rows(formula, z, axis=axis)


def gumbel_softmax(
    z: ArrayLike, noise: ArrayLike, temperature: float = 1.0, axis: Axis = -1
) -> Floats:
    r"""Soften a draw: the softmax of logits plus Gumbel noise, at a temperature.

    .. math:: s = \operatorname{softmax}\bigl((z + g)/T\bigr)

    The largest entry of s is a draw from softmax(z), at any T; as T tends to 0, s tends to the
    one-hot vector of this draw. Unlike the draw, s has a derivative in z.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits.
    noise : array_like, (..., K)
        Independent standard Gumbel numbers, such as ``rng.gumbel(size=(N, K))``; z and the noise
        are broadcast.
    temperature : float
        T > 0.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Rows that sum to 1, of the wider dtype of the two (float64 for integers).

    Raises
    ------
    TypeError
        If z or the noise is not a plain array of real numbers with at least one axis, or the
        temperature is not a number.
    ValueError
        If the shapes do not broadcast, or the temperature is not finite and > 0.

    Notes
    -----
    A logit of −inf keeps its class at 0; other rows without a softmax are nan.

    Derived in chapter 10 (sec-choose-relaxed). Jang, Gu and Poole (2017); Maddison et al. (2017).

    Examples
    --------
    >>> gumbel_softmax([0.0, 0.0], [1.0, 0.0], temperature=0.5).round(3)
    array([0.881, 0.119])
    """
    z, noise = as_logits(z), as_logits(noise, "noise")
    dtype = np.result_type(float_dtype(z), float_dtype(noise))
    with np.errstate(all="ignore"):
        try:
            noisy = np.add(z, noise, dtype=np.float64)  # small integers would wrap around
        except ValueError:
            raise ValueError(
                f"noise of shape {noise.shape} does not broadcast with z of {z.shape}"
            ) from None
        return softmax(noisy, axis=axis, temperature=temperature).astype(dtype)
