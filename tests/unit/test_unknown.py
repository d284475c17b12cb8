"""Novelty scores, risk and coverage, Chow's rule, each against its definition."""

import mpmath
import numpy as np
import pytest
from scipy.special import logsumexp as scipy_logsumexp

from softmax_src import chow_answers, novelty_score, risk_coverage, softmax
from softmax_src.unknown import KINDS

RNG = np.random.default_rng(0)


def test_scores_are_their_definitions():
    z = RNG.normal(0, 3, (30, 6))
    expected = {
        "probability": 1 - softmax(z).max(axis=1),
        "logit": -z.max(axis=1),
        "energy": -scipy_logsumexp(z, axis=1),
        "centred_logit": z.mean(axis=1) - z.max(axis=1),
        "centred_energy": np.log(softmax(z)).mean(axis=1),
    }
    assert set(expected) == set(KINDS)
    for kind, score in expected.items():
        np.testing.assert_allclose(novelty_score(z, kind), score, rtol=1e-11, atol=1e-14)
        np.testing.assert_array_equal(novelty_score(z.T, kind, axis=0), novelty_score(z, kind))


def test_the_probability_that_is_missing_does_not_round_to_0():
    z = [60.0, 0.0, 0.0]
    with mpmath.workdps(50):
        missing = float(2 / (mpmath.exp(60) + 2))
    assert novelty_score(z, "probability") == pytest.approx(missing, rel=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_common_offset_does(kind):
    z = RNG.normal(0, 3, (30, 6))
    moved = novelty_score(z + 5, kind) - novelty_score(z, kind)
    function_of_a = kind in ("probability", "centred_logit", "centred_energy")
    np.testing.assert_allclose(moved, 0 if function_of_a else -5, atol=1e-12)


def test_infinities_types_and_refusals():
    assert novelty_score([0.0, -np.inf], "energy") == 0
    assert novelty_score([0.0, -np.inf], "centred_energy") == -np.inf
    for kind in ("probability", "logit", "energy"):
        assert not np.signbit(novelty_score([0.0, -np.inf], kind))  # 0 and not -0
    for kind in KINDS:
        assert np.isnan(novelty_score([np.nan, 0.0], kind))
        assert np.isnan(novelty_score([np.inf, 0.0], kind))
        assert np.isnan(novelty_score([-np.inf, -np.inf], kind))
        assert novelty_score(np.zeros((2, 3), np.float32), kind).dtype == np.float32
    with pytest.raises(ValueError, match=r"^kind must be \"probability\", .* not 'entropy'$"):
        novelty_score([0.0, 1.0], "entropy")
    with pytest.raises(ValueError, match=r"^z must have at least one class"):
        novelty_score(np.zeros((3, 0)))
    assert novelty_score(np.zeros((0, 3))).shape == (0,)


def test_risk_and_coverage_threshold_by_threshold():
    confidence = RNG.integers(0, 8, 200) / 8  # many ties
    right = RNG.random(200) < 0.5 + confidence / 2
    curve = risk_coverage(confidence, right)
    assert list(curve.threshold) == sorted(set(confidence), reverse=True)
    for coverage, risk, t in zip(*curve, strict=True):
        answered = confidence >= t
        assert coverage == pytest.approx(answered.mean())
        assert risk == pytest.approx(np.mean(~right[answered]))
    assert curve.coverage[-1] == 1
    assert curve.risk[-1] == pytest.approx(np.mean(~right))


def test_chow_costs_least_of_all_rules():
    p, cost = RNG.dirichlet(np.ones(3), size=400), 0.3
    best = np.where(chow_answers(p, cost), 1 - p.max(axis=1), cost)
    np.testing.assert_allclose(best, np.minimum(1 - p.max(axis=1), cost), rtol=1e-12)
    np.testing.assert_array_equal(chow_answers(p.T, cost, axis=0), chow_answers(p, cost))
    assert chow_answers([1.0, 0.0], 0.0)
    assert chow_answers([0.5, 0.5], 1.0)


def test_chow_answers_on_the_boundary():
    """1 − 0.7 is above 0.3 in floats, and so for a fifth of all costs."""
    for n in (7, 10, 100, 1000):
        for i in range(n // 2 + 1, n):
            assert chow_answers([i / n, (n - i) / n], (n - i) / n)
            assert not chow_answers([i / n - 1e-12, (n - i) / n], (n - i) / n)
    assert chow_answers([0.3, 0.3, 0.2, 0.2], 0.7)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: risk_coverage([0.5, 0.6], [1, 0]), TypeError, "right must hold bools"),
        (lambda: risk_coverage([0.5], [True, False]), ValueError, r"need confidence \(N,\)"),
        (lambda: risk_coverage([], np.zeros(0, bool)), ValueError, "N > 0"),
        (lambda: risk_coverage([np.nan], [True]), ValueError, "^confidence must not hold nan"),
        (lambda: risk_coverage("c", [True]), TypeError, "^confidence has dtype"),
        (lambda: risk_coverage([0.5], [None]), TypeError, "^right has dtype"),
        (
            lambda: chow_answers([1.2, 0.1], 0.1),
            ValueError,
            r"p\[0\] is 1.2, but must be from 0 to 1",
        ),
        (lambda: chow_answers([0.9, 0.1], 1.5), ValueError, "cost must be from 0 to 1, not 1.5"),
        (lambda: chow_answers([0.9, 0.1], True), TypeError, "cost must be a number"),
    ],
)
def test_what_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("kind", ["centred_logit", "centred_energy"])
@pytest.mark.parametrize("offset", [2.0**40, 1e308])
def test_a_large_offset_costs_centred_scores_no_digits(kind, offset):
    z = np.array([3.0, 1.0, 0.5]) if offset < 1e300 else np.zeros(3)
    assert novelty_score(z + offset, kind) == pytest.approx(novelty_score(z, kind), rel=1e-12)


def test_chow_without_classes():
    with pytest.raises(ValueError, match=r"^p must have at least one class"):
        chow_answers([], 0.5)


@pytest.mark.parametrize("cost", [None, [0.1, 0.2], np.array([0.1, 0.2]), "0.1"])
def test_a_cost_that_is_no_number_is_named(cost):
    with pytest.raises(TypeError, match="cost must be a number"):
        chow_answers([0.5, 0.5], cost)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_confidences_of_other_types_are_ranked_as_numbers(dtype):
    """The negative of an unsigned number is a large one."""
    curve = risk_coverage(np.array([0, 2, 1], dtype), [False, True, True])
    assert curve.threshold.dtype == float
    assert curve.threshold.tolist() == [2, 1, 0]
    assert curve.risk.tolist() == [0, 0, 1 / 3]


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_small_type_does_not_round_the_cost(dtype):
    p = np.array([0.75, 0.25], dtype)
    assert not chow_answers(p, 0.25 - 1e-9)
    assert chow_answers(p, 0.25)
