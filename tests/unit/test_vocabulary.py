"""The chunked loss of a large vocabulary, against the direct one, mpmath, and its own formula."""

import mpmath
import numpy as np
import pytest

from softmax_book.experiments_vocabulary import peak_bytes
from softmax_src import check_gradient, softmax_loss, softmax_loss_gradient
from softmax_src.vocabulary import linear_cross_entropy, logit_bytes

rng = np.random.default_rng(0)
N, D, V = 6, 4, 23
H, W, Y = rng.normal(size=(N, D)), rng.normal(size=(V, D)), rng.integers(V, size=N)


def direct(h, W, y, reduction="mean"):
    """Return loss and gradients by way of all logits."""
    z = h @ W.T
    delta = softmax_loss_gradient(z, y, reduction=reduction)
    return softmax_loss(z, y, reduction=reduction), delta @ W, delta.T @ h


@pytest.mark.parametrize("chunk", [1, 2, 5, 22, 23, 24, 4096])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_equals_the_direct_loss(chunk, reduction):
    got = linear_cross_entropy(H, W, Y, chunk, reduction)
    for one, other in zip(got, direct(H, W, Y, reduction), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("place", "x"), [(1, H), (2, W)])
def test_gradients_by_differences(place, x):
    def run(x):
        return linear_cross_entropy(*((x, W) if place == 1 else (H, x)), Y, chunk=5)

    assert check_gradient(lambda x: run(x)[0], lambda x: run(x)[place], x)


@pytest.mark.parametrize("scale", [1, 30, 900])
def test_a_sure_token_keeps_its_digits(scale):
    w = np.array([[1.0], [0.0], [0.5], [-1.0]])
    loss, grad_h, _ = linear_cross_entropy([[scale]], w, [0], chunk=3)
    with mpmath.workdps(1000):
        rest = sum(mpmath.e ** (scale * (mpmath.mpf(x) - 1)) for x in w[1:, 0])
        a = [mpmath.e ** (scale * (mpmath.mpf(x) - 1)) / (1 + rest) for x in w[1:, 0]]
        expected = mpmath.log1p(rest)
        slope = sum(p * (mpmath.mpf(x) - 1) for p, x in zip(a, w[1:, 0], strict=True))
    assert loss == pytest.approx(float(expected), rel=1e-13, abs=5e-324)
    assert grad_h[0, 0] == pytest.approx(float(slope), rel=1e-12, abs=5e-324)


@pytest.mark.parametrize("offset", [0.0, 2.0**20, 2.0**30, -(2.0**30), 2.0**40])
@pytest.mark.parametrize("y", [0, 2])
def test_what_all_logits_have_in_common_costs_no_digits(offset, y):
    w = offset + np.arange(3.0)[:, None]
    loss, grad_h, grad_W = linear_cross_entropy([[1.0]], w, [y], chunk=2)
    near, _, exact = linear_cross_entropy([[1.0]], np.arange(3.0)[:, None], [y])
    assert loss == pytest.approx(near, rel=1e-15)
    np.testing.assert_allclose(grad_W, exact, rtol=1e-15)
    slope = exact[:, 0] @ np.arange(3.0)  # a − y sums to 0, but for its rounding
    np.testing.assert_allclose(grad_h, slope, atol=1e-15 + 3e-16 * abs(offset))


def test_a_mean_that_a_float_holds_though_the_sum_is_larger():
    loss = linear_cross_entropy([[1e154], [1e154]], [[-1e154], [0.5e154]], [0, 0])[0]
    assert loss == pytest.approx(1.5e308)


def test_a_mean_of_the_smallest_numbers_keeps_them():
    loss = linear_cross_entropy([[1.0]] * 7, [[0.0], [-743.0]], [0] * 7)[0]
    assert loss == softmax_loss([0.0, -743.0], 0) == 2e-323


@pytest.mark.parametrize("y", [0, 1])
def test_a_row_without_a_softmax_has_no_gradient(y):
    _, grad_h, grad_W = linear_cross_entropy([[1.0]], [[0.0], [np.inf], [1.0]], [y], chunk=1)
    assert np.isnan(grad_h).all()
    assert np.isnan(grad_W).all()


def test_logits_that_overflow_exp():
    loss, grad_h, grad_W = linear_cross_entropy(1e3 * H, W, Y, chunk=5)
    for one, other in zip((loss, grad_h, grad_W), direct(1e3 * H, W, Y), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_small_types_are_rounded_once(dtype):
    h, w = H.astype(dtype), W.astype(dtype)
    got = linear_cross_entropy(h, w, Y, chunk=7)
    exact = direct(h.astype(float), w.astype(float), Y)
    for one, other in zip(got, exact, strict=True):
        assert one.dtype == dtype
        np.testing.assert_allclose(one, other, rtol=np.finfo(dtype).eps, atol=1e-7)


def test_integers_become_float64():
    loss, grad_h, grad_W = linear_cross_entropy([[1]], [[0], [1]], [0])
    assert {loss.dtype, grad_h.dtype, grad_W.dtype} == {np.dtype(float)}
    assert loss == pytest.approx(np.log1p(np.e))


def test_edges():
    assert linear_cross_entropy(H, W[:1], np.zeros(N, int))[0] == 0  # one word
    none = np.zeros(0, int)
    assert np.isnan(linear_cross_entropy(H[:0], W, none)[0])
    assert linear_cross_entropy(H[:0], W, none, reduction="sum")[0] == 0
    assert (linear_cross_entropy(H[:0], W, none)[2] == 0).all()
    broken = H.copy()
    broken[2] = np.nan
    assert np.isnan(linear_cross_entropy(broken, W, Y)[0])


def test_arguments_stay_as_they_are():
    h, w = H.copy(), W.copy()
    linear_cross_entropy(h, w, Y, chunk=3)
    np.testing.assert_array_equal(h, H)
    np.testing.assert_array_equal(w, W)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((H[0], W, Y), ValueError, "h (N, d) and W (V, d)"),
        ((H, W[:, :2], Y), ValueError, "h (N, d) and W (V, d)"),
        ((H, W[:0], Y), ValueError, "V >= 1"),
        ((H, W, Y[:3]), ValueError, "y must have the shape (6,)"),
        ((H, W, Y + 100), IndexError, "y[0]"),
        ((H, W, -1 - Y), IndexError, "y[0]"),
        ((H, W, Y.astype(float)), TypeError, "labels must be integers"),
        ((H + 1j, W, Y), TypeError, "h has dtype complex"),
        ((H, W + 1j, Y), TypeError, "W has dtype complex"),
        ((H, W, Y, 0), ValueError, "chunk must be at least 1, not 0"),
        ((H, W, Y, True), TypeError, "chunk must be an integer, not True"),
        ((H, W, Y, 2.5), TypeError, "chunk must be an integer, not 2.5"),
        ((H, W, Y, 5, "none"), ValueError, """reduction must be "mean" or "sum", not 'none'"""),
    ],
)
def test_bad_arguments_are_named(arguments, error, says):
    with pytest.raises(error) as raised:
        linear_cross_entropy(*arguments)
    assert says in str(raised.value)


