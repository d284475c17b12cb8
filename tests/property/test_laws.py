"""The laws of the softmax hold over random shapes, axes and types, masks and extremes included."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import softmax_src

DTYPES = st.sampled_from([np.float16, np.float32, np.float64])
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=6)


def eps(z):
    """Return the type's distance from 1 to the next float."""
    return float(np.finfo(z.dtype).eps)


@st.composite
def logits_and_axis(draw, dtypes=DTYPES, shapes=SHAPES, low=None, high=None, masks=True):
    """Draw finite logits, now and then a mask of −inf that leaves the first class, and an axis."""
    dtype = np.dtype(draw(dtypes))
    shape = draw(shapes)
    limits = np.finfo(dtype)
    numbers = st.floats(
        float(limits.min) if low is None else low,
        float(limits.max) if high is None else high,
        width=8 * dtype.itemsize,
        allow_nan=False,
    )
    z = draw(hnp.arrays(dtype, shape, elements=numbers))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    if masks and draw(st.booleans()):
        mask = draw(hnp.arrays(bool, shape))
        np.moveaxis(mask, axis, 0)[0] = False
        z[mask] = -np.inf
    return z, axis


def labels_for(z, axis):
    """Return a strategy for integer labels that fit the logits."""
    shape = tuple(int(n) for n in np.delete(z.shape, axis))
    return hnp.arrays(np.intp, shape, elements=st.integers(0, z.shape[axis] - 1))


moderate = logits_and_axis(low=-30.0, high=30.0, masks=False)
moderate64 = logits_and_axis(dtypes=st.just(np.float64), low=-30.0, high=30.0, masks=False)


@given(logits_and_axis())
def test_probabilities_sum_to_one_and_none_is_negative(case):
    z, axis = case
    a = softmax_src.softmax(z, axis)
    assert a.shape == z.shape
    assert (a >= 0).all()
    assert (a <= 1).all()
    # Each probability is within 7 units in the last place (float32, float16: half a unit).
    slack = (7 if z.dtype == np.float64 else 0.51) * eps(z) + z.shape[axis] * 5e-324
    tiny = z.shape[axis] * float(np.finfo(z.dtype).smallest_subnormal)
    np.testing.assert_allclose(a.sum(axis, dtype=np.float64), 1, rtol=0, atol=slack + tiny)


@given(moderate64, st.integers(-(2**20), 2**20))
def test_a_shift_of_all_logits_changes_nothing(case, shift):
    z, axis = case
    z = np.round(z * 2**20) / 2**20  # so that z + shift is exact
    np.testing.assert_allclose(
        softmax_src.softmax(z + shift, axis), softmax_src.softmax(z, axis), rtol=14 * eps(z)
    )
    np.testing.assert_allclose(
        softmax_src.log_softmax(z + shift, axis), softmax_src.log_softmax(z, axis), rtol=8 * eps(z)
    )
    np.testing.assert_allclose(
        softmax_src.logsumexp(z + shift, axis),
        softmax_src.logsumexp(z, axis) + shift,
        rtol=4 * eps(z),
        atol=200 * eps(z),
    )


@given(logits_and_axis())
def test_order_is_kept(case):
    z, axis = case
    order = np.argsort(z, axis=axis, kind="stable")
    for f in (softmax_src.softmax, softmax_src.log_softmax, softmax_src.one_vs_rest_margin):
        ordered = np.take_along_axis(f(z, axis), order, axis).astype(float)
        with np.errstate(invalid="ignore", over="ignore"):  # −inf − (−inf), 2 · 1.7e308
            steps = np.diff(ordered, axis=axis)
        steps[np.isnan(steps)] = 0.0
        rounding = 16 * np.finfo(np.float64).eps * (1.0 + np.abs(np.delete(ordered, 0, axis)))
        assert (steps >= -rounding).all()


