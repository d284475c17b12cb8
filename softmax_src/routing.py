r"""Routing: which experts see a token, and with which weights their answers are mixed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.activations import softmax
from softmax_src.checks import Axis, Floats, as_axes, as_count, as_logits, number_of_classes
from softmax_src.rows import Rows, by_rows


def router_weights(z: ArrayLike, k: int, renormalise: bool = True, axis: Axis = -1) -> Floats:
    r"""Return the weights of the k experts with the largest logits, and 0 for the others.

    Renormalised they are :math:`e^{z_i} / \sum_{j \in \text{top } k} e^{z_j}`: top-k, then the
    softmax. Otherwise they are what the softmax of all experts gives to these k: the softmax, then
    top-k, with a sum of at most 1.

    Parameters
    ----------
    z : array_like, (..., E)
        The router's logits, one for each of E experts along `axis`.
    k : int
        From 1 to E. Of tied experts the first is taken.
    renormalise : bool
        Whether the k weights sum to 1.
    axis : int, tuple of int or None
        The axis of the experts; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., E)
        Of z's dtype (float64 for integers).

    Raises
    ------
    TypeError
        If z is not a plain array of real numbers with at least one axis, or k is not an integer.
    ValueError
        If there are no experts, or k is not from 1 to E.

    Notes
    -----
    A row with +inf, nan or −inf alone is nan.

    Derived in chapter 10 (sec-choose-routing). Shazeer et al. (2017) take top-k first.

    Examples
    --------
    >>> z = np.log([0.5, 0.3, 0.2])
    >>> router_weights(z, 2).round(3)
    array([0.625, 0.375, 0.   ])
    >>> router_weights(z, 2, renormalise=False).round(3)
    array([0.5, 0.3, 0. ])
    """
    z, k = as_logits(z), as_count(k, "k")
    if k > (experts := number_of_classes(z, as_axes(axis, z.ndim))):
        raise ValueError(f"k must be at most {experts}, the number of experts, not {k}")

    def formula(z: Rows) -> Rows:  # (n, E) to (n, E)
        others = np.argsort(-z, axis=1, kind="stable")[:, k:]
        kept = z.copy() if renormalise else softmax(z)
        np.put_along_axis(kept, others, -np.inf if renormalise else 0.0, axis=1)
        a = softmax(kept) if renormalise else kept
        a[~np.isfinite(z.max(axis=1))] = np.nan
        return a

    return by_rows(formula, z, axis=axis)
