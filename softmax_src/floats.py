"""What floating point needs, kept in one place so that the formulas elsewhere stay as on paper.

A softmax is a ratio of exponentials. On paper any shift of the logits cancels from that ratio;
in floats the shift decides whether anything is left. Four troubles, four remedies:

============================================  ==================================================
trouble                                       remedy
============================================  ==================================================
``exp`` overflows beyond 709.78               subtract the row's largest logit, :func:`exp_rows`
``z - m`` is rounded before ``exp`` sees it   recover what was lost (at 1e4, a thousand ulp),
                                              :func:`two_diff`: times :math:`1 + \\text{lost}`
``log(sum)`` forgets small terms next to 1    keep the others apart and use ``log1p``,
                                              :func:`top_and_rest`
float32 and float16 round at each step        compute in float64 and round once,
                                              :func:`softmax_src.rows.by_rows`
============================================  ==================================================

The functions here take a block of rows, ``z`` of shape ``(n, K)``, float64, one example a row
(:mod:`softmax_src.rows`).

Naming, here and in all modules: ``z`` logits, ``log_a`` log-probabilities, ``a`` probabilities,
``y`` targets, ``m`` a row's largest logit, ``e`` exponentials relative to some shift.
"""

import math

import numpy as np
from numpy.typing import NDArray

from softmax_src.rows import Rows

#: Between these logits ``exp`` needs no shift: neither it, nor a row's sum, nor a ratio of the
#: two can overflow or lose digits to underflow.
UNSHIFTED = 300.0

Labels = NDArray[np.intp]


def two_diff(x: Rows, y: Rows) -> tuple[Rows, Rows]:
    """Return ``d``, the float nearest to ``x - y``, and the rounding error ``(x - y) - d``.

    The error is itself a float and comes out exact (Knuth's two-sum): six operations, no branch.
    It is nan where ``x`` or ``d`` is infinite.

    Derived in appendix A (sec-prop-floats).

    Parameters
    ----------
    x, y : ndarray
        Floats of one type, of shapes that broadcast.

    Returns
    -------
    d, lost : ndarray
        The difference and its error.

    Examples
    --------
    >>> two_diff(np.array(1e16), np.array(1.5))
    (np.float64(9999999999999998.0), np.float64(0.5))
    """
    d = x - y
    t = d - x  # what was really subtracted, negated
    lost = x - (d - t)
    t += y
    lost -= t  # (x - (d - t)) - (y + t)
    return d, lost


def _divide(d: Rows, lost: Rows, divisor: float) -> tuple[Rows, Rows]:
    """Return ``q`` nearest to ``d / divisor`` and what is missing from ``(d + lost) / divisor``.

    The remainder ``d - q * divisor`` is a float, but the product needs 106 bits: both factors
    are split into halves of 26 bits, whose products are exact (Dekker's product).
    """
    q = d / divisor
    split = 2.0**27 + 1
    q_high = q * split - (q * split - q)
    q_low = q - q_high
    divisor_high = divisor * split - (divisor * split - divisor)
    divisor_low = divisor - divisor_high
    p = q * divisor
    p_lost = ((q_high * divisor_high - p) + q_high * divisor_low + q_low * divisor_high) + (
        q_low * divisor_low
    )
    return q, ((d - p) - p_lost + lost) / divisor


def _shifted(z: Rows, temperature: float) -> tuple[Rows, Rows]:
    """Return ``(z - m) / temperature``, rounded, and what the roundings lost."""
    if temperature == 1.0:
        return two_diff(z, z.max(axis=1, keepdims=True))
    fraction, exponent = math.frexp(temperature)  # temperature = fraction * 2**exponent
    if exponent > 0:  # shrink first: z - m might overflow although (z - m) / T does not
        z = np.ldexp(z, -exponent)
    d, lost = two_diff(z, z.max(axis=1, keepdims=True))
    if exponent < 0:
        d, lost = np.ldexp(d, -exponent), np.ldexp(lost, -exponent)
    return _divide(d, lost, fraction)


def _common_shift(z: Rows) -> float | None:
    """Return one number that may be subtracted from all logits without rounding, or None.

    The differences are exact for 0, and by Sterbenz's lemma for numbers within a factor of 2.
    """
    low, high = float(z.min()), float(z.max())
    if max(-low, high) <= UNSHIFTED:
        return 0.0
    if high - low <= UNSHIFTED and (high <= 2.0 * low or low >= 2.0 * high):
        return high
    return None


def exp_rows(z: Rows, temperature: float = 1.0) -> Rows:
    r"""Exponentials of each row up to a factor: :math:`e_k = e^{(z_k - s)/T}`.

    The shift :math:`s` is one number for the whole block where that is safe, and each row's
    largest logit otherwise; it cancels from every ratio of two numbers in a row. Each number is
    right to about one unit in the last place, however large the logits are, since
    :math:`e^{d + \text{lost}} = e^d (1 + \text{lost})`.

    Derived in appendix A (sec-prop-floats).
    """
    if temperature == 1.0 and (shift := _common_shift(z)) is not None:
        return np.exp(z - shift if shift else z)
    d, lost = _shifted(z, temperature)
    e = np.exp(d, out=d)
    # fmax and not maximum: lost is nan where d is infinite, and there e = 0 is right already.
    e += e * np.fmax(lost, -1.0, out=lost)
    return e


def row_sums(e: Rows) -> Rows:
    """Sum each row; ``einsum`` is five times as fast as ``sum`` on short rows.

    Used in appendix A (sec-prop-floats).
    """
    return np.einsum("nk->n", e) if e.shape[1] <= 128 else e.sum(axis=1)


def split_off(z: Rows, k: Labels) -> tuple[Rows, Labels, Rows, Rows]:
    r"""Keep the exponential of one class k apart from the others of its row.

    A sum that never contained :math:`e_k` is right to the last digits; one from which it was
    subtracted is not, if it was large.

    Derived in appendix A (sec-prop-floats).

    Returns
    -------
    e : ndarray, (n, K)
        The exponentials of :func:`exp_rows`, with 0 in place of :math:`e_k`.
    place : ndarray, (n,)
        Where in the flattened e that is.
    e_k, others : ndarray, (n,)
        :math:`e_k`, and the sum of the others.
    """
    place = np.arange(0, z.size, z.shape[1]) + k
    e = exp_rows(z)
    e_k = e.take(place)
    e.reshape(-1)[place] = 0.0
    return e, place, e_k, row_sums(e)


def top_and_rest(z: Rows) -> tuple[Rows, Rows]:
    r"""Return each row's largest logit :math:`m` and :math:`\sum_{k \ne \text{top}} e^{z_k - m}`.

    With the rest apart, ``log1p(rest)`` keeps all digits even where ``1 + rest`` rounds to 1.
    Of several largest logits the first counts as top; the others belong to the rest.

    Derived in appendix A (sec-prop-floats).
    """
    _, place, e_top, others = split_off(z, z.argmax(axis=1))
    return z.take(place), others / e_top
