"""Speculative draws: exact by enumeration in whole fractions, and by simulation."""

from fractions import Fraction

import numpy as np
import pytest

from softmax_src.speculative import acceptance, remainder, speculative_draws

P, Q = [0.5, 0.3, 0.2], [0.25, 0.6, 0.15]


def test_acceptance_and_remainder_by_hand():
    np.testing.assert_allclose(acceptance(P, Q), [1, 0.5, 1], rtol=1e-15)
    np.testing.assert_allclose(remainder(P, Q), [5 / 6, 0, 1 / 6], rtol=1e-14)
    np.testing.assert_array_equal(acceptance([1.0, 0.0], [1.0, 0.0]), [1, 1])  # 0/0


@pytest.mark.parametrize("seed", range(5))
def test_the_law_is_p_in_whole_fractions(seed):
    """Independent of the code: enumerate draft, coin and remainder with fractions."""
    rng = np.random.default_rng(seed)
    w, v = rng.integers(0, 9, size=(2, 6)) + np.eye(2, 6, dtype=int)
    p = [Fraction(int(x), int(w.sum())) for x in w]
    q = [Fraction(int(x), int(v.sum())) for x in v]
    kept = [min(x, y) for x, y in zip(p, q, strict=True)]  # q · min(1, p/q)
    excess = [max(Fraction(0), x - y) for x, y in zip(p, q, strict=True)]
    refused = 1 - sum(kept)
    share = [e / sum(excess) if sum(excess) else Fraction(0) for e in excess]
    law = [k + refused * e for k, e in zip(kept, share, strict=True)]
    assert law == p
    found = np.array(q, float) * acceptance(np.array(p, float), np.array(q, float))
    np.testing.assert_allclose(found, np.array(kept, float), rtol=1e-14)
    if sum(excess):
        expected = np.array(share, float)
        np.testing.assert_allclose(
            remainder(np.array(p, float), np.array(q, float)), expected, rtol=1e-13, atol=1e-15
        )


def test_simulated_draws_have_the_law_of_the_model():
    n = 200_000
    for seed in range(3):
        tokens, kept = speculative_draws(P, Q, n, np.random.default_rng(seed))
        share = np.bincount(tokens, minlength=3) / n
        error = np.sqrt(np.array(P) * (1 - np.array(P)) / n)
        assert np.all(np.abs(share - P) < 4.5 * error)
        alpha = np.minimum(P, Q).sum()
        assert abs(kept.mean() - alpha) < 4.5 * np.sqrt(alpha * (1 - alpha) / n)


def test_a_draft_that_cannot_propose_what_the_model_wants():
    tokens, kept = speculative_draws([0.0, 1.0], [1.0, 0.0], 100, np.random.default_rng(0))
    assert (tokens == 1).all()
    assert not kept.any()


def test_equal_models_refuse_nothing():
    _, kept = speculative_draws(P, P, 1000, np.random.default_rng(0))
    assert kept.all()
    assert np.isnan(remainder(P, P)).all()


def test_rows_are_independent():
    rows = acceptance([P, Q], [Q, P])
    np.testing.assert_array_equal(rows[0], acceptance(P, Q))
    np.testing.assert_array_equal(rows[1], acceptance(Q, P))
    np.testing.assert_array_equal(remainder([P, Q], [Q, P]), [remainder(P, Q), remainder(Q, P)])


def test_types_and_axes():
    for f in (acceptance, remainder):
        half = f(np.array(P, np.float16), np.array(Q, np.float16))
        assert half.dtype == np.float16
        np.testing.assert_allclose(half, f(P, Q), rtol=5e-3)
        columns = f(np.array([P, Q]).T, np.array([Q, P]).T, axis=0)
        np.testing.assert_array_equal(columns.T, f([P, Q], [Q, P]))
    even = np.full((3000, 2), 1 / 3000, np.float32)  # added in float32 a column is off by 3e-5
    np.testing.assert_array_equal(acceptance(even, even, axis=0), 1)


@pytest.mark.parametrize(
    ("p", "q", "error", "message"),
    [
        ([0.5, 0.6], [0.5, 0.5], ValueError, "each row of p must be probabilities"),
        ([0.5, 0.5], [1.5, -0.5], ValueError, "each row of q must be probabilities"),
        ([0.5, 0.5], [np.nan, 0.5], ValueError, "each row of q must be probabilities"),
        ([0.5, 0.5], [1.0], ValueError, r"q of shape \(1,\) does not fit p of shape \(2,\)"),
        ([0.5, 0.501], [0.5, 0.5], ValueError, "each row of p must be probabilities"),
        (np.float16([0.5, 0.75]), [0.5, 0.5], ValueError, "each row of p must be probabilities"),
        (np.empty((2, 0)), np.empty((2, 0)), ValueError, "p must have at least one class"),
        ("p", [1.0], TypeError, "p has dtype"),
        ([1.0], "q", TypeError, "^q has dtype"),
        (1.0, 1.0, TypeError, "p is a single number"),
    ],
)
@pytest.mark.parametrize("function", [acceptance, remainder])
def test_what_is_refused(function, p, q, error, message):
    with pytest.raises(error, match=message):
        function(p, q)


def test_draws_refuse_several_rows_and_negative_numbers():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="p must be one row"):
        speculative_draws([P, P], [Q, Q], 1, rng)
    with pytest.raises(ValueError, match="n must be at least 0, not -1"):
        speculative_draws(P, Q, -1, rng)


@pytest.mark.parametrize("rng", [0, None, "seed"])
def test_draws_refuse_what_is_no_generator(rng):
    with pytest.raises(TypeError, match=f"^rng must be a numpy Generator, .*, not {rng!r}$"):
        speculative_draws(P, Q, 1, rng)


@pytest.mark.parametrize("n", [2.5, True, None])
def test_draws_refuse_what_is_no_count(n):
    with pytest.raises(TypeError, match="n must be an integer"):
        speculative_draws(P, Q, n, np.random.default_rng(0))


def test_draws_survive_a_model_that_is_rounded_below_its_draft():
    # Within the tolerance p may be below q everywhere: without a remainder, a refusal would crash.
    p = np.array(P) * (1 - 9e-7)
    tokens, _ = speculative_draws(p, P, 4_000_000, np.random.default_rng(0))
    assert tokens.size == 4_000_000


def test_draws_take_a_draft_that_is_rounded_too():
    tokens, _ = speculative_draws(P, np.array(Q) * (1 + 9e-7), 10, np.random.default_rng(0))
    assert tokens.size == 10


def test_what_the_model_never_says_is_refused_whatever_the_coin():
    class Zeros(np.random.Generator):
        def random(self, n):
            return np.zeros(n)

    tokens, kept = speculative_draws([0.0, 1.0], [1.0, 0.0], 9, Zeros(np.random.PCG64(0)))
    assert (tokens == 1).all()
    assert not kept.any()
