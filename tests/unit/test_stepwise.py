"""The stepwise loss loses digits where the arithmetic of its type says so, and nowhere else."""

import math

import numpy as np
import pytest

from softmax_src import softmax_loss, softmax_loss_gradient
from softmax_src.stepwise import DTYPES, FORMULAS, digits_kept, loss_steps

BITS = {"float16": 11, "float32": 24, "float64": 53}


@pytest.mark.parametrize("dtype", DTYPES)
def test_truth_is_the_loss_of_the_package(dtype):
    margins = np.linspace(-300, 300, 601).astype(dtype).astype(float)
    z = np.column_stack([margins, np.zeros_like(margins)])
    labels = np.zeros(margins.size, int)
    s = loss_steps(margins, dtype)
    np.testing.assert_allclose(s.true_loss, softmax_loss(z, labels, reduction="none"), rtol=1e-14)
    gradient = softmax_loss_gradient(z, labels, reduction="none")[:, 0]
    np.testing.assert_allclose(s.true_gradient, gradient, rtol=1e-14)


@pytest.mark.parametrize("formula", ["naive", "shifted", "lse"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_loss_is_0_once_1_plus_exp_rounds_to_1(dtype, formula):
    # e^-m is at most half the distance from 1 to the next number for m >= bits * log 2; the naive
    # formula's e^m + 1 rounds to e^m there.
    edge = BITS[dtype] * math.log(2)
    s = loss_steps([edge - 1, edge + 1], dtype, formula)
    assert s.loss[0] > 0
    assert s.gradient[0] < 0
    assert s.loss[1] == s.gradient[1] == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_log1p_keeps_all_digits_everywhere(dtype):
    margins = np.sinh(np.linspace(-7.6, 7.6, 1001))
    s = loss_steps(margins, dtype, "log1p")
    full = -math.log10(np.finfo(dtype).eps)
    assert np.all(digits_kept(s.loss, s.true_loss, dtype) == full)
    assert np.all(digits_kept(s.gradient, s.true_gradient, dtype) == full)


@pytest.mark.parametrize(
    ("dtype", "largest"), [("float16", 11.09), ("float32", 88.72), ("float64", 709.78)]
)
def test_naive_overflows_where_exp_does(dtype, largest):
    loss = loss_steps([largest - 0.1, largest + 0.1], dtype, "naive").loss
    assert np.isfinite(loss[0])
    assert np.isnan(loss[1])


def test_a_hopeless_answer_costs_infinity_after_a_softmax():
    for formula in ("naive", "shifted"):
        s = loss_steps(-110, "float32", formula)
        assert s.loss == np.inf
        assert np.isnan(s.gradient)
    for formula in ("lse", "log1p"):
        s = loss_steps(-110, "float32", formula)
        assert s.loss == 110
        assert s.gradient == -1


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_results_have_the_type(dtype, formula):
    s = loss_steps([1.0, -1.0], dtype, formula)
    assert s.loss.dtype == s.gradient.dtype == dtype
    assert all(step.dtype == dtype for step in s.trace.values())


def test_digits_kept_by_hand():
    assert digits_kept(1.001, 1.0, "float64") == pytest.approx(3)
    assert digits_kept(0.0, 1.0) == digits_kept(np.nan, 1.0) == digits_kept(np.inf, 1.0) == 0
    assert digits_kept(0.1001, 0.1, "float64") == pytest.approx(3)
    assert digits_kept(100.0, 1.0) == 0
    assert digits_kept(1.5, 1.0) == pytest.approx(math.log10(2))
    assert digits_kept(1 + 4 * 2**-23, 1.0) == pytest.approx(23 * math.log10(2))  # 4 ulp off: all
    assert digits_kept(1 + 5 * 2**-23, 1.0) == pytest.approx(math.log10(2**23 / 5))
    assert digits_kept(0.0, 2.0**-148) == 0  # two ulp off, yet nothing is left
    assert digits_kept(0.0, 1e-60) == pytest.approx(23 * math.log10(2))  # the truth rounds to 0


@pytest.mark.parametrize("margin", [2.0, -2.0])
def test_each_step_by_hand(margin):
    m, e = max(margin, 0.0), math.exp
    by_hand = {
        "naive": {"e_c": e(margin), "e_o": 1.0, "sum": e(margin) + 1},
        "shifted": {"e_c": e(margin - m), "e_o": e(-m), "sum": 1 + e(-2)},
    }
    for steps in by_hand.values():
        a_c = steps["e_c"] / steps["sum"]
        steps |= {"a_c": a_c, "loss": -math.log(a_c)}
    shifted = {key: by_hand["shifted"][key] for key in ("e_c", "e_o", "sum", "loss")}
    log_sum, gap = math.log1p(e(-2)), m - margin
    by_hand["lse"] = by_hand["log1p"] = shifted | {"log_sum": log_sum, "gap": gap}
    for formula, steps in by_hand.items():
        s = loss_steps(margin, "float64", formula)
        assert {key: float(value) for key, value in s.trace.items()} == pytest.approx(steps)
        assert s.loss == s.trace["loss"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_exp_and_log_are_float64s_rounded_once(dtype):
    margins = np.linspace(-9, 9, 2001).astype(dtype)
    trace = loss_steps(margins, dtype, "naive").trace
    exact = np.exp(margins.astype(float))
    np.testing.assert_array_equal(trace["e_c"], exact.astype(dtype))
    loss = -np.log(trace["a_c"].astype(float)).astype(dtype)
    np.testing.assert_array_equal(trace["loss"], loss)


def test_float32_and_log1p_by_default():
    default, chosen = loss_steps(20), loss_steps(20, "float32", "log1p")
    assert default.loss.dtype == np.float32
    assert default.trace == chosen.trace


def test_unknown_type_or_formula_is_refused():
    types = "dtype must be one of float16, float32, float64, formula one of naive, shifted, lse,"
    with pytest.raises(ValueError, match=f"^{types} log1p; not 'float8', 'log1p'$"):
        loss_steps(1, "float8")
    with pytest.raises(ValueError, match="exact"):
        loss_steps(1, "float32", "exact")
    for dtype in ("int32", "float8"):
        message = f"^dtype must be one of float16, float32, float64, not '{dtype}'$"
        with pytest.raises(ValueError, match=message):
            digits_kept(0.1, 0.1, dtype)
