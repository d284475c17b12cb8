"""The focal loss against mpmath, its gradient against differences, its minimiser against SciPy."""

import math

import mpmath
import numpy as np
import pytest
from scipy.optimize import brentq, minimize

import softmax_src
from softmax_src import check_gradient, focal_loss, focal_loss_gradient, softmax
from softmax_src.focal import focal_minimiser, focal_to_probabilities

RNG = np.random.default_rng(0)
GAMMAS = [0, 0.5, 1, 2, 5]


def exactly(z, c, gamma):
    """The definition, in 60 digits."""
    with mpmath.workdps(60):
        e = [mpmath.exp(mpmath.mpf(float(x))) for x in z]
        a = e[c] / mpmath.fsum(e)
        return float(-((1 - a) ** mpmath.mpf(gamma)) * mpmath.log(a))


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("margin", [-40.0, -3.0, 0.0, 3.0, 30.0, 60.0])
def test_the_definition_even_where_a_rounds_to_1(gamma, margin):
    z = [margin, 0.0, -1.0]
    assert focal_loss(z, 0, gamma) == pytest.approx(exactly(z, 0, gamma), rel=1e-13)


def test_without_gamma_it_is_the_softmax_loss():
    z, y = RNG.normal(0, 5, (20, 4)), RNG.integers(0, 4, 20)
    for reduction in ("mean", "sum", "none"):
        np.testing.assert_allclose(
            focal_loss(z, y, 0, reduction=reduction),
            softmax_src.softmax_loss(z, y, reduction=reduction),
            rtol=1e-14,
        )
        np.testing.assert_allclose(
            focal_loss_gradient(z, y, 0, reduction=reduction),
            softmax_src.softmax_loss_gradient(z, y, reduction=reduction),
            rtol=1e-14,
        )


@pytest.mark.parametrize("gamma", GAMMAS)
def test_gradient(gamma):
    y = RNG.integers(0, 4, 6)
    z = RNG.normal(0, 2, (6, 4))
    assert check_gradient(
        lambda z: focal_loss(z, y, gamma), lambda z: focal_loss_gradient(z, y, gamma), z
    ).ok


@pytest.mark.parametrize("gamma", GAMMAS)
def test_gradient_at_the_ends(gamma):
    z = np.array([[1e4, 0.0], [-1e4, 0.0], [0.0, -np.inf], [-np.inf, 0.0]])
    gradient = focal_loss_gradient(z, [0, 0, 0, 0], gamma, reduction="none")
    np.testing.assert_array_equal(np.abs(gradient), [[0, 0], [1, 1], [0, 0], [1, 1]])
    assert np.isnan(focal_loss_gradient([np.nan, 0.0], 0, gamma)).all()
    assert focal_loss([-np.inf, 0.0], 0, gamma) == np.inf
    assert focal_loss([0.0, -np.inf], 0, gamma) == 0


