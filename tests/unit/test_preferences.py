"""Votes, rankings and DPO, against enumeration, SciPy and mpmath."""

from itertools import permutations

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_expit

from softmax_src import check_gradient, softmax
from softmax_src.preferences import (
    bradley_terry_gradient,
    bradley_terry_log_likelihood,
    dpo_loss,
    dpo_loss_gradient,
    plackett_luce_gradient,
    plackett_luce_log_likelihood,
)

INF = np.inf
WINS = np.array([[0, 7, 9], [3, 0, 6], [1, 4, 0]])
Z = np.array([0.7, -0.2, -0.5])


def test_bradley_terry_by_scipy():
    expected = sum(
        WINS[i, j] * log_expit(Z[i] - Z[j]) for i in range(3) for j in range(3) if i != j
    )
    assert bradley_terry_log_likelihood(Z, WINS) == pytest.approx(expected, rel=1e-14)


def test_a_vote_is_the_softmax_of_two():
    for i, j in ((0, 1), (2, 0)):
        one = np.zeros((3, 3))
        one[i, j] = 1
        expected = np.log(softmax(Z[[i, j]])[0])
        assert bradley_terry_log_likelihood(Z, one) == pytest.approx(expected, rel=1e-14)


def test_the_gradient_is_wins_less_expected_wins():
    p = np.array([[softmax(Z[[i, j]])[0] for j in range(3)] for i in range(3)])
    expected = (WINS - (WINS + WINS.T) * p).sum(axis=1)
    np.testing.assert_allclose(bradley_terry_gradient(Z, WINS), expected, rtol=1e-13)
    assert check_gradient(
        lambda z: bradley_terry_log_likelihood(z, WINS),
        lambda z: bradley_terry_gradient(z, WINS),
        Z,
    )


def test_the_maximum_is_where_expected_wins_are_the_wins():
    best = minimize(
        lambda z: -bradley_terry_log_likelihood(z, WINS),
        np.zeros(3),
        jac=lambda z: -bradley_terry_gradient(z, WINS),
        options={"gtol": 1e-10},
    )
    np.testing.assert_allclose(bradley_terry_gradient(best.x, WINS), 0, atol=1e-8)
    assert np.all(np.diff(best.x) < 0)


def test_sure_and_surprising_outcomes_stay_finite():
    wins = [[0, 1], [1, 0]]
    assert bradley_terry_log_likelihood([1000.0, 0.0], wins) == pytest.approx(-1000)
    np.testing.assert_allclose(bradley_terry_gradient([1000.0, 0.0], wins), [-1, 1])
    assert bradley_terry_log_likelihood([40.0, 0.0], [[0, 1], [0, 0]]) == pytest.approx(
        -float(mpmath.log1p(mpmath.exp(-40))), rel=1e-14
    )


def test_an_item_at_minus_infinity_loses_for_certain():
    assert bradley_terry_log_likelihood([0.0, -np.inf], [[0, 5], [0, 0]]) == 0
    assert bradley_terry_log_likelihood([0.0, -np.inf], [[0, 0], [1, 0]]) == -np.inf


def test_plackett_luce_by_fractions_of_what_is_left():
    w = np.exp(Z)
    for r in permutations(range(3)):
        expected = np.log(w[r[0]] / w.sum() * w[r[1]] / (w.sum() - w[r[0]]))
        assert plackett_luce_log_likelihood(Z, list(r)) == pytest.approx(expected, rel=1e-13)


def test_all_rankings_have_probability_one_and_top_places_are_their_sums():
    z = np.array([0.3, -1.2, 2.0, 0.0])
    total = [np.exp(plackett_luce_log_likelihood(z, list(r))) for r in permutations(range(4))]
    assert sum(total) == pytest.approx(1, rel=1e-14)
    first_two = [p for p, r in zip(total, permutations(range(4)), strict=True) if r[:2] == (2, 0)]
    partial = np.exp(plackett_luce_log_likelihood(z, [2, 0]))
    assert partial == pytest.approx(sum(first_two), rel=1e-13)


def test_the_first_place_alone_is_a_softmax_and_two_items_are_a_vote():
    for k in range(3):
        found = plackett_luce_log_likelihood(Z, [[k]])
        assert found == pytest.approx(np.log(softmax(Z)[k]), rel=1e-14)
    vote = [[0, 1], [0, 0]]
    assert plackett_luce_log_likelihood(Z[:2], [0, 1]) == pytest.approx(
        bradley_terry_log_likelihood(Z[:2], vote), rel=1e-14
    )


