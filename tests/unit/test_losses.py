"""The losses against SciPy, scikit-learn and values worked out by hand, the gradients against f."""

import tracemalloc

import numpy as np
import pytest
from scipy import special
from sklearn.metrics import log_loss

import softmax_src
from softmax_src import check_gradient, checks, rows

RNG = np.random.default_rng(0)
Z = RNG.normal(scale=2.0, size=(6, 5))
C = RNG.integers(0, 5, size=6)
SOFT = RNG.dirichlet(np.ones(5), size=6)
BITS = RNG.integers(0, 2, size=(6, 5))


def test_softmax_loss_is_scikit_learns_log_loss():
    expected = log_loss(C, special.softmax(Z, axis=1), labels=np.arange(5))
    assert softmax_src.softmax_loss(Z, C) == pytest.approx(expected, rel=1e-14)


def test_label_one_hot_and_soft_targets_agree():
    one_hot = softmax_src.one_hot(C, 5)
    for y in (one_hot, one_hot.astype(int), one_hot.astype(bool), one_hot.tolist()):
        assert softmax_src.softmax_loss(Z, y) == pytest.approx(softmax_src.softmax_loss(Z, C))
        np.testing.assert_allclose(
            softmax_src.softmax_loss_gradient(Z, y),
            softmax_src.softmax_loss_gradient(Z, C),
            atol=1e-16,
        )


def test_soft_targets_give_the_cross_entropy():
    expected = -(SOFT * special.log_softmax(Z, axis=1)).sum(axis=1)
    loss = softmax_src.softmax_loss(Z, SOFT, reduction="none")
    np.testing.assert_allclose(loss, expected, rtol=1e-14)


@pytest.mark.parametrize("y", [C, SOFT], ids=["labels", "soft"])
def test_label_smoothing_mixes_the_target_with_the_uniform_one(y):
    dense = softmax_src.one_hot(y, 5) if y.ndim == 1 else y
    mixed = 0.9 * dense + 0.1 / 5
    assert softmax_src.softmax_loss(Z, y, label_smoothing=0.1) == pytest.approx(
        softmax_src.softmax_loss(Z, mixed)
    )
    np.testing.assert_allclose(
        softmax_src.softmax_loss_gradient(Z, y, label_smoothing=0.1),
        softmax_src.softmax_loss_gradient(Z, mixed),
        atol=1e-16,
    )


def test_smoothing_of_1_forgets_the_label():
    losses = softmax_src.softmax_loss(Z, Z.argmin(axis=-1), reduction="none", label_smoothing=1)
    np.testing.assert_allclose(losses, -special.log_softmax(Z, axis=-1).mean(axis=-1))


def test_the_smoothed_optimum_has_the_gap_of_log_91():
    """With smoothing .1 and 10 classes, a = y where the logits differ by log(.91/.01)."""
    z = np.zeros(10)
    z[3] = np.log(91)
    gradient = softmax_src.softmax_loss_gradient(z, 3, label_smoothing=0.1)
    np.testing.assert_allclose(gradient, 0, atol=3e-16)


def test_the_losses_of_no_knowledge_are_log_k():
    assert softmax_src.softmax_loss(np.zeros((3, 10)), [0, 5, 9]) == pytest.approx(np.log(10))
    assert softmax_src.multilabel_logistic_loss(np.zeros((3, 4)), np.eye(4)[:3]) == pytest.approx(
        4 * np.log(2)
    )


@pytest.mark.parametrize(
    ("loss", "gradient", "y"),
    [
        (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient, C),
        (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient, SOFT),
        (
            softmax_src.multilabel_logistic_loss,
            softmax_src.multilabel_logistic_loss_gradient,
            BITS,
        ),
        (
            softmax_src.multilabel_logistic_loss,
            softmax_src.multilabel_logistic_loss_gradient,
            SOFT,
        ),
        (softmax_src.quadratic_loss, softmax_src.quadratic_loss_gradient, C),
        (softmax_src.quadratic_loss, softmax_src.quadratic_loss_gradient, BITS),
    ],
)
class TestEachLoss:
    """What holds for every loss and its gradient."""

    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    def test_gradient_is_that_of_the_reduced_loss(self, loss, gradient, y, reduction):
        check = check_gradient(
            lambda z: loss(z, y, reduction=reduction),
            lambda z: gradient(z, y, reduction=reduction),
            Z,
        )
        assert check, str(check)

    def test_reductions_fit_together(self, loss, gradient, y):
        each = loss(Z, y, reduction="none")
        assert each.shape == (6,)
        assert loss(Z, y, reduction="sum") == pytest.approx(each.sum())
        assert loss(Z, y) == pytest.approx(each.mean())
        np.testing.assert_array_equal(
            gradient(Z, y, reduction="none"), gradient(Z, y, reduction="sum")
        )
        np.testing.assert_allclose(gradient(Z, y) * 6, gradient(Z, y, reduction="sum"))

    def test_no_examples(self, loss, gradient, y):
        empty = Z[:0], y[:0]
        assert np.isnan(loss(*empty))
        assert loss(*empty, reduction="sum") == 0.0
        assert loss(*empty, reduction="none").shape == (0,)
        assert gradient(*empty).shape == (0, 5)

    def test_unknown_reduction(self, loss, gradient, y):
        for f in (loss, gradient):
            with pytest.raises(ValueError, match=r"must be .*, not 'avg'$"):
                f(Z, y, reduction="avg")

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_answers_in_the_type_of_the_logits(self, loss, gradient, y, dtype):
        z = Z.astype(dtype)
        assert loss(z, y).dtype == dtype
        assert loss(z, y, reduction="none").dtype == dtype
        assert gradient(z, y).dtype == dtype


