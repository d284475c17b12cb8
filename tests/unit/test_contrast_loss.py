"""InfoNCE, against its definition in mpmath and against differences."""

import warnings

import mpmath
import numpy as np
import pytest

from softmax_src import check_gradient
from softmax_src.contrast import info_nce_gradient, info_nce_loss

S = np.array([[0.9, 0.1, -0.3], [0.2, 0.5, 0.4], [-0.1, 0.3, 0.8]])


def by_mpmath(s, T):
    rows = [[mpmath.exp(mpmath.mpf(x) / T) for x in row] for row in s]
    return float(-sum(mpmath.log(row[i] / sum(row)) for i, row in enumerate(rows)) / len(rows))


@pytest.mark.parametrize("T", [0.01, 0.07, 1.0, 5.0])
def test_by_mpmath(T):
    rows, columns = by_mpmath(S, T), by_mpmath(S.T, T)
    assert info_nce_loss(S, T) == pytest.approx(rows, rel=1e-13)
    assert info_nce_loss(S, T, symmetric=True) == pytest.approx((rows + columns) / 2, rel=1e-13)


@pytest.mark.parametrize("symmetric", [False, True])
def test_both_gradients(symmetric):
    T = 0.3
    in_s, in_log_T = info_nce_gradient(S, T, symmetric)
    assert check_gradient(
        lambda s: info_nce_loss(s, T, symmetric),
        lambda s: info_nce_gradient(s, T, symmetric)[0],
        S,
    )
    h = 1e-5
    slope = (
        info_nce_loss(S, T * np.exp(h), symmetric) - info_nce_loss(S, T * np.exp(-h), symmetric)
    ) / (2 * h)
    assert in_log_T == pytest.approx(slope, rel=1e-8)
    np.testing.assert_allclose(in_s.sum(), 0, atol=1e-15)


def test_one_pair_costs_nothing_and_no_idea_costs_log_n():
    assert info_nce_loss([[0.3]]) == 0
    assert info_nce_loss(np.zeros((8, 8))) == pytest.approx(np.log(8), rel=1e-15)


def test_types():
    assert info_nce_loss(S.astype(np.float32)).dtype == np.float32
    assert info_nce_gradient(S.astype(np.float32))[0].dtype == np.float32
    assert info_nce_loss(np.eye(3, dtype=int)) == info_nce_loss(np.eye(3))
    for symmetric in (False, True):
        for dtype in (np.float16, np.float32, np.float64):
            assert type(info_nce_loss(S.astype(dtype), symmetric=symmetric)) is dtype
            in_s, in_log_T = info_nce_gradient(S.astype(dtype), symmetric=symmetric)
            assert (type(in_s), in_s.dtype, type(in_log_T)) == (np.ndarray, dtype, float)


@pytest.mark.parametrize(
    ("s", "T", "error", "message"),
    [
        (S[:2], 1.0, ValueError, r"s must be \(N, N\) similarities .* not of shape \(2, 3\)"),
        (np.zeros((0, 0)), 1.0, ValueError, "N >= 1"),
        ([1.0], 1.0, ValueError, r"not of shape \(1,\)"),
        (S, 0.0, ValueError, "temperature must be finite and > 0"),
        (S, "hot", TypeError, "temperature"),
        ("s", 1.0, TypeError, "s has dtype"),
    ],
)
@pytest.mark.parametrize("function", [info_nce_loss, info_nce_gradient])
def test_what_is_refused(function, s, T, error, message):
    with pytest.raises(error, match=message):
        function(s, T)


def test_a_small_temperature_does_not_overflow_a_half():
    s = np.eye(2, dtype=np.float16)
    assert info_nce_loss(s, 1e-6) == 0.0
    np.testing.assert_array_equal(info_nce_gradient(s, 1e-6)[0], np.zeros((2, 2)))


