"""Distillation, against SciPy, differences and its two limits."""

import mpmath
import numpy as np
import pytest
from scipy.special import rel_entr
from scipy.special import softmax as scipy_softmax

from softmax_src import check_gradient, softmax
from softmax_src.distillation import distillation_gradient, distillation_loss

rng = np.random.default_rng(0)
Z, V = rng.normal(0, 2, size=(2, 4, 5))


@pytest.mark.parametrize("T", [0.5, 1.0, 2.0, 5.0, 20.0])
def test_by_scipy(T):
    p, a = scipy_softmax(V / T, axis=1), scipy_softmax(Z / T, axis=1)
    expected = T**2 * rel_entr(p, a).sum(axis=1)
    np.testing.assert_allclose(distillation_loss(Z, V, T, reduction="none"), expected, rtol=1e-10)
    assert distillation_loss(Z, V, T) == pytest.approx(expected.mean(), rel=1e-11)
    assert distillation_loss(Z, V, T, reduction="sum") == pytest.approx(expected.sum(), rel=1e-11)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("T", [0.5, 1.0, 5.0])
def test_gradient(T, reduction):
    assert check_gradient(
        lambda z: distillation_loss(z, V, T, reduction=reduction),
        lambda z: distillation_gradient(z, V, T, reduction=reduction),
        Z,
    )


def test_hot_students_match_logits():
    def centred(x):
        return x - x.mean(axis=1, keepdims=True)

    limit = (centred(Z) - centred(V)) / Z.shape[1]
    off = [
        np.abs(distillation_gradient(Z, V, T, reduction="none") - limit).max()
        for T in (10, 100, 1000, 1e4)
    ]
    np.testing.assert_allclose(np.divide(off[:-1], off[1:]), 10, rtol=0.15)  # off like 1/T
    half_square = np.mean((centred(Z) - centred(V)) ** 2, axis=1) / 2
    np.testing.assert_allclose(
        distillation_loss(Z, V, 1e4, reduction="none"), half_square, rtol=1e-3
    )


def test_cold_students_learn_the_teachers_answer():
    """T·(a − p) with p one-hot: without the factor T it is the gradient of the hard label."""
    T = 0.01
    np.testing.assert_allclose(
        distillation_gradient(Z, V, T, reduction="none") / T,
        softmax(Z / T) - np.eye(5)[V.argmax(axis=1)],
        atol=1e-6,
    )


def test_a_good_student_pays_nothing_and_a_shift_changes_nothing():
    assert distillation_loss(V, V, 3.0) == 0
    np.testing.assert_array_equal(distillation_gradient(V, V, 3.0), 0)
    assert distillation_loss(Z + 7, V - 3, 2.0) == pytest.approx(
        distillation_loss(Z, V, 2.0), rel=1e-12
    )


@pytest.mark.parametrize("offset", [2.0**10, 2.0**30, 2.0**45])
def test_an_offset_of_all_logits_costs_no_digit(offset):
    z, v = np.array([0.0, 3.0]), np.array([3.0, 0.0])  # further apart than the temperature
    plain = distillation_loss(z, v, 0.7)
    assert distillation_loss(z + offset, v + offset, 0.7) == plain
    assert distillation_loss(z + offset, v, 0.7) == pytest.approx(plain, rel=1e-14)
    rows = np.stack([z, z + offset]), np.stack([v, v + offset])  # each row has its own
    np.testing.assert_array_equal(distillation_loss(*rows, 0.7, reduction="none"), plain)


def test_a_distance_that_overflows_costs_infinity():
    assert distillation_loss([0.0, -1e300], [0.0, 0.0], 1e-9) == np.inf
    assert np.isfinite(distillation_loss([0.0, 0.0], [0.0, -1e300], 1e-9))


def test_classes_along_any_axis():
    for reduction in ("mean", "sum", "none"):
        for f in (distillation_loss, distillation_gradient):
            expected = f(Z, V, 2.0, reduction=reduction)
            found = f(Z.T, V.T, 2.0, axis=0, reduction=reduction)
            np.testing.assert_allclose(found.T, expected, rtol=1e-14)


def test_masks():
    assert np.isfinite(distillation_loss([0.0, 1.0, 2.0], [0.0, 1.0, -np.inf], 2.0))
    assert distillation_loss([0.0, -np.inf], [0.0, 0.0], 2.0) == np.inf
    assert np.isnan(distillation_loss([np.nan, 0.0], [0.0, 0.0], 2.0))
    both = distillation_loss([0.0, 1.0, -np.inf], [1.0, 0.0, -np.inf], 2.0)
    assert both == pytest.approx(distillation_loss([0.0, 1.0], [1.0, 0.0], 2.0))


def test_types_and_no_examples():
    single = Z.astype(np.float32), V.astype(np.float32)
    assert distillation_loss(*single, 2.0).dtype == np.float32
    assert distillation_gradient(*single, 2.0).dtype == np.float32
    assert np.isnan(distillation_loss(np.zeros((0, 3)), np.zeros((0, 3)), 2.0))
    assert distillation_gradient(np.zeros((0, 3)), np.zeros((0, 3)), 2.0).shape == (0, 3)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((Z, V[:, :4], 2.0), ValueError, r"teacher of shape \(4, 4\) does not fit z"),
        ((Z, V, 0.0), ValueError, "temperature must be finite and > 0"),
        ((Z, V, "hot"), TypeError, "temperature must be a number"),
        ((Z, V, 1.0, -1, "max"), ValueError, "reduction must be"),
        ((Z, "v", 1.0), TypeError, "teacher has dtype"),
    ],
)
@pytest.mark.parametrize("function", [distillation_loss, distillation_gradient])
def test_what_is_refused(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)


