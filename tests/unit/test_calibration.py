"""Reliability, ECE and the fitted temperature, against hand computation and SciPy."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax as scipy_log_softmax

from softmax_src import softmax
from softmax_src.calibration import (
    expected_calibration_error,
    fit_temperature,
    reliability_bins,
)


def random_logits(seed=0, n=300, k=5, spread=3.0, signal=2.0):
    """Logits that know something of their labels, and are too sure of it."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, size=n)
    z = rng.normal(0, spread, size=(n, k))
    z[np.arange(n), labels] += signal
    return z, labels


# --- reliability and ECE --------------------------------------------------------------------


def test_ece_by_hand():
    p = [[0.95, 0.05], [0.9, 0.1], [0.3, 0.7], [0.45, 0.55]]
    labels = [0, 1, 1, 0]
    # two bins above ½ of four: (.5, .75] holds .7 (right) and .55 (wrong), (.75, 1] .95 and .9
    expected = 2 / 4 * abs(0.5 - 0.625) + 2 / 4 * abs(0.5 - 0.925)
    assert expected_calibration_error(p, labels, n_bins=4) == pytest.approx(expected)


def slow_ece(p, labels, n_bins):
    """The definition, example by example."""
    gaps = 0.0
    for b in range(n_bins):
        low, high = b / n_bins, (b + 1) / n_bins
        inside = [
            (max(row), list(row).index(max(row)) == label)
            for row, label in zip(p, labels, strict=True)
            if low < max(row) <= high
        ]
        if inside:
            confidence = sum(c for c, _ in inside) / len(inside)
            accuracy = sum(right for _, right in inside) / len(inside)
            gaps += len(inside) / len(p) * abs(accuracy - confidence)
    return gaps


@pytest.mark.parametrize("n_bins", [10, 15, 49, 100])
def test_a_confidence_of_exactly_b_over_n_is_the_last_of_its_bin(n_bins):
    """One that a running sum of 1/49 misses by its rounding."""
    c = np.arange(1, n_bins + 1) / n_bins
    bins = reliability_bins(np.stack([c, np.zeros(n_bins)], axis=1), [0] * n_bins, n_bins)
    np.testing.assert_array_equal(bins.counts, 1)
    np.testing.assert_array_equal(bins.confidence, c)


@pytest.mark.parametrize("n_bins", [1, 2, 10, 15, 100])
def test_ece_matches_its_definition(n_bins):
    z, labels = random_logits()
    p = softmax(z)
    assert expected_calibration_error(p, labels, n_bins) == pytest.approx(
        slow_ece(p, labels, n_bins), rel=1e-12
    )


def test_fifteen_bins_by_default():
    p, labels = softmax(random_logits()[0]), random_logits()[1]
    assert expected_calibration_error(p, labels) == expected_calibration_error(p, labels, n_bins=15)
    assert len(reliability_bins(p, labels).counts) == 15


def test_calibrated_answers_have_no_error():
    p = np.tile([0.75, 0.25], (4, 1))
    assert expected_calibration_error(p, [0, 0, 0, 1]) == pytest.approx(0, abs=1e-15)
    assert expected_calibration_error(np.eye(3), [0, 1, 2]) == 0


def test_sure_and_wrong_is_the_worst():
    assert expected_calibration_error(np.eye(3), [1, 2, 0]) == 1


def test_a_confidence_on_an_edge_belongs_to_the_bin_below():
    bins = reliability_bins([[0.5, 0.5], [1.0, 0.0]], [0, 0], n_bins=2)
    np.testing.assert_array_equal(bins.counts, [1, 1])


