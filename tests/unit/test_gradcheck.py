"""The gradient check finds right gradients right and names the coordinate of a wrong one."""

import re
import warnings
from fractions import Fraction

import numpy as np
import pytest

from softmax_src import check_gradient, numerical_gradient
from softmax_src.checks import shown
from softmax_src.gradcheck import GradientCheck


def cubic(x):
    """Return Σ xᵢ³, whose gradient is 3 xᵢ²."""
    return (x**3).sum()


def test_numerical_gradient_of_a_cubic():
    x = np.array([[0.0, 1.0], [-2.0, 30.0]])
    np.testing.assert_allclose(numerical_gradient(cubic, x), 3 * x**2, rtol=1e-7, atol=1e-7)


def test_a_larger_step_has_the_error_of_the_third_derivative():
    """Of x³ the central difference is 3x² + h² exactly."""
    assert numerical_gradient(cubic, [1.0], step=0.5) == pytest.approx(3.25)
    assert not check_gradient(cubic, lambda x: 3 * x**2, [1.0], step=0.5)
    assert check_gradient(cubic, lambda x: 3 * x**2 + 0.25, [1.0], step=0.5)


@pytest.mark.parametrize(("x", "times"), [(0.0, 1), (-0.5, 1), (1.5, 1.5), (-1e6, 1e6)])
def test_the_step_grows_with_x_from_1_on(x, times):
    """With a fixed one nothing would be left of a step from a large x."""
    seen = []
    numerical_gradient(lambda x: seen.append(x[0]) or 0.0, [x])
    h = np.cbrt(2.0**-52) * times
    assert sorted({min(seen), max(seen)}) == pytest.approx([x - h, x + h], rel=1e-15, abs=1e-21)


def test_x_is_not_changed_and_f_may_not_change_it_either():
    x = np.array([1.0, 2.0])

    def spoil(x):
        value = cubic(x)
        x[:] = np.nan
        return value

    np.testing.assert_allclose(numerical_gradient(spoil, x), [3, 12], rtol=1e-8)
    assert check_gradient(spoil, lambda x: 3 * x**2, x)
    np.testing.assert_array_equal(x, [1, 2])


def test_names_the_worst_coordinate():
    def wrong(x):
        g = 3 * x**2
        g[0, 1] += 1e-3
        g[1, 0] += 1e-1
        return g

    check = check_gradient(cubic, wrong, np.ones((2, 2)))
    assert not check
    assert check.index == (1, 0)
    assert check.analytic == pytest.approx(3.1)
    assert check.numerical == pytest.approx(3.0)
    assert check.error > 1
    assert "DISAGREES; worst at [1, 0]: analytic 3.1, numerical 3" in str(check)
    right = str(check_gradient(cubic, lambda x: 3 * x**2, [2.0]))
    assert right == "gradient agrees; worst at [0]: analytic 12, numerical 12"


def test_integers_are_taken_as_floats():
    assert numerical_gradient(cubic, [2]) == pytest.approx([12])
    assert check_gradient(cubic, lambda x: 3 * x**2, [2])
    assert check_gradient(lambda x: np.log(x).sum(), lambda x: x**-1, [2])  # no power of integers
    assert check_gradient(cubic, lambda x: [Fraction(12)], [2])


def test_nan_fails():
    check = check_gradient(cubic, lambda x: np.array([3.0, np.nan]), [1.0, 1.0])
    assert not check
    assert check.index == (1,)
    assert check.error == np.inf


def test_infinity_fails_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not check_gradient(cubic, lambda x: [np.inf], [1.0])


def test_tolerances_decide():
    def slightly_off(x):
        return 3 * x**2 * (1 + 1e-4)

    assert not check_gradient(cubic, slightly_off, [1.0])
    assert check_gradient(cubic, slightly_off, [1.0], rtol=1e-3)
    assert check_gradient(cubic, slightly_off, [1.0], atol=1e-3)


