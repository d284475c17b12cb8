"""Accuracy in units in the last place, on every family of logits, against mpmath.

The bounds are those that the docstrings promise. The families and the oracle are the benchmark's,
which runs them up to 50257 classes; here they have up to 1000 and take seconds.
"""

import numpy as np
import pytest

import softmax_src
from benchmarks.families import FAMILIES, labels, logits
from benchmarks.oracle import Exact, Row, mp

DTYPES = [np.float64, np.float32, np.float16]
BOUNDS = {
    "softmax": 4.0,
    "temperature": 4.0,
    "log_softmax": 4.0,
    "logsumexp": 4.0,
    "margin": 6.0,
    "loss": 4.0,
    "gradient": 4.0,
    "soft loss": 4.0,
    "soft gradient": 4.0,
    "jacobian": 11.0,
    "jvp": 16.0,
}


def bound(name, dtype):
    """Return the promised error; float32 and float16 are rounded once, from float64."""
    return BOUNDS[name] if dtype == np.float64 else 0.51


def margin_scale(margin):
    """Return the numbers whose unit counts: a margin crosses 0 where a = 1/2."""
    return np.maximum(np.abs(margin.high), max(1.0, np.log(len(margin.high))))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n_classes", [1, 2, 3, 10, 129, 1000])
