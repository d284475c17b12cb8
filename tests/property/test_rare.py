"""Laws of chapter 7's functions over random priors, logits and sets."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src import (
    adjust_priors,
    conformal_scores,
    conformal_threshold,
    focal_loss,
    focal_loss_gradient,
    novelty_score,
    softmax,
    softmax_loss,
)
from softmax_src.focal import focal_minimiser, focal_to_probabilities
from softmax_src.unknown import KINDS

numbers = st.floats(-30, 30)
SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6)
rows = hnp.arrays(np.float64, SHAPES, elements=numbers)
gammas = st.floats(0, 5)


@st.composite
def logits_and_priors(draw, n_priors=2):
    z = draw(rows)
    weights = hnp.arrays(np.float64, z.shape[1], elements=st.floats(0.01, 1))
    return z, *(w / w.sum() for w in (draw(weights) for _ in range(n_priors)))


@given(logits_and_priors(n_priors=3))
def test_prior_corrections_compose_and_undo_each_other(case):
    z, one, two, three = case
    at_once = adjust_priors(z, one, three)
    in_steps = adjust_priors(adjust_priors(z, one, two), two, three)
    np.testing.assert_allclose(in_steps, at_once, atol=1e-12)
    np.testing.assert_allclose(adjust_priors(at_once, three, one), z, atol=1e-12)
    np.testing.assert_allclose(adjust_priors(z, one, one), z, atol=1e-12)


@given(rows, gammas)
def test_focal_loss_lies_below_the_softmax_loss(z, gamma):
    y = np.arange(len(z)) % z.shape[1]
    focal, plain = (f(z, y, reduction="none") for f in (partial_focal(gamma), softmax_loss))
    assert (focal >= 0).all()
    assert (focal <= plain * (1 + 1e-12)).all()
    gradient = focal_loss_gradient(z, y, gamma, reduction="none")
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-12)


def partial_focal(gamma):
    return lambda z, y, reduction: focal_loss(z, y, gamma, reduction=reduction)


# A call with a hundred rows takes hardly longer than one with four, so there are fewer and larger.
@settings(max_examples=max(10, settings().max_examples // 6))
@given(hnp.arrays(np.float64, st.tuples(st.just(100), st.integers(2, 6)), elements=numbers), gammas)
def test_the_focal_minimiser_keeps_the_order_and_can_be_undone(z, gamma):
    p = softmax(z / 5)
    a = focal_minimiser(p, gamma)
    order = np.argsort(p, axis=1)
    assert (np.diff(np.take_along_axis(a, order, axis=1), axis=1) >= -1e-12).all()
    np.testing.assert_allclose(focal_to_probabilities(np.log(a), gamma), p, rtol=1e-5, atol=1e-9)


@given(rows, numbers)
def test_a_shift_moves_only_the_scores_that_are_no_functions_of_a(z, shift):
    for kind in KINDS:
        expected = -shift if kind in ("logit", "energy") else 0.0
        moved = novelty_score(z + shift, kind) - novelty_score(z, kind)
        np.testing.assert_allclose(moved, expected, atol=1e-9)


@given(rows, st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.sampled_from(["lac", "aps"]))
def test_sets_grow_as_alpha_falls(z, one, other, kind):
    scores = conformal_scores(softmax(z), kind, 0.5)
    low, high = sorted((one, other))
    wide = scores <= conformal_threshold(scores[:, 0], low)
    narrow = scores <= conformal_threshold(scores[:, 0], high)
    assert (wide >= narrow).all()


@given(rows, st.floats(0.01, 0.99), st.sampled_from(["lac", "aps"]))
def test_the_promise_holds_for_the_calibration_itself(z, alpha, kind):
    right = conformal_scores(softmax(z), kind, 0.5)[:, 0]
    assert np.mean(right <= conformal_threshold(right, alpha)) >= 1 - alpha
