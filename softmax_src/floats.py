"""What floating point needs, kept in one place so that the formulas elsewhere stay as on paper.

A softmax is a ratio of exponentials. On paper any shift of the logits cancels from that ratio;
in floats the shift decides whether anything is left. Five troubles, five remedies:

============================================  ==================================================
trouble                                       remedy
============================================  ==================================================
``exp`` overflows beyond 709.78               subtract a number near the row's largest logit,
                                              :func:`exponentials`
``z - m`` is rounded before ``exp`` sees it   a shift that is exact, or what was lost
                                              (:func:`two_diff`): times :math:`1 + \\text{lost}`
``log(sum)`` forgets small terms next to 1    keep the others apart and use ``log1p``,
                                              :func:`log_total`
a sum forgets the last bits of its terms      add their high parts, which is exact, and their low
                                              parts apart, :func:`row_sums`
float32 and float16 round at each step        compute in float64 and round once,
                                              :func:`softmax_src.rows.by_rows`
============================================  ==================================================

The second and the fourth trouble are those of a result in float64. Where the logits were float32 or
float16, plain float64 has 29 bits to spare: the functions are told so by ``exact=False``, see
``softmax_src.rows.is_double``, and leave both remedies out.

The functions here take a block of rows, ``z`` of shape ``(n, K)``, float64, one example a row
(:mod:`softmax_src.rows`).

Naming, here and in all modules: ``z`` logits, ``log_a`` log-probabilities, ``a`` probabilities, or
``p`` where they need not come from a softmax, ``y`` targets, ``m`` a row's largest logit, ``e``
exponentials relative to some shift. A sum or a quotient that needs more than a float is two:
``high`` and ``low``, to be added.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softmax_src.rows import Rows

#: Terms are cut, and plain sums taken, in strips of so many, which stay in the cache.
STRIP = 2**15

#: Numbers between TINY and LARGE keep all digits in every product and quotient here.
TINY, LARGE = 2.0**-900, 2.0**900

Labels = NDArray[np.intp]
Pair = tuple[Rows, Rows]


def two_diff(x: Rows, y: Rows) -> tuple[Rows, Rows]:
    """Return ``d``, the float nearest to ``x - y``, and the rounding error ``(x - y) - d``.

    The error is itself a float and comes out exact (Knuth's two-sum): six operations, no branch.
    It is nan where ``x`` or ``d`` is infinite.

    Derived in appendix D (sec-float-exponent).

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
    lost = x - d  # what was really subtracted, and
    start = d + lost  # from what
    start -= x
    lost -= y
    lost -= start  # (x - start) - (y - subtracted), in place
    return d, lost


def head(x: Rows) -> Rows:
    """Return x with the first 26 of its 53 bits: the product of two such numbers is exact."""
    return (x.view(np.int64) & -(2**27)).view(np.float64)


def quotient(high: Rows, low: Rows | float, divisor: Rows, divisor_low: Rows | float = 0.0) -> Pair:
    """Return the quotient of two pairs as a pair: the nearest float, and what it lacks.

    Long division by half a float: the first 26 bits of the quotient times the first 26 of the
    divisor are exact, and so is what they leave.

    Derived in appendix D (sec-float-sums).
    """
    q = head(high / divisor)
    first = head(divisor)
    rest = (high - q * first) - q * (divisor - first + divisor_low) + low
    rest /= divisor + divisor_low
    nearest = q + rest
    return nearest, rest - (nearest - q)


def row_sums(e: Rows, exact: bool = True) -> Pair:
    r"""Sum each row of numbers ≥ 0: ``high``, the nearest float, and ``low``, what it lacks.

    A running sum loses up to half a unit of its own last place at every term, always at the same
    place. So every term is cut there first: adding a power of two :math:`\sigma` that is as large
    as the sum, and taking it away, leaves the part above :math:`\sigma`'s last place. These high
    parts add up without any rounding. The low parts are so small that rounding *their* sum does
    not matter. (Error-free extraction, of Rump, Ogita and Oishi.)

    A sum that need not be exact is added plainly, strip by strip, and has no low part.

    Derived in appendix D (sec-float-sums).
    """
    n, n_terms = e.shape
    if not exact:
        return _add_up(e), np.zeros(n)
    # One sigma for all rows is faster. It fits where it is between each sum and limit times that.
    limit = 2.0**47 / (max(1, n_terms) * (min(n_terms, STRIP) + n_terms // STRIP + 1))
    sigma = math.ldexp(1.0, min(7 + math.frexp(e[0].sum())[1], 1023))
    high, low = _cut_sums(e, sigma)
    if not (high.max() <= sigma <= high.min() * limit):
        high, low = _cut_sums(e, 2.0 * _power_above(_add_up(e))[:, None])
    total = high + low
    return total, low - (total - high)


def _strips(e: Rows) -> list[Rows]:
    """Return views of at most STRIP columns each."""
    return [e[:, start : start + STRIP] for start in range(0, e.shape[1], STRIP)]


def _add_up(e: Rows) -> Rows:
    """Return the plain sum of each row."""
    return sum((np.einsum("nk->n", strip) for strip in _strips(e)), np.zeros(len(e)))


def _power_above(x: Rows) -> Rows:
    """Return a power of two above x, by a factor of 2 at most."""
    return np.ldexp(1.0, np.frexp(x)[1])


def _cut_sums(e: Rows, sigma: Rows | float) -> Pair:
    """Return the sums of the parts of e above sigma's last place and of those below."""
    if e.shape[1] > STRIP:
        high, low = np.sum([_cut_sums(strip, sigma) for strip in _strips(e)], axis=0)
        return high, low
    part = e + sigma
    part -= sigma
    high = np.einsum("nk->n", part)
    np.subtract(e, part, out=part)
    return high, np.einsum("nk->n", part)


class Terms(NamedTuple):
    """The exponentials of a block of rows, each row up to a factor, and their sums.

    Derived in appendix D (sec-float-exponent).
    """

    e: Rows  # (n, K), with 0 in place of class k's, if that stands apart
    lost: Rows | None  # (n, K): the true one is e (1 + lost); None where nothing is lost
    place: Labels  # (n,) where class k's were in the flattened e
    e_k: Rows  # (n,) class k's exponential and its low part, 0 if none stands apart
    e_k_low: Rows
    others: Rows  # (n,) the sum of the others and its low part
    others_low: Rows

    def total(self, times: int = 1) -> Pair:
        """Return the sum of all exponentials, times a number below ``2**27``, as a pair."""
        if times == 1 and not self.place.size:
            return self.others, self.others_low
        high = self.others + self.e_k  # both >= 0: the larger one keeps its digits
        low = np.minimum(self.others, self.e_k) - (high - np.maximum(self.others, self.e_k))
        low += self.others_low + self.e_k_low
        if times == 1:
            return high, low
        first = head(high)
        return first * times, (high - first + low) * times

    def over(self, divisor: Rows, divisor_low: Rows) -> Rows:
        """Return e divided by a number for each row, overwriting e.

        Dividing, and not multiplying by a reciprocal, gives exactly 1 where e is the divisor.
        """
        a = self.e
        if self.lost is None:
            return np.divide(a, (divisor + divisor_low)[:, None], out=a)
        r, missing = quotient(np.ones_like(divisor), 0.0, divisor, divisor_low)
        a *= r[:, None]
        correction = self.lost + (missing / r)[:, None]
        correction *= a  # in its place: from Python 3.14 on, numpy would take another row
        a += correction
        return a


def exponentials(
    z: Rows,
    k: Labels | None = None,
    temperature: float = 1.0,
    exact: bool = True,
    out: Rows | None = None,
) -> Terms:
    r"""Return exponentials of each row up to a factor, :math:`e^{(z_j - s)/T}`, and their sums.

    The factor cancels from every quotient. Class k of each row may be kept apart: a sum that never
    contained :math:`e_k` is right to the last digits, and one from which it was subtracted is not.

    They are written into ``out``, where one is given.

    Whether a shift s is needed is seen from the sums. If so, one is taken with few digits, so that
    z − s is exact; where there is none, with its rounding error, since
    :math:`e^{d + \text{lost}} = e^d (1 + \text{lost})` to all digits.

    Derived in appendix D (sec-float-exponent).
    """
    if temperature == 1.0:
        if -0.5 <= z[0].max() <= 676.0:  # a guess from one row, which the sums will judge
            terms = _terms(np.exp(z, out=out), None, k, exact)
            if _are_safe(terms, k):
                return terms
            del terms  # its memory, before more is taken
        m = z.max(axis=1)
        if not exact:
            d = np.subtract(z, (m - 500.0)[:, None], out=out)
            return _terms(np.exp(d, out=d), None, k, exact)
        if not ((m > 676.0) & (m < 1536.0)).any():
            d = np.subtract(z, _round_shift(m)[:, None], out=out)
            terms = _terms(np.exp(d, out=d), None, k, exact)
            if _are_safe(terms, k):
                return terms
            del d, terms
    d, lost = _shifted(z, temperature)
    # fmax and not maximum: lost is nan where d is infinite, and there e = 0 is right already.
    e = np.exp(d, out=d if out is None else out)
    return _terms(e, np.fmax(lost, -1.0, out=lost) if exact else None, k, exact)


def _terms(e: Rows, lost: Rows | None, k: Labels | None, exact: bool) -> Terms:
    """Put class k apart and sum up the others."""
    place: Labels = np.zeros(0, np.intp)
    e_k: Rows = np.zeros(len(e))
    e_k_low: Rows = np.zeros(len(e))
    if k is not None:
        place = np.arange(0, e.size, e.shape[1]) + k
        e_k = e.take(place)
        if lost is not None:
            e_k_low = e_k * lost.take(place)
        e.reshape(-1)[place] = 0.0
    others, low = row_sums(e, exact)
    if lost is not None:
        low += np.einsum("nk,nk->n", e, lost)
    return Terms(e, lost, place, e_k, e_k_low, others, low)


def _are_safe(terms: Terms, k: Labels | None) -> bool:
    """Say whether no digit that counts was lost to overflow or underflow.

    A sum from ½ on makes what underflowed at most a unit in the last place of a subnormal result.
    """
    total = terms.others + terms.e_k
    safe = total.min() >= 0.5 and total.max() <= LARGE  # false if one is nan
    if k is not None and terms.e.shape[1] > 1:
        safe = safe and terms.others.min() >= TINY
    return bool(safe)


def _round_shift(m: Rows) -> Rows:
    """Return shifts at most 512 below m, such that z − shift is exact wherever its e^ matters.

    None is needed from −½ to 676. Below, and from 1536 on, a multiple of a power of two is chosen
    that is no larger than |m| rounded up: then z, within 745 of m, and z − shift have the same last
    place, and the difference is no longer than z.
    """
    unit = np.minimum(_power_above(np.abs(m)), 512.0)
    return np.where((m >= -0.5) & (m <= 676.0), 0.0, np.floor(m / unit) * unit)


def _shifted(z: Rows, temperature: float) -> tuple[Rows, Rows]:
    """Return ``(z - shift) / temperature``, rounded, and what the roundings lost."""
    m = z.max(axis=1, keepdims=True)
    if temperature == 1.0:  # as high as is safe, so that a sum without the top keeps its digits
        return two_diff(z, m - 500.0)
    fraction, exponent = math.frexp(temperature)  # temperature = fraction * 2**exponent
    if exponent > 0:  # shrink first: z - m might overflow although (z - m) / T does not
        z, m = np.ldexp(z, -exponent), np.ldexp(m, -exponent)
    d, lost = two_diff(z, m)
    if exponent < 0:
        d, lost = np.ldexp(d, -exponent), np.ldexp(lost, -exponent)
    q, missing = quotient(d, lost, np.full_like(m, fraction))
    plain = d / fraction
    return np.where(np.isinf(plain), plain, q), missing


def below_top(z: Rows, temperature: float) -> Rows:
    r"""Return :math:`(z_j - m)/T`, whose softmax is that of :math:`z/T`, and rounds no offset.

    Used in chapter 10 (sec-choose-distillation).
    """
    half = 0.5 if temperature > 1.0 else 1.0  # z - m might overflow although (z - m) / T does not
    z = half * z
    return (z - z.max(axis=1, keepdims=True)) / (half * temperature)


def log_ratio(terms: Terms) -> Rows:
    r"""Return :math:`\log\bigl(1 + \sum_{j \ne k} e_j / e_k\bigr)` for the class k that is apart.

    Derived in appendix D (sec-float-log).
    """
    x, missing = quotient(terms.others, terms.others_low, terms.e_k, terms.e_k_low)
    return np.log1p(x) + missing / (1.0 + x)


def log_total(z: Rows, exact: bool = True) -> tuple[Rows, Rows]:
    r"""Return each row's largest logit m and :math:`\operatorname{LSE}(z) - m \ge 0`.

    With the others apart, ``log1p`` keeps all digits even where ``1 + rest`` rounds to 1. Of
    several largest logits the first counts as top; the others belong to the rest.

    Derived in appendix D (sec-float-log).
    """
    top = z.argmax(axis=1)
    return z[np.arange(len(z)), top], log_ratio(exponentials(z, top, exact=exact))
