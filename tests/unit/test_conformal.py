"""Conformal scores and thresholds: by hand, and the promise kept, by simulation."""

import math
import tracemalloc

import numpy as np
import pytest
from scipy.stats import beta

from softmax_src import conformal_scores, conformal_threshold

RNG = np.random.default_rng(0)


def slow_aps(p, u):
    """The probability above each class, class by class."""
    return [
        [sum(q for q in row if q > r) + v * r for r in row] for row, v in zip(p, u, strict=True)
    ]


def test_scores_by_their_definitions():
    p, u = RNG.dirichlet(np.ones(5), size=20), RNG.random(20)
    p[0] = [0.4, 0.2, 0.2, 0.1, 0.1]  # ties
    np.testing.assert_allclose(conformal_scores(p), 1 - p)
    np.testing.assert_allclose(conformal_scores(p, "aps", u), slow_aps(p, u), rtol=1e-13)
    np.testing.assert_allclose(conformal_scores(p, "aps").max(axis=1)[1:], 1, rtol=1e-12)
    assert conformal_scores(p, "aps", 0.0).min() == 0  # the top class is charged nothing


def test_many_classes_need_no_more_memory_than_a_few_copies():
    p = RNG.dirichlet(np.ones(400), size=500)
    tracemalloc.start()
    conformal_scores(p, "aps")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * p.nbytes


def test_scores_along_other_axes():
    p, u = RNG.dirichlet(np.ones(6), size=(4, 5)), RNG.random((4, 5))
    for kind in ("lac", "aps"):
        expected = conformal_scores(p, kind, u)
        moved = conformal_scores(np.moveaxis(p, -1, 0), kind, u, axis=0)
        np.testing.assert_array_equal(np.moveaxis(moved, 0, -1), expected)
        both = conformal_scores(p.reshape(4, 5, 2, 3), kind, u, axis=(2, 3))
        np.testing.assert_array_equal(both.reshape(4, 5, 6), expected)
    assert conformal_scores(np.zeros((0, 3)), "aps").shape == (0, 3)


def test_the_threshold_counts_itself_in():
    scores = np.arange(1.0, 20.0)  # 19 of them
    assert conformal_threshold(scores, 0.1) == 18
    assert conformal_threshold(scores, 0.05) == 19
    assert conformal_threshold(scores, 0.049) == math.inf
    assert conformal_threshold(RNG.permutation(scores), 0.5) == 10
    assert conformal_threshold([], 0.5) == math.inf


def test_alpha_is_the_number_that_was_written():
    """In floats 100 · .29 is a hair below 29 and 10 · (1 − .7) a hair above 3."""
    assert 100 * 0.29 < 29
    assert conformal_threshold(np.arange(1.0, 100.0), 0.29) == 71
    assert 10 * (1 - 0.7) > 3
    for alpha in (0.7, np.float32(0.7), np.array(0.7, np.float16)):
        assert conformal_threshold(np.arange(1.0, 10.0), alpha) == 3


@pytest.mark.parametrize(("n", "alpha"), [(19, 0.1), (99, 0.1), (50, 0.25)])
def test_coverage_is_k_over_n_plus_1(n, alpha):
    """Continuous scores: P(covered) is k/(n + 1), within five standard errors of 40,000 trials."""
    trials = 40_000
    scores = RNG.exponential(size=(trials, n + 1))
    covered = [row[-1] <= conformal_threshold(row[:-1], alpha) for row in scores]
    exact = math.ceil((n + 1) * (1 - alpha)) / (n + 1)
    assert exact >= 1 - alpha
    assert np.mean(covered) == pytest.approx(exact, abs=5 * math.sqrt(exact / trials))


def test_given_the_calibration_coverage_is_beta():
    n, alpha = 99, 0.1
    coverage = [conformal_threshold(RNG.random(n), alpha) for _ in range(20_000)]  # P(s ≤ t) = t
    law = beta(90, 10)
    assert np.mean(coverage) == pytest.approx(law.mean(), abs=5 * law.std() / math.sqrt(20_000))
    assert np.std(coverage) == pytest.approx(law.std(), rel=0.03)


def test_ties_only_help():
    """Scores of few values: covered at least as often as promised."""
    scores = RNG.integers(0, 3, size=(20_000, 20)).astype(float)
    covered = [row[-1] <= conformal_threshold(row[:-1], 0.1) for row in scores]
    assert np.mean(covered) >= 0.9 - 5 * math.sqrt(0.09 / 20_000)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: conformal_scores([1.2, 0.1]),
            ValueError,
            r"p\[0\] is 1.2, but must be from 0 to 1",
        ),
        (lambda: conformal_scores([np.nan, 0.1]), ValueError, r"p\[0\] is nan"),
        (lambda: conformal_scores([0.9, 0.1], "raps"), ValueError, "or \"aps\", not 'raps'"),
        (lambda: conformal_scores([[0.9, 0.1]], "aps", 2.0), ValueError, "^u must hold numbers"),
        (lambda: conformal_scores([[0.9, 0.1]], "aps", "x"), TypeError, "^u has dtype"),
        (lambda: conformal_scores([[0.9, 0.1]], "aps", [0.1, 0.2]), ValueError, "u must be one"),
        (lambda: conformal_threshold([0.1], 0.0), ValueError, "alpha must be between 0 and 1"),
        (lambda: conformal_threshold([0.1], 1), ValueError, "between 0 and 1, not 1$"),
        (lambda: conformal_threshold(["a"], 0.1), TypeError, "^scores has dtype"),
        (lambda: conformal_threshold([0.1], np.nan), ValueError, "alpha must be between"),
        (lambda: conformal_threshold([0.1], "0.1"), TypeError, "alpha must be a number"),
        (
            lambda: conformal_threshold([np.nan], 0.1),
            ValueError,
            "must not hold nan; scores.0. does",
        ),
        (lambda: conformal_threshold([[0.1]], 0.1), ValueError, "scores must be"),
    ],
)
def test_what_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("kind", ["lac", "aps"])
@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3)])
def test_no_classes_or_no_examples_have_no_scores(kind, shape):
    assert conformal_scores(np.zeros(shape), kind).shape == shape


@pytest.mark.parametrize("alpha", [None, "x", np.array([0.1])])
def test_an_alpha_that_is_no_number_is_named(alpha):
    with pytest.raises(TypeError, match="alpha must be a number"):
        conformal_threshold([1.0, 2.0], alpha)


@pytest.mark.parametrize("kind", ["lac", "aps"])
def test_scores_of_few_bits_and_of_integers_are_float64(kind):
    single = np.float32([0.7, 0.2, 0.1])
    found = conformal_scores(single, kind)
    assert found.dtype == float
    np.testing.assert_array_equal(found, conformal_scores(single.astype(float), kind))
    assert conformal_scores([1, 0], kind).dtype == float