def test_of_one_class_there_is_nothing_to_learn():
    np.testing.assert_array_equal(distillation_gradient([[3.0]], [[1.0]], 2.0), [[0.0]])


def test_a_temperature_whose_square_is_no_float_is_used_twice():
    assert distillation_loss([1.0, 2.0], [2.0, 1.0], 1e-200) == 1e-200
    assert distillation_loss([1.0, 2.0], [2.0, 1.0], 1e160) == 0.5  # the limit, ½ · mean of 1


def by_mpmath(z, v, T):
    """Return a row's loss and its gradient, to 250 digits: at T = 10¹⁰⁰ the first 200 cancel."""
    with mpmath.workdps(250):
        T = mpmath.mpf(T)
        e = [[mpmath.exp(mpmath.mpf(x) / T) for x in row] for row in (z, v)]
        a, p = ([x / mpmath.fsum(row) for x in row] for row in e)
        loss = T**2 * mpmath.fsum(pk * mpmath.log(pk / ak) for pk, ak in zip(p, a, strict=True))
        return loss, [T * (ak - pk) for pk, ak in zip(p, a, strict=True)]


@pytest.mark.parametrize("T", [0.1, 1.0, 3.0, 6.0, 12.0, 1e3, 1e9, 1e100])
@pytest.mark.parametrize("offset", [0.0, 50.0])
def test_no_temperature_costs_digits(T, offset):
    """The bounds of the docstrings. From a − p itself, T = 10⁹ would leave seven digits."""
    for z, v in zip(Z + offset, V, strict=True):
        loss, gradient = by_mpmath(z, v, T)
        far = np.abs(z - v).max()
        assert abs(distillation_loss(z, v, T) - loss) <= 1e-15 * far**2
        found = distillation_gradient(z, v, T)
        assert max(abs(x - y) for x, y in zip(found, gradient, strict=True)) <= 1e-15 * far


def test_rows_far_apart_and_rows_beside_others_keep_their_digits():
    z, v = np.array([0.0, -0.21]), np.array([0.0, -2.2])
    assert abs(distillation_loss(z, v, 1.0) - by_mpmath(z, v, 1.0)[0]) <= 1e-15
    alone = distillation_gradient(Z[0], V[0], 1e6)
    beside = distillation_gradient(Z + np.array([[0.0], [1e7], [0], [0]]), V, 1e6, reduction="none")
    np.testing.assert_array_equal(beside[0], alone)


def test_a_zero_of_the_gradient_has_no_sign():
    teacher = [[0.0, -800.0]]  # the second probability underflows
    for student in (-800.5, -799.5):
        (gradient,) = distillation_gradient([[0.0, student]], teacher, 1.0)
        assert gradient[1] == 0
        assert not np.signbit(gradient[1])


def test_masks_at_a_high_temperature():
    z, v = np.array([1.0, 0.0, -np.inf]), np.array([0.0, 0.5, -np.inf])
    gradient = distillation_gradient(z, v, 1e9)
    np.testing.assert_allclose(gradient, [0.375, -0.375, 0], rtol=1e-8)
    assert not np.signbit(gradient[2])
    assert distillation_loss(z, v, 1e9) == pytest.approx(0.28125, rel=1e-8)
    one_hot = distillation_loss(z, [1.0, -np.inf, -np.inf], 1e9)  # a is ½, ½, 0
    assert one_hot == pytest.approx(1e18 * np.log(2), rel=1e-8)


def test_a_mask_beside_a_large_offset_costs_no_digits():
    """The z − v of the others differ little; that of the masked class is none."""
    z, v = np.array([1e6 + 1, 1e6, -np.inf]), np.array([0.0, 1.0, -np.inf])
    for T in (3.0, 1e3, 1e5, 1e9):
        loss, gradient = by_mpmath(z[:2], v[:2], T)
        assert distillation_loss(z, v, T) == pytest.approx(float(loss), rel=1e-14)
        found = distillation_gradient(z, v, T)
        np.testing.assert_allclose(found[:2], np.array(gradient, float), rtol=1e-14)
        assert found[2] == 0
    assert np.isnan(distillation_loss([-np.inf, -np.inf], [-np.inf, -np.inf], 2.0))
    assert distillation_loss([1.0, 0.0, -np.inf], [1.0, 0.0, -np.inf], 1e-3) == 0


def test_logits_that_are_further_apart_than_a_float_can_say():
    z, v = np.array([1e308, -1e308]), np.array([-1e308, 1e308])
    assert distillation_loss(z, v, 1e308) == np.inf  # T² ≈ 10⁶¹⁶
    assert distillation_loss(z, z, 1e308) == 0
    np.testing.assert_allclose(
        distillation_gradient(z, v, 1e308), [np.tanh(1) * 1e308, -np.tanh(1) * 1e308], rtol=1e-14
    )


def test_a_class_that_the_student_alone_rules_out_costs_infinity_however_rare_it_is():
    student = [0.0, -np.inf]
    for T, behind in ((1.0, -700.0), (1.0, -800.0), (0.1, -80.0), (1e-9, -1e300)):
        assert distillation_loss(student, [0.0, behind], T) == np.inf
        assert 0 <= distillation_loss([0.0, behind], student, T) < 1e-300
    assert distillation_loss([0.0, -1e300], [0.0, -80.0], 1e-9) == 0  # both ratios overflow
    rows = np.array(
        [student, [0.0, -1.0], [-np.inf, -np.inf], [np.inf, -np.inf], [np.nan, -np.inf]]
    )
    found = distillation_loss(rows, [[0.0, -800.0]] * 5, 1.0, reduction="none")
    np.testing.assert_array_equal(found[[0, 2, 3, 4]], [np.inf, np.nan, np.nan, np.nan])
    assert found[1] == pytest.approx(np.log1p(np.exp(-1.0)))
