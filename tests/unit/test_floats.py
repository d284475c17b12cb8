"""The arithmetic of floats against fractions, and the kernels on which the proofs rest.

Appendix D proves the bounds from two numbers of NumPy's kernels: by how many u = 2^-53 the
exponential may be off, relative to its value, and by how many units in the last place ``log1p``.
"""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src import floats

U = Fraction(1, 2**53)
#: The assumptions of appendix D: exp in u, log1p in units in the last place.
EXP, LOG1P = 1.22, 0.85
mp = mpmath.mp.clone()
mp.prec = 120


def fractions(x):
    return [Fraction(v) for v in np.ravel(x).tolist()]


def worst(computed, exact, unit):
    """Return the largest error, each divided by its unit."""
    pairs = zip(computed.tolist(), exact, unit, strict=True)
    return float(max(abs(mp.mpf(y) - t) / u for y, t, u in pairs))


# --- the assumptions ------------------------------------------------------------------------


def arguments(low, high, n=4000):
    """Return numbers over a range: evenly spread, and crowded at 0 and at multiples of log 2."""
    rng = np.random.default_rng(0)
    multiples = np.log(2) * rng.integers(int(low), int(high) + 1, size=n) + rng.normal(0, 0.01, n)
    near_0 = rng.choice([-1, 1], size=n) * np.exp(rng.uniform(-40, np.log(min(-low, high)), size=n))
    x = np.concatenate([rng.uniform(low, high, size=3 * n), multiples, near_0])
    return x[(x > low) & (x < high)]


def test_the_exponential_is_as_right_as_the_proof_assumes():
    x = arguments(-708.0, 709.0)
    exact = [mp.exp(v) for v in x.tolist()]
    assert worst(np.exp(x), exact, [t * 2.0**-53 for t in exact]) <= EXP


def test_where_it_underflows_it_is_off_by_a_unit_in_the_last_place_at_most():
    x = np.random.default_rng(1).uniform(-745.1, -708.4, size=4000)
    exact = [mp.exp(v) for v in x.tolist()]
    assert worst(np.exp(x), exact, [mp.mpf(2) ** -1074] * len(x)) <= 1
    np.testing.assert_array_equal(np.exp([-745.2, -800.0, -1e300, -np.inf]), 0)


def test_log1p_is_as_right_as_the_proof_assumes():
    x = np.exp(np.concatenate([arguments(-700.0, 70.0), arguments(-4.0, 4.0)]))
    exact = [mp.log1p(v) for v in x.tolist()]
    assert worst(np.log1p(x), exact, [float(np.spacing(float(t))) for t in exact]) <= LOG1P


def test_the_bounds_follow_from_the_assumptions():
    assert 2 * EXP + 1.52 <= 4  # softmax, gradient
    assert 2 * EXP + LOG1P + 0.52 <= 4  # the loss, log_softmax of the top
    assert 2 * EXP * 0.7214 + 0.02 + LOG1P + 1.25 <= 4  # log_softmax of the others


# --- the arithmetic -------------------------------------------------------------------------

SIZES = st.floats(2.0**-200, 2.0**200)


@given(hnp.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 40)), elements=SIZES))
def test_row_sums_are_pairs_that_lack_nothing_that_counts(e):
    high, low = floats.row_sums(e)
    for row, one, other in zip(e, high.tolist(), low.tolist(), strict=True):
        true = sum(fractions(row))
        assert abs(Fraction(one) + Fraction(other) - true) <= true * U / 64
        assert one == pytest.approx(float(true), rel=2.0**-52)