def test_empty_bins_are_nan_and_the_rest_are_means():
    p, labels = [[0.9, 0.1], [0.8, 0.2]], [0, 1]
    bins = reliability_bins(p, labels, n_bins=4)
    np.testing.assert_array_equal(bins.edges, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_array_equal(bins.counts, [0, 0, 0, 2])
    np.testing.assert_allclose(bins.confidence, [np.nan] * 3 + [0.85])
    np.testing.assert_allclose(bins.accuracy, [np.nan] * 3 + [0.5])


def test_a_row_without_any_probability_counts_in_the_first_bin():
    np.testing.assert_array_equal(reliability_bins([[0.0, 0.0]], [0], n_bins=3).counts, [1, 0, 0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_probabilities_of_any_type_are_averaged_in_float64(dtype):
    z, labels = random_logits(n=3000)
    p = softmax(z).astype(dtype)
    for one, other in zip(
        reliability_bins(p, labels), reliability_bins(p.astype(float), labels), strict=True
    ):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype


def test_tied_answers_count_as_the_first():
    assert reliability_bins([[0.5, 0.5]], [1], n_bins=1).accuracy[0] == 0


@pytest.mark.parametrize(
    ("p", "labels", "n_bins", "error", "message"),
    [
        ([[1.2, -0.2]], [0], 15, ValueError, r"^p\[0, 0\] is 1\.2, but must be from 0 to 1"),
        ([[0.2, 0.8], [0.5, -0.5]], [0, 0], 15, ValueError, r"^p\[1, 1\] is -0\.5"),
        ([[np.nan, 0.5]], [0], 15, ValueError, r"^p\[0, 0\] is nan"),
        ([0.5, 0.5], [0], 15, ValueError, r"labels of shape \(1,\) do not fit p of shape \(2,\)"),
        (
            np.zeros((0, 3)),
            np.zeros(0, dtype=int),
            15,
            ValueError,
            r"^p of shape \(0, 3\) holds no",
        ),
        ([[0.5, 0.5]], [0], 0, ValueError, "n_bins must be at least 1"),
        ([[0.5, 0.5]], [0], 2.0, TypeError, "n_bins must be an integer"),
        ([[0.5, 0.5]], [2], 15, IndexError, r"^labels\[0\] is 2"),
        ([["a", "b"]], [0], 15, TypeError, "^p has dtype"),
        ([[0.5, 0.5]], [-1], 15, IndexError, "is -1"),
        ([[0.5, 0.5]], [0.0], 15, TypeError, "labels must be integers"),
        ([[0.5, 0.5]], [0, 1], 15, ValueError, r"^labels of shape \(2,\) do .*; \(1,\) is needed"),
        (np.ma.array([[0.5, 0.5]]), [0], 15, TypeError, "MaskedArray"),
    ],
)
def test_wrong_reliability_input_is_refused(p, labels, n_bins, error, message):
    with pytest.raises(error, match=message):
        expected_calibration_error(p, labels, n_bins)


# --- temperature ----------------------------------------------------------------------------


def nll(T, z, labels):
    return -np.mean(scipy_log_softmax(z / T, axis=1)[np.arange(len(z)), labels])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("spread", "signal"), [(3, 2), (0.5, 0.2), (30, 40), (1, 3)])
def test_temperature_matches_scipy(seed, spread, signal):
    z, labels = random_logits(seed, spread=spread, signal=signal)
    T = fit_temperature(z, labels)
    oracle = minimize_scalar(
        lambda log_T: nll(np.exp(log_T), z, labels),
        bounds=(np.log(T) - 3, np.log(T) + 3),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert pytest.approx(np.exp(oracle.x), rel=1e-5) == T  # a minimum is flat: √eps at best
    assert nll(T, z, labels) <= oracle.fun + 1e-14


@pytest.mark.parametrize("right", [0.51, 0.6, 0.75, 0.99])
def test_temperature_in_closed_form(right):
    """Logits (g, 0) right with frequency q: σ(g/T) = q, so T = g / logit(q)."""
    n, g = 1000, 7.0
    labels = (np.arange(n) >= round(right * n)).astype(int)
    z = np.tile([g, 0.0], (n, 1))
    assert fit_temperature(z, labels) == pytest.approx(g / np.log(right / (1 - right)), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e-6, 3.0, 1e6, 1e300])
def test_temperature_scales_with_the_logits(scale):
    z, labels = random_logits()
    assert fit_temperature(scale * z, labels) == pytest.approx(
        scale * fit_temperature(z, labels), rel=1e-12
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_temperature_is_fitted_in_float64(dtype):
    z, labels = random_logits()
    z = z.astype(dtype)
    assert fit_temperature(z, labels) == fit_temperature(z.astype(float), labels)


def test_a_shift_of_each_row_changes_nothing():
    z, labels = random_logits()
    shifted = z + np.random.default_rng(1).normal(0, 100, size=(len(z), 1))
    assert fit_temperature(shifted, labels) == pytest.approx(fit_temperature(z, labels), rel=1e-10)


def test_one_absurd_row_among_sensible_ones():
    z, labels = random_logits(spread=1)
    z[0], labels[0] = [0, -50, -1e6, -1e6, -1e6], 1
    T = fit_temperature(z, labels)
    assert 0.1 < T < 100
    for factor in (0.99, 1.01):
        assert nll(T, z, labels) < nll(factor * T, z, labels)


def test_logits_near_the_largest_float():
    z = np.array([[1.7e308, -1.7e308]] * 8)  # their difference overflows
    T = fit_temperature(z, [0, 0, 0, 0, 0, 0, 0, 1])
    assert pytest.approx(1.7e308 / (np.log(7) / 2), rel=1e-12) == T
    assert fit_temperature(z, [0, 0, 0, 0, 0, 0, 1, 1]) == np.inf  # beyond the largest float


SMALLEST, E, G = 5e-324, 2.0**-40, 2.0**-85


@pytest.mark.parametrize(
    ("z", "labels", "expected", "near"),
    [
        # 3 e^(−1/T) is half of SMALLEST, and the exponential as small as floats can be
        ([[1, 0]] * 3 + [[SMALLEST, 0]], [0, 0, 0, 1], 1 / (np.log(6) - np.log(SMALLEST)), 2e-3),
        ([[2**63, 0]] * 3 + [[SMALLEST, 0]], [0, 0, 0, 1], 2**63 / 790, 0.1),
        ([[1e-310, 0]] * 3 + [[1, 1]], [0, 0, 1, 0], 1e-310 / np.log(2), 1e-9),
        ([[SMALLEST, 0]] * 3 + [[1, 1]], [0, 0, 1, 0], SMALLEST, 0),
        # the expected logits less the labels': (2 E² / 3) / T − G / 2
        ([[-E, 0, E], [G, 0, -np.inf], [1, 1, 1]], [1, 0, 0], 4 * E**2 / (3 * G), 0.02),
    ],
)
def test_the_smallest_floats_count_beside_1(z, labels, expected, near):
    assert fit_temperature(z, labels) == pytest.approx(expected, rel=near, abs=0)


def test_temperature_restores_the_scale_that_made_the_labels():
    rng = np.random.default_rng(4)
    z = rng.normal(0, 2, size=(20_000, 4))
    labels = np.array([rng.choice(4, p=row) for row in softmax(z)])
    # the standard error of T here is about 0.01
    assert fit_temperature(2.5 * z, labels) == pytest.approx(2.5, abs=0.1)


def test_a_masked_class_takes_no_part():
    z, labels = random_logits(k=4)
    masked = np.column_stack([z, np.full(len(z), -np.inf)])
    assert fit_temperature(masked, labels) == pytest.approx(fit_temperature(z, labels), rel=1e-13)


def test_types_of_logits():
    z, labels = np.array([[3, 0], [3, 0], [3, 0]], dtype=np.uint8), [0, 0, 1]
    for dtype in (np.uint8, np.int64, np.float16, np.float32, np.float64):
        assert fit_temperature(z.astype(dtype), labels) == pytest.approx(3 / np.log(2), rel=1e-12)


def test_the_input_is_left_alone():
    z, labels = random_logits()
    before = z.copy()
    fit_temperature(z, labels)
    np.testing.assert_array_equal(z, before)


SEPARABLE = (
    "^every label has its row's largest logit: the cost falls all the way to T → 0 "
    r"\(fit on data that the model was not trained on\)$"
)
USELESS = (
    "^the labels' logits are no larger than the average logit: these logits say nothing "
    "of the labels, and the cost falls all the way to T → ∞$"
)
INFINITE = "^a label's logit is −inf: its cost is infinite at every temperature$"


@pytest.mark.parametrize(
    ("z", "labels", "message"),
    [
        ([[2.0, 0.0], [0.0, 1.0]], [0, 1], SEPARABLE),
        ([[2.0, 2.0, 0.0], [1.0, 0.0, 0.0]], [1, 0], SEPARABLE),  # tied, yet as large as any
        ([[1e30, 0.0], [SMALLEST, 0.0]], [0, 1], SEPARABLE),  # one float below it
        ([[2.0, 0.0], [2.0, 0.0]], [0, 1], USELESS),  # right as often as wrong
        ([[2.0, 0.0], [0.0, 1.0]], [1, 0], USELESS),
        ([[3.0, 3.0], [3.0, 3.0]], [0, 1], USELESS),  # the same cost at every T
        ([[1.0], [2.0]], [0, 0], USELESS),  # one class: likewise
        ([[2.0, -np.inf], [1.0, 0.0]], [1, 0], INFINITE),
        ([[-np.inf, -np.inf]], [0], INFINITE),
        ([[np.nan, 0.0]], [0], r"^z must not hold nan or \+inf$"),
        ([[np.inf, 0.0]], [0], r"^z must not hold nan or \+inf$"),
        ([1.0, 2.0], [0], "shape"),
        (np.zeros((0, 2)), np.zeros(0, dtype=int), "shape"),
        ([[1.0, 0.0]], [0, 1], r"^labels of shape \(2,\) do not fit z of shape \(1, 2\)"),
    ],
)
def test_no_temperature_where_none_is_best(z, labels, message):
    with pytest.raises(ValueError, match=message):
        fit_temperature(z, labels)


@pytest.mark.parametrize(
    ("labels", "error"), [([0, 2], IndexError), ([0, -1], IndexError), ([0.0, 1.0], TypeError)]
)
def test_wrong_labels_are_refused(labels, error):
    with pytest.raises(error, match="labels"):
        fit_temperature([[1.0, 0.0], [0.0, 1.0]], labels)


def test_masked_arrays_are_refused():
    with pytest.raises(TypeError, match="MaskedArray"):
        fit_temperature(np.ma.array([[1.0, 0.0]]), [0])


def test_an_almost_separable_set_has_a_small_temperature():
    z, labels = np.tile([1.0, 0.0], (1001, 1)), np.zeros(1001, dtype=int)
    labels[-1] = 1
    assert fit_temperature(z, labels) == pytest.approx(1 / np.log(1000), rel=1e-12)