def test_similarities_that_overflow_when_divided_count_as_they_are():
    with np.errstate(all="raise", under="ignore"):
        for s, T in ((np.eye(2) * 1e308, 0.5), (S, 1e-309)):
            assert info_nce_loss(s, T, symmetric=True) == 0
            in_s, in_log_T = info_nce_gradient(s, T, symmetric=True)
            assert in_log_T == 0
            assert not np.signbit(in_log_T)
            np.testing.assert_array_equal(in_s, np.zeros(s.shape))
        assert info_nce_loss([[0.0, 1.0], [0.0, 1.0]], 1e-309) == np.inf
        in_s, in_log_T = info_nce_gradient(np.float16([[0, 1], [0, 1]]), 1e-309)
        np.testing.assert_array_equal(in_s, np.array([[-np.inf, np.inf], [0, 0]]))
        assert in_log_T == -np.inf
        # What float64 holds and float16 does not, and a row without a softmax.
        assert info_nce_loss(np.float16([[0, 9], [0, 9]]), 1e-5) == np.inf
        in_s, _ = info_nce_gradient(np.float16([[1, 1], [1, 1]]), 1e-6)
        np.testing.assert_array_equal(in_s, [[-np.inf, np.inf], [np.inf, -np.inf]])
        assert np.isnan(info_nce_loss([[np.inf, 0.0], [0.0, 1.0]]))
        assert np.isnan(info_nce_gradient([[np.inf, 0.0], [0.0, 1.0]])[1])


def test_an_offset_costs_the_slope_in_the_temperature_no_digits():
    s = np.round(S * 2**20) / 2**20  # so that adding 2^30 is exact
    expected = info_nce_gradient(s, 0.3, symmetric=True)[1]
    assert info_nce_gradient(s + 2.0**30, 0.3, symmetric=True)[1] == pytest.approx(expected, 1e-13)


def test_a_pair_that_is_left_out_adds_nothing_to_the_slope_in_the_temperature():
    out = info_nce_gradient([[1.0, -np.inf], [0.0, 1.0]], 0.5)[1]
    far = info_nce_gradient([[1.0, -1e4], [0.0, 1.0]], 0.5)[1]
    np.testing.assert_allclose(out, far, rtol=1e-14)


def test_left_out_the_temperature_is_1_and_rows_alone_count():
    assert info_nce_loss(S) == info_nce_loss(S, 1.0, symmetric=False)
    for found, expected in zip(info_nce_gradient(S), info_nce_gradient(S, 1.0, False), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_pair_that_is_left_out_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        info_nce_gradient([[1.0, -np.inf], [0.0, 1.0]], 0.5)


def test_similarities_that_are_further_apart_than_a_float_can_say():
    s = np.array([[-1e308, 1e308], [0.0, 1e308]])
    for symmetric in (False, True):
        want = [
            info_nce_gradient(s / 1e308, 1.0, symmetric),
            info_nce_loss(s / 1e308, 1.0, symmetric),
        ]
        in_s, in_log_T = info_nce_gradient(s, 1e308, symmetric)
        np.testing.assert_allclose(in_s * 1e308, want[0][0], rtol=1e-14)
        assert in_log_T == pytest.approx(want[0][1], rel=1e-14)
        assert info_nce_loss(s, 1e308, symmetric) == pytest.approx(want[1], rel=1e-14)


def test_a_mean_of_both_directions_that_a_float_holds():
    s = [[0.0, 1.7e308], [1.7e308, 0.0]]
    assert info_nce_loss(s, symmetric=True) == info_nce_loss(s) == pytest.approx(1.7e308)
    in_log_temperature = info_nce_gradient(s, symmetric=True)[1]
    assert in_log_temperature == info_nce_gradient(s)[1] == -1.7e308
    small = [[0.0, -745.0], [-745.0, 0.0]]
    assert info_nce_loss(small, symmetric=True) == info_nce_loss(small) == 5e-324
    np.testing.assert_array_equal(*(info_nce_gradient(small, 1, both)[0] for both in (0, 1)))