@pytest.mark.parametrize("rankings", [[[0, 1, 2], [2, 0, 1]], [[1], [1], [0]], [2, 1]])
def test_plackett_luce_gradient(rankings):
    assert check_gradient(
        lambda z: plackett_luce_log_likelihood(z, rankings),
        lambda z: plackett_luce_gradient(z, rankings),
        Z,
    )
    assert plackett_luce_gradient(Z, rankings).sum() == pytest.approx(0, abs=1e-14)


def test_rankings_are_those_of_gumbel_noise():
    """Sorting logits plus Gumbel noise draws from Plackett–Luce: 200,000 draws."""
    n = 200_000
    order = np.argsort(-(Z + np.random.default_rng(0).gumbel(size=(n, 3))), axis=1)
    for r in permutations(range(3)):
        p = np.exp(plackett_luce_log_likelihood(Z, list(r)))
        share = np.mean((order == r).all(axis=1))
        assert abs(share - p) < 4.5 * np.sqrt(p * (1 - p) / n)


def test_dpo_by_mpmath():
    w, l, beta = np.array([0.3, -2.0, 400.0]), np.array([-0.1, 5.0, -400.0]), 0.7
    with mpmath.workdps(400):  # 1 + e^−560 needs digits
        pairs = zip(w, l, strict=True)
        margins = [mpmath.mpf(beta) * (mpmath.mpf(x) - mpmath.mpf(y)) for x, y in pairs]
        expected = [float(mpmath.log1p(mpmath.exp(-margin))) for margin in margins]
    np.testing.assert_allclose(dpo_loss(w, l, beta, "none"), expected, rtol=1e-13)
    assert dpo_loss(w, l, beta) == pytest.approx(np.mean(expected), rel=1e-13)
    assert dpo_loss(w, l, beta, "sum") == pytest.approx(np.sum(expected), rel=1e-13)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_dpo_gradient(reduction):
    w, l = np.array([0.3, -2.0, 1.0]), np.array([-0.1, 0.5, 1.5])
    assert check_gradient(
        lambda x: dpo_loss(x, l, 0.5, reduction),
        lambda x: dpo_loss_gradient(x, l, 0.5, reduction),
        w,
    )
    assert check_gradient(
        lambda x: dpo_loss(w, x, 0.5, reduction),
        lambda x: -dpo_loss_gradient(w, x, 0.5, reduction),
        l,
    )


def test_dpo_of_ratios_whose_difference_or_sum_no_float_holds():
    w, l = np.array([1e308, -1e308]), np.array([-1e308, 1e308])
    np.testing.assert_allclose(dpo_loss(w, l, 1e-308, "none"), np.logaddexp(0, [-2, 2]), rtol=1e-15)
    np.testing.assert_allclose(
        dpo_loss_gradient(w, l, 1e-300, "none"), [0, -1e-300], rtol=1e-15, atol=0
    )
    assert dpo_loss([-1e308, -1e308], [0.0, 0.0], 1.0) == 1e308
    assert dpo_loss([-1e308, -1e308], [0.0, 0.0], 1.0, "sum") == INF
    assert dpo_loss(np.float16([60000]), np.float16([-60000]), 1e-4) == np.float16(6.15e-6)


def test_two_plain_numbers_are_one_pair():
    for reduction in ("mean", "sum", "none"):
        loss = dpo_loss(0.3, -0.1, 0.5, reduction)
        assert loss == dpo_loss([0.3], [-0.1], 0.5)
        assert np.ndim(loss) == 0
        gradient = dpo_loss_gradient(0.3, -0.1, 0.5, reduction)
        assert gradient == dpo_loss_gradient([0.3], [-0.1], 0.5)[0]
        assert np.ndim(gradient) == 0
    with pytest.raises(ValueError, match=r"log_ratio_rejected of shape \(1,\) does not fit"):
        dpo_loss(0.3, [0.1], 0.5)


def test_without_votes_the_likelihood_is_0_and_not_minus_0():
    assert not np.signbit(bradley_terry_log_likelihood(Z, np.zeros((3, 3))))


