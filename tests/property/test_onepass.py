"""The merge of pieces is an addition: laws for any rows, masks, cuts and groupings."""

from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special

from softmax_src.onepass import merge, summarise

scores = st.one_of(st.floats(-300, 300), st.just(-np.inf))
values = st.floats(-5, 5)


def same(one, two):
    np.testing.assert_array_equal(one.M, two.M)
    np.testing.assert_allclose(one.s, two.s, rtol=1e-13, atol=0)
    np.testing.assert_allclose(one.o, two.o, rtol=1e-12, atol=1e-12)


@st.composite
def rows(draw, least=0, most=6):
    """Draw logits of two rows, some or all of them masked, and values."""
    n = draw(st.integers(least, most))
    z = draw(hnp.arrays(float, (2, n), elements=scores))
    return z, draw(hnp.arrays(float, (n, 2), elements=values))


pieces = rows().map(lambda zv: summarise(*zv))


@given(pieces, pieces, pieces)
def test_associative_and_commutative(a, b, c):
    same(merge(merge(a, b), c), merge(a, merge(b, c)))
    for one, two in zip(merge(a, b), merge(b, a), strict=True):
        np.testing.assert_array_equal(one, two)


@given(pieces)
def test_the_empty_piece_is_neutral(a):
    nothing = summarise(np.zeros((2, 0)), np.zeros((0, 2)))
    for one, two in ((a, nothing), (nothing, a)):
        for got, expected in zip(merge(one, two), a, strict=True):
            np.testing.assert_array_equal(got, expected)


def tree(draw, parts):
    """Merge pieces in a random grouping."""
    if len(parts) == 1:
        return parts[0]
    cut = draw(st.integers(1, len(parts) - 1))
    return merge(tree(draw, parts[:cut]), tree(draw, parts[cut:]))


@given(st.data(), rows(1, 30))
def test_any_cuts_order_and_grouping_give_the_whole_row(data, zv):
    z, v = zv
    n = z.shape[1]
    z[:, data.draw(st.integers(0, n - 1))] = data.draw(st.floats(-300, 300))
    cuts = sorted(data.draw(st.sets(st.integers(1, n - 1)))) if n > 1 else []
    parts = [
        summarise(*part) for part in zip(np.split(z, cuts, axis=1), np.split(v, cuts), strict=True)
    ]
    parts = data.draw(st.permutations(parts))
    for found in (reduce(merge, parts), tree(data.draw, parts)):
        np.testing.assert_allclose(
            found.lse(), special.logsumexp(z, axis=1), rtol=1e-13, atol=1e-13
        )
        expected = special.softmax(z, axis=1) @ v
        np.testing.assert_allclose(found.mean(), expected, rtol=1e-11, atol=1e-12)


@given(rows(1, 20), st.integers(1, 25))
def test_tiles_do_not_matter(zv, tile):
    same(summarise(*zv, tile), summarise(*zv))


@given(rows(1, 20), st.floats(-1e3, 1e3))
def test_a_shift_of_the_row_moves_m_alone(zv, shift):
    z, v = zv
    piece, moved = summarise(z, v), summarise(z + shift, v)
    np.testing.assert_array_equal(moved.M, piece.M + shift)
    np.testing.assert_allclose(moved.s, piece.s, rtol=1e-10)
    np.testing.assert_allclose(moved.o, piece.o, rtol=1e-10, atol=1e-9)
