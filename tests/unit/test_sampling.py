"""Temperature, top-k and top-p, against values by hand."""

import numpy as np
import pytest

from softmax_src.sampling import next_token

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
    np.testing.assert_allclose(next_token(Z, **options), expected, rtol=1e-14)


def test_the_first_of_tied_tokens_goes_first():
    np.testing.assert_array_equal(next_token(np.zeros(4), top_k=2), [0.5, 0.5, 0, 0])


def test_the_first_of_many_tied_tokens_goes_first():
    a = next_token(np.tile([0.0, 1.0], 500), top_k=3)  # so many that an unstable sort mixes them
    np.testing.assert_array_equal(np.flatnonzero(a), [1, 3, 5])


def test_top_p_stops_where_p_is_reached_exactly():
    np.testing.assert_array_equal(next_token([0.0, 0.0], top_p=0.5), [1, 0])


def test_a_million_small_probabilities_add_up_in_float64():
    kept = np.count_nonzero(next_token(np.zeros(1_000_000, np.float32), top_p=0.5))
    assert kept == pytest.approx(500_000, abs=100)  # a sum in float32 is out by thousands


def test_top_p_of_one_keeps_the_tiniest():
    for top_k in (None, 3):
        assert (next_token([0.0, -40.0, -41.0], top_k=top_k) > 0).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool, np.float16, np.float32])
def test_other_types(dtype):
    z = np.array([0, 1, 1, 0], dtype=dtype)
    expected = next_token(z.astype(float), top_k=3)
    a = next_token(z, top_k=3)
    np.testing.assert_allclose(a, expected, rtol=1e-3)
    assert a.dtype == (dtype if z.dtype.kind == "f" else float)


def test_masks_stay_out_and_bad_rows_are_nan():
    np.testing.assert_array_equal(next_token([0.0, -np.inf, 0.0], top_p=0.99), [0.5, 0, 0.5])
    for z in ([np.nan, 0.0], [np.inf, 0.0], [-np.inf, -np.inf]):
        assert np.isnan(next_token(z, top_k=1, top_p=0.5)).all()


@pytest.mark.parametrize(
    ("z", "options", "error", "message"),
    [
        ([[1.0, 2.0]], {}, ValueError, r"one row .* not of shape \(1, 2\)"),
        ([], {}, ValueError, r"at least one logit, not of shape \(0,\)"),
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
        next_token(z, **options)
