"""Other class frequencies, same classes: what becomes of the logits when the priors change."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.checks import (
    Axis,
    Floats,
    as_axes,
    as_logits,
    check_distributions,
    number_of_classes,
)
from softmax_src.rows import Rows, by_rows


def adjust_priors(z: ArrayLike, train: ArrayLike, target: ArrayLike, axis: Axis = -1) -> Floats:
    r"""Move logits from the class frequencies of training to those of use.

    .. math:: z'_j = z_j + \log\pi'_j - \log\pi_j

    If the pictures of each class stay what they were and only the frequencies of the classes
    change from :math:`\pi` to :math:`\pi'` (label shift), then
    :math:`\operatorname{softmax}(z')` is the distribution of the classes under :math:`\pi'`
    wherever :math:`\operatorname{softmax}(z)` was that under :math:`\pi`.

    Parameters
    ----------
    z : array_like, (..., K)
        Logits or log-probabilities, with the K classes along `axis`.
    train : array_like, (K,)
        The frequencies :math:`\pi` of the training, all above 0, with sum 1.
    target : array_like, (K,)
        The frequencies :math:`\pi'` of the use, at least 0, with sum 1. A class of frequency 0
        gets the logit −inf.
    axis : int, tuple of int or None
        The class axis; several are counted as one, None means all.

    Returns
    -------
    ndarray, (..., K)
        Logits of z's shape and dtype (float64 for integers).

    Raises
    ------
    TypeError
        If an argument is not a plain array of real numbers.
    ValueError
        If there are no classes, or frequencies are not (K,), negative, 0 in `train`, or do not sum
        to 1 within 1e-6.

    Notes
    -----
    −inf stays −inf; nan gives nan.

    Derived in chapter 7 (sec-rare-shift).

    References
    ----------
    Aditya K. Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.

    Examples
    --------
    A positive result that means sick in 9 cases of 10 where half of the people are sick, in a place
    where one in ten is:

    >>> from softmax_src import softmax
    >>> z = np.log([0.9, 0.1])
    >>> softmax(adjust_priors(z, [0.5, 0.5], [0.1, 0.9])).round(3)
    array([0.5, 0.5])
    """
    z = as_logits(z)
    n_classes = number_of_classes(z, as_axes(axis, z.ndim))
    before, after = (
        _priors(p, n_classes, name) for p, name in ((train, "train"), (target, "target"))
    )
    if not before.all():
        raise ValueError(f"train must be above 0 for every class; class {before.argmin()} has 0")
    with np.errstate(all="ignore"):  # a target of 0 becomes the logit −inf
        shift = np.log(after) - np.log(before)  # (K,)

    def formula(z: Rows) -> Rows:  # (n, K) to (n, K)
        return z + shift

    return by_rows(formula, z, axis=axis)


def _priors(p: ArrayLike, n_classes: int, name: str) -> Rows:
    """Return the frequencies of K classes as float64, or raise an error that says what is wrong."""
    p = np.asarray(as_logits(p, name), dtype=np.float64)
    if p.shape != (n_classes,):
        raise ValueError(f"{name} must hold {n_classes} frequencies, one a class, not {p.shape}")
    check_distributions(p, (0,), name)
    return p
