"""The distribution that a language model draws its next token from: temperature, top-k, top-p."""

import numpy as np

from softmax_src.activations import softmax
from softmax_src.floats import as_logits, as_temperature, float_dtype


def next_token(z, temperature=1.0, top_k=None, top_p=1.0):
    r"""Return the softmax of the logits that survive temperature, top-k and top-p, in this order.

    Top-k keeps the k largest logits. Top-p keeps the smallest number of the most probable tokens
    whose probabilities add up to p or more. What is left is normalised again: its softmax.

    Parameters
    ----------
    z : array_like, (K,)
        Logits, one for each token.
    temperature : float
        T > 0: the logits are divided by it.
    top_k : int, optional
        How many tokens may survive; all by default. The first of tied tokens goes first.
    top_p : float
        From above 0 to 1, which keeps all.

    Returns
    -------
    ndarray, (K,)
        Probabilities, exactly 0 for the tokens that are out. A row with +inf, nan or −inf alone
        is nan.

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers, or `top_k` is not an integer.
    ValueError
        If z is not one row with at least one logit, or a parameter is out of its range.

    Notes
    -----
    Derived in appendix D (sec-work-sampling). Top-k is from Fan, Lewis and Dauphin
    (2018), top-p from Holtzman et al. (2020).

    Examples
    --------
    >>> next_token(np.log([0.5, 0.3, 0.2]), top_k=2).round(3)
    array([0.625, 0.375, 0.   ])
    >>> next_token(np.log([0.5, 0.3, 0.2]), top_p=0.4)
    array([1., 0., 0.])
    """
    z = as_logits(z)
    if z.ndim != 1 or z.size == 0:
        raise ValueError(f"z must be one row of at least one logit, not of shape {z.shape}")
    if top_k is not None and (isinstance(top_k, bool) or not isinstance(top_k, int | np.integer)):
        raise TypeError(f"top_k must be an integer, not {top_k!r}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1, not {top_k}")
    if not 0.0 < top_p <= 1.0:
        raise ValueError(f"top_p must be above 0 and at most 1, not {top_p!r}")
    temperature = as_temperature(temperature)
    z = z.astype(float_dtype(z))  # negating an unsigned integer would wrap
    if not np.isfinite(z.max()):  # no row with a softmax
        return np.full_like(z, np.nan)
    kept = np.argsort(-z, kind="stable")[:top_k]  # the most probable first
    if top_p < 1.0:
        likely = softmax(z[kept], temperature=temperature).cumsum(dtype=float)
        kept = kept[: 1 + np.count_nonzero(likely[:-1] < top_p)]
    survivors = np.full_like(z, -np.inf)
    survivors[kept] = z[kept]
    return softmax(survivors, temperature=temperature)