def test_softmax_and_its_loss(family, n_classes, dtype):
    z = logits(family, n_classes, dtype)
    row = Row(z)
    assert row.softmax().ulps(softmax_src.softmax(z)) <= bound("softmax", dtype)
    assert row.log_softmax().ulps(softmax_src.log_softmax(z)) <= bound("log_softmax", dtype)

    lse = row.logsumexp()
    size = np.maximum(np.abs(lse.high), max(abs(float(row.m)), float(row.log_total)))
    assert lse.ulps([softmax_src.logsumexp(z)], scale=size) <= bound("logsumexp", dtype)

    for c in labels(z):
        loss = softmax_src.softmax_loss(z[None], [c], reduction="none")
        assert row.loss(c).ulps(loss) <= bound("loss", dtype)
        gradient = softmax_src.softmax_loss_gradient(z, c)
        assert row.gradient(c).ulps(gradient) <= bound("gradient", dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("temperature", [1e-3, 0.37, 0.5, 3.3, 1e4])
def test_temperature(family, temperature, dtype):
    z = logits(family, 20, dtype)
    a = softmax_src.softmax(z, temperature=temperature)
    assert Row(z, temperature).softmax().ulps(a) <= bound("temperature", dtype)


def test_a_temperature_near_the_largest_float_meets_logits_near_it():
    z = np.array([1.7e308, -1.7e308, 0.0])
    a = softmax_src.softmax(z, temperature=1e308)
    assert Row(z, 1e308).softmax().ulps(a) <= BOUNDS["temperature"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n_classes", [1, 2, 3, 12])
def test_margin_jacobian_and_product(family, n_classes, dtype):
    z = logits(family, n_classes, dtype)
    row = Row(z)
    margin = row.margin()
    error = margin.ulps(softmax_src.one_vs_rest_margin(z), scale=margin_scale(margin))
    assert error <= bound("margin", dtype)

    assert row.jacobian().ulps(softmax_src.softmax_jacobian(z)) <= bound("jacobian", dtype)

    rng = np.random.default_rng(n_classes)
    for v in (rng.normal(size=n_classes), rng.normal(1e3, size=n_classes), np.eye(n_classes)[0]):
        v = v.astype(dtype)
        product = row.jvp(v)
        a, apart = row.softmax().high, np.abs(v.astype(float) - float(v[row.top]))
        with np.errstate(under="ignore"):
            promised = 2.0**-53 * BOUNDS["jvp"] * a * (apart + a @ apart)
            promised += 4 * n_classes * max(1.0, apart.max()) * 2.0**-1074
            promised += 0.51 * np.spacing(np.abs(product.high).astype(dtype)).astype(float)
            error = np.abs(softmax_src.softmax_jvp(z, v) - product.high - product.low)
        assert (error <= promised).all()


SMALLEST = 2.0**-1074


@pytest.mark.parametrize("K", [3, 101, 301])
def test_what_underflows_costs_the_jacobian_three_units_a_class(K):
    z = np.array([-0.4999] + [-745.13] * (K - 1))
    true = Row(z).jacobian()
    error = np.abs(softmax_src.softmax_jacobian(z) - true.high - true.low)
    assert (error <= 3 * K * SMALLEST + 11 * np.spacing(np.abs(true.high))).all()


@pytest.mark.parametrize(
    ("z", "v"),
    [
        ([0.0] + [-744.1] * 100, [0.0] + [1.0] * 100),
        ([0.0, -744.1], [0.0, 1e10]),
        ([0.0, -900.0], [0.0, 1e100]),
    ],
)
def test_what_underflows_costs_the_product_four_units_a_class(z, v):
    true = Row(np.array(z)).jvp(v)
    error = np.abs(softmax_src.softmax_jvp(z, v) - true.high - true.low)
    units = 4 * len(z) * max(1.0, max(v))
    assert (error <= units * SMALLEST + 16 * np.spacing(np.abs(true.high))).all()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n_classes", [2, 10])
def test_soft_targets(family, n_classes):
    z = logits(family, n_classes)
    y = np.random.default_rng(0).dirichlet(np.ones(n_classes))
    row = Row(z)
    loss = softmax_src.softmax_loss(z[None], y[None], reduction="none")
    assert row.soft_loss(y).ulps(loss) <= BOUNDS["soft loss"]
    # Near a = y the gradient cancels, so its error is absolute: in units of eps.
    gradient = softmax_src.softmax_loss_gradient(z, y)
    error = row.soft_gradient(y).ulps(gradient, scale=np.ones(n_classes))
    assert error <= BOUNDS["soft gradient"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_any_axis_order_and_stride_is_as_accurate(family, axis):
    rows = np.stack([logits(family, 140, seed=seed) for seed in range(4)])  # (4, 140)
    bounds = [Row(z).softmax() for z in rows]
    z = np.moveaxis(rows.reshape(2, 2, 140), -1, axis)
    wide = np.zeros([2 * n for n in z.shape])
    wide[::2, ::2, ::2] = z
    for view in (z, np.asfortranarray(z), np.ascontiguousarray(z), wide[::2, ::2, ::2]):
        a = np.moveaxis(softmax_src.softmax(view, axis=axis), axis, -1).reshape(4, 140)
        assert all(true.ulps(one) <= BOUNDS["softmax"] for true, one in zip(bounds, a, strict=True))


def test_rows_in_one_block_do_not_disturb_each_other():
    """A block with all families at once takes the general path; each row keeps its bound."""
    rows = [logits(family, 50) for family in FAMILIES]
    a = softmax_src.softmax(np.stack(rows))
    loss = softmax_src.softmax_loss(np.stack(rows), np.zeros(len(rows), int), reduction="none")
    margins = softmax_src.one_vs_rest_margin(np.stack(rows))
    for z, one, cost, margin in zip(rows, a, loss, margins, strict=True):
        row = Row(z)
        assert row.softmax().ulps(one) <= BOUNDS["softmax"]
        assert row.loss(0).ulps([cost]) <= BOUNDS["loss"]
        true = row.margin()
        assert true.ulps(margin, scale=margin_scale(true)) <= BOUNDS["margin"]


@pytest.mark.parametrize("neighbour", [700.0, 1000.0, np.inf, -np.inf, np.nan])
def test_a_margin_does_not_depend_on_the_row_beside_it(neighbour):
    z = np.array([-0.006, 0.006, -0.019])
    with np.errstate(invalid="ignore"):
        margin = softmax_src.one_vs_rest_margin([[neighbour] * 3, z])[1]
    true = Row(z).margin()
    assert true.ulps(margin, scale=margin_scale(true)) <= BOUNDS["margin"]


@pytest.mark.parametrize("sign", [1, -1])
def test_one_shift_for_a_block_is_used_only_where_it_is_exact(sign):
    """Between 101 and 399 no overflow threatens, but z − 399 would be rounded."""
    z = sign * np.random.default_rng(0).uniform(101.0, 399.0, size=50)
    assert Row(z).softmax().ulps(softmax_src.softmax(z)) <= BOUNDS["softmax"]


@pytest.mark.parametrize("z", [[600.3, 0.1], [-1e-14, -300.123], [3.2, -511.25 - 2.0**-44]])
def test_a_row_that_needs_no_shift_gets_none_beside_one_that_does(z):
    """Any other shift would be rounded: 0.1 − 512, −300.123 + 2^-46, −511.25 − 2^-44 − 1."""
    a = softmax_src.softmax([[2000.5, 1990.0], z])
    assert Row(z).softmax().ulps(a[1]) <= BOUNDS["softmax"]


@pytest.mark.parametrize("order", ["as is", "reversed", "shuffled"])
@pytest.mark.parametrize(
    "groups",
    [  # (logit, how often): many terms that a running sum cannot see
        [(0, 1), (-37, 127)],
        [(30, 1), (0, 1), (-36.76, 255)],
        [(-3, 1), (0, 1), (-36.76, 255)],
        [(0, 2), (-36.771082881311564, 255)],  # what the hunter found: 15 ulp in the old version
        [(0.0, 1), (-29.38, 1), (-32.09, 256)],
        [(0.0, 2), (-29.19, 7), (-26.159, 255), (-36.54, 255), (-26.76, 10)],
        [(700.0, 1), (664.0, 500), (-44.0, 3)],
        [(0.0, 1), (-745.0, 1000)],  # each underflows, all together do not
        [(-1.0, 1), (-700.0, 300)],
        [(0.0, 1), (-37.5, 20_000)],
        [(2000.0, 1), (1963.0, 2000)],
        [(676.0, 1), (0.3, 1)],  # 0.3 − 512 would be rounded
        [(676.5, 1), (0.3, 1)],
        [(0.3, 1), (-650.0, 1)],  # so is 0.3 − (0.3 − 500)
    ],
    ids=str,
)
def test_many_small_terms_beside_a_large_one(groups, order):
    z = np.repeat([v for v, _ in groups], [n for _, n in groups]).astype(float)
    z = {"as is": z, "reversed": z[::-1], "shuffled": np.random.default_rng(0).permutation(z)}[
        order
    ]
    row = Row(z)
    assert row.softmax().ulps(softmax_src.softmax(z)) <= BOUNDS["softmax"]
    assert row.log_softmax().ulps(softmax_src.log_softmax(z)) <= BOUNDS["log_softmax"]
    for value, _ in groups:
        c = int(np.argmax(z == value))
        loss = softmax_src.softmax_loss(z[None], [c], reduction="none")
        assert row.loss(c).ulps(loss) <= BOUNDS["loss"]
        gradient = softmax_src.softmax_loss_gradient(z, c)
        assert row.gradient(c).ulps(gradient) <= BOUNDS["gradient"]


def test_many_small_terms_above_a_label_far_below():
    """Each lane of a plain sum, as processors take it, would lose them: two units of the loss."""
    z = np.full(2**15, -36.75)
    z[:33], z[-1] = 0.0, -75.0
    true = 75 + mp.log(33 + (2**15 - 34) * mp.exp(-36.75) + mp.exp(-75))
    loss = softmax_src.softmax_loss(z[None], [z.size - 1], reduction="none")
    assert Exact.of([true]).ulps(loss) <= 1  # of 75 + log 33: its unit is 75's


@pytest.mark.parametrize("n", [2, 3, 7, 1000])
@pytest.mark.parametrize(
    "z",
    [
        [0.3, -36.8, -36.8, 1.7],
        [-0.013507871742051343, 0.02008777791299808],  # its sum has a long second half
    ],
)
def test_the_mean_costs_the_gradient_no_further_digit(n, z):
    c = len(z) - 1
    gradient = softmax_src.softmax_loss_gradient(np.tile(z, (n, 1)), np.full(n, c))
    true = Row(np.array(z)).gradient(c, n)
    assert all(true.ulps(row) <= BOUNDS["gradient"] for row in gradient)


def test_float16_with_70000_classes():
    """A sum in float16 would overflow at 65504."""
    z = np.zeros(70_000, np.float16)
    a = softmax_src.softmax(z)
    assert a.dtype == np.float16
    np.testing.assert_array_equal(a, np.float16(1 / 70_000))
    assert softmax_src.logsumexp(z) == np.float16(np.log(70_000))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("n_classes", [1000, 50_257, 3 * 2**15 + 7])
def test_the_plain_sums_of_the_small_types_are_as_good(n_classes, dtype):
    """Beside a large term, many so small that a running sum in float32 would not see them."""
    z = np.full(n_classes, -9.0, dtype)
    z[n_classes // 3] = 9.0
    row = Row(z)
    assert row.softmax().ulps(softmax_src.softmax(z)) <= 0.51
    assert row.log_softmax().ulps(softmax_src.log_softmax(z)) <= 0.51
    for c in (0, n_classes // 3):
        assert row.loss(c).ulps(softmax_src.softmax_loss(z[None], [c])[None]) <= 0.51
        assert row.gradient(c).ulps(softmax_src.softmax_loss_gradient(z, c)) <= 0.51
