"""The gradient check finds right gradients right and names the coordinate of a wrong one."""

import numpy as np
import pytest

from softmax_src import check_gradient, numerical_gradient


def cubic(x):
    """Return Σ xᵢ³, whose gradient is 3 xᵢ²."""
    return (x**3).sum()


def test_numerical_gradient_of_a_cubic():
    x = np.array([[0.0, 1.0], [-2.0, 30.0]])
    np.testing.assert_allclose(numerical_gradient(cubic, x), 3 * x**2, rtol=1e-7, atol=1e-7)


def test_a_larger_step_has_the_error_of_the_third_derivative():
    """Of x³ the central difference is 3x² + h² exactly."""
    assert numerical_gradient(cubic, [1.0], step=0.5) == pytest.approx(3.25)


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


def test_nan_fails():
    check = check_gradient(cubic, lambda x: np.array([3.0, np.nan]), [1.0, 1.0])
    assert not check
    assert check.index == (1,)


def test_tolerances_decide():
    def slightly_off(x):
        return 3 * x**2 * (1 + 1e-4)

    assert not check_gradient(cubic, slightly_off, [1.0])
    assert check_gradient(cubic, slightly_off, [1.0], rtol=1e-3)
    assert check_gradient(cubic, slightly_off, [1.0], atol=1e-3)


def test_nothing_to_check():
    assert check_gradient(cubic, lambda x: x, np.zeros(0))


def test_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match="single number"):
        numerical_gradient(lambda x: x, [1.0])
    with pytest.raises(ValueError, match="step must be"):
        numerical_gradient(cubic, [1.0], step=0)
    with pytest.raises(ValueError, match="shape"):
        check_gradient(cubic, lambda x: x.sum(), [1.0, 2.0])
