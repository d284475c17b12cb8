"""The distribution that a language model draws its next token from: temperature, top-k, top-p."""

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.activations import softmax
from softmax_src.checks import Axis, Floats, as_count, as_logits, as_temperature, shown
from softmax_src.rows import Rows, by_rows

#: Probabilities, their sums and p itself are rounded: what agrees to this is the same.
SLACK = 2.0**-47


def truncated_distribution(
    z: ArrayLike,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 1.0,
    axis: Axis = -1,
) -> Floats:
    r"""Return the softmax of the logits that survive temperature, top-k and top-p, in this order.

    Top-k keeps the k largest logits. Top-p keeps the smallest number of the most probable tokens
    whose probabilities add up to p or more; so a token stays if what comes after the tokens before
    it, it included, is more than :math:`1 - p`. What is left is normalised again: its softmax.
    Nothing is drawn here.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits, one for each token along `axis`.
    temperature : float
        T > 0: the logits are divided by it.
    top_k : int, optional
        How many tokens may survive; all by default. The first of tied tokens goes first.
    top_p : float
        From above 0 to 1, which keeps all. A sum that is p but for rounding counts as p.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Probabilities, exactly 0 for the tokens that are out; of z's dtype (float64 for integers).
        A row with +inf, nan or −inf alone is nan.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, or `top_k` is not an integer.
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Derived in appendix D (sec-work-sampling). Top-k is from Fan, Lewis and Dauphin
    (2018), top-p from Holtzman et al. (2020).

    Examples
    --------
    >>> truncated_distribution(np.log([0.5, 0.3, 0.2]), top_k=2).round(3)
    array([0.625, 0.375, 0.   ])
    >>> truncated_distribution(np.log([0.5, 0.3, 0.2]), top_p=0.4)
    array([1., 0., 0.])
    """
    z = as_logits(z)
    top_k = None if top_k is None else as_count(top_k, "top_k")
    if not 0.0 < top_p <= 1.0:
        raise ValueError(f"top_p must be above 0 and at most 1, not {shown(top_p)}")
    temperature = as_temperature(temperature)

    out = 1.0 - top_p + 2.0**-53  # half the gap between floats at 1

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        order = np.argsort(-z, axis=1, kind="stable")  # likeliest first
        kept = np.take_along_axis(z, order, axis=1)
        if top_k is not None:
            kept[:, top_k:] = -np.inf
        if top_p < 1.0:
            a = softmax(kept, temperature=temperature)
            left = a[:, ::-1].cumsum(axis=1)[:, ::-1]  # with all behind it
            kept[:, 1:][left[:, 1:] * (1.0 - SLACK) <= out] = -np.inf
        survivors = np.empty_like(z)
        np.put_along_axis(survivors, order, kept, axis=1)
        survivors[np.isnan(z)] = np.nan
        return softmax(survivors, temperature=temperature)

    return by_rows(formula, z, axis=axis)
