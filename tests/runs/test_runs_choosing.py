"""The committed run of chapter 10: what it shows, and that training again gives the same."""

import numpy as np
import pytest

from softmax_book import experiments_choosing as choosing
from softmax_book.data import load_run
from softmax_src import softmax, softmax_loss
from softmax_src.distillation import distillation_gradient, distillation_loss


@pytest.fixture(scope="module")
def students():
    run = load_run("distillation")
    return {n: {k: np.array(v) for k, v in few.items()} for n, few in run["results"].items()}


@pytest.mark.parametrize("n", ["50", "100"])
def test_hot_lessons_teach_and_their_softness_alone_does_not(students, n):
    few = students[n]
    for key in ("T2", "T5", "T20", "matched"):
        assert np.all(few[key] > few["labels"])
    assert np.all(few["shuffled"] < few["labels"])
    gain = np.mean(few["T5"] - few["labels"])
    assert np.abs(np.mean(few["equal"] - few["labels"])) < 0.3 * gain
    assert np.all(few["shuffled"] < few["equal"])
    assert np.all(few["equal"] < few["T5"])
    assert few["T1"].mean() - few["labels"].mean() < 0.3 * (few["T20"] - few["labels"]).mean()
    assert np.all(few["T20"] < few["teacher"])


def test_the_factor_t_squared_keeps_the_gradients_size(students):
    few = students["50"]
    with_factor = np.array([few[f"norm_T{T}"].mean() for T in (1, 2, 5, 20)])
    without = with_factor / np.array([1, 2, 5, 20]) ** 2
    assert with_factor.max() / with_factor.min() < 3
    assert without[0] / without[-1] > 100
    assert with_factor[-1] == pytest.approx(few["norm_matched"].mean(), rel=0.1)


def test_distillation_again(students):
    again = choosing.distillation(0, 50, temperatures=(1, 20))
    for key in ("teacher", "labels", "T1", "T20", "matched", "equal", "shuffled"):
        assert again[key] == pytest.approx(students["50"][key][0], abs=0.02)
    for key in ("norm_T1", "norm_T20", "norm_matched"):
        assert again[key] == pytest.approx(students["50"][key][0], rel=1e-3)


@pytest.mark.parametrize("T", [1, 5])
def test_the_networks_pair_is_the_packages_loss(T):
    z, v = np.random.default_rng(0).normal(0, 3, size=(2, 4, 5))
    a, cost, delta = choosing.distilled(T)(z, softmax(v, temperature=T))
    np.testing.assert_allclose(a, softmax(z, temperature=T), rtol=1e-13)
    np.testing.assert_allclose(cost, distillation_loss(z, v, T, reduction="none"), rtol=1e-10)
    np.testing.assert_allclose(delta, distillation_gradient(z, v, T, reduction="none"), atol=1e-13)


def test_with_one_hot_targets_at_t_1_it_is_the_softmax_loss():
    z, labels = np.random.default_rng(0).normal(size=(4, 5)), np.array([0, 4, 2, 2])
    _, cost, delta = choosing.distilled(1)(z, np.eye(5)[labels])
    np.testing.assert_allclose(cost, softmax_loss(z, labels, reduction="none"), rtol=1e-12)
    np.testing.assert_allclose(delta, softmax(z) - np.eye(5)[labels], atol=1e-15)


def test_matched_logits_are_the_limit_of_heat():
    z, v = np.random.default_rng(0).normal(size=(2, 4, 5))
    _, cost, delta = choosing.matched_logits(z, v + 3.0)
    np.testing.assert_allclose(cost, distillation_loss(z, v, 1e4, reduction="none"), rtol=1e-3)
    np.testing.assert_allclose(delta, distillation_gradient(z, v, 1e4, reduction="none"), atol=1e-3)


def test_shuffling_leaves_the_top_and_the_numbers():
    v = np.random.default_rng(0).normal(size=(50, 10))
    shuffled = choosing.shuffled_losers(v, np.random.default_rng(1))
    np.testing.assert_array_equal(np.sort(shuffled), np.sort(v))
    np.testing.assert_array_equal(shuffled.argmax(axis=1), v.argmax(axis=1))
    np.testing.assert_array_equal(shuffled.max(axis=1), v.max(axis=1))
    assert np.mean(shuffled == v) < 0.3


def test_equal_losers_leave_the_top_and_the_sum():
    a = softmax(np.random.default_rng(0).normal(size=(50, 10)))
    equal = choosing.equal_losers(a)
    np.testing.assert_allclose(equal.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_array_equal(equal.max(axis=1), a.max(axis=1))
    np.testing.assert_array_equal(equal.argmax(axis=1), a.argmax(axis=1))
    np.testing.assert_array_equal(np.sort(equal)[:, 0], np.sort(equal)[:, -2])
