"""Temperature, top-k and top-p, against values by hand."""

import numpy as np
import pytest

from softmax_src import truncated_distribution

Z = np.log([0.5, 0.3, 0.2])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0.5, 0.3, 0.2]),
        ({"top_k": 2}, [0.625, 0.375, 0]),
        ({"top_p": 0.49}, [1, 0, 0]),
        ({"top_p": 0.51}, [0.625, 0.375, 0]),
        ({"top_p": 0.81}, [0.5, 0.3, 0.2]),
        ({"top_k": 2, "top_p": 0.6}, [1, 0, 0]),
        ({"temperature": 0.5}, np.array([25, 9, 4]) / 38),
        ({"temperature": 0.5, "top_k": 2}, np.array([25, 9, 0]) / 34),
        ({"top_k": 99}, [0.5, 0.3, 0.2]),
        ({"temperature": 0.5, "top_p": 0.65}, [1, 0, 0]),  # 25/38 are enough
        ({"temperature": 0.5, "top_k": 2, "top_p": 0.7}, [1, 0, 0]),  # 25/34, of the two
    ],
)
def test_by_hand(options, expected):
    np.testing.assert_allclose(truncated_distribution(Z, **options), expected, rtol=1e-14)


def test_the_first_of_tied_tokens_goes_first():
    np.testing.assert_array_equal(truncated_distribution(np.zeros(4), top_k=2), [0.5, 0.5, 0, 0])


def test_the_first_of_many_tied_tokens_goes_first():
    many = np.tile([0.0, 1.0], 500)  # so many that an unstable sort mixes them
    a = truncated_distribution(many, top_k=3)
    np.testing.assert_array_equal(np.flatnonzero(a), [1, 3, 5])


def test_top_p_stops_where_p_is_reached_exactly():
    np.testing.assert_array_equal(truncated_distribution([0.0, 0.0], top_p=0.5), [1, 0])


def test_a_million_small_probabilities_add_up_in_float64():
    kept = np.count_nonzero(truncated_distribution(np.zeros(1_000_000, np.float32), top_p=0.5))
    assert kept == pytest.approx(500_000, abs=100)  # a sum in float32 is out by thousands


def test_a_sum_that_is_p_but_for_rounding_suffices():
    a = truncated_distribution(np.log([0.7, 0.2, 0.1]), top_p=0.9)
    np.testing.assert_allclose(a, [7 / 9, 2 / 9, 0], rtol=1e-14)


def test_a_tail_a_thousandth_larger_than_what_may_go_stays():
    for tail in (1e-3, 1e-9, 1e-12):
        z = np.log([1 - 1.001 * tail, 1.001 * tail])
        assert np.count_nonzero(truncated_distribution(z, top_p=1 - tail)) == 2
        z = np.log([1 - 0.999 * tail, 0.999 * tail])
        assert np.count_nonzero(truncated_distribution(z, top_p=1 - tail)) == 1


def test_rows_along_any_axes_are_cut_one_by_one():
    z = np.random.default_rng(0).normal(size=(3, 4, 5))
    options = {"temperature": 0.7, "top_k": 3, "top_p": 0.8}
    rows = np.array([truncated_distribution(row, **options) for row in z.reshape(3, 20)])
    a = truncated_distribution(z, **options, axis=(1, 2))
    np.testing.assert_array_equal(a.reshape(3, 20), rows)
    a = truncated_distribution(np.moveaxis(z, 0, 2), **options, axis=(0, 1))
    np.testing.assert_array_equal(np.moveaxis(a, 2, 0).reshape(3, 20), rows)


def test_top_p_of_one_keeps_the_tiniest():
    for top_k in (None, 3):
        assert (truncated_distribution([0.0, -40.0, -41.0], top_k=top_k) > 0).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool, np.float16, np.float32])
def test_other_types(dtype):
    z = np.array([0, 1, 1, 0], dtype=dtype)
    expected = truncated_distribution(z.astype(float), top_k=3)
    a = truncated_distribution(z, top_k=3)
    np.testing.assert_allclose(a, expected, rtol=1e-3)
    assert a.dtype == (dtype if z.dtype.kind == "f" else float)


def test_masks_stay_out_and_bad_rows_are_nan():
    a = truncated_distribution([0.0, -np.inf, 0.0], top_p=0.99)
    np.testing.assert_array_equal(a, [0.5, 0, 0.5])
    for z in ([np.nan, 0.0], [np.inf, 0.0], [-np.inf, -np.inf]):
        assert np.isnan(truncated_distribution(z, top_k=1, top_p=0.5)).all()


@pytest.mark.parametrize(
    ("z", "options", "error", "message"),
    [
        (1.0, {}, TypeError, "axis of classes"),
        ([1.0], {"top_k": 0}, ValueError, "top_k must be at least 1, not 0"),
        ([1.0], {"top_k": 1.0}, TypeError, r"top_k must be an integer, not 1\.0"),
        ([1.0], {"top_k": True}, TypeError, "top_k must be an integer, not True"),
        ([1.0], {"top_p": 0}, ValueError, "top_p must be above 0 and at most 1, not 0"),
        ([1.0], {"top_p": 1.1}, ValueError, "top_p"),
        ([1.0], {"top_p": np.nan}, ValueError, "top_p"),
        ([1.0], {"temperature": 0}, ValueError, "temperature"),
        ([np.nan], {"temperature": 0}, ValueError, "temperature"),
        (["a"], {}, TypeError, "dtype"),
    ],
)
def test_what_is_refused(z, options, error, message):
    with pytest.raises(error, match=message):
        truncated_distribution(z, **options)
