"""Laws of attention: masks, tiles, softmax1 as a softmax with a sink, and how weights disperse."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src import logsumexp, sigmoid, softmax
from softmax_src.heads import (
    attention,
    attention_weights,
    dispersion_bound,
    softmax1,
    sparsemax,
)

numbers = st.floats(-4, 4)
logits = hnp.arrays(float, st.integers(1, 12), elements=st.floats(-40, 40))


@st.composite
def problems(draw):
    """Draw queries, keys, values and a mask, of which rows may be all False."""
    N, n, d = draw(st.integers(1, 4)), draw(st.integers(1, 7)), draw(st.integers(1, 5))
    shapes = ((N, d), (n, d), (n, 2))
    arrays = [draw(hnp.arrays(float, shape, elements=numbers)) for shape in shapes]
    return *arrays, draw(hnp.arrays(bool, (N, n)))


@given(problems(), st.integers(1, 8), st.booleans())
def test_tiles_give_the_weighted_mean_of_the_values(problem, tile, zero_logit):
    q, k, v, mask = problem
    a = attention_weights(q, k, mask, zero_logit=zero_logit)
    found = attention(q, k, v, mask, zero_logit=zero_logit, tile=tile)
    np.testing.assert_allclose(found, a @ v, rtol=1e-11, atol=1e-12)


@given(problems())
def test_a_mask_is_the_same_as_leaving_the_keys_out(problem):
    q, k, v, mask = problem
    for one, see in zip(q, mask, strict=True):
        found = attention(one[None], k, v, see)
        left = attention(one[None], k[see], v[see])
        np.testing.assert_allclose(found, left, rtol=1e-11, atol=1e-12)
        np.testing.assert_array_equal(attention_weights(one[None], k, see)[0, ~see] > 0, False)


@given(problems())
def test_what_a_query_may_not_see_does_not_matter(problem):
    q, k, v, mask = problem
    hidden = ~mask.any(axis=0)
    k2, v2 = k.copy(), v.copy()
    k2[hidden], v2[hidden] = 1e6, -1e6
    np.testing.assert_array_equal(attention(q, k2, v2, mask), attention(q, k, v, mask))


@given(problems(), st.randoms())
def test_the_order_of_the_keys_does_not_matter(problem, random):
    q, k, v, mask = problem
    order = list(range(len(k)))
    random.shuffle(order)
    found = attention(q, k[order], v[order], mask[:, order])
    np.testing.assert_allclose(found, attention(q, k, v, mask), rtol=1e-11, atol=1e-12)


@given(logits)
def test_softmax1_is_softmax_beside_a_zero(z):
    with_zero = softmax(np.append(z, 0.0))
    np.testing.assert_array_equal(softmax1(z), with_zero[:-1])
    np.testing.assert_allclose(softmax1(z).sum(), sigmoid(logsumexp(z)), rtol=1e-13)


@given(logits)
def test_softmax1_shares_what_it_takes_as_softmax_does(z):
    a = softmax1(z)
    np.testing.assert_allclose(a, softmax(z) * sigmoid(logsumexp(z)), rtol=1e-12, atol=1e-300)


@given(logits)
def test_no_weight_is_above_the_bound(z):
    spread = z.max() - z.min()
    a = softmax(z)
    assert a.max() <= dispersion_bound(spread, z.size) * (1 + 1e-12)
    assert dispersion_bound(spread, z.size) <= np.exp(spread) / z.size * (1 + 1e-12)


@given(logits, st.floats(-50, 50))
def test_sparsemax_is_on_the_simplex_and_keeps_differences(z, shift):
    a = sparsemax(z)
    assert (a >= 0).all()
    np.testing.assert_allclose(a.sum(), 1, rtol=1e-12)
    np.testing.assert_allclose(sparsemax(z + shift), a, atol=1e-12)
    kept = a > 1e-9
    np.testing.assert_allclose(np.ptp((z - a)[kept]), 0, atol=1e-12)


@given(logits, st.floats(0.1, 5), st.integers(1, 10_000))
def test_a_lead_of_one_is_enough_for_sparsemax_whatever_the_number(z, more, copies):
    """As many distractors as one likes: none of them gets anything."""
    assume(z.size < 12)
    row = np.concatenate([[z.max() + 1.0 + more], np.tile(z, min(copies, 50))])
    np.testing.assert_array_equal(sparsemax(row)[1:], 0)