@given(logits_and_axis())
def test_ties_stay_ties(case):
    z, axis = case
    doubled = np.concatenate([z, z], axis=axis)
    first, second = np.split(softmax_src.softmax(doubled, axis), 2, axis)
    np.testing.assert_array_equal(first, second)


@given(moderate64, st.floats(0.01, 10.0))
def test_raising_one_logit_raises_its_probability_and_lowers_the_others(case, step):
    z, axis = case
    assume(z.shape[axis] > 1)
    raised = z.copy()
    np.moveaxis(raised, axis, 0)[0] += step
    before, after = (np.moveaxis(softmax_src.log_softmax(x, axis), axis, 0) for x in (z, raised))
    margin = np.moveaxis(softmax_src.one_vs_rest_margin(raised, axis), axis, 0)[0]
    np.testing.assert_allclose(
        margin - np.moveaxis(softmax_src.one_vs_rest_margin(z, axis), axis, 0)[0],
        np.moveaxis(raised - z, axis, 0)[0],
        atol=1e-12,
    )
    assert (after[0] > before[0]).all()
    assert (after[1:] <= before[1:]).all()  # by less than a rounding, where a₀ is tiny
    # The others keep their ratios.
    np.testing.assert_allclose(np.diff(after[1:], axis=0), np.diff(before[1:], axis=0), atol=1e-12)


@given(moderate)
def test_the_logarithm_is_that_of_the_softmax(case):
    z, axis = case
    z = z.astype(float)
    np.testing.assert_allclose(
        np.exp(softmax_src.log_softmax(z, axis)), softmax_src.softmax(z, axis), rtol=1e-13
    )
    np.testing.assert_allclose(
        z - softmax_src.logsumexp(z, axis, keepdims=True),
        softmax_src.log_softmax(z, axis),
        atol=1e-13,
    )


@given(logits_and_axis())
def test_logsumexp_lies_between_the_largest_and_that_plus_log_k(case):
    z, axis = case
    z = z.astype(float)  # in the type itself the bounds hold up to its rounding
    largest, lse = z.max(axis), softmax_src.logsumexp(z, axis)
    assert (lse >= largest).all()
    slack = 4 * eps(z) * np.maximum(np.abs(largest) / 2, 1.0)
    assert (lse / 2 <= largest / 2 + np.log(z.shape[axis]) / 2 + slack).all()  # without overflow


@given(moderate64)
def test_the_margin_is_the_logit_of_the_probability(case):
    z, axis = case
    margin, a = softmax_src.one_vs_rest_margin(z, axis), softmax_src.softmax(z, axis)
    np.testing.assert_allclose(softmax_src.sigmoid(margin), a, rtol=1e-13)
    if z.shape[axis] == 1:
        assert (margin == np.inf).all()


@given(moderate64, st.floats(0.1, 10.0))
def test_temperature_divides_the_log_odds(case, temperature):
    z, axis = case
    a = softmax_src.softmax(z, axis, temperature)
    np.testing.assert_allclose(a, softmax_src.softmax(z / temperature, axis), rtol=1e-12)


@given(logits_and_axis(), st.data())
def test_the_loss_is_minus_the_log_probability_of_the_label_and_not_negative(case, data):
    z, axis = case
    labels = data.draw(labels_for(z, axis))
    loss = softmax_src.softmax_loss(z, labels, axis, reduction="none")
    assert (loss >= 0).all()
    log_a = softmax_src.log_softmax(z, axis)
    picked = np.take_along_axis(log_a, np.expand_dims(labels, axis), axis)
    np.testing.assert_allclose(loss, -picked.squeeze(axis), rtol=8 * eps(z), atol=1e-320)


@given(logits_and_axis(), st.data())
def test_the_gradient_of_each_example_sums_to_zero_and_is_negative_at_the_label_alone(case, data):
    z, axis = case
    labels = data.draw(labels_for(z, axis))
    gradient = softmax_src.softmax_loss_gradient(z, labels, axis, reduction="sum")
    np.testing.assert_allclose(
        gradient.sum(axis, dtype=np.float64), 0, atol=z.shape[axis] * 4 * eps(z)
    )
    at_label = np.expand_dims(labels, axis)
    assert (np.take_along_axis(gradient, at_label, axis) <= 0).all()
    np.put_along_axis(gradient, at_label, 0, axis)
    assert (gradient >= 0).all()


