"""bfloat16, the z-loss and soft-capping: bits moved by hand, mpmath, differences."""

import mpmath
import numpy as np
import pytest

from softmax_src import check_gradient, logsumexp, softmax
from softmax_src.few_bits import soft_cap, to_bfloat16, z_loss, z_loss_gradient

# All that float32 has near its ends and at ties of bfloat16, and much in between.
rng = np.random.default_rng(0)
BITS = np.concatenate(
    [
        rng.integers(0, 2**32, size=20_000, dtype=np.uint32),
        np.uint32(2**16) * rng.integers(0, 2**16, size=2000, dtype=np.uint32) + np.uint32(0x8000),
    ]
)
SINGLE = BITS.view(np.float32)
SINGLE = SINGLE[np.isfinite(SINGLE)]


def by_bits(x):
    """Round float32 to bfloat16 by adding half of what is cut off to the bits, ties to even."""
    bits = x.view(np.uint32)
    odd = (bits >> np.uint32(16)) & np.uint32(1)
    return ((bits + np.uint32(0x7FFF) + odd) & np.uint32(0xFFFF0000)).view(np.float32)


def test_rounds_as_the_bits_do():
    np.testing.assert_array_equal(to_bfloat16(SINGLE), by_bits(SINGLE))


def test_a_float64_is_rounded_once():
    just_above = 1 + 2**-8 + 2**-40  # by way of float32 it would be a tie, and go down to 1
    assert to_bfloat16(just_above) == 1 + 2**-7
    assert to_bfloat16(1 + 2**-8) == 1


def test_ends_and_kinds():
    assert np.isnan(to_bfloat16(np.nan))
    assert np.isnan(to_bfloat16(np.uint64(0x7FF0000000000001).view(float)))  # signalling
    assert to_bfloat16(-np.inf) == -np.inf
    assert to_bfloat16(2.0**128 - 2.0**119) == np.inf
    assert to_bfloat16(2.0**128 - 2.0**120) == 2.0**128 - 2.0**120
    assert to_bfloat16(2.0**-133) == 2.0**-133
    assert to_bfloat16(2.0**-135) == 0
    assert to_bfloat16(np.uint8(200)) == 200
    assert to_bfloat16([[1, 2]]).shape == (1, 2)
    assert to_bfloat16(0.1).dtype == np.float32
    with pytest.raises(TypeError, match="x has dtype"):
        to_bfloat16(1j)


@pytest.mark.parametrize("e", [-4, 0, 4, 10])
def test_the_gap_from_2_to_the_e(e):
    x = np.linspace(2.0**e, 2.0 ** (e + 1), 4001)
    assert np.diff(np.unique(to_bfloat16(x))).max() == 2.0 ** (e - 7)
    assert np.abs(to_bfloat16(x) - x).max() <= 2.0 ** (e - 8)


Z = rng.normal(0, 3, size=(4, 5))


def test_z_loss_and_its_gradient():
    np.testing.assert_allclose(z_loss(Z, 0.3), 0.3 * logsumexp(Z) ** 2, rtol=1e-14)
    gradient = z_loss_gradient(Z, 0.3)
    assert check_gradient(lambda z: z_loss(z, 0.3).sum(), lambda z: z_loss_gradient(z, 0.3), Z)
    np.testing.assert_allclose(gradient.sum(axis=1), 0.6 * logsumexp(Z), rtol=1e-12)
    np.testing.assert_allclose(z_loss_gradient(Z.T, 0.3, axis=0), gradient.T, rtol=1e-15)
    np.testing.assert_allclose(z_loss(Z.T, axis=0), 1e-4 * logsumexp(Z) ** 2, rtol=1e-14)


def test_z_loss_vanishes_where_the_logits_are_log_probabilities():
    z = Z - logsumexp(Z, keepdims=True)
    np.testing.assert_allclose(z_loss(z, 1.0), 0, atol=1e-29)
    np.testing.assert_allclose(z_loss_gradient(z, 1.0), 0, atol=1e-14)


@pytest.mark.parametrize("function", [z_loss, z_loss_gradient])
@pytest.mark.parametrize("weight", [-1e-9, np.inf, np.nan])
def test_bad_weights(function, weight):
    with pytest.raises(ValueError, match=f"weight must be finite and >= 0, not {weight}"):
        function(Z, weight)