@pytest.mark.parametrize("n_terms", [1, 128, 2**15, 2**15 + 1, 3 * 2**15])
@pytest.mark.parametrize("others", [np.exp(-36.8), 2.0**-54 * 1.5, 0.1, 0.0])
def test_long_rows_keep_their_bits(n_terms, others):
    e = np.full((2, n_terms), others)
    e[0, n_terms // 2] = 1.0
    e[1, 0] = 2.0**300
    high, low = floats.row_sums(e)
    for row, big in enumerate((1.0, 2.0**300)):
        true = Fraction(big) + (n_terms - 1) * Fraction(others)
        error = abs(Fraction(high[row]) + Fraction(low[row]) - true)
        assert error <= true * U / 64


@pytest.mark.parametrize("power", [20, 30, 38, 45, 1020])
def test_rows_of_unlike_size_keep_their_bits_in_one_block(power):
    """Where the larger row is cut, all but one term of the other would be in the low parts."""
    e = np.random.default_rng(0).uniform(0.0, 2.0**-9, size=(2, 1000))
    e[:, 7] = 2.0**power, 1.0
    for row, *pair in zip(e, *floats.row_sums(e), strict=True):
        true = sum(fractions(row))
        assert abs(sum(fractions(pair)) - true) <= true * U / 64


def test_a_sum_counts_what_the_exponentials_lost():
    rng = np.random.default_rng(0)
    e, lost = rng.uniform(0.0, 1.0, size=(20, 30)), rng.normal(0.0, 1e-14, size=(20, 30))
    t = floats._terms(e.copy(), lost, None, exact=True)
    for row, missing, *pair in zip(e, lost, t.others, t.others_low, strict=True):
        true = sum(x * (1 + y) for x, y in zip(fractions(row), fractions(missing), strict=True))
        assert abs(sum(fractions(pair)) - true) <= true * U / 32


def test_a_row_of_ten_million_terms():
    e = np.full((1, 10_000_000), 2.0**-53)
    e[0, 123] = 1.0
    high, low = floats.row_sums(e)
    true = 1 + Fraction(10_000_000 - 1, 2**53)
    assert abs(Fraction(high[0]) + Fraction(low[0]) - true) <= true * U / 64


def test_rows_without_terms_have_the_sum_0():
    for exact in (True, False):
        np.testing.assert_array_equal(floats.row_sums(np.zeros((2, 0)), exact), np.zeros((2, 2)))


def test_a_head_has_26_bits():
    x = np.array([1 + 2.0**-25, 1 + 2.0**-26, -3 - 2.0**-24, 2.0**300])
    np.testing.assert_array_equal(floats.head(x), [x[0], 1.0, x[2], x[3]])


@given(SIZES, st.floats(0, 1), SIZES, st.floats(0, 1))
def test_a_quotient_of_pairs_is_a_pair(x, x_low, y, y_low):
    pair = [np.array([v]) for v in (x, x_low * x * 2.0**-53, y, y_low * y * 2.0**-53)]
    high, low = floats.quotient(*pair)
    n, n_low, d, d_low = (Fraction(v[0]) for v in pair)
    true = (n + n_low) / (d + d_low)
    assert abs(Fraction(high[0]) + Fraction(low[0]) - true) <= true * U / 2**18
    assert abs(low[0]) <= np.spacing(high[0]) / 2


def terms(e_k, e_k_low, others, others_low):
    """Return Terms of which only the sums are known."""
    n = len(e_k)
    return floats.Terms(
        np.zeros((n, 1)), None, np.arange(n), e_k, e_k_low, others, np.asarray(others_low)
    )


@pytest.mark.parametrize("times", [1, 3, 2**27 - 1])
def test_a_total_is_a_pair_that_lacks_nothing_that_counts(times):
    rng = np.random.default_rng(0)
    e_k, others = np.exp(rng.uniform(-40, 40, size=(2, 100)))
    e_k_low, others_low = 2.0**-53 * rng.uniform(-1, 1, size=(2, 100)) * [e_k, others]
    pair = terms(e_k, e_k_low, others, others_low).total(times)
    parts = [fractions(x) for x in (e_k, e_k_low, others, others_low)]
    for high, low, *summands in zip(*map(fractions, pair), *parts, strict=True):
        true = times * sum(summands)
        assert abs(high + low - true) <= true * U / 2**24


@pytest.mark.parametrize("low", [1, -1])
@pytest.mark.parametrize("power", [-6, -3, -1])
def test_the_logarithm_of_a_ratio_counts_what_the_quotient_lacks(power, low):
    """Just above a power of two log(1 + x) has a last place of its own, half of x's."""
    x = np.random.default_rng(0).uniform(1, 1 + 2.0**power / 4, size=500) * 2.0**power
    lacks = 0.498 * low * np.spacing(x)
    one, nothing = np.ones_like(x), np.zeros_like(x)
    for ratio, off in (
        (terms(one, nothing, x, lacks), lacks),
        (terms(one, -lacks / x, x, nothing), lacks),
    ):
        exact = [mp.log1p(mp.mpf(a) + b) for a, b in zip(x.tolist(), off.tolist(), strict=True)]
        unit = [float(np.spacing(float(t))) for t in exact]
        assert worst(floats.log_ratio(ratio), exact, unit) <= LOG1P + 0.52


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_a_difference_and_what_it_lost_are_the_truth(x, y):
    d, lost = floats.two_diff(np.array([x]), np.array([y]))
    assert Fraction(d[0]) + Fraction(lost[0]) == Fraction(x) - Fraction(y)


@given(
    st.one_of(st.floats(-1e15, -0.5, exclude_max=True), st.floats(1536, 1e15)), st.floats(0, 745)
)
@example(1538.9, 0.0)
def test_a_round_shift_is_exact_within_reach_of_the_largest_logit(m, below):
    z = m - below
    shift = float(floats._round_shift(np.array([m]))[0])
    assert Fraction(z - shift) == Fraction(z) - Fraction(shift)
    assert 0 <= m - shift <= 512


def test_below_top_is_exact_wherever_a_float_holds_the_quotient():
    z = np.array([[1e15, 1e15 - 1], [3.0, 5.0]])  # each row has an offset of its own
    for T in (0.5, 1.0, 1.5, 4.0):
        expected = np.array([[0.0, -1.0], [-2.0, 0.0]]) / T
        np.testing.assert_array_equal(floats.below_top(z, T), expected)
    for z, T, expected in (
        ([1e308, -1e308], 2.0, [0, -1e308]),
        ([1e308, 0.0], 1.0, [0, -1e308]),
        ([0.0, 5e-324], 5e-324, [-1, 0]),
        ([0.0, 5e-324], 1.0, [-5e-324, 0]),
    ):
        np.testing.assert_array_equal(floats.below_top(np.array([z]), T), [expected])
