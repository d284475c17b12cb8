"""Top-p against its definition, by search."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from softmax_src import softmax
from softmax_src.sampling import next_token


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(1, 99))
def test_top_p_keeps_the_smallest_set_that_reaches_p(weights, percent):
    # In whole numbers, so that no rounding decides who survives.
    total, p = sum(weights), percent / 100
    reached = [
        size
        for size in range(1, len(weights) + 1)
        if any(100 * sum(c) >= percent * total for c in combinations(weights, size))
    ]
    on_the_edge = any(
        100 * sum(sorted(weights)[-n:]) == percent * total for n in range(1, len(weights) + 1)
    )
    if not on_the_edge:
        found = next_token(np.log(weights), top_p=p)
        kept = found > 0
        assert kept.sum() == reached[0]
        assert min(np.array(weights)[kept]) >= max([0, *np.array(weights)[~kept]])
        np.testing.assert_allclose(found[kept], softmax(np.log(weights)[kept]), rtol=1e-12)
