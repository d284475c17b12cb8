"""Pieces of rows: values from mpmath, what masks and infinities do, and what is refused."""

import mpmath
import numpy as np
import pytest

from softmax_src.activations import softmax
from softmax_src.onepass import Piece, merge, summarise

INF, NAN = np.inf, np.nan


def by_mpmath(z, v):
    """Return LSE and weighted mean in 50 digits, without any shift."""
    with mpmath.workdps(50):
        e = [mpmath.exp(mpmath.mpf(float(x))) for x in z]
        mean = [mpmath.fdot(e, map(float, column)) / mpmath.fsum(e) for column in v.T]
        return float(mpmath.log(mpmath.fsum(e))), np.array([float(x) for x in mean])


@pytest.mark.parametrize("offset", [0, 900, -900])
@pytest.mark.parametrize("tile", [None, 1, 3, 50, 1000])
def test_lse_and_mean_are_those_of_mpmath(tile, offset):
    rng = np.random.default_rng(3)
    z, v = rng.normal(0, 30, size=100) + offset, rng.normal(size=(100, 2))
    lse, mean = by_mpmath(z, v)
    found = summarise(z, v, tile)
    np.testing.assert_allclose(found.lse(), lse, rtol=1e-15)
    np.testing.assert_allclose(found.mean(), mean, rtol=1e-13)


def test_rows_are_summed_up_each_on_its_own():
    rng = np.random.default_rng(4)
    z, v = rng.normal(size=(2, 5, 7)), rng.normal(size=(2, 7, 3))
    found = summarise(z, v, tile=2)
    assert [x.shape for x in found] == [(2, 5), (2, 5), (2, 5, 3)]
    for i, j in np.ndindex(2, 5):
        one = summarise(z[i, j], v[i])
        for got, expected in zip(found, one, strict=True):
            np.testing.assert_allclose(got[i, j], expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("z", "v", "rows", "o"),
    [
        ((4,), (4, 1), (), (1,)),
        ((4,), (2, 4, 1), (), (2, 1)),
        ((2, 4), (4, 1), (2,), (2, 1)),
        ((2, 4), (3, 4, 1), (2,), (3, 2, 1)),
        ((5, 1, 2, 4), (3, 4, 1), (5, 1, 2), (5, 3, 2, 1)),
    ],
)
def test_the_leading_axes_are_those_of_the_product(z, v, rows, o):
    rng = np.random.default_rng(5)
    z, v = rng.normal(size=z), rng.normal(size=v)
    for tile in (None, 3):
        found = summarise(z, v, tile)
        assert [x.shape for x in found] == [rows, rows, o]
        np.testing.assert_allclose(found.mean(), softmax(z) @ v, rtol=1e-12)


@pytest.mark.parametrize("nothing", [[], [-INF], [-INF, -INF]])
def test_a_masked_head_of_the_stream_does_no_harm(nothing):
    """The trap of a running maximum: -inf less -inf is nan."""
    piece = summarise([1.0, 2.0], [[1.0], [2.0]])
    masked = summarise(nothing, np.ones((len(nothing), 1)))
    for found in (merge(masked, piece), merge(piece, masked), merge(masked, merge(masked, piece))):
        for got, expected in zip(found, piece, strict=True):
            np.testing.assert_array_equal(got, expected)
    stream = summarise([-INF, -INF, 1.0, 2.0], tile=1)
    np.testing.assert_allclose(stream.lse(), np.logaddexp(1, 2), rtol=1e-15)


def test_all_masked():
    piece = summarise(np.full((2, 3), -INF), np.ones((3, 2)), tile=2)
    np.testing.assert_array_equal(piece.lse(), -INF)
    assert np.isnan(piece.mean()).all()


@pytest.mark.parametrize("tile", [None, 1])
@pytest.mark.parametrize(("z", "lse"), [([INF, 0.0], INF), ([0.0, NAN], NAN), ([-INF, INF], INF)])
def test_infinity_and_nan(z, lse, tile):
    found = summarise(z, [[1.0], [2.0]], tile)
    np.testing.assert_equal(float(found.lse()), lse)
    assert np.isnan(found.mean()).all()


def test_infinite_and_huge_numbers_give_no_warning():
    assert np.isnan(summarise([INF, 0.0], [[0.0], [1.0]]).mean()).all()
    assert summarise([0.0, 0.0], [[1e308], [1e308]]).mean() == INF
    assert summarise([0.0, -700.0], [[1.0], [INF]]).mean() == INF
    assert np.isnan(summarise([0.0, -800.0], [[1.0], [INF]]).mean())  # a weight of 0


def test_types():
    assert summarise(np.array([200, 100], np.uint8)).M == 200
    assert summarise(np.array([200, 100], np.uint8)).s == 1 + np.exp(-100)
    assert summarise(np.zeros(70_000, np.float16)).s == 70_000
    assert isinstance(summarise([0.0]), Piece)


@pytest.mark.parametrize("two", [summarise([0.0]), summarise([0.0], [[1.0]])])
def test_values_of_two_widths_are_not_merged(two):
    says = rf"^one has values of 2 numbers, and two of {two.o.size}$"
    with pytest.raises(ValueError, match=says):
        merge(summarise([0.0], [[1.0, 2.0]]), two)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((5.0,), TypeError, "z is a single number"),
        ((["a"],), TypeError, "z has dtype"),
        (([1.0, 2.0], [[1.0]]), ValueError, r"v has shape \(1, 1\); 2 logits"),
        (([1.0, 2.0], [1.0, 2.0]), ValueError, r"v has shape \(2,\)"),
        (
            (np.zeros((2, 3, 4)), np.zeros((5, 4, 1))),
            ValueError,
            r"^the leading axes do not broadcast: z \(2, 3, 4\), v \(5, 4, 1\)$",
        ),
        (([1.0], [["a"]]), TypeError, "v has dtype"),
        (([1.0], None, 0), ValueError, "tile must be at least 1, not 0"),
        (([1.0], None, 1.5), TypeError, "tile must be an integer, not 1.5"),
    ],
)
def test_what_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        summarise(*arguments)
