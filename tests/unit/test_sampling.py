"""Temperature, top-k, top-p, min-p and softened draws, against values by hand."""

import numpy as np
import pytest

from softmax_src import softmax, truncated_distribution
from softmax_src.sampling import gumbel_softmax

Z = np.log([0.5, 0.3, 0.2])
LAST = ("top_k", "top_p", "min_p", "temperature")
P_FIRST = ("temperature", "top_p", "top_k", "min_p")


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
        ({"min_p": 0.5}, [0.625, 0.375, 0]),  # .3 and .2 beside half of .5
        ({"min_p": 0.4}, [0.5, 0.3, 0.2]),  # .2 is exactly .4 times .5
        ({"min_p": 0.41}, [0.625, 0.375, 0]),
        ({"min_p": 1}, [1, 0, 0]),
        ({"temperature": 0.5, "min_p": 0.2}, [25 / 34, 9 / 34, 0]),  # .16 = (.2/.5)² is too few
        ({"temperature": 0.5, "min_p": 0.2, "order": LAST}, np.array([25, 9, 4]) / 38),
        ({"temperature": 0.5, "top_p": 0.65, "order": LAST}, np.array([25, 9, 0]) / 34),
        ({"top_p": 0.45, "order": LAST}, [1, 0, 0]),  # at T = 2 the first would have .42
        ({"top_k": 2, "top_p": 0.6, "order": P_FIRST}, [0.625, 0.375, 0]),  # .5 < .6 <= .8
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


def test_the_largest_p_below_1_leaves_out_what_rounds_away_beside_1():
    p, gap = np.nextafter(1.0, 0.0), 2.0**-53
    assert np.count_nonzero(truncated_distribution(np.log([1.0, 1.8 * gap]), top_p=p)) == 1
    assert np.count_nonzero(truncated_distribution(np.log([1.0, 2.2 * gap]), top_p=p)) == 2


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
        (1.0, {}, TypeError, "z is a single number; it needs at least one axis$"),
        ([1.0], {"top_k": 0}, ValueError, "top_k must be at least 1, not 0"),
        ([1.0], {"top_k": 1.0}, TypeError, r"top_k must be an integer, not 1\.0"),
        ([1.0], {"top_k": True}, TypeError, "top_k must be an integer, not True"),
        ([1.0], {"top_p": 0}, ValueError, "top_p must be above 0 and at most 1, not 0"),
        ([1.0], {"top_p": 1.1}, ValueError, "top_p"),
        ([1.0], {"top_p": np.nan}, ValueError, "top_p"),
        ([1.0], {"temperature": 0}, ValueError, "temperature"),
        ([np.nan], {"temperature": 0}, ValueError, "temperature"),
        (["a"], {}, TypeError, "dtype"),
        ([1.0], {"min_p": -0.1}, ValueError, "min_p must be from 0 to 1, not -0.1"),
        ([1.0], {"min_p": 1.5}, ValueError, "min_p"),
        ([1.0], {"min_p": np.nan}, ValueError, "min_p"),
        ([1.0], {"order": ("top_k", "top_p")}, ValueError, "temperature, top_k, top_p, min_p once"),
        ([1.0], {"order": "temperature"}, ValueError, "order"),
        ([1.0], {"order": (*LAST, "top_k")}, ValueError, "order"),
    ],
)
def test_what_is_refused(z, options, error, message):
    with pytest.raises(error, match=message):
        truncated_distribution(z, **options)