def test_dpo_keeps_the_type_and_says_nan_of_no_pairs():
    pair = np.array([1.0], np.float32), np.array([0.0], np.float32)
    assert dpo_loss(*pair, 0.1).dtype == np.float32
    assert dpo_loss_gradient(*pair, 0.1).dtype == np.float32
    assert np.isnan(dpo_loss(np.zeros(0), np.zeros(0), 0.1))
    assert dpo_loss(np.zeros(0), np.zeros(0), 0.1, "sum") == 0
    assert dpo_loss_gradient(np.zeros(0), np.zeros(0), 0.1).shape == (0,)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bradley_terry_log_likelihood(Z, WINS[:2]), ValueError, r"wins must be \(3, 3\)"),
        (lambda: bradley_terry_gradient(Z, -WINS), ValueError, "^wins must be finite counts >= 0"),
        (lambda: bradley_terry_gradient(Z, WINS * np.nan), ValueError, "wins must be finite"),
        (lambda: bradley_terry_gradient(Z[:2], [[0, INF], [1, 0]]), ValueError, "must be finite"),
        (lambda: bradley_terry_gradient(Z, WINS + np.eye(3)), ValueError, "^wins must be 0 on the"),
        (lambda: bradley_terry_gradient([Z], WINS), ValueError, "z must be one row of scores"),
        (lambda: bradley_terry_gradient(Z, "w"), TypeError, "wins has dtype"),
        (lambda: plackett_luce_log_likelihood(Z, [[0, 0]]), ValueError, "^rankings must name each"),
        (lambda: plackett_luce_gradient(Z, [2, 1, 2]), ValueError, "each item once"),
        (lambda: plackett_luce_gradient(Z, [[0, 3]]), IndexError, r"rankings\[0, 1\] is 3"),
        (lambda: plackett_luce_gradient(Z, [0.5]), TypeError, "rankings must be integers"),
        (lambda: plackett_luce_gradient(Z[:1], [[0, 0]]), ValueError, "m <= 1"),
        (lambda: dpo_loss([1.0], [1.0, 2], 0.1), ValueError, "log_ratio_rejected of shape"),
        (lambda: dpo_loss([1.0], [1.0], 0), ValueError, "beta must be finite and > 0, not 0"),
        (lambda: dpo_loss([1.0], [1.0], np.inf), ValueError, "beta must be finite"),
        (lambda: dpo_loss([1.0], [1.0], 0.1, "max"), ValueError, "reduction must be"),
        (lambda: dpo_loss_gradient("x", [1.0], 0.1), TypeError, "log_ratio_preferred has dtype"),
        (lambda: dpo_loss([1.0], "x", 0.1), TypeError, "^log_ratio_rejected has dtype"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("beta", ["1", None, True, np.array([1.0, 2.0])])
def test_a_beta_that_is_no_number_is_refused_by_name(beta):
    with pytest.raises(TypeError, match="beta must be a number"):
        dpo_loss([0.1], [0.2], beta)


def test_scores_that_are_infinite_or_far_apart_give_no_warning():
    """Items that never met add nothing, whatever their scores."""
    met = np.array([[0, 5, 0], [0, 0, 0], [0, 0, 0]])
    for z in ([0.0, -INF, -INF], [1e308, -1e308, -1e308]):
        assert bradley_terry_log_likelihood(z, met) == 0
        np.testing.assert_array_equal(bradley_terry_gradient(z, met), [0, 0, 0])
        assert bradley_terry_gradient(z, met.T).tolist() == [-5, 5, 0]


def test_a_likelihood_that_no_float_holds_gives_no_warning():
    with np.errstate(all="raise", under="ignore"):
        assert plackett_luce_log_likelihood([1e308, 0.0], [[1, 0], [1, 0]]) == -INF
        assert plackett_luce_log_likelihood([1e308, 0.0, 0.0], [[1, 2, 0]]) == -INF


def test_a_dpo_loss_that_is_nan_or_too_large_gives_no_warning():
    for reduction in ("mean", "sum", "none"):
        assert np.isnan(dpo_loss([INF], [INF], 0.1, reduction)).all()
        assert np.isnan(dpo_loss([np.nan], [0.0], 0.1, reduction)).all()
    assert dpo_loss(np.float16([-6e4]), np.float16([6e4]), 1.0) == INF
    assert np.isnan(dpo_loss_gradient([-INF], [-INF], 0.1)).all()
