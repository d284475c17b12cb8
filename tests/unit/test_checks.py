"""The checks that several functions share: what each lets through, and what it says of the rest."""

import re

import numpy as np
import pytest

from softmax_src import conformal_scores, linear_cross_entropy, novelty_score
from softmax_src.checks import (
    as_fraction,
    as_labels,
    as_nonnegative,
    as_positive,
    as_reduction,
    as_tokens,
    as_word,
    of_one_shape,
)

TINY, MOST = 5e-324, np.finfo(float).max


@pytest.mark.parametrize(
    ("check", "right", "wrong", "message"),
    [
        (as_positive, [TINY, 1, MOST], [0, -0.0, -TINY, np.inf], "finite and > 0"),
        (as_nonnegative, [0, TINY, 1, MOST], [-TINY, -1, np.inf], "finite and >= 0"),
        (as_fraction, [0, TINY, 0.5, 1], [-TINY, 1 + 2**-52, np.inf], "from 0 to 1"),
    ],
)
def test_numbers_in_a_range(check, right, wrong, message):
    for value in right:
        for number in (value, np.float64(value)):
            assert check(number, "it") == value
            assert type(check(number, "it")) is float
    for value in (*wrong, -np.inf, np.nan):
        for number in (value, np.float64(value)):
            with pytest.raises(ValueError, match=f"^it must be {message}, not {number}$"):
                check(number, "it")
    for value in (None, "1", True, [1.0]):
        with pytest.raises(TypeError, match=r"^it must be a number, not "):
            check(value, "it")


def test_two_arrays_of_one_shape():
    p, q = of_one_shape(p=[1, 2], q=[3.0, 4.0])
    assert (p.tolist(), q.tolist()) == ([1, 2], [3.0, 4.0])
    p, q = of_one_shape(p=1.0, q=2.0, allow_scalar=True)
    assert (p.shape, q.shape, p, q) == ((), (), 1.0, 2.0)
    with pytest.raises(ValueError, match=r"^q of shape \(1,\) does not fit p of shape \(2,\)$"):
        of_one_shape(p=[1.0, 2.0], q=[1.0])
    with pytest.raises(TypeError, match=r"^q is a single number"):
        of_one_shape(p=[1.0], q=1.0)
    with pytest.raises(TypeError, match=r"^p has dtype"):
        of_one_shape(p="p", q=[1.0])


@pytest.mark.parametrize(
    ("name", "called"), [("y", "labels"), ("labels", "labels"), ("sample", "sample")]
)
def test_labels_that_are_no_integers_are_called_by_their_name(name, called):
    message = f"^{called} must be integers, not of dtype float64; {name}" + r"\[0\] is 0\.5$"
    with pytest.raises(TypeError, match=message):
        as_labels([0.5], 3, name)


def test_tokens():
    h, W, y = as_tokens([[1, 2]], [[3, 4], [5, 6], [7, 8]], [2])
    assert (h.tolist(), W.tolist(), y.tolist()) == ([[1, 2]], [[3, 4], [5, 6], [7, 8]], [2])
    for wrong_h, wrong_W in (([1, 2], W), (h, [3, 4]), (h, [[3], [4]]), (h, np.zeros((0, 2)))):
        shapes = re.escape(f"not {np.shape(wrong_h)} and {np.shape(wrong_W)}")
        with pytest.raises(ValueError, match=rf"^h \(N, d\) and W \(V, d\) .* needed, {shapes}$"):
            as_tokens(wrong_h, wrong_W, y)
    with pytest.raises(TypeError, match=r"^h has dtype"):
        as_tokens("h", W, y)
    with pytest.raises(TypeError, match=r"^W has dtype"):
        as_tokens(h, "W", y)
    with pytest.raises(ValueError, match=r"^y must have the shape \(1,\) of the tokens, not \("):
        as_tokens(h, W, [0, 1])
    with pytest.raises(IndexError, match=r"^y\[0\] is 3, but the labels of 3 classes"):
        as_tokens(h, W, [3])


def test_words():
    assert as_word("b", "kind", ("a", "b")) == "b"
    for wrong, shown in (("c", "'c'"), ("", "''"), (None, "None"), (["a"], r"\['a'\]")):
        with pytest.raises(ValueError, match=f'^kind must be "a", "b" or "ab", not {shown}$'):
            as_word(wrong, "kind", ("a", "b", "ab"))
    words = np.array(["mean", "sum"])
    message = r"^reduction must be \"mean\", \"sum\" or \"none\", not an array of shape \(2,\)$"
    with pytest.raises(ValueError, match=message):
        as_reduction(words)
    for score in (novelty_score, conformal_scores):
        with pytest.raises(ValueError, match=r"^kind must be \".*, not an array of shape \(2,\)$"):
            score([0.0, 1.0], words)
    with pytest.raises(ValueError, match=r"^reduction must be \"mean\" or \"sum\", not an array"):
        linear_cross_entropy([[1.0]], [[1.0]], [0], reduction=words)