def test_softened_draws_by_hand_and_at_both_ends():
    z, noise = np.array([1.0, 0.0, -1.0]), np.array([0.1, 2.0, 0.3])
    for T in (0.3, 1.0, 7.0):
        e = np.exp((z + noise) / T)
        np.testing.assert_allclose(gumbel_softmax(z, noise, T), e / e.sum(), rtol=1e-13)
    np.testing.assert_allclose(gumbel_softmax(z, noise, 0.01), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(gumbel_softmax(z, noise, 1e9), 1 / 3, rtol=1e-8)


def test_the_largest_entry_is_a_draw_at_any_temperature():
    z, n = np.array([1.0, 0.0, -1.0]), 200_000
    noise = np.random.default_rng(0).gumbel(size=(n, 3))
    p = softmax(z)
    for T in (0.1, 1.0, 10.0):
        share = np.bincount(gumbel_softmax(z, noise, T).argmax(axis=1), minlength=3) / n
        assert np.all(np.abs(share - p) < 4.5 * np.sqrt(p * (1 - p) / n))


def test_softened_draws_take_an_axis_masks_and_refuse_what_they_cannot():
    z, noise = np.zeros((2, 3)), np.random.default_rng(0).gumbel(size=(2, 3))
    by_column = gumbel_softmax(z.T, noise.T, 0.5, axis=0).T
    np.testing.assert_allclose(by_column, gumbel_softmax(z, noise, 0.5), rtol=1e-15)
    np.testing.assert_allclose(by_column.sum(axis=1), 1)
    assert gumbel_softmax([0.0, -np.inf], [0.0, 3.0])[1] == 0
    with pytest.raises(ValueError, match="temperature"):
        gumbel_softmax(z, noise, 0.0)
    with pytest.raises(TypeError, match="noise has dtype"):
        gumbel_softmax(z, "noise")
    with pytest.raises(ValueError, match="broadcast"):
        gumbel_softmax(z, np.zeros(4))


@pytest.mark.parametrize("knob", ["top_p", "min_p"])
@pytest.mark.parametrize("value", ["0.5", None, True, np.array([0.5, 0.6])])
def test_a_share_that_is_no_number_is_refused_by_name(knob, value):
    with pytest.raises(TypeError, match=f"{knob} must be a number"):
        truncated_distribution([0.0, 1.0], **{knob: value})


@pytest.mark.parametrize("order", [None, [1, "top_k"], ("top_k",)])
def test_an_order_that_is_none_is_refused_by_name(order):
    with pytest.raises(ValueError, match="order must name each"):
        truncated_distribution([0.0, 1.0], order=order)


@pytest.mark.parametrize("value", [None, 1j])
def test_a_temperature_that_is_no_number_is_refused_by_name(value):
    with pytest.raises(TypeError, match="temperature must be a number"):
        truncated_distribution([0.0, 1.0], temperature=value)


def test_min_p_commutes_with_its_neighbour_top_k_and_not_with_top_p():
    z = np.log([0.5, 0.3, 0.2])
    orders = [
        ("temperature", "top_k", "min_p", "top_p"),
        ("temperature", "min_p", "top_k", "top_p"),
        ("temperature", "top_k", "top_p", "min_p"),
    ]
    stay = [
        np.count_nonzero(truncated_distribution(z, top_p=0.6, min_p=0.5, order=order))
        for order in orders
    ]
    assert stay == [1, 1, 2]


def test_small_integers_and_halves_do_not_overflow_before_the_softening():
    u8 = gumbel_softmax(np.array([200, 100], np.uint8), np.array([100, 0], np.uint8))
    np.testing.assert_array_equal(u8, softmax([300.0, 100.0]))
    half = gumbel_softmax(np.array([6e4, 0], np.float16), np.array([6e4, 0], np.float16))
    assert half.dtype == np.float16
    np.testing.assert_array_equal(half, [1, 0])
    for one, other in ((half, [0.0, 0.0]), ([0.0, 0.0], half)):
        assert gumbel_softmax(one, other).dtype == float  # the wider of the two
    with pytest.raises(ValueError, match="noise of shape"):
        gumbel_softmax([0.0, 1.0, 2.0], [0.0, 0.0])


def test_noise_that_overflows_the_logits_gives_no_warning():
    with np.errstate(all="raise"):
        assert np.isnan(gumbel_softmax([1e308, 0.0], [1e308, 0.0])).all()
        assert np.isnan(gumbel_softmax([np.inf, 0.0], [-np.inf, 0.0])).all()


def test_a_share_of_few_bits_is_taken_as_it_is():
    """1 − float16(.1) rounds down in float16, and a second token would be kept."""
    a = truncated_distribution(np.zeros(10), top_p=np.float16(0.1))
    np.testing.assert_array_equal(a, [1] + [0] * 9)


@pytest.mark.parametrize("K", [289, 347, 10_000, 50_000, 100_000])
def test_a_share_of_equal_tokens_is_kept_to_the_token(K):
    for keep in (1, K // 3, K // 2, K - 1):
        a = truncated_distribution(np.zeros(K), top_p=keep / K)
        assert np.count_nonzero(a) == keep