def test_axis_type_and_reduction():
    z, y = RNG.normal(size=(4, 7)), RNG.integers(0, 4, 7)
    np.testing.assert_allclose(
        focal_loss_gradient(z, y, axis=0), focal_loss_gradient(z.T, y).T, rtol=1e-14
    )
    assert focal_loss(z, y, axis=0) == pytest.approx(focal_loss(z.T, y, reduction="none").mean())
    cube, classes = z.T.reshape(7, 2, 2), (1, 2)
    for f in (focal_loss_gradient, focal_loss):
        flat = f(z.T, y, reduction="none")
        np.testing.assert_array_equal(
            f(cube, y, axis=classes, reduction="none").reshape(flat.shape), flat
        )
    p = softmax(z, axis=0)
    np.testing.assert_array_equal(focal_minimiser(p, axis=0), focal_minimiser(p.T).T)
    single = z.astype(np.float32)
    assert focal_loss(single, y, axis=0).dtype == np.float32
    assert focal_loss_gradient(single, y, axis=0).dtype == np.float32
    assert np.isnan(focal_loss(np.zeros((0, 3)), np.zeros(0, int)))


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("p", [[0.9, 0.1], [0.5, 0.3, 0.2], [0.97, 0.01, 0.01, 0.01]])
def test_the_minimiser_is_where_scipy_ends_up(gamma, p):
    def expected_loss(z):
        z = np.append(z, 0.0)
        return sum(p_j * focal_loss(z, j, gamma) for j, p_j in enumerate(p))

    found = minimize(expected_loss, np.zeros(len(p) - 1), tol=1e-12)
    scipys = softmax(np.append(found.x, 0.0))
    np.testing.assert_allclose(focal_minimiser(p, gamma), scipys, atol=1e-5)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_there_and_back(gamma):
    p = RNG.dirichlet(np.full(5, 0.3), size=40)
    a = focal_minimiser(p, gamma)
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-13)
    with np.errstate(divide="ignore"):
        z = np.log(a) + RNG.normal(size=(40, 1))
    np.testing.assert_allclose(focal_to_probabilities(z, gamma), p, rtol=1e-6, atol=1e-13)
    np.testing.assert_allclose(
        focal_to_probabilities(z.T, gamma, axis=0), focal_to_probabilities(z, gamma).T
    )


def test_the_outputs_sum_to_1_more_closely_than_the_search():
    p = np.full(1000, 1e-100)
    p[0] = 1.0
    assert abs(math.fsum(focal_minimiser(p, gamma=500)) - 1) <= 2e-15


@pytest.mark.parametrize("gamma", [*GAMMAS, 1e4])
def test_certainty(gamma):
    np.testing.assert_array_equal(focal_minimiser([[1.0, 0.0], [0.0, 1.0]], gamma), np.eye(2))


def test_impossible_classes():
    a = focal_minimiser([0.6, 0.4, 0.0])
    assert a[2] == 0
    np.testing.assert_allclose(a[:2], focal_minimiser([0.6, 0.4]), rtol=1e-12)
    np.testing.assert_allclose(focal_to_probabilities([900.0, 0.0]), [1, 0], atol=1e-300)
    np.testing.assert_array_equal(focal_to_probabilities([0.0, -np.inf]), [1, 0])


@pytest.mark.parametrize("gamma", [-1, np.inf, np.nan])
def test_gammas_refused(gamma):
    for call in (
        lambda: focal_loss([0.0, 1.0], 0, gamma),
        lambda: focal_loss_gradient([0.0, 1.0], 0, gamma),
        lambda: focal_minimiser([0.5, 0.5], gamma),
        lambda: focal_to_probabilities([0.0, 1.0], gamma),
    ):
        with pytest.raises(ValueError, match=f"gamma must be finite and >= 0, not {gamma}"):
            call()


def test_what_else_is_refused():
    with pytest.raises(TypeError, match="gamma must be a number"):
        focal_loss([0.0, 1.0], 0, "2")
    with pytest.raises(ValueError, match=r"^y must be integer labels"):
        focal_loss([[0.0, 1.0]], [[0.0, 1.0]])
    with pytest.raises(IndexError, match="labels of 2 classes"):
        focal_loss([[0.0, 1.0]], [2])
    with pytest.raises(ValueError, match="reduction must be"):
        focal_loss([[0.0, 1.0]], [1], reduction="max")
    with pytest.raises(TypeError, match=r"^p has dtype"):
        focal_minimiser("p")
    for p in ([0.5, 0.501], [1.5, -0.5], [np.nan, 1.0], np.float16([0.5, 0.75])):
        with pytest.raises(ValueError, match=r"^each row of p must be probabilities"):
            focal_minimiser(p)


def test_a_probability_that_is_lost_beside_1_still_has_its_output():
    """1 − 1e-16 and 1 are neighbours, and so are their outputs."""
    a = focal_minimiser([1e-17, 1.0], gamma=5)
    m, expected = a[0], np.array([1e-17, 1.0])
    miss_to_the_6th = 1e-17 / 6  # from p h(a): 6 m⁴ m = 1e-17 / m, to first order
    assert m == pytest.approx(miss_to_the_6th ** (1 / 6), rel=0.01)
    assert focal_to_probabilities(np.log(a), gamma=5) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("gamma", [1e3, 1.5e3, 1e6, 1e12])
