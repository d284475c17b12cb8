"""Laws of choosing and comparing, over random scores: none may have a counterexample."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src import (
    log_softmax,
    logsumexp,
    softmax,
    softmax_jvp,
    softmax_loss_gradient,
    truncated_distribution,
)
from softmax_src.contrast import info_nce_loss
from softmax_src.distillation import distillation_gradient, distillation_loss
from softmax_src.preferences import (
    bradley_terry_gradient,
    bradley_terry_log_likelihood,
    dpo_loss,
    plackett_luce_log_likelihood,
)
from softmax_src.routing import router_weights
from softmax_src.sampling import ORDER, gumbel_softmax
from softmax_src.speculative import acceptance, remainder

numbers = st.floats(-8, 8)


def rows(least=1, most=6, elements=numbers):
    """Return a strategy for one row of logits."""
    return st.integers(least, most).flatmap(lambda k: hnp.arrays(float, k, elements=elements))


@st.composite
def knobs(draw):
    """Draw a row of logits, a temperature and three cuts in any order."""
    z = draw(rows())
    return z, {
        "temperature": draw(st.floats(0.1, 5)),
        "top_k": draw(st.none() | st.integers(1, 6)),
        "top_p": draw(st.floats(0.01, 1)),
        "min_p": draw(st.floats(0, 1)),
        "order": draw(st.permutations(ORDER)),
    }


@given(knobs())
def test_a_survivors_share_is_the_models_divided_by_what_is_kept(case):
    z, options = case
    b = truncated_distribution(z, **options)
    a = softmax(z, temperature=options["temperature"])
    kept = b > 0
    assert kept[a == a.max()].any()
    assert a[kept].min() >= max([0, *a[~kept]])  # nobody who is out was likelier
    np.testing.assert_allclose(b[kept], a[kept] / a[kept].sum(), rtol=1e-12)


@given(rows(), st.floats(0.1, 5), st.floats(0.01, 1), st.integers(1, 6))
def test_min_p_is_a_threshold_on_logits_and_goes_before_or_after_top_k(z, T, p, k):
    kept = truncated_distribution(z, T, min_p=p) > 0
    threshold = z.max() + T * np.log(p)
    sure = np.abs(z - threshold) > 1e-9
    np.testing.assert_array_equal(kept[sure], (z >= threshold)[sure])
    one, other = (
        truncated_distribution(z, T, top_k=k, min_p=p, order=order)
        for order in (ORDER, ("temperature", "min_p", "top_k", "top_p"))
    )
    np.testing.assert_array_equal(one, other)


@given(rows(), st.floats(0.1, 5), st.integers(1, 6))
def test_top_k_alone_does_not_notice_where_the_temperature_stands(z, T, k):
    last = ("top_k", "top_p", "min_p", "temperature")
    np.testing.assert_array_equal(
        truncated_distribution(z, T, top_k=k), truncated_distribution(z, T, top_k=k, order=last)
    )


@given(rows(elements=st.floats(0.001, 1)), st.data())
def test_speculative_draws_have_the_law_of_the_model(w, data):
    v = data.draw(hnp.arrays(float, w.size, elements=st.floats(0, 1)))
    v[data.draw(st.integers(0, w.size - 1))] += 0.5
    p, q = w / w.sum(), v / v.sum()
    kept = q * acceptance(p, q)
    rest = np.nan_to_num(remainder(p, q))
    np.testing.assert_allclose(kept + (1 - kept.sum()) * rest, p, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(kept.sum(), np.minimum(p, q).sum(), rtol=1e-13)


@given(rows(), st.data(), st.floats(0.05, 20))
def test_softened_draws_sum_to_one_and_keep_the_order(z, data, T):
    g = data.draw(hnp.arrays(float, z.size, elements=st.floats(-3, 10)))
    s = gumbel_softmax(z, g, T)
    np.testing.assert_allclose(s.sum(), 1, rtol=1e-14)
    assert s.max() == s[np.argmax(z + g)]


@given(rows(), st.data(), st.floats(-5, 5))
def test_the_mean_of_the_score_function_estimates_is_the_gradient(z, data, baseline):
    r = data.draw(hnp.arrays(float, z.size, elements=st.floats(-5, 5)))
    estimates = np.array([-(r[k] - baseline) * softmax_loss_gradient(z, k) for k in range(z.size)])
    np.testing.assert_allclose(softmax(z) @ estimates, softmax_jvp(z, r), rtol=0, atol=1e-13)


@given(rows(2, 5), st.data())
def test_votes_see_differences_only(z, data):
    k = z.size
    wins = data.draw(hnp.arrays(float, (k, k), elements=st.integers(0, 9)))
    np.fill_diagonal(wins, 0)
    shifted = bradley_terry_log_likelihood(z + 3.0, wins)
    np.testing.assert_allclose(bradley_terry_log_likelihood(z, wins), shifted, rtol=1e-9)
    assert abs(bradley_terry_gradient(z, wins).sum()) < 1e-9
    others = data.draw(hnp.arrays(float, k, elements=numbers))
    chord = bradley_terry_log_likelihood((z + others) / 2, wins)
    ends = [bradley_terry_log_likelihood(x, wins) for x in (z, others)]
    assert chord >= np.mean(ends) - 1e-9  # concave


@given(rows(1, 4))
def test_rankings_have_probabilities_that_sum_to_one(z):
    logs = [plackett_luce_log_likelihood(z, list(r)) for r in permutations(range(z.size))]
    np.testing.assert_allclose(logsumexp(logs), 0, atol=1e-12)


@given(rows(), st.data(), st.floats(0.1, 5))
def test_the_leashed_optimum_beats_every_other_policy(z, data, beta):
    """E r − β KL(p ‖ p_ref) is largest, and β LSE(log p_ref + r/β), at p ∝ p_ref exp(r/β)."""
    r, other = (data.draw(hnp.arrays(float, z.size, elements=numbers)) for _ in range(2))
    log_ref = log_softmax(z)

    def value(log_p):
        p = np.exp(log_p)
        return p @ r - beta * p @ (log_p - log_ref)

    log_best = log_softmax(log_ref + r / beta)
    best = beta * logsumexp(log_ref + r / beta)
    np.testing.assert_allclose(value(log_best), best, rtol=1e-9, atol=1e-9)
    assert value(log_softmax(other)) <= best + 1e-9
    implied = beta * (log_best - log_ref)
    np.testing.assert_allclose(implied - r, (implied - r)[0], atol=1e-9)  # r + const
    if z.size > 1:  # and so DPO's loss at the optimum is the vote's
        vote = [[0, 1], [0, 0]]
        np.testing.assert_allclose(
            dpo_loss((log_best - log_ref)[:1], (log_best - log_ref)[1:2], beta),
            -bradley_terry_log_likelihood(r[:2], vote),
            rtol=1e-9,
        )


@given(st.integers(1, 6).flatmap(lambda n: hnp.arrays(float, (n, n), elements=numbers)))
def test_contrast_cannot_claim_more_than_log_n(s):
    loss = info_nce_loss(s)
    assert loss >= 0
    assert np.log(len(s)) - loss <= np.log(len(s))
    assert info_nce_loss(s, symmetric=True) == info_nce_loss(s.T, symmetric=True)


@given(rows(2, 6), st.data(), st.floats(0.1, 50))
def test_distillation_is_a_divergence(z, data, T):
    v = data.draw(hnp.arrays(float, z.size, elements=numbers))
    assert distillation_loss(z, v, T) >= -1e-14 * T**2
    np.testing.assert_allclose(distillation_gradient(z, v, T).sum(), 0, atol=1e-13 * T)


@given(rows(), st.data())
def test_both_routers_take_the_same_experts_in_one_ratio(z, data):
    k = data.draw(st.integers(1, z.size))
    first, last = router_weights(z, k), router_weights(z, k, renormalise=False)
    np.testing.assert_allclose(first, last / last.sum(), rtol=1e-12)
    assert np.count_nonzero(first) == k
    assert last.sum() <= 1 + 1e-12
