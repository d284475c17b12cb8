"""Temperature, top-k and top-p, against values by hand and a definition by search."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_src import softmax
from softmax_src.sampling import next_token

Z = np.log([0.5, 0.3, 0.2])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0.5, 0.3, 0.2]),
        ({"top_k": 2}, [0.625, 0.375, 0]),
        ({"top_p": 0.49}, [1, 0, 0]),
        ({"top_p": 0.51}, [0.625, 0.375, 0]),
        ({"top_p": 0.81}, [0.5, 0.3, 0.2]),
        ({"top_k": 2, "top_p": 0.6}, [1, 0, 0]),
        ({"temperature": 0.5}, np.array([25, 9, 4]) / 38),
        ({"top_k": 99}, [0.5, 0.3, 0.2]),
    ],
)
def test_by_hand(options, expected):
    np.testing.assert_allclose(next_token(Z, **options), expected, rtol=1e-14)


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


def test_the_first_of_tied_tokens_goes_first():
    np.testing.assert_array_equal(next_token(np.zeros(4), top_k=2), [0.5, 0.5, 0, 0])


def test_top_p_of_one_keeps_the_tiniest():
    assert (next_token([0.0, -40.0, -41.0]) > 0).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool, np.float16, np.float32])
def test_other_types(dtype):
    z = np.array([0, 1, 1, 0], dtype=dtype)
    expected = next_token(z.astype(float), top_k=3)
    np.testing.assert_allclose(next_token(z, top_k=3), expected, rtol=1e-3)


def test_masks_stay_out_and_bad_rows_are_nan():
    np.testing.assert_array_equal(next_token([0.0, -np.inf, 0.0], top_p=0.99), [0.5, 0, 0.5])
    for z in ([np.nan, 0.0], [np.inf, 0.0], [-np.inf, -np.inf]):
        assert np.isnan(next_token(z, top_k=1, top_p=0.5)).all()


@pytest.mark.parametrize(
    ("z", "options", "error"),
    [
        ([[1.0, 2.0]], {}, ValueError),
        ([], {}, ValueError),
        ([1.0], {"top_k": 0}, ValueError),
        ([1.0], {"top_k": 1.0}, TypeError),
        ([1.0], {"top_k": True}, TypeError),
        ([1.0], {"top_p": 0}, ValueError),
        ([1.0], {"top_p": 1.1}, ValueError),
        ([1.0], {"top_p": np.nan}, ValueError),
        ([1.0], {"temperature": 0}, ValueError),
        (["a"], {}, TypeError),
    ],
)
def test_what_is_refused(z, options, error):
    with pytest.raises(error):
        next_token(z, **options)
