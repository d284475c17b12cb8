"""The float inspector's JavaScript rounds and computes as NumPy does, in each type."""

import numpy as np
import pytest

from softmax_src.stepwise import DTYPES, FORMULAS, digits_kept, loss_steps

MODULE = "float_inspector.mjs"
MARGINS = np.unique(
    np.concatenate(
        [
            np.linspace(-40, 40, 161),
            np.sinh(np.linspace(-7.5, 7.5, 241)),
            [0.0, 7.62, 7.63, 11.09, 11.1, 16.63, 16.64, 17.34, 36.73, 36.75, 88.72, 88.73],
            [103.97, 103.98, 709.78, 709.79, 745.13, 745.14, -88.73, -103.98, -745.14, 1000, -1000],
        ]
    )
)


def floats(numbers):
    """As float64: a large whole number comes out of JSON as a Python int."""
    return np.array([float(x) for x in numbers])


def test_round16_is_numpys_float16(node):
    rng = np.random.default_rng(0)
    x = np.concatenate(
        [
            rng.normal(0, 1, 2000) * 10.0 ** rng.uniform(-9, 6, 2000),
            np.arange(2**16, dtype=np.uint16).view(np.float16).astype(float)[::37],
            [0.0, 65504, 65519.999, 65520, 2**-24, 2**-25, 1.5 * 2**-25, np.inf, -np.inf, np.nan],
            1 + np.array([1, 2, 3, 5, 7]) * 2.0**-11,  # ties
            (1 - 2.0**-53) * 2.0 ** np.arange(-20, 16),  # just below powers of two
        ]
    )
    with np.errstate(over="ignore"):
        expected = x.astype(np.float16).astype(float)
    np.testing.assert_array_equal(node(MODULE, "data.map(m.round16)", x), expected)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_step_is_the_same_number(node, dtype, formula):
    expression = f'data.map((x) => m.lossSteps(x, "{dtype}", "{formula}"))'
    rows = node(MODULE, expression, MARGINS)
    expected = loss_steps(MARGINS, dtype, formula)
    # The smaller types agree exactly; float64 up to the last digit of exp and log, which language
    # and library choose, and which next to 1 is an absolute error.
    tolerance = {"rtol": 1e-12, "atol": 1e-15} if dtype == "float64" else {"rtol": 0, "atol": 0}
    for name, values in expected.trace.items():
        np.testing.assert_allclose(floats(row["trace"][name] for row in rows), values, **tolerance)
    np.testing.assert_allclose(floats(row["loss"] for row in rows), expected.loss, **tolerance)
    np.testing.assert_allclose(
        floats(row["gradient"] for row in rows), expected.gradient, **tolerance
    )
    for name, values in (
        ("trueLoss", expected.true_loss),
        ("trueGradient", expected.true_gradient),
    ):
        np.testing.assert_allclose([row[name] for row in rows], values, rtol=1e-12, atol=0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_digits_kept_and_spacing(node, dtype):
    rng = np.random.default_rng(1)
    number = np.dtype(dtype).type
    with np.errstate(over="ignore", under="ignore"):
        truth = rng.uniform(1, 10, 500) * 10.0 ** rng.uniform(-7, 4, 500)
        computed = (truth * (1 + 10.0 ** rng.uniform(-18, 1, 500))).astype(dtype).astype(float)
    computed[:4], truth[:3] = [0, np.inf, np.nan, 0], [1, 1, 1e-320]
    cases = np.column_stack([computed, truth])
    digits = node(MODULE, f'data.map(([c, t]) => m.digitsKept(c, t, "{dtype}"))', cases)
    np.testing.assert_allclose(digits, digits_kept(computed, truth, dtype), rtol=1e-9, atol=1e-9)
    sizes = [1.0, 0.999, 2.0**-14, 1e-8, 1000.0, 3.3, 0.0]
    spacing = node(MODULE, f'data.map((x) => m.spacing(x, "{dtype}"))', sizes)
    np.testing.assert_array_equal(spacing, [float(np.spacing(number(x))) for x in sizes])


@pytest.mark.parametrize("dtype", DTYPES)
def test_certain_from_is_where_the_shifted_loss_turns_0(node, dtype):
    threshold = node(MODULE, f'm.certainFrom("{dtype}")')
    below, above = loss_steps([threshold - 0.02, threshold + 0.02], dtype, "shifted").loss
    assert below > 0
    assert above == 0


def test_shortest_reads_back(node):
    x = np.float32([0.1, 1 / 3, 1 - 2**-24, 2.0611537e-09, 110, 3.4e38, 1e-45])
    texts = node(MODULE, 'data.map((x) => m.shortest(x, "float32"))', x.astype(float))
    powers = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    for text, value in zip(texts, x, strict=True):
        assert np.float32(text.translate(powers).replace("×10", "e").replace("−", "-")) == value
    assert texts[2] == "0.99999994"


@pytest.mark.parametrize(
    ("margin", "dtype", "formula", "lost"),
    [
        (20, "float32", "shifted", {"sum": "the smaller one is lost"}),
        (20, "float32", "log1p", {}),
        (2, "float32", "naive", {}),
        (100, "float32", "naive", {"e_c": "overflow", "a_c": "∞ divided by ∞"}),
        (-110, "float32", "shifted", {"e_c": "underflow"}),
        (-110, "float64", "shifted", {"sum": "the smaller one is lost"}),
    ],
)
def test_the_step_that_loses_is_named(node, margin, dtype, formula, lost):
    expression = f'm.losses(m.lossSteps({margin}, "{dtype}", "{formula}").trace, "{formula}")'
    assert node(MODULE, expression) == lost
