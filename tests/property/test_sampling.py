"""Top-p against its definition, in fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from softmax_src import softmax, truncated_distribution

WEIGHTS = st.lists(st.integers(1, 50), min_size=1, max_size=6)


@given(WEIGHTS, st.integers(1, 99), st.data())
def test_top_p_keeps_the_smallest_set_that_reaches_p(weights, percent, data):
    """Half of the cases are on the edge: p is the sum of the first n probabilities exactly."""
    total, sums = sum(weights), np.cumsum(sorted(weights, reverse=True)).tolist()
    p = Fraction(percent, 100)
    if data.draw(st.booleans()) and sums[0] < total:
        p = Fraction(data.draw(st.sampled_from([s for s in sums if s < total])), total)
    size = 1 + sum(Fraction(s, total) < p for s in sums[:-1])

    found = truncated_distribution(np.log(weights), top_p=float(p))
    kept = found > 0
    assert kept.sum() == size
    assert min(np.array(weights)[kept]) >= max([0, *np.array(weights)[~kept]])
    np.testing.assert_allclose(found[kept], softmax(np.log(weights)[kept]), rtol=1e-12)