@pytest.mark.parametrize(("n", "v"), [(256, 8192), (1024, 8192), (256, 32768)])
def test_the_formula_for_the_memory(n, v):
    d, chunk = 16, 1024
    arguments = np.ones((n, d)), np.ones((v, d)), np.zeros(n, int)
    gradients = 8 * d * (n + v)
    full = logit_bytes(n, v, 8) + gradients
    chunked = logit_bytes(n, v, 8, chunk) + gradients + 8 * d * (n + chunk)
    assert peak_bytes(direct, *arguments) == pytest.approx(full, rel=0.05)
    assert peak_bytes(linear_cross_entropy, *arguments, chunk) == pytest.approx(chunked, rel=0.05)


@pytest.mark.parametrize(("n", "v"), [(512, 2), (2, 512)])
def test_numbers_that_are_float64_already_are_not_copied(n, v):
    """The larger gradient and the product that is added to it are all that counts here."""
    arguments = np.ones((n, 256)), np.ones((v, 256)), np.zeros(n, int)
    assert peak_bytes(linear_cross_entropy, *arguments) < 2.5 * 8 * 512 * 256


@pytest.mark.parametrize("name", ["n_tokens", "n_words", "itemsize", "chunk"])
def test_sizes_below_one_are_refused(name):
    sizes = {"n_tokens": 2, "n_words": 3, "itemsize": 4, "chunk": 2} | {name: 0}
    with pytest.raises(ValueError, match=f"{name} must be at least 1"):
        logit_bytes(**sizes)


def test_a_chunk_is_never_larger_than_the_vocabulary():
    assert logit_bytes(10, 7, 8, chunk=100) == 560


def test_sizes_of_few_bits_do_not_overflow():
    sizes = np.int32([100_000, 200_000, 8])
    assert logit_bytes(*sizes) == 2 * 100_000 * 200_000 * 8
    assert logit_bytes(*sizes, chunk=np.int32(50_000)) == 100_000 * 50_000 * 8


def test_sizes_that_are_no_integers_are_refused():
    with pytest.raises(TypeError, match=r"n_tokens must be an integer, not 1\.5"):
        logit_bytes(1.5, 2)


@pytest.mark.parametrize(
    "z", [[0, np.inf], [np.inf, 0], [np.inf, -np.inf], [-np.inf] * 2, [0, -np.inf]]
)
@pytest.mark.parametrize("label", [0, 1])
def test_logits_that_are_not_finite_cost_what_they_cost_directly(z, label):
    """One hidden number 1 makes the weights the logits."""
    loss, *_ = linear_cross_entropy([[1.0]], np.reshape(z, (2, 1)), [label], chunk=1)
    np.testing.assert_equal(loss, softmax_loss([z], [label]))


@pytest.mark.parametrize("far", [-1e3, -1e10, -1e16, -1e300])
def test_a_correct_class_far_behind_costs_the_other_gradients_no_digit(far):
    z = np.array([far, 0.5, 0.0])
    _, grad_h, grad_W = linear_cross_entropy([[1.0]], z[:, None], [0])
    a = softmax_loss_gradient(z, 0)
    np.testing.assert_allclose(grad_W[:, 0], a, rtol=1e-13)
    np.testing.assert_allclose(grad_h, [[a @ z]], rtol=1e-13)


def test_a_correct_class_at_minus_infinity_spoils_no_other_token():
    h, W = np.array([[1e200], [1.0]]), np.array([[-1e200], [0.0], [0.0]])
    loss, grad_h, grad_W = linear_cross_entropy(h, W, [0, 1], reduction="sum")
    assert loss == np.inf
    np.testing.assert_allclose(grad_h[:, 0], [1e200, 0.0])
    np.testing.assert_allclose(grad_W[:, 0], [-1e200, 5e199, 5e199])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint64])
def test_labels_of_any_integer_type_find_their_chunk(dtype):
    W = np.random.default_rng(1).normal(size=(600, D))
    y = np.array([3, 99, 100, 101, 102, 127], dtype)
    for got, true in zip(linear_cross_entropy(H, W, y, chunk=100), direct(H, W, y), strict=True):
        np.testing.assert_allclose(got, true, rtol=1e-12, atol=1e-15)