SMALL = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)
small = logits_and_axis(dtypes=st.just(np.float64), shapes=SMALL, low=-5.0, high=5.0, masks=False)


@given(small, st.data(), st.sampled_from(["mean", "sum"]), st.sampled_from([0.0, 0.1]))
def test_the_gradient_is_the_finite_difference_of_the_loss(case, data, reduction, smoothing):
    z, axis = case
    if data.draw(st.booleans(), label="soft targets"):
        y = softmax_src.softmax(
            data.draw(hnp.arrays(float, z.shape, elements=st.floats(-3, 3))), axis
        )
    else:
        y = data.draw(labels_for(z, axis))
    options = {"axis": axis, "reduction": reduction, "label_smoothing": smoothing}
    check = softmax_src.check_gradient(
        lambda z: softmax_src.softmax_loss(z, y, **options),
        lambda z: softmax_src.softmax_loss_gradient(z, y, **options),
        z,
        rtol=1e-5,
    )
    assert check, str(check)


@given(small, st.data())
def test_multilabel_gradient_is_the_finite_difference_of_the_loss(case, data):
    z, _ = case
    y = data.draw(hnp.arrays(float, z.shape, elements=st.floats(0, 1)))
    check = softmax_src.check_gradient(
        lambda z: softmax_src.multilabel_logistic_loss(z, y),
        lambda z: softmax_src.multilabel_logistic_loss_gradient(z, y),
        z,
        rtol=1e-5,
    )
    assert check, str(check)
    assert (softmax_src.multilabel_logistic_loss(z, y, reduction="none") >= 0).all()


@given(logits_and_axis(dtypes=st.just(np.float64), shapes=SMALL), st.data())
def test_the_jacobian_is_diag_a_minus_a_a_transposed_and_multiplies_as_the_product(case, data):
    z, _ = case
    assume(np.isfinite(z.max(axis=-1)).all())
    a = softmax_src.softmax(z)
    jacobian = softmax_src.softmax_jacobian(z)
    k = z.shape[-1]
    expected = a[..., None] * np.eye(k) - a[..., None] * a[..., None, :]
    np.testing.assert_allclose(jacobian, expected, atol=4 * eps(z))
    np.testing.assert_array_equal(jacobian, np.swapaxes(jacobian, -1, -2))
    assert (np.linalg.eigvalsh(jacobian) > -8 * eps(z)).all()
    assert (np.linalg.eigvalsh(jacobian) < 0.5 + 8 * eps(z)).all()

    v = data.draw(hnp.arrays(float, z.shape, elements=st.floats(-10, 10)))
    product = np.einsum("...kj,...j->...k", jacobian, v)
    np.testing.assert_allclose(softmax_src.softmax_jvp(z, v), product, atol=200 * eps(z))


@given(st.data())
def test_memory_order_and_strides_change_nothing(data):
    z, axis = data.draw(moderate)
    wide = np.repeat(z[..., ::-1], 2, axis=-1)[..., ::-2]
    np.testing.assert_array_equal(wide, z)
    for f in (softmax_src.softmax, softmax_src.log_softmax, softmax_src.logsumexp):
        for view in (wide, np.asfortranarray(z)):
            np.testing.assert_array_equal(f(view, axis), f(z, axis))


@pytest.mark.parametrize("f", [softmax_src.softmax, softmax_src.log_softmax])
@given(case=logits_and_axis())
def test_single_precision_is_double_precision_rounded_once(f, case):
    z, axis = case
    with np.errstate(over="ignore"):
        expected = f(z.astype(np.float64), axis).astype(z.dtype)
    np.testing.assert_array_equal(f(z, axis), expected)