def test_large_gammas(gamma):
    """Near one half log h falls with the slope 2 γ, to first order in 1 / γ."""
    a = focal_minimiser([0.9, 0.1], gamma)
    assert a[0] - 0.5 == pytest.approx(np.log(9) / (4 * gamma), rel=5e-3, abs=1e-15)


@pytest.mark.parametrize("gamma", [None, [2], 1j, np.True_])
def test_a_gamma_that_is_no_number_is_named(gamma):
    with pytest.raises(TypeError, match="gamma must be a number"):
        focal_minimiser([0.9, 0.1], gamma)


@pytest.mark.parametrize("gamma", [0.01, 0.3, 1, 2, 5, 40])
def test_of_two_classes_the_larger_output_is_too_modest(gamma):
    p = np.linspace(0.501, 0.999, 300)
    a = focal_minimiser(np.column_stack([p, 1 - p]), gamma)[:, 0]
    assert np.all((a > 0.5) & (a < p))


def test_unequal_probabilities_that_stay():
    """Of ten classes four at about .196 and six at about .036, as an exercise of chapter 7 says."""
    many = brentq(lambda p: _g(p) - _g((1 - 6 * p) / 4), 0.03, 0.04)
    p = np.repeat([(1 - 6 * many) / 4, many], [4, 6])
    assert p[[0, -1]].round(3).tolist() == [0.196, 0.036]
    np.testing.assert_allclose(focal_minimiser(p), p, rtol=1e-9)


def _g(p):
    """Return p h(p) for γ = 2."""
    return (1 - p) * (1 - p - 2 * p * np.log(p))


def test_the_mean_over_one_example_is_its_loss():
    z = [[1.0, 0.0, -1.0]]
    none = focal_loss_gradient(z, [1], reduction="none")
    np.testing.assert_array_equal(focal_loss_gradient(z, [1]), none)


def test_left_out_gamma_is_2():
    z, y = RNG.normal(size=(5, 3)), RNG.integers(0, 3, 5)
    assert focal_loss(z, y) == focal_loss(z, y, 2.0)
    np.testing.assert_array_equal(focal_loss_gradient(z, y), focal_loss_gradient(z, y, 2.0))
    np.testing.assert_array_equal(focal_to_probabilities(z), focal_to_probabilities(z, 2.0))
    np.testing.assert_array_equal(focal_minimiser([0.7, 0.3]), focal_minimiser([0.7, 0.3], 2.0))


def test_a_half_may_be_off_by_what_it_rounds():
    p = np.float16([0.1, 0.2, 0.7])
    assert abs(p.astype(float).sum() - 1) > 1e-6
    np.testing.assert_allclose(focal_minimiser(p, 0), p, rtol=2e-3)


def test_rows_of_many_classes_are_added_up_in_float64():
    p = np.full((500, 2), 1 / 500, np.float32)
    assert abs(p.sum(axis=0)[0] - 1) > 1e-6  # in float32 the sum is off
    np.testing.assert_allclose(focal_minimiser(p, axis=0), p, rtol=1e-6)


@pytest.mark.parametrize("gamma", [0.0, 0.1, 1.0, 2.0])
def test_small_probabilities_beside_a_sure_class_come_back(gamma):
    p = np.array([1.0, 1e-18, 1e-200])
    a = focal_minimiser(p, gamma)
    np.testing.assert_allclose(focal_to_probabilities(np.log(a), gamma), p, rtol=1e-9)
    np.testing.assert_allclose(focal_minimiser(p[::-1], gamma), a[::-1], rtol=1e-9)
    if gamma == 0:
        np.testing.assert_allclose(a, p, rtol=1e-12)
