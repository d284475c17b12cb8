"""Sampled softmax: the loss of a large vocabulary from a few words of it.

The correct class is always there; of the others only a sample is, drawn from a proposal ``q``, and
its logits are corrected for how often they are drawn. What comes out are logits again, of 1 + m
classes in place of V, and :func:`softmax_src.softmax_loss` takes them like any other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softmax_src.checks import Float, Floats, as_labels, as_logits, as_tokens, check_distributions
from softmax_src.losses import softmax_loss


def sampled_logits(
    h: ArrayLike,
    W: ArrayLike,
    y: ArrayLike,
    sample: ArrayLike,
    q: ArrayLike,
    correct: bool = True,
) -> Floats:
    r"""Return the logits of the correct class and of m sampled ones, corrected for the sampling.

    .. math:: \tilde z_0 = z_c, \qquad \tilde z_i = z_{k_i} - \log(m\, q_{k_i}), \qquad z = h W^\top

    Then :math:`\sum_i e^{\tilde z_i}` is an unbiased estimate of the normaliser
    :math:`\sum_k e^{z_k}`, if no other word has a q of 0. Where the sample hits the correct class,
    which is counted already, the logit is −inf.

    Derived in chapter 8 (sec-many-sampled).

    Parameters
    ----------
    h : array_like, (N, d)
        Hidden states, one token a row.
    W : array_like, (V, d)
        Weights, one word of the vocabulary a row.
    y : array_like of int, (N,)
        Labels from 0 to V − 1.
    sample : array_like of int, (m,) or (N, m)
        Words drawn from q, independently and with replacement, for all tokens or for each.
    q : array_like, (V,)
        The probability with which each word is drawn.
    correct : bool
        Whether :math:`\log(m q)` is taken off.

    Returns
    -------
    ndarray, (N, 1 + m)
        Logits in float64, the correct class first.

    Raises
    ------
    TypeError
        If h, W or q is not a plain array of real numbers, or y or sample not of integers.
    IndexError
        If a label or a sampled word is negative or ≥ V; the message says which and where.
    ValueError
        If shapes do not fit, V is 0, q is not a distribution (numbers ≥ 0 whose sum is 1 within
        1e-6), or a word was sampled that q never draws.

    Notes
    -----
    inf and nan in h or W come through as the product makes them. A sample that all tokens share
    takes one matrix product and copies m rows of W; one for each token takes a product for each.

    References
    ----------
    Y. Bengio and J.-S. Senécal, "Adaptive importance sampling to accelerate training of a neural
    probabilistic language model", IEEE Transactions on Neural Networks 19, 2008.

    Examples
    --------
    >>> h, W = np.ones((1, 1)), np.log([[1.0], [2.0], [3.0], [4.0]])  # z = log 1, …, log 4
    >>> z = sampled_logits(h, W, [3], [[0, 2]], q=np.full(4, 0.25))
    >>> print(np.exp(z).round(6))  # 4, and 1 and 3 doubled: each stands for half of the others
    [[4. 2. 6.]]
    """
    h, W, y = as_tokens(h, W, y)
    sample = as_labels(sample, len(W), "sample")
    if sample.ndim not in (1, 2) or (sample.ndim == 2 and len(sample) != len(h)):
        raise ValueError(f"sample must be (m,) or ({len(h)}, m), not {sample.shape}")
    q = _proposal(q, len(W))
    if not q[sample].all():
        raise ValueError(f"sample holds the word {sample[q[sample] == 0][0]}, which q never draws")

    h = h.astype(np.float64)
    with np.errstate(all="ignore"):
        own = np.einsum("nd,nd->n", h, W[y])
        if sample.ndim == 1:
            others = h @ W[sample].T
        else:  # one token at a time: all their rows of W at once would be N m d numbers
            others = np.array([W[its] @ x for x, its in zip(h, sample, strict=True)])
            others = others.reshape(sample.shape)  # also without tokens
        if correct:
            others -= np.log(sample.shape[-1] * q[sample])
    others[sample == y[:, None]] = -np.inf
    return np.column_stack([own, others])


def sampled_softmax_loss(
    h: ArrayLike,
    W: ArrayLike,
    y: ArrayLike,
    sample: ArrayLike,
    q: ArrayLike,
    correct: bool = True,
    reduction: str = "mean",
) -> Float | Floats:
    r"""Take the softmax loss of :func:`sampled_logits`.

    .. math:: \tilde C = \log\Bigl(e^{z_c} + \sum_{i:\, k_i \ne c} \frac{e^{z_{k_i}}}{m\, q_{k_i}}
              \Bigr) - z_c

    On average it lies below the full loss, by a gap that falls like 1/m for large m; without the
    correction it grows with the number of draws, like
    :math:`\log m + \log \sum_{k \ne c} q_k e^{z_k} - z_c`.

    Derived in chapter 8 (sec-many-sampled).

    Parameters
    ----------
    h, W, y, sample, q, correct
        As for :func:`sampled_logits`.
    reduction : {"mean", "sum", "none"}
        Over the tokens; "none" keeps one loss for each.

    Returns
    -------
    scalar, or ndarray (N,) with ``reduction="none"``
        In float64.

    Raises
    ------
    TypeError, IndexError, ValueError
        As :func:`sampled_logits` does, and for another reduction.

    Notes
    -----
    What :func:`softmax_src.softmax_loss` says of inf and nan holds for these logits. Words that are
    neither correct nor in the sample do not matter.

    Examples
    --------
    >>> h, W = np.ones((1, 1)), np.log([[1.0], [2.0], [3.0], [4.0]])
    >>> print(sampled_softmax_loss(h, W, [3], [0, 2], q=np.full(4, 0.25)).round(6))  # log(12/4)
    1.098612
    """
    z = sampled_logits(h, W, y, sample, q, correct)
    return softmax_loss(z, np.zeros(len(z), dtype=int), reduction=reduction)


def _proposal(q: ArrayLike, n_words: int) -> Floats:
    """Return q as float64, a distribution over the vocabulary, or raise."""
    q = as_logits(q, "q").astype(np.float64)
    if q.shape != (n_words,):
        raise ValueError(f"q must have the shape ({n_words},) of the vocabulary, not {q.shape}")
    check_distributions(q, (0,), "q")
    return q