def test_the_class_axis_may_be_anywhere():
    z = np.moveaxis(Z.reshape(2, 3, 5), -1, 1)
    y, soft = C.reshape(2, 3), np.moveaxis(SOFT.reshape(2, 3, 5), -1, 1)
    assert softmax_src.softmax_loss(z, y, axis=1) == softmax_src.softmax_loss(Z, C)
    assert softmax_src.softmax_loss(z, soft, axis=1) == softmax_src.softmax_loss(Z, SOFT)
    np.testing.assert_array_equal(
        np.moveaxis(softmax_src.softmax_loss_gradient(z, y, axis=-2), 1, -1).reshape(6, 5),
        softmax_src.softmax_loss_gradient(Z, C),
    )


def test_the_class_axis_may_come_first():
    z = np.moveaxis(Z.reshape(2, 3, 5), -1, 0)
    assert softmax_src.softmax_loss(z, C.reshape(2, 3), axis=0) == softmax_src.softmax_loss(Z, C)


def test_every_leading_axis_counts_examples():
    z, y, c = Z.reshape(2, 3, 5), SOFT.reshape(2, 3, 5), C.reshape(2, 3)
    for name, targets in (("softmax", y), ("softmax", c), ("quadratic", y), ("quadratic", c),
                          ("multilabel_logistic", y)):  # fmt: skip
        loss = getattr(softmax_src, f"{name}_loss")
        gradient = getattr(softmax_src, f"{name}_loss_gradient")
        flat = targets.reshape(6, 5) if targets.ndim == 3 else targets.reshape(6)
        assert loss(z, targets) == pytest.approx(loss(Z, flat), rel=1e-15)
        np.testing.assert_array_equal(gradient(z, targets).reshape(6, 5), gradient(Z, flat))
        assert loss(z, targets, reduction="none").shape == (2, 3)


@pytest.mark.parametrize("f", [softmax_src.quadratic_loss, softmax_src.quadratic_loss_gradient])
def test_activations_are_called_so(f):
    with pytest.raises(TypeError, match=r"^a has dtype"):
        f(["a"], [0])


def test_a_single_example_needs_no_leading_axis():
    assert softmax_src.softmax_loss(Z[0], C[0]) == softmax_src.softmax_loss(Z[:1], C[:1])
    assert softmax_src.softmax_loss(Z[0], int(C[0]), reduction="none").shape == ()
    assert softmax_src.softmax_loss_gradient(Z[0], SOFT[0]).shape == (5,)


def test_the_gradient_of_a_sure_and_right_answer_is_not_zero():
    gradient = softmax_src.softmax_loss_gradient([100.0, 0.0], 0)
    np.testing.assert_allclose(gradient, [-np.exp(-100), np.exp(-100)], rtol=1e-15)


def test_multilabel_against_binary_cross_entropy():
    a = special.expit(Z)
    expected = -(BITS * np.log(a) + (1 - BITS) * np.log1p(-a)).sum(axis=1)
    loss = softmax_src.multilabel_logistic_loss(Z, BITS, reduction="none")
    np.testing.assert_allclose(loss, expected, rtol=1e-13)
    np.testing.assert_allclose(
        softmax_src.multilabel_logistic_loss_gradient(Z, BITS, reduction="sum"),
        a - BITS,
        rtol=1e-13,
    )