def test_soft_cap_against_mpmath():
    for x in (-1e9, -70.0, -1.0, -1e-12, 0.0, 1e-300, 0.5, 29.0, 31.0, 200.0):
        with mpmath.workdps(50):
            expected = float(30 * mpmath.tanh(mpmath.mpf(x) / 30))
        assert soft_cap(x, 30.0) == pytest.approx(expected, rel=1e-15, abs=0)


def test_soft_cap_bounds_the_odds_and_keeps_the_order():
    z = np.array([-1e6, -40, -1, 0, 2, 50, 1e6])
    capped = soft_cap(z, 5.0)
    assert (np.diff(capped) >= 0).all()
    assert np.log(softmax(capped).max() / softmax(capped).min()) <= 10 + 1e-12
    assert soft_cap(np.array([-np.inf, np.inf]), 5.0).tolist() == [-5, 5]
    assert soft_cap(np.float32(1), 30).dtype == np.float32
    assert soft_cap(7, 30).dtype == float
    assert soft_cap(1e308, 1e-3) == 1e-3  # their ratio overflows


def test_a_cap_far_above_leaves_every_logit_as_it_is():
    z = np.array([5e-324, -1e-20, 3.0, 1e290])  # z / cap rounds to 0, or to few digits
    np.testing.assert_array_equal(soft_cap(z, 1e305), z)
    x = np.geomspace(1e-10, 1e-6, 1000)
    expected = [float(30 * mpmath.tanh(mpmath.mpf(float(y)) / 30)) for y in x]
    np.testing.assert_allclose(soft_cap(x, 30.0), expected, rtol=4e-16)


@pytest.mark.parametrize("cap", [0, -1, np.inf, np.nan])
def test_bad_caps(cap):
    with pytest.raises(ValueError, match=f"cap must be finite and > 0, not {cap}"):
        soft_cap(Z, cap)
    with pytest.raises(TypeError, match="z has dtype"):
        soft_cap(1j, 3)


def test_z_loss_squares_before_it_rounds():
    """300² overflows float16, but 1e-4 times it is 9."""
    with np.errstate(all="raise"):
        assert z_loss(np.array([300, 1], np.float16)) == np.float16(9)
        assert z_loss(np.array([1e30, 1], np.float32), 1e-30) == np.float32(1e30)


def test_a_square_that_no_float_holds_may_have_a_weight_that_mends_it():
    assert z_loss([1e200], 1e-300) == pytest.approx(1e100)
    assert z_loss([1e200], 0) == 0
    assert z_loss_gradient([1.7e308, 0.0], 1.5).tolist() == [np.inf, 0]  # 5e308 is no float
    found = z_loss_gradient([10.0, -20.0], 1e308)
    assert found.tolist() == [np.inf, pytest.approx(20 * 9.357622968839299e-14 * 1e308, rel=1e-14)]


@pytest.mark.parametrize("value", [None, "1", [1, 2], 1j, True])
def test_weights_and_caps_that_are_no_numbers_are_named(value):
    with pytest.raises(TypeError, match="weight must be a number"):
        z_loss([1.0, 2.0], value)
    with pytest.raises(TypeError, match="weight must be a number"):
        z_loss_gradient([1.0, 2.0], value)
    with pytest.raises(TypeError, match="cap must be a number"):
        soft_cap([1.0, 2.0], value)


def test_the_usual_weight_is_that_of_both():
    np.testing.assert_array_equal(z_loss(Z), z_loss(Z, 1e-4))
    np.testing.assert_array_equal(z_loss_gradient(Z), z_loss_gradient(Z, 1e-4))
    assert z_loss_gradient([0.0, -np.inf], 1.7e308).tolist() == [0, 0]  # 2 λ is no float


def test_rows_without_classes_cost_what_rows_of_masks_do():
    np.testing.assert_array_equal(z_loss(np.zeros((2, 0))), [np.inf, np.inf])
    assert z_loss([-np.inf, -np.inf]) == np.inf


def test_probabilities_miss_the_sum_1_by_up_to_four_in_a_thousand():
    off = [abs(to_bfloat16(softmax(np.zeros(n))).sum(dtype=float) - 1) for n in range(1, 1000)]
    assert 0.0038 < off[254] == max(off) < 0.004
