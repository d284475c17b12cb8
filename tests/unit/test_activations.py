"""The activations against SciPy and against values worked out by hand."""

import numpy as np
import pytest
from scipy import special

import softmax_src
from softmax_src import rows


@pytest.fixture
def z():
    """Return logits of a moderate size, where SciPy is accurate."""
    return np.random.default_rng(0).normal(scale=3.0, size=(4, 5, 6))


@pytest.mark.parametrize("axis", [-3, -2, -1, 0, 1, 2])
def test_agrees_with_scipy_along_any_axis(z, axis):
    close = {"rtol": 1e-13, "atol": 1e-15}
    np.testing.assert_allclose(softmax_src.softmax(z, axis), special.softmax(z, axis), **close)
    np.testing.assert_allclose(
        softmax_src.log_softmax(z, axis), special.log_softmax(z, axis), **close
    )
    np.testing.assert_allclose(softmax_src.logsumexp(z, axis), special.logsumexp(z, axis), **close)
    np.testing.assert_allclose(
        softmax_src.logsumexp(z, axis, keepdims=True),
        special.logsumexp(z, axis, keepdims=True),
        **close,
    )
    np.testing.assert_allclose(
        softmax_src.one_vs_rest_margin(z, axis),
        special.logit(special.softmax(z, axis)),
        rtol=1e-10,
    )


@pytest.mark.parametrize("temperature", [0.1, 1, 7.5])
def test_temperature_divides_the_logits(z, temperature):
    np.testing.assert_allclose(
        softmax_src.softmax(z, temperature=temperature),
        special.softmax(z / temperature, axis=-1),
        rtol=1e-12,
    )


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_a_row_far_below_another_keeps_its_answer(temperature):
    a = softmax_src.softmax([[0.0, 0.0], [5000.0, 0.0]], temperature=temperature)
    np.testing.assert_array_equal(a, [[0.5, 0.5], [1.0, 0.0]])


def test_the_limits_of_the_temperature():
    z = [1.0, 3.0, 3.0]
    np.testing.assert_array_equal(softmax_src.softmax(z, temperature=1e-300), [0, 0.5, 0.5])
    np.testing.assert_allclose(softmax_src.softmax(z, temperature=1e300), 1 / 3, rtol=1e-15)


def test_many_blocks_give_what_one_row_at_a_time_gives():
    z = np.random.default_rng(1).normal(size=(3, 700, 100))  # several blocks
    for f in (softmax_src.softmax, softmax_src.log_softmax, softmax_src.one_vs_rest_margin):
        together = f(z, axis=1)
        for i, k in [(0, 0), (1, 99), (2, 50)]:
            np.testing.assert_allclose(together[i, :, k], f(z[i, :, k]), rtol=1e-14)
    lse = softmax_src.logsumexp(z)
    assert lse.shape == (3, 700)
    np.testing.assert_allclose(lse[2, 699], softmax_src.logsumexp(z[2, 699]), rtol=1e-14)


@pytest.mark.parametrize("n_classes", [2, 10, 64, 1000])
@pytest.mark.parametrize("offset", [0.0, 0.1, 1e4, -3e3])
def test_a_probability_that_rounds_to_one_is_one(n_classes, offset):
    """Four units in the last place would allow 1 − 4u; nobody would expect it."""
    margins = np.arange(39.0 + np.log(n_classes), 700.0, 0.25)
    z = np.full((margins.size, n_classes), offset)
    z[:, 0] += margins
    assert np.all(softmax_src.softmax(z)[:, 0] == 1.0)


def test_two_classes_are_a_sigmoid():
    z = np.array([[-40.0, 0.0], [0.0, 0.0], [3.0, 1.0], [800.0, 0.0]])
    margin = z[:, 1] - z[:, 0]
    np.testing.assert_allclose(softmax_src.softmax(z)[:, 1], softmax_src.sigmoid(margin))
    np.testing.assert_array_equal(softmax_src.one_vs_rest_margin(z)[:, 1], margin)


def test_the_margin_tells_apart_what_the_probability_cannot():
    a = softmax_src.softmax([[40.0, 0.0], [50.0, 0.0]])[:, 0]
    assert a[0] == a[1] == 1.0
    margin = softmax_src.one_vs_rest_margin([[40.0, 0.0, 0.0], [50.0, 0.0, 0.0]])[:, 0]
    np.testing.assert_allclose(margin, [40 - np.log(2), 50 - np.log(2)])


def test_sigmoid_against_scipy():
    z = np.array([-700.0, -40.0, -1e-20, 0.0, 1e-20, 2.0, 40.0, np.inf, -np.inf])
    np.testing.assert_allclose(softmax_src.sigmoid(z), special.expit(z), rtol=1e-15)
    assert softmax_src.sigmoid(-745.0) == 5e-324  # e^-745 = 4.99e-324; SciPy's is 0
    assert np.isnan(softmax_src.sigmoid(np.nan))
    assert softmax_src.sigmoid(0) == 0.5
    assert softmax_src.sigmoid(np.float32(1)).dtype == np.float32


def test_one_hot():
    np.testing.assert_array_equal(softmax_src.one_hot([[2], [0]], 3), [[[0, 0, 1]], [[1, 0, 0]]])
    np.testing.assert_array_equal(softmax_src.one_hot(1, 2), [0, 1])
    assert softmax_src.one_hot([], 4).shape == (0, 4)
    assert softmax_src.one_hot(np.array([1], np.uint64), 2).tolist() == [[0, 1]]


def test_a_row_far_below_the_others_does_not_vanish():
    z = [[-2000.0, -2000.0], [-1000.0, -1000.0]]
    np.testing.assert_array_equal(softmax_src.softmax(z), np.full((2, 2), 0.5))


@pytest.mark.parametrize(
    ("shape", "row_cost", "cuts"),
    [
        ((), 3 * rows.BLOCK, [()]),
        ((4,), rows.BLOCK // 4, [()]),  # just one block
        ((5,), rows.BLOCK // 2, [(slice(0, 2),), (slice(2, 4),), (slice(4, 6),)]),
        ((2, 4), rows.BLOCK // 4, [(slice(0, 1),), (slice(1, 2),)]),
        ((2, 2), rows.BLOCK, [(i, slice(k, k + 1)) for i in (0, 1) for k in (0, 1)]),
        ((2,), 2 * rows.BLOCK, [(0,), (1,)]),
        (
            (rows.BLOCK + 1,),
            1,
            [(slice(0, rows.BLOCK),), (slice(rows.BLOCK, 2 * rows.BLOCK),)],
        ),
    ],
)
def test_blocks_are_as_large_as_allowed(shape, row_cost, cuts):
    assert list(rows.blocks(shape, row_cost)) == cuts


def test_no_formula_gets_more_than_a_block():
    z, sizes = np.zeros((2, 500, 100)), []

    def formula(block):
        sizes.append(block.size)
        return block

    np.testing.assert_array_equal(rows.by_rows(formula, z), z)
    assert sum(sizes) == z.size
    assert 1000 < max(sizes) <= rows.BLOCK < z.size


def test_a_refusal_says_what_is_accepted():
    with pytest.raises(TypeError, match="; accepted are float16, float32, float64, integers and"):
        softmax_src.softmax([1j])
    with pytest.raises(TypeError, match=r" meanings of their own, so pass a plain array \(np\."):
        softmax_src.softmax(np.ma.masked_array([1.0]))