def test_a_distance_of_the_tolerance_is_just_near_enough():
    for gradient, ok in ((1.0, True), (-1.0, True), (1.001, False)):
        check = check_gradient(lambda x: 0.0, lambda x, g=gradient: [g], [0.0], rtol=0, atol=1)
        assert bool(check) == ok
        assert check.error == abs(gradient)


def test_nothing_to_check():
    assert check_gradient(cubic, lambda x: x, np.zeros(0)) == GradientCheck(True, (), 0.0, 0.0, 0.0)


def test_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match=r"single real number, not an array of shape \(2,\)"):
        numerical_gradient(lambda x: x, [1.0, 2.0])
    for nothing in (
        None,
        1j,
        "a",
        "3",
        b"3",
        np.str_("3"),
        np.complex128(2 + 9j),
        10**400,
    ):  # None: a return that was forgotten
        with pytest.raises(
            ValueError,
            match=f"f must return a single real number, not {re.escape(shown(nothing))}$",
        ):
            numerical_gradient(lambda x, nothing=nothing: nothing, [1.0])
    with pytest.raises(ValueError, match=r"single real number, not \[1, \[2\]\]$"):
        numerical_gradient(lambda x: [1, [2]], [1.0])
    for odd in ([2 + 5j], ["2"], [1, [2]], [10**400], "2", np.array([2j])):
        says = f"^gradient must return real numbers, not {re.escape(shown(odd))}$"
        with pytest.raises(ValueError, match=says):
            check_gradient(lambda x: x.sum(), lambda x, odd=odd: odd, [1.0])
    with pytest.raises(ValueError, match=r"^step must be finite and > 0, not -0\.5$"):
        numerical_gradient(cubic, [1.0], step=-0.5)
    with pytest.raises(ValueError, match="step must be"):
        numerical_gradient(cubic, [1.0], step=0)
    with pytest.raises(ValueError, match="step must be"):
        numerical_gradient(cubic, [1.0], step=np.inf)
    with pytest.raises(ValueError, match="shape"):
        check_gradient(cubic, lambda x: x.sum(), [1.0, 2.0])
    with pytest.raises(TypeError, match=r"^step must be a number, not '1'"):
        numerical_gradient(cubic, [1.0], step="1")
    for tolerance in ("rtol", "atol"):
        for value in (-1, np.nan):  # a negative one would let everything pass
            with pytest.raises(ValueError, match=f"^{tolerance} must be at least 0, not {value}"):
                check_gradient(cubic, lambda x: 0 * x, [1.0], **{tolerance: value})
        with pytest.raises(TypeError, match=f"^{tolerance} must be a number, not None"):
            check_gradient(cubic, lambda x: x, [1.0], **{tolerance: None})


@pytest.mark.parametrize("x", [None, "1", [1j], np.ma.masked_array([1.0], [True])])
def test_x_is_checked_as_everywhere(x):
    for call in (numerical_gradient, lambda f, x: check_gradient(f, cubic, x)):
        with pytest.raises(TypeError, match=r"^x (has dtype|is a MaskedArray)"):
            call(cubic, x)


def test_a_single_number_will_do():
    assert numerical_gradient(cubic, 2.0) == pytest.approx(12)
    assert check_gradient(cubic, lambda x: 3 * x**2, 2)


def test_gradients_that_are_equal_need_no_tolerance():
    check = check_gradient(lambda x: 0.0, lambda x: 0 * x, [1.0, 2.0], rtol=0, atol=0)
    assert check
    assert check.error == 0
    assert not check_gradient(lambda x: 0.0, lambda x: [1e-300], [1.0], rtol=0, atol=0)


def test_a_step_that_is_lost_in_rounding_gives_nan_without_a_warning():
    with np.errstate(all="raise"):
        assert np.isnan(numerical_gradient(lambda x: 0.0, [1.0], step=1e-300))


def test_a_tolerance_is_a_part_of_the_larger_gradient():
    def off_by(part):
        return check_gradient(
            lambda x: 1000 * x.sum(), lambda x: np.full_like(x, 1000 * (1 + part)), [1.0, 2.0]
        )

    assert off_by(5e-7)
    assert not off_by(2e-6)
