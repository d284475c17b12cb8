"""softmax_src beside PyTorch: loss and gradient, over random shapes, targets and options.

Skipped where PyTorch is not installed; `make test-libraries` installs it.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src import (
    log_softmax,
    logsumexp,
    multilabel_logistic_loss,
    multilabel_logistic_loss_gradient,
    softmax,
    softmax_jvp,
    softmax_loss,
    softmax_loss_gradient,
)
from softmax_src.contrast import info_nce_gradient, info_nce_loss
from softmax_src.distillation import distillation_gradient, distillation_loss
from softmax_src.preferences import dpo_loss, dpo_loss_gradient
from softmax_src.sampling import gumbel_softmax

torch = pytest.importorskip("torch")
functional = torch.nn.functional

REDUCTIONS = st.sampled_from(["mean", "sum", "none"])
# The differences that cancel in PyTorch's own formulas, relative to logits of at most 30.
CLOSE = {"rtol": 1e-10, "atol": 1e-13}


@st.composite
def batches(draw, targets):
    """Draw logits with the classes on axis 1, and labels or soft targets that fit."""
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 7))
    further = draw(st.lists(st.integers(1, 3), max_size=2))
    z = draw(hnp.arrays(float, (n, k, *further), elements=st.floats(-30, 30)))
    if targets == "labels":
        return z, draw(hnp.arrays(np.int64, (n, *further), elements=st.integers(0, k - 1)))
    y = draw(hnp.arrays(float, z.shape, elements=st.floats(0.01, 1)))
    return z, y / y.sum(axis=1, keepdims=True)


def by_torch(z, y, **options):
    """Return PyTorch's loss, and autograd's gradient of its sum."""
    leaf = torch.tensor(z, requires_grad=True)
    loss = torch.nn.CrossEntropyLoss(**options)(leaf, torch.tensor(y))
    loss.sum().backward()
    return loss.detach().numpy(), leaf.grad.numpy()


@pytest.mark.parametrize("targets", ["labels", "soft"])
@given(st.data(), REDUCTIONS, st.floats(0, 1))
def test_loss_and_gradient_are_those_of_cross_entropy_loss(targets, data, reduction, smoothing):
    z, y = data.draw(batches(targets))
    loss, gradient = by_torch(z, y, reduction=reduction, label_smoothing=smoothing)
    options = {"axis": 1, "reduction": reduction, "label_smoothing": smoothing}
    np.testing.assert_allclose(softmax_loss(z, y, **options), loss, **CLOSE)
    np.testing.assert_allclose(softmax_loss_gradient(z, y, **options), gradient, **CLOSE)


@given(batches("labels"), st.data())
def test_class_weights_and_ignored_labels_are_a_weighted_mean(batch, data):
    z, y = batch
    k = z.shape[1]
    w = data.draw(hnp.arrays(float, k, elements=st.floats(0.1, 10)))
    ignored = data.draw(st.integers(0, k - 1))
    kept = y != ignored
    each = softmax_loss(z, y, axis=1, reduction="none")
    loss, gradient = by_torch(z, y, weight=torch.tensor(w), ignore_index=ignored)
    if kept.any():
        expected = np.sum((w[y] * each)[kept]) / np.sum(w[y][kept])
        np.testing.assert_allclose(loss, expected, **CLOSE)
    else:
        assert np.isnan(loss)
        np.testing.assert_array_equal(gradient, 0)  # as appendix C says


def test_a_mean_of_nothing_has_no_gradient_or_nan():
    z, nothing = torch.zeros(3, 2), torch.full((3,), -100)
    linear, chunked = functional.linear_cross_entropy, torch.nn.LinearCrossEntropyOptions()
    for loss, finite in (
        (lambda z: functional.cross_entropy(z, nothing), True),
        (lambda z: functional.cross_entropy(z, 0 * nothing, weight=torch.tensor([0.0, 1])), False),
        (lambda z: linear(z, torch.eye(2), nothing), True),
        (lambda z: linear(z, torch.eye(2), nothing, options=chunked), False),
    ):
        leaf = z.clone().requires_grad_()
        loss(leaf).backward()
        assert leaf.grad.isfinite().all() == finite


@given(batches("soft"), st.data())
def test_soft_targets_with_weights_are_divided_by_the_examples(batch, data):
    z, y = batch
    w = data.draw(hnp.arrays(float, z.shape[1], elements=st.floats(0.1, 10)))
    loss, _ = by_torch(z, y, weight=torch.tensor(w))
    by_class = -np.moveaxis(y * log_softmax(z, axis=1), 1, -1) @ w
    np.testing.assert_allclose(loss, by_class.mean(), **CLOSE)


@given(batches("labels"))
def test_the_three_functions(batch):
    z, _ = batch
    t = torch.tensor(z)
    np.testing.assert_allclose(softmax(z, axis=1), torch.softmax(t, 1), **CLOSE)
    np.testing.assert_allclose(log_softmax(z, axis=1), torch.log_softmax(t, 1), **CLOSE)
    np.testing.assert_allclose(logsumexp(z, axis=1), torch.logsumexp(t, 1), **CLOSE)


@given(st.data())
def test_the_multilabel_loss_is_k_times_bce_with_logits(data):
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=6))
    z = data.draw(hnp.arrays(float, shape, elements=st.floats(-30, 30)))
    y = data.draw(hnp.arrays(float, shape, elements=st.floats(0, 1)))
    leaf = torch.tensor(z, requires_grad=True)
    loss = functional.binary_cross_entropy_with_logits(leaf, torch.tensor(y))
    loss.backward()
    k = shape[1]
    np.testing.assert_allclose(multilabel_logistic_loss(z, y), k * loss.item(), **CLOSE)
    np.testing.assert_allclose(
        multilabel_logistic_loss_gradient(z, y), k * leaf.grad.numpy(), **CLOSE
    )


def test_kl_div_loss_counts_entries_or_examples_and_takes_log_probabilities_alone():
    log_a, log_p = log_softmax(np.random.default_rng(0).normal(size=(2, 3, 5)))
    given = torch.tensor(log_a), torch.tensor(np.exp(log_p))
    each = np.sum(np.exp(log_p) * (log_p - log_a), axis=1)
    with pytest.warns(UserWarning, match="batchmean"):
        by_default = torch.nn.KLDivLoss()(*given)
    assert by_default.item() == pytest.approx(each.mean() / 5)
    loss = torch.nn.KLDivLoss(reduction="batchmean")
    assert loss(*given).item() == pytest.approx(each.mean())
    assert loss(torch.tensor(np.exp(log_a)), given[1]).item() < 0  # no divergence is


def test_a_second_softmax_is_taken_without_a_word():
    z, y = np.array([[9.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    corridor = softmax_loss(softmax(z), y)
    assert corridor > 0.5  # of a certain and right answer
    sigmoids = torch.nn.BCEWithLogitsLoss()(torch.tensor(softmax(z)), torch.tensor(y))
    expected = multilabel_logistic_loss(softmax(z), y) / 3
    assert sigmoids.item() == pytest.approx(expected)
    optax = pytest.importorskip("optax")
    for loss, target in (
        (optax.softmax_cross_entropy, y),
        (optax.softmax_cross_entropy_with_integer_labels, np.array([0])),
    ):
        assert loss(softmax(z), target).mean() == pytest.approx(corridor, rel=1e-6)


@given(st.data(), st.floats(0.1, 20))
def test_distillation_is_kl_div_times_t_squared(data, T):
    z, v = (data.draw(hnp.arrays(float, (3, 5), elements=st.floats(-10, 10))) for _ in range(2))
    leaf = torch.tensor(z, requires_grad=True)
    loss = T**2 * functional.kl_div(
        functional.log_softmax(leaf / T, dim=1),
        functional.softmax(torch.tensor(v) / T, dim=1),
        reduction="batchmean",
    )
    loss.backward()
    tolerance = {"rtol": 1e-9, "atol": 1e-13 * T**2}
    np.testing.assert_allclose(distillation_loss(z, v, T), loss.item(), **tolerance)
    np.testing.assert_allclose(distillation_gradient(z, v, T), leaf.grad.numpy(), **tolerance)


@given(hnp.arrays(float, (4, 4), elements=st.floats(-1, 1)), st.floats(0.01, 1))
def test_contrast_is_cross_entropy_with_the_batch_as_classes(s, T):
    similarities, log_T = torch.tensor(s, requires_grad=True), torch.tensor(np.log(T))
    log_T.requires_grad_()
    z, labels = similarities / log_T.exp(), torch.arange(4)
    loss = (functional.cross_entropy(z, labels) + functional.cross_entropy(z.T, labels)) / 2
    loss.backward()
    in_s, in_log_T = info_nce_gradient(s, T, symmetric=True)
    np.testing.assert_allclose(info_nce_loss(s, T, symmetric=True), loss.item(), **CLOSE)
    np.testing.assert_allclose(in_s, similarities.grad.numpy(), rtol=1e-9, atol=1e-12 / T)
    np.testing.assert_allclose(in_log_T, log_T.grad.item(), rtol=1e-9, atol=1e-12 / T)


@given(hnp.arrays(float, (2, 5), elements=st.floats(-20, 20)), st.floats(0.05, 3))
def test_dpo_by_autograd(pairs, beta):
    w, l = (torch.tensor(x, requires_grad=True) for x in pairs)
    loss = -functional.logsigmoid(beta * (w - l)).mean()
    loss.backward()
    np.testing.assert_allclose(dpo_loss(*pairs, beta), loss.item(), **CLOSE)
    gradient = dpo_loss_gradient(*pairs, beta)
    np.testing.assert_allclose(gradient, w.grad.numpy(), **CLOSE)
    np.testing.assert_allclose(-gradient, l.grad.numpy(), **CLOSE)


@given(hnp.arrays(float, (2, 5), elements=st.floats(-5, 5)), st.floats(0.1, 3))
def test_straight_through_has_the_softened_draws_slope(rows, T):
    """What ``gumbel_softmax(hard=True)`` does, with the noise in hand: y_hard − s.detach() + s."""
    (z, noise), v = rows, np.arange(5.0)
    leaf = torch.tensor(z, requires_grad=True)
    s = functional.softmax((leaf + torch.tensor(noise)) / T, dim=0)
    hard = functional.one_hot(s.argmax(), 5) - s.detach() + s
    (hard @ torch.tensor(v)).backward()
    np.testing.assert_allclose(gumbel_softmax(z, noise, T), s.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(softmax_jvp((z + noise) / T, v) / T, leaf.grad.numpy(), **CLOSE)


@pytest.mark.parametrize(
    ("y", "smoothing"), [([[0.3, 0.7, 0.0]], 0.0), ([[0.0, 1.0, 0.0]], 0.0), ([1], 0.1)]
)
def test_a_mask_takes_the_loss_and_leaves_the_gradient(y, smoothing):
    z, y = np.array([[1.0, 2.0, -np.inf]]), np.array(y)
    loss, gradient = by_torch(z, y, label_smoothing=smoothing)
    assert not np.isfinite(loss)
    expected = softmax_loss_gradient(z, y, label_smoothing=smoothing)
    np.testing.assert_allclose(gradient, expected, **CLOSE)
    if y.ndim == 2:
        jax, optax = pytest.importorskip("jax"), pytest.importorskip("optax")
        loss, gradient = jax.value_and_grad(
            lambda z: optax.softmax_cross_entropy(z, y.astype(np.float32)).mean()
        )(z.astype(np.float32))
        assert not np.isfinite(loss)
        np.testing.assert_allclose(gradient, expected, atol=1e-6)