def test_multilabel_at_infinity_and_at_large_logits():
    inf = np.inf
    z = np.array([[inf, -inf], [-inf, inf], [800.0, -800.0], [-800.0, 800.0]])
    y = np.tile([1, 0], (4, 1))
    loss = softmax_src.multilabel_logistic_loss(z, y, reduction="none")
    np.testing.assert_array_equal(loss, [0.0, inf, 0.0, 1600.0])
    gradient = softmax_src.multilabel_logistic_loss_gradient(z, y, reduction="sum")
    np.testing.assert_array_equal(gradient, [[0, 0], [-1, 1], [0, 0], [-1, 1]])
    tail = softmax_src.multilabel_logistic_loss([[50.0]], [[1]])
    assert tail == pytest.approx(np.exp(-50), rel=1e-14)


def test_a_sum_over_no_classes_is_zero():
    none = np.empty((3, 0))
    for loss in (softmax_src.multilabel_logistic_loss, softmax_src.quadratic_loss):
        np.testing.assert_array_equal(loss(none, none, reduction="none"), [0.0, 0.0, 0.0])


def test_quadratic_loss_by_hand():
    a, y = [[0.5, 0.5], [1.0, 0.0]], [[0, 1], [0, 1]]
    np.testing.assert_array_equal(softmax_src.quadratic_loss(a, y, reduction="none"), [0.25, 1.0])
    np.testing.assert_array_equal(
        softmax_src.quadratic_loss_gradient(a, [1, 1], reduction="sum"), [[0.5, -0.5], [1, -1]]
    )


def test_a_mean_is_right_even_where_the_sum_overflows():
    z = np.array([[0.0, 1.2e308], [0.0, 1.4e308]])
    assert softmax_src.softmax_loss(z, [0, 0]) == pytest.approx(1.3e308)
    assert softmax_src.softmax_loss(z, [0, 0], reduction="sum") == np.inf


@pytest.mark.parametrize("n", [2_000, 200_000])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
@pytest.mark.parametrize("scale", [1.0, 1000.0], ids=["no shift", "shifted"])
def test_the_loss_needs_little_memory_however_many_examples(n, dtype, scale):
    z = (np.random.default_rng(0).random((n, 10)) * scale).astype(dtype)
    c = np.zeros(n, np.uint8)
    tracemalloc.start()
    try:
        softmax_src.softmax_loss(z, c)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2e6


def test_smoothing_with_many_classes_needs_no_square_matrix():
    z = np.zeros((1, 50_257))
    tracemalloc.start()
    try:
        loss = softmax_src.softmax_loss(z, [0], label_smoothing=0.1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert loss == pytest.approx(np.log(50_257))
    assert peak < 1e7


def test_refused_targets_are_called_so():
    with pytest.raises(IndexError, match=r"^labels\[0\] is 2"):
        checks.as_targets([2], np.zeros((1, 2)), (1,), name="labels")
    for f in (softmax_src.multilabel_logistic_loss, softmax_src.multilabel_logistic_loss_gradient):
        with pytest.raises(TypeError, match=r"^y has dtype"):
            f([[0.0]], [["a"]])
        with pytest.raises(ValueError, match=r"^y\[0, 0\] is 1\.5, but must be from 0 to 1$"):
            f([[0.0]], [[1.5]])
        with pytest.raises(ValueError, match=r"^y\[2\] is 2\.0, but must be from 0 to 1$"):
            f([0.0, 0.0, 0.0], [0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match=r"; y has minimum 0\.6 and sum 1\.2$"):
        softmax_src.softmax_loss([1.0, 2.0], [0.6, 0.6])
    half = np.array([[0.5, 0.52]], np.float16)  # whose own sum would be rounded
    with pytest.raises(ValueError, match=r"y\[0, :\] has minimum 0\.5 and sum 1\.02002$"):
        softmax_src.softmax_loss([[1.0, 2.0]], half)


@pytest.mark.parametrize(("dtype", "off"), [(np.float16, 0.02), (np.float64, 2e-6)])
def test_targets_that_do_not_sum_to_1_are_refused(dtype, off):
    for sign in (-1, 1):
        y = np.array([[0.5, 0.5 + sign * off / 4], [0.5, 0.5 + sign * off]], dtype)
        assert np.isfinite(softmax_src.softmax_loss([0.0, 1.0], y[0]))
        with pytest.raises(ValueError, match=r"^each row of y must be probabilities, .* y"):
            softmax_src.softmax_loss([[0.0, 1.0]] * 2, y)


def test_reduce_rows_takes_the_mean_unless_told_otherwise():
    def total(z):
        return z.sum(axis=1)

    assert rows.reduce_rows(total, np.array([[1.0, 2.0], [3.0, 4.0]])) == 5
    assert rows.reduce_rows(total, np.ones(1000)) == 1000  # one row, however many classes
