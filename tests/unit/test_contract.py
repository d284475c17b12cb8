"""What each function does with odd input: every row of the contract is a test."""

import inspect
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import softmax_src
from softmax_src.checks import as_labels, as_logits
from softmax_src.speculative import acceptance
from softmax_src.unknown import KINDS

INF, NAN = np.inf, np.nan

ONE_ARRAY = [
    softmax_src.softmax,
    softmax_src.log_softmax,
    softmax_src.logsumexp,
    softmax_src.one_vs_rest_margin,
    softmax_src.softmax_jacobian,
    softmax_src.sigmoid,
]
WITH_A_CLASS_AXIS = ONE_ARRAY[:-1]


class GivesAMask:
    """An object that NumPy can read, as those of netCDF4 are."""

    def __array__(self, dtype=None, copy=None):
        return np.ma.masked_array([1.0, 2.0], [True, False])


def labels_for(p, axes):
    """Return labels for probabilities with the classes along some axes: the least likely."""
    p = np.moveaxis(p, axes, range(-len(axes), 0))
    return p.reshape(*p.shape[: p.ndim - len(axes)], -1).argmin(axis=-1)


def call(f, p, c, axis, **more):
    """Call f on probabilities p, which are logits too, and on labels c or what else it needs."""
    shares = np.full(p.size // np.size(c), np.size(c) / p.size)  # one a class
    known = {"labels": c, "y": c, "temperature": 2.0, "cost": 0.5, "k": 2, "top_k": 2}
    known |= {"train": shares, "target": shares, "v": p, "noise": p, "teacher": p} | more
    names = inspect.signature(f).parameters
    answer = f(p, axis=axis, **{name: known[name] for name in names if name in known})
    return np.concatenate(answer) if isinstance(answer, tuple) else answer


def calls_along_an_axis():
    """Return calls, on p, c and axis, of the public functions of classes with each reduction.

    Not of one_hot, which puts its axis where none was, nor of fit_temperature, which would refuse
    the labels; both have tests of their own.
    """
    calls = [lambda p, c, axis: call(softmax_src.logsumexp, p, c, axis, keepdims=True)]
    for f in (getattr(softmax_src, name) for name in softmax_src.__all__):
        names = inspect.signature(f).parameters
        if "axis" not in names or f in (softmax_src.one_hot, softmax_src.fit_temperature):
            continue
        for reduction in ("mean", "sum", "none") if "reduction" in names else (None,):
            known = {} if reduction is None else {"reduction": reduction}
            if "multilabel" not in f.__name__:
                calls.append(partial(call, f, **known))
            if "multilabel" in f.__name__ or f.__name__.startswith("softmax_loss"):
                calls.append(lambda p, c, axis, f=f, more=known: call(f, p, c, axis, y=p, **more))
    return calls


#: With each public function of classes, but for two.
ALONG_AN_AXIS = calls_along_an_axis()


def every_call(z, y, c):
    """Call softmax, its relatives and its losses on logits z, targets y and labels c."""
    for f in ONE_ARRAY:
        yield f(z)
    yield softmax_src.softmax(z, temperature=0.3)
    yield softmax_src.softmax_jvp(z, y)
    for reduction in ("mean", "sum", "none"):
        for targets in (y, c):
            for f in (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient):
                yield f(z, targets, reduction=reduction)
                yield f(z, targets, reduction=reduction, label_smoothing=0.1)
            yield softmax_src.quadratic_loss(z, targets, reduction=reduction)
            yield softmax_src.quadratic_loss_gradient(z, targets, reduction=reduction)
        yield softmax_src.multilabel_logistic_loss(z, y, reduction=reduction)
        yield softmax_src.multilabel_logistic_loss_gradient(z, y, reduction=reduction)


@pytest.fixture(autouse=True)
def _no_warning_escapes():
    """Turn every warning and every floating-point flag into an error."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        yield


def every_other_call(z, x, p, T):
    """Call other functions on logits z and x, probabilities p, all of shape (3, 3), and T."""
    c, tree, votes = [0, 1, 2], (0, (1, (2, 3))), 1 - np.eye(3)
    yield softmax_src.to_bfloat16(z)
    yield softmax_src.soft_cap(z, T)
    yield softmax_src.softmax1(z)
    yield softmax_src.sparsemax(z)
    yield softmax_src.focal_to_probabilities(z, 2.0)
    yield softmax_src.router_weights(z, 2)
    yield softmax_src.truncated_distribution(z, T, top_k=2, top_p=0.5, min_p=0.1)
    yield softmax_src.gumbel_softmax(z, x, T)
    yield softmax_src.adjust_priors(z, [0.2, 0.3, 0.5], [0.5, 0.5, 0.0])
    yield softmax_src.distillation_gradient(z, x, T)
    yield acceptance(p, p[::-1])
    yield softmax_src.tree_log_softmax(z, tree)
    yield softmax_src.tree_loss(z, c, tree)
    yield softmax_src.z_loss_gradient(z, T)
    yield softmax_src.linear_cross_entropy(z, x, c, chunk=2)
    yield softmax_src.attention(z, x, z)
    yield softmax_src.attention_weights(z, x)
    yield softmax_src.sampled_softmax_loss(z, x, c, [0, 1, 1], np.full(3, 1 / 3))
    yield softmax_src.summarise(z, x).mean()
    yield softmax_src.summarise(z, tile=2).lse()
    yield softmax_src.numerical_gradient(lambda x: x.max(), z)
    yield softmax_src.check_gradient(lambda x: 0.0, lambda x: x, z, rtol=T)
    yield softmax_src.info_nce_loss(z, T, symmetric=True)
    yield softmax_src.info_nce_gradient(z, T, symmetric=True)
    yield softmax_src.dpo_loss_gradient(z, x, T)
    yield softmax_src.dpo_loss_gradient(z[0, 0], x[0, 0], T)
    for kind in KINDS:
        yield softmax_src.novelty_score(z, kind)
    for row in z:
        yield softmax_src.bradley_terry_log_likelihood(row, votes)
        yield softmax_src.bradley_terry_gradient(row, votes)
        yield softmax_src.plackett_luce_log_likelihood(row, [2, 0, 1])
        yield softmax_src.plackett_luce_gradient(row, [2, 0, 1])
    for reduction in ("mean", "sum", "none"):
        yield softmax_src.focal_loss(z, c, 0.5, reduction=reduction)
        yield softmax_src.focal_loss_gradient(z, c, 0.5, reduction=reduction)
        yield softmax_src.distillation_loss(z, x, T, reduction=reduction)
        yield softmax_src.dpo_loss(z, x, T, reduction)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_flag_escapes(dtype):
    """Whatever NumPy is told to do about overflow, underflow and invalid operations."""
    info, rng = np.finfo(dtype), np.random.default_rng(0)
    odd = [0, 1, -30, info.max, info.min, info.smallest_subnormal, INF, -INF, NAN]
    p = np.array([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5], [1.0, info.smallest_subnormal, 0.0]], dtype)
    for T in (5e-324, 1e-300, 1.0, 1e10, 1e308):
        for _ in range(2):
            z, x = rng.choice(odd, size=(2, 3, 3)).astype(dtype)
            assert len([*every_call(z, p, [0, 1, 2]), *every_other_call(z, x, p, T)]) > 70
    softmax_src.focal_minimiser(p)
    far, near = [info.max, info.min], [info.smallest_subnormal, 0.0]
    assert softmax_src.fit_temperature(np.array([far, far, far, near], dtype), [0, 0, 1, 0]) > 1.0


class TestInfinitiesAndNan:
    def test_a_mask_has_probability_zero(self):
        z = [-INF, 0.0, 0.0]
        np.testing.assert_array_equal(softmax_src.softmax(z), [0, 0.5, 0.5])
        np.testing.assert_array_equal(softmax_src.softmax(z, temperature=3.0), [0, 0.5, 0.5])
        assert softmax_src.log_softmax(z)[0] == -INF
        assert softmax_src.logsumexp(z) == np.log(2)
        np.testing.assert_array_equal(softmax_src.one_vs_rest_margin(z), [-INF, 0, 0])
        np.testing.assert_array_equal(softmax_src.softmax_jacobian(z)[0], 0)
        np.testing.assert_array_equal(softmax_src.softmax_jvp(z, [5.0, 1.0, 0.0])[0], 0)

    def test_a_target_of_zero_at_a_mask_adds_nothing(self):
        assert softmax_src.softmax_loss([-INF, 0.0, 0.0], [0, 0.5, 0.5]) == np.log(2)
        assert softmax_src.softmax_loss([-INF, 0.0, 0.0], 1) == np.log(2)
        np.testing.assert_array_equal(
            softmax_src.softmax_loss_gradient([-INF, 0.0, 0.0], 1), [0, -0.5, 0.5]
        )

    def test_a_target_at_a_mask_costs_infinity(self):
        z = [-INF, 0.0]
        for y in (0, [1, 0], [0.5, 0.5]):
            assert softmax_src.softmax_loss(z, y) == INF
        for y in (0, [1, 0]):
            np.testing.assert_array_equal(softmax_src.softmax_loss_gradient(z, y), [-1, 1])

    @pytest.mark.parametrize("z", [[INF, 0.0], [INF, INF], [-INF, -INF], [NAN, 0.0], [0.0, NAN]])
    def test_rows_without_a_softmax_are_nan(self, z):
        assert np.isnan(softmax_src.softmax(z)).all()
        assert np.isnan(softmax_src.softmax(z, temperature=0.7)).all()
        assert np.isnan(softmax_src.log_softmax(z)).all()
        assert np.isnan(softmax_src.one_vs_rest_margin(z)).all()
        assert np.isnan(softmax_src.softmax_jacobian(z)).all()
        assert np.isnan(softmax_src.softmax_jvp(z, [1.0, 2.0])).all()
        for y in (0, 1, [1, 0], [0.5, 0.5]):
            assert np.isnan(softmax_src.softmax_loss(z, y))
            assert np.isnan(softmax_src.softmax_loss_gradient(z, y)).all()

    def test_a_bad_row_leaves_the_others_alone(self):
        z = np.array([[0.0, 1.0], [NAN, 0.0], [INF, 0.0], [0.0, 1.0]])
        a = softmax_src.softmax(z)
        np.testing.assert_array_equal(np.isnan(a).all(axis=1), [False, True, True, False])
        for row in (0, 3):  # another shift may change a last place
            np.testing.assert_array_max_ulp(a[row], softmax_src.softmax(z[0]), maxulp=4)

    @pytest.mark.parametrize(
        ("z", "expected"),
        [
            ([INF, 0.0], INF),
            ([INF, -INF], INF),
            ([-INF, -INF], -INF),
            ([NAN, INF], NAN),
            ([INF, NAN], NAN),
        ],
    )
    def test_logsumexp(self, z, expected):
        np.testing.assert_equal(softmax_src.logsumexp(z), expected)


class TestShapes:
    def test_an_empty_class_axis(self):
        assert softmax_src.softmax(np.zeros((3, 0))).shape == (3, 0)
        assert softmax_src.log_softmax(np.zeros((0, 3)), axis=0).shape == (0, 3)
        np.testing.assert_array_equal(softmax_src.logsumexp(np.zeros((2, 0))), -INF)
        np.testing.assert_array_equal(softmax_src.logsumexp([]), -INF)

    @pytest.mark.parametrize("axis", [1, None])
    def test_what_needs_a_class_says_so_if_there_is_none(self, axis):
        z = np.zeros((2, 0))
        y = np.zeros(2, int) if axis else 0
        message = (
            r"^{} must have at least one class, but its shape is \(2, 0\) with the classes along "
            + ("axis 1$" if axis else r"axes \(0, 1\)$")
        )
        for f, name, *arguments in (
            (softmax_src.softmax_loss, "z", y),
            (softmax_src.softmax_loss, "z", z),
            (softmax_src.softmax_loss_gradient, "z", y),
            (softmax_src.focal_loss, "z", y),
            (softmax_src.focal_loss_gradient, "z", y),
            (softmax_src.distillation_loss, "z", z, 1.0),
            (softmax_src.distillation_gradient, "z", z, 1.0),
            (softmax_src.adjust_priors, "z", [], []),
            (softmax_src.focal_minimiser, "p", 2.0),
            (softmax_src.novelty_score, "z"),
            (softmax_src.fit_temperature, "z", y),
            (softmax_src.expected_calibration_error, "p", y),
            (softmax_src.chow_answers, "p", 0.5),
            (softmax_src.router_weights, "z", 1),
        ):
            with pytest.raises(ValueError, match=message.format(name)):
                f(z, *arguments, axis=axis)
        with pytest.raises(IndexError, match=r"^y(\[0\])? is 0, but there are no classes$"):
            softmax_src.quadratic_loss(z, y, axis=axis)

    def test_no_examples(self):
        assert softmax_src.softmax(np.zeros((0, 3))).shape == (0, 3)
        assert softmax_src.logsumexp(np.zeros((2, 0, 3))).shape == (2, 0)
        assert softmax_src.softmax_jacobian(np.zeros((0, 3))).shape == (0, 3, 3)

    def test_one_class(self):
        z = [[7.0], [-1e300]]
        np.testing.assert_array_equal(softmax_src.softmax(z), 1)
        np.testing.assert_array_equal(softmax_src.log_softmax(z), 0)
        np.testing.assert_array_equal(softmax_src.one_vs_rest_margin(z), INF)
        np.testing.assert_array_equal(softmax_src.softmax_jacobian(z), 0)
        assert softmax_src.softmax_loss(z, [0, 0]) == 0
        np.testing.assert_array_equal(softmax_src.softmax_loss_gradient(z, [0, 0]), 0)

    @pytest.mark.parametrize("axis", [2, -3])
    def test_an_axis_that_is_not_there(self, axis):
        for f in (softmax_src.softmax, softmax_src.log_softmax, softmax_src.logsumexp):
            with pytest.raises(np.exceptions.AxisError, match="out of bounds"):
                f(np.zeros((2, 2)), axis=axis)

    @pytest.mark.parametrize(
        ("axis", "error", "message"),
        [
            (
                1.0,
                TypeError,
                r"^axis must be an integer, a tuple of integers or None \(all\), not 1\.0",
            ),
            (np.float64(1), TypeError, r"not 1\.0"),
            ("0", TypeError, "not '0'"),
            (True, TypeError, "not True"),
            ((True,), TypeError, r"not \(True,\)"),
            ([np.True_], TypeError, r"not \[np.True_\]"),
            ({0}, TypeError, r"not \{0\}"),
            ({0: 1}, TypeError, r"not \{0: 1\}"),
            (b"\0", TypeError, r"not b'\\x00'"),
            ("", TypeError, "not ''"),
            (iter([0]), TypeError, "not <list_iterator"),
            (np.array([0, 1]), TypeError, r"not an array of shape \(2,\)"),
            ((10**5000,), np.exceptions.AxisError, "axis something too long to be written is out"),
            ((0, 0.5), TypeError, r"not \(0, 0\.5\)"),
            ((), ValueError, "^axis is empty; it must name at least one axis of classes$"),
            ((0, -2), ValueError, r"^axis names an axis of classes twice: \(0, -2\)$"),
            ((0, 7), np.exceptions.AxisError, "^axis 7 is out of bounds"),
            (
                2**70,
                np.exceptions.AxisError,
                f"^axis {2**70} is out of bounds for",
            ),
            ((0, 2**70), np.exceptions.AxisError, rf"^axis \(0, {2**70}\) is out of"),
        ],
    )
    def test_an_axis_that_is_none(self, axis, error, message):
        for f in ALONG_AN_AXIS:
            with pytest.raises(error, match=message):
                f(np.full((2, 2), 0.25), [0, 0], axis)

    @pytest.mark.parametrize(
        "axis", [0, 1, -1, (0, 2), [2, 0], (-1, 1), range(3), np.int8(2), np.array(1), None]
    )
    def test_several_axes_are_counted_as_one(self, axis):
        axes = sorted(a % 3 for a in np.atleast_1d((0, 1, 2) if axis is None else axis).tolist())
        rest = [a for a in range(3) if a not in axes]
        p = softmax_src.softmax(np.random.default_rng(0).normal(size=(2, 3, 4)), axis)
        c, k = labels_for(p, axes), np.prod([p.shape[a] for a in axes])
        rows = p.transpose(rest + axes).reshape(-1, k)
        for f in ALONG_AN_AXIS:
            expected, answer = f(rows, c.reshape(-1), -1), f(p, c, axis)
            if np.shape(answer) == p.shape:
                answer = answer.transpose(rest + axes)
            np.testing.assert_array_equal(np.reshape(answer, np.shape(expected)), expected)

    def test_a_temperature_is_fitted_along_any_axes(self):
        z = np.random.default_rng(0).normal(size=(2, 9, 4))
        for axis, rows in (
            (1, z.transpose(0, 2, 1).reshape(8, 9)),
            ((2, 0), z.transpose(1, 0, 2).reshape(9, 8)),
            (None, z.reshape(1, 72)),
        ):
            labels = np.argsort(rows)[:, -2]  # neither the best nor below the average
            c = labels.reshape({1: (2, 4), None: ()}.get(axis, 9))
            expected = softmax_src.fit_temperature(rows, labels)
            assert softmax_src.fit_temperature(z, c, axis) == expected
        with pytest.raises(np.exceptions.AxisError, match=r"^axis 3 is out of bounds"):
            softmax_src.fit_temperature(z, c, 3)

    def test_one_hot_puts_one_axis_anywhere(self):
        labels = [[0, 2, 1]]
        for axis in (0, 1, 2, -3):
            y = softmax_src.one_hot(labels, 3, axis=axis)
            np.testing.assert_array_equal(y.argmax(axis=axis), labels)
        for axis, shown in ((None, "None"), ((0,), r"\(0,\)"), (1.0, "1.0"), (True, "True")):
            with pytest.raises(TypeError, match=f"axis must be one integer, not {shown}$"):
                softmax_src.one_hot(labels, 3, axis=axis)
        for n_classes, error in ((2.0, TypeError), (True, TypeError), (0, ValueError)):
            with pytest.raises(error, match="n_classes must be"):
                softmax_src.one_hot([], n_classes)


class TestTypes:
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_floats_keep_their_type(self, dtype):
        z = np.zeros((2, 3), dtype)
        answers = every_call(z, np.full((2, 3), 1 / 3, dtype), np.array([0, 1]))
        assert {answer.dtype for answer in answers} == {np.dtype(dtype)}

    @pytest.mark.parametrize("dtype", [bool, *np.typecodes["AllInteger"]])
    def test_integers_and_bools_become_float64_before_anything_is_subtracted(self, dtype):
        z = np.array([[0, 1, 1], [1, 0, 0]], dtype)
        for f in ONE_ARRAY:
            answer = f(z)
            assert answer.dtype == np.float64
            np.testing.assert_array_equal(answer, f(z.astype(float)))

    def test_uint8_does_not_wrap_around(self):
        a = softmax_src.softmax(np.array([0, 255], np.uint8))
        np.testing.assert_allclose(a, [np.exp(-255), 1], rtol=1e-14)

    def test_swapped_bytes(self):
        z = np.arange(3, dtype=">f4")
        a = softmax_src.softmax(z)
        assert a.dtype == np.float32
        assert a.dtype.isnative
        np.testing.assert_array_equal(a, softmax_src.softmax(z.astype(np.float32)))

    @pytest.mark.parametrize(
        ("z", "message"),
        [
            (np.ma.masked_array([1.0, 2.0], [True, False]), "MaskedArray"),
            ([[0.0, 1.0], np.ma.masked_array([1.0, 2.0], [True, False])], "holds a MaskedArray"),
            (GivesAMask(), "holds a MaskedArray"),
            ([[[0.0], (np.ma.masked_array([1.0], [True]),)]], "holds a MaskedArray"),
            (np.array([[1.0, 2.0]]).view(np.matrix), "matrix"),
            (np.rec.array([1.0, 2.0]), "recarray"),
            ("12", "dtype"),
            (["1", "2"], "dtype"),
            ([[1.0], [1.0, 2.0]], "rectangular"),
            (np.array([1j, 2.0]), "complex128"),
            (np.array([1, 2], object), "object"),
            (np.array(["2020-01-01"], "M8[D]"), "datetime64"),
            (None, "object"),
            (np.array([(1.0,)], [("f", float)]), "dtype"),
        ],
    )
    def test_refuses_anything_else(self, z, message):
        for f in ONE_ARRAY:
            with pytest.raises(TypeError, match=message):
                f(z)
        for f in (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient):
            with pytest.raises(TypeError, match=message):
                f(z, [0])
        for f in (softmax_src.multilabel_logistic_loss, softmax_src.softmax_jvp):
            with pytest.raises(TypeError, match=message):
                f(z, z)
            with pytest.raises(TypeError, match=message):
                f([0.0, 0.0], z)
        with pytest.raises(TypeError, match=message):
            softmax_src.quadratic_loss(z, [0])

    @pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="longdouble is float64 here")
    def test_refuses_long_doubles(self):
        with pytest.raises(TypeError, match="float16, float32, float64"):
            softmax_src.softmax(np.zeros(2, np.longdouble))

    def test_refuses_a_single_number(self):
        for f in WITH_A_CLASS_AXIS:
            for z in (1.0, np.array(1.0)):
                with pytest.raises(TypeError, match=r"it needs at least one axis$"):
                    f(z)


class TestLabels:
    @pytest.mark.parametrize(
        ("labels", "message"),
        [
            ([0, 1, -1], r"y\[2\] is -1, but the labels of 3 classes run from 0 to 2"),
            ([0, 3, 4], r"y\[1\] is 3"),
            (np.array([0, 1, 255], np.uint8), r"y\[2\] is 255"),
            ([0, 2**70, -1], rf"y\[1\] is {2**70}, but the labels of 3 classes"),
            ([0, 1, -(2**70)], rf"y\[2\] is -{2**70}, but the labels of 3 classes"),
            ([2**63, 0, -1], rf"y\[0\] is {2**63}, but the labels of 3 classes"),
            ((-1, 0, np.uint64(2**63)), r"y\[0\] is -1, but the labels of 3 classes"),
        ],
    )
    def test_out_of_range(self, labels, message):
        for f in (
            softmax_src.softmax_loss,
            softmax_src.softmax_loss_gradient,
            softmax_src.quadratic_loss,
        ):
            with pytest.raises(IndexError, match=message):
                f(np.zeros((3, 3)), labels)
        with pytest.raises(IndexError, match=message.replace("y", "labels")):
            softmax_src.one_hot(labels, 3)

    def test_the_place_has_an_index_for_each_axis(self):
        with pytest.raises(IndexError, match=r"y\[1, 0\] is 9"):
            softmax_src.softmax_loss(np.zeros((2, 2, 3)), [[0, 1], [9, 9]])
        with pytest.raises(IndexError, match="y is 9"):
            softmax_src.softmax_loss(np.zeros(3), 9)

    @pytest.mark.parametrize(
        "labels",
        [
            [0.0, 1.0, 2.0],
            [True, False, True],
            ["a", "b", "c"],
            np.array([0, 1, None]),
            np.array([0, 1, 2], object),
        ],
    )
    def test_other_types(self, labels):
        for f in (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient):
            dtype = np.asarray(labels).dtype
            message = rf"labels must be integers, not of dtype {dtype}; y\[0\] is"
            with pytest.raises(TypeError, match=message):
                f(np.zeros((3, 3)), labels)
        with pytest.raises(TypeError, match=r"labels\[0\] is"):
            softmax_src.one_hot(labels, 3)

    @pytest.mark.parametrize(
        "y", [np.ma.masked_array([0, 1], [True, False]), [[1.0], [0.5, 0.5]], np.eye(2) + 0j]
    )
    def test_targets_are_checked_as_logits_are(self, y):
        for f in (softmax_src.softmax_loss, softmax_src.quadratic_loss):
            with pytest.raises(TypeError, match=r"^y (is a MaskedArray|is not a rect|has dtype)"):
                f(np.zeros((2, 2)), y)

    @pytest.mark.parametrize(
        ("labels", "shown"),
        [
            ([[0.5, 1.0]], r"0\.5"),
            (np.array([[True]]), "True"),
            ([["a"]], "'a'"),
            (np.array([[None]]), "None"),
            (np.array([[np.float32(0.5)]], object), r"0\.5"),
        ],
    )
    def test_the_first_of_another_type_is_shown_as_python_writes_it(self, labels, shown):
        with pytest.raises(TypeError, match=rf"; y\[0, 0\] is {shown}$"):
            as_labels(labels, 3)

    def test_no_labels_are_a_plain_empty_list_or_integers(self):
        for nothing in ([], np.zeros((0, 2)), np.zeros(0, np.uint8)):
            assert as_labels(nothing, 3).dtype.kind in "iu"
            assert softmax_src.one_hot(nothing, 3).shape == (*np.shape(nothing), 3)
        for dtype in (bool, "U1", complex, object, np.float32):
            nothing = np.zeros(0, dtype)
            with pytest.raises(TypeError, match=f"^labels must be .* of dtype {nothing.dtype}$"):
                as_labels(nothing, 3)

    def test_a_mask_on_labels_is_not_dropped_silently(self):
        with pytest.raises(TypeError, match=r"^labels is a MaskedArray"):
            softmax_src.one_hot(np.ma.masked_array([0, 1], [True, False]), 2)

    def test_ragged_labels_are_called_by_their_name(self):
        with pytest.raises(TypeError, match=r"^labels is not a rectangular"):
            softmax_src.one_hot([[0], [0, 1]], 2)

    def test_labels_without_a_name_are_called_y(self):
        with pytest.raises(IndexError, match=r"^y\[0\] is 9"):
            as_labels([9], 3)

    def test_logits_without_a_name_are_called_z(self):
        for wrong, what in ((1.0, "single"), (np.ma.masked_array([1.0], [True]), "MaskedArray; ")):
            with pytest.raises(TypeError, match=f"^z is a {what}"):
                as_logits(wrong)

    def test_no_labels_are_integers_too(self):
        assert as_labels([], 3).dtype == np.intp

    @pytest.mark.parametrize("dtype", np.typecodes["AllInteger"])
    def test_integers_of_any_kind(self, dtype):
        labels = np.array([0, 2], dtype)
        expected = softmax_src.softmax_loss([[1.0, 2.0, 4.0]] * 2, [0, 2])
        assert softmax_src.softmax_loss([[1.0, 2.0, 4.0]] * 2, labels) == expected

    @pytest.mark.parametrize("shape", [(2,), (3, 4), (4, 3), (1, 3, 1), (1,), ()])
    def test_shapes_that_do_not_fit(self, shape):
        for f in (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient):
            with pytest.raises(ValueError, match="shape"):
                f(np.zeros((3, 3)), np.zeros(shape, int))

    def test_the_message_names_the_axes_of_the_classes(self):
        for axis, along in ((-1, "axis 2"), ((2, 0), r"axes \(0, 2\)")):
            y = np.zeros((3,) * (3 - np.size(axis)), int)
            with pytest.raises(ValueError, match=rf"with the classes along {along}: \("):
                softmax_src.softmax_loss(np.zeros((2, 2, 2)), y, axis=axis)


class TestTargets:
    @pytest.mark.parametrize(
        "y", [[0.5, 0.6], [1.5, -0.5], [0.0, 0.0], [1.0, 1.0], [NAN, 1.0], [1.0 + 2e-6, 0.0]]
    )
    def test_rows_that_are_not_probabilities(self, y):
        for f in (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient):
            for smoothing in (0.0, 0.1):
                with pytest.raises(ValueError, match="sum to 1"):
                    f([[0.0, 0.0]] * 2, [[0.5, 0.5], y], label_smoothing=smoothing)

    def test_the_message_describes_the_wrong_row(self):
        with pytest.raises(ValueError, match=r"; y\[1, :\] has minimum -0\.5 and sum 1\.5"):
            softmax_src.softmax_loss(np.zeros((2, 2)), [[0.5, 0.5], [2.0, -0.5]])
        p = np.full((2, 3, 2), 0.25)
        p[:, 1] = [[0.75, 0], [0.25, 2e-6]]
        for f in (softmax_src.focal_minimiser, lambda p, axis: acceptance(p, p, axis)):
            with pytest.raises(
                ValueError,
                match=r"^each row of p must be probabilities, numbers >= 0 that sum to 1; "
                r"p\[:, 1, :\] has minimum 0 and sum 1\.000002$",
            ):
                f(p, axis=(0, 2))
        with pytest.raises(ValueError, match=r"; p has minimum 1 and sum 2$"):
            softmax_src.focal_minimiser([True, True])

    def test_rounding_is_forgiven(self):
        softmax_src.softmax_loss([0.0, 0.0], [0.5, 0.5 + 5e-7])
        softmax_src.softmax_loss([0.0] * 3, np.full(3, 0.33, np.float16))
        with pytest.raises(ValueError, match="sum to 1"):
            softmax_src.softmax_loss([0.0] * 3, np.full(3, 0.33, np.float32))

    @pytest.mark.parametrize("smoothing", [-0.1, 1.1, NAN])
    def test_smoothing_is_a_fraction(self, smoothing):
        with pytest.raises(ValueError, match=f"from 0 to 1, not {smoothing}$"):
            softmax_src.softmax_loss([0.0, 0.0], 0, label_smoothing=smoothing)

    @pytest.mark.parametrize("smoothing", [None, "0.1", True, [0.1]])
    def test_smoothing_is_a_number(self, smoothing):
        for f in (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient):
            with pytest.raises(TypeError, match=r"^label_smoothing must be a number, not "):
                f([0.0, 0.0], 0, label_smoothing=smoothing)

    def test_smoothing_of_few_bits_is_taken_as_it_is(self):
        """In float16 neither 1 − ε nor ε/K would be right."""
        z, few = [[1.0, 2.0, 4.0]], np.float16(0.1)
        for f in (softmax_src.softmax_loss, softmax_src.softmax_loss_gradient):
            np.testing.assert_array_equal(
                f(z, [0], label_smoothing=few), f(z, [0], label_smoothing=float(few))
            )

    @pytest.mark.parametrize("y", [[[0, 2]], [[-0.1, 0]], [[NAN, 0]], [[0, 0, 0]], [0, 0]])
    def test_multilabel_targets_are_fractions_of_the_same_shape(self, y):
        for f in (
            softmax_src.multilabel_logistic_loss,
            softmax_src.multilabel_logistic_loss_gradient,
        ):
            with pytest.raises(
                ValueError, match=r"targets of shape|^y\[0, \d\] is .*, but must be"
            ):
                f([[0.0, 0.0]], y)

    def test_sums_of_infinities_give_no_warning(self):
        row, even = [INF, -INF], [0.5, 0.5]
        for f in (
            lambda: softmax_src.softmax_loss([0.0, 0.0], row),
            lambda: softmax_src.focal_minimiser(row),
            lambda: softmax_src.adjust_priors([0.0, 0.0], row, even),
            lambda: softmax_src.speculative.acceptance(row, even),
            lambda: softmax_src.sampled_logits([[1.0]], [[1.0], [2.0]], [0], [1], row),
        ):
            with pytest.raises(ValueError, match="sum to 1"):
                f()


class TestTemperature:
    @pytest.mark.parametrize("temperature", [0, 0.0, -1.0, NAN, INF, -INF])
    def test_must_be_finite_and_positive(self, temperature):
        for value in (temperature, np.float64(temperature)):
            with pytest.raises(ValueError, match=r"finite and > 0, not -?(0|0\.0|1\.0|inf|nan)$"):
                softmax_src.softmax([0.0, 1.0], temperature=value)

    @pytest.mark.parametrize(
        ("temperature", "shown"),
        [
            (True, "True"),
            ("1", "'1'"),
            ([1, 2], r"\[1, 2\]"),
            ([[1], []], r"\[\[1\], \[\]\]"),  # of which NumPy makes no array
            (np.ones(1), "an array of shape "),
        ],
    )
    def test_must_be_a_number(self, temperature, shown):
        with pytest.raises(TypeError, match=rf"^temperature must be a number, not {shown}"):
            softmax_src.softmax([0.0, 1.0], temperature=temperature)

    def test_a_masked_number_is_not_0(self):
        with pytest.raises(TypeError, match=r"^label_smoothing is a MaskedConstant; subclasses"):
            softmax_src.softmax_loss([0.0, 0.0], 0, label_smoothing=np.ma.masked)

    @pytest.mark.parametrize("temperature", [None, 1j])
    def test_must_be_a_real_number(self, temperature):
        with pytest.raises(TypeError):
            softmax_src.softmax([0.0, 1.0], temperature=temperature)

    def test_an_integer_may_be_longer_than_those_of_numpy(self):
        uniform = softmax_src.softmax([0.0, 1.0], temperature=2**70)
        np.testing.assert_array_equal(uniform, 0.5)
        with pytest.raises(ValueError, match=r"^temperature must fit a float, not something"):
            softmax_src.softmax([0.0, 1.0], temperature=10**5000)

    @pytest.mark.parametrize("temperature", [2, np.float32(2), np.array(2.0), np.int8(2)])
    def test_any_kind_of_number(self, temperature):
        np.testing.assert_array_equal(
            softmax_src.softmax([0.0, 1.0], temperature=temperature),
            softmax_src.softmax([0.0, 1.0], temperature=2.0),
        )


@pytest.mark.parametrize("offset", [0.0, 1e4, 1e308])
def test_no_input_is_changed_and_read_only_input_is_fine(offset):
    z = np.array([[0.0, 1.0, -2.0], [3.0, -INF, 3.0]]) + offset
    y, c = np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5]]), np.array([0, 2])
    before = z.copy(), y.copy(), c.copy()
    for array in (z, y, c):
        array.flags.writeable = False
    for answer in every_call(z, y, c):
        assert not np.shares_memory(answer, z)
    for array, copy in zip((z, y, c), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_importing_the_package_loads_numpy_alone():
    code = (
        "import sys, numpy; before = set(sys.modules); import softmax_src; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert set(loaded) - sys.stdlib_module_names == {"numpy", "softmax_src"}  # numpy.typing


def test_everything_public_is_exported_once():
    assert sorted(set(softmax_src.__all__)) == softmax_src.__all__
    assert all(getattr(softmax_src, name).__doc__ for name in softmax_src.__all__)


def test_a_signature_names_types_as_the_source_does():
    """`softmax?` would show NumPy's ArrayLike as eight lines of what it stands for."""
    for name in softmax_src.__all__:
        assert "numpy." not in str(inspect.signature(getattr(softmax_src, name)))


def test_the_maths_never_imports_the_book():
    folder = Path(softmax_src.__file__).parent
    assert [f.name for f in folder.glob("**/*.py") if "softmax_book" in f.read_text("utf-8")] == []
