"""Other priors, against Bayes' rule computed directly."""

import numpy as np
import pytest

from softmax_src import adjust_priors, softmax

RNG = np.random.default_rng(0)


def test_bayes_rule_under_both_priors():
    density = RNG.gamma(1.0, size=(50, 4))  # p(x | j) of 50 pictures
    train, target = np.array([0.7, 0.2, 0.08, 0.02]), np.full(4, 0.25)
    z = np.log(density * train) + RNG.normal(size=(50, 1))  # right up to a constant a row
    expected = density * target / (density * target).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax(adjust_priors(z, train, target)), expected, rtol=1e-12)


def test_a_class_that_no_longer_occurs():
    z = adjust_priors([1.0, 2.0, 3.0], [0.2, 0.3, 0.5], [0.4, 0.6, 0.0])
    np.testing.assert_allclose(z, [1 + np.log(2), 2 + np.log(2), -np.inf])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_type_and_axis(dtype):
    z = RNG.normal(size=(3, 5)).astype(dtype)
    train, target = np.array([0.5, 0.25, 0.25]), np.array([0.1, 0.1, 0.8])
    moved = adjust_priors(z, train, target, axis=0)
    assert moved.dtype == dtype
    np.testing.assert_array_equal(moved, adjust_priors(z.T, train, target).T)
    assert adjust_priors(np.arange(3), train, target).dtype == np.float64


@pytest.mark.parametrize(
    ("train", "target", "words"),
    [
        ([0.5, 0.5, 0.0], [0.2, 0.3, 0.5], "train must be above 0 for every class; class 2"),
        ([0.5, 0.5], [0.2, 0.3, 0.5], "train must hold 3 frequencies"),
        ([0.2, 0.3, 0.5], [0.5, 0.6, -0.1], "row of target must be probabilities.*minimum -0.1"),
        ([2, 3, 5], [0.2, 0.3, 0.5], "row of train must be probabilities.*sum 10"),
        ([0.2, 0.3, 0.5], [0.4, 0.6, 1.0], "row of target must be probabilities.*sum 2"),
        ([0.2, 0.3, 0.5], [0.2, np.nan, 0.5], "row of target must be probabilities"),
    ],
)
def test_what_is_refused(train, target, words):
    with pytest.raises(ValueError, match=words):
        adjust_priors([[1.0, 2.0, 3.0]], train, target)


def test_no_classes():
    with pytest.raises(ValueError, match="at least one"):
        adjust_priors([], [], [])


def test_priors_of_few_bits_lose_none_and_what_is_none_is_named():
    train, target = np.float16([0.5, 0.25, 0.25]), np.float16([0.125, 0.125, 0.75])
    expected = adjust_priors(np.zeros(3), train.astype(float), target.astype(float))
    np.testing.assert_array_equal(adjust_priors(np.zeros(3), train, target), expected)
    with pytest.raises(TypeError, match=r"^train has dtype"):
        adjust_priors([0.0], "p", [1.0])
    with pytest.raises(TypeError, match=r"^target has dtype"):
        adjust_priors([0.0], [1.0], "p")
