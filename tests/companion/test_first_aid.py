"""The NumPy of the page of first aid prints what it says; test-libraries runs the rest."""

import doctest
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from softmax_src import softmax, softmax_loss, softmax_loss_gradient

PAGE = Path(__file__).parents[2] / "front/first-aid.md"


def pasted(logits, labels):
    """Return the names that the page's loss in NumPy knows after it has run."""
    page = PAGE.read_text(encoding="utf-8")
    seen = {"logits": logits, "labels": labels}
    exec(re.search(r"^```python\n(# NumPy.*?)^```", page, re.MULTILINE | re.DOTALL)[1], seen)
    return seen


def test_its_bounds_hold():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted
    assert not result.failed


def test_the_losses_where_training_stays_are_those_of_the_formulas():
    page = PAGE.read_text(encoding="utf-8")
    assert f"({np.log(10):.3f} for 10 classes, {np.log(1000):.3f} for 1000)" in page
    assert f"({np.log(np.e + 9) - 1:.3f} for 10 classes)" in page
    assert f"({np.log(1 + 9 * np.exp(-2)):.3f} for 10 classes)" in page
    smoothed = np.append(0.91, np.full(9, 0.01))  # whose entropy is the least loss
    assert f"cannot fall below {-smoothed @ np.log(smoothed):.3f}" in page


def test_its_loss_in_numpy_is_finite_and_right_where_a_naive_one_warns():
    page = PAGE.read_text(encoding="utf-8")
    z, labels = np.array([[1000.0, 0, -3], [-1000, -1001, -1002], [0, 2, 1]]), np.array([1, 2, 0])
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
        np.multiply([1.0, 0.0], np.log(np.array([1.0, 0.0])))
    assert len({str(warning.message) for warning in heard}) == 4
    assert all(f"`{warning.message}`" in page for warning in heard)

    seen = pasted(z, labels)
    np.testing.assert_allclose(seen["loss"], softmax_loss(z, labels), rtol=1e-12)
    np.testing.assert_allclose(seen["gradient"], softmax_loss_gradient(z, labels), atol=1e-15)


@pytest.mark.parametrize("labels", [[[1], [0]], [1, -1]])
def test_its_loss_in_numpy_refuses_labels_that_would_train_something_else(labels):
    with pytest.raises(AssertionError):
        pasted(np.zeros((2, 3)), np.array(labels))


def test_its_loss_in_numpy_takes_logits_of_small_types():
    many = np.zeros((1, 70_000), np.float16)
    assert pasted(many, np.array([0]))["loss"] == pytest.approx(np.log(70_000))
    small = pasted(np.array([[0, 200, 3]], np.uint8), np.array([1]))
    assert small["loss"] == pytest.approx(0, abs=1e-15)


def test_where_the_loss_of_a_softmax_over_the_examples_begins_and_stays():
    rng = np.random.default_rng(0)
    z, y = 0.1 * rng.normal(size=(32, 4)), np.repeat(np.arange(4), [1, 3, 8, 20])
    assert "mean of $\\log m$" in PAGE.read_text(encoding="utf-8")
    hits = y[:, None] == np.arange(4)  # (N, K)
    for step in range(20_000):
        a = softmax(z, axis=0)
        loss = -np.log(a[hits]).mean()
        if not step:
            assert loss == pytest.approx(np.log(32), abs=0.1)
        z -= (a * hits.sum(axis=0) - hits) / 4
    of_its_class = hits.sum(axis=0)[y]
    assert np.log(of_its_class).mean() < loss < np.log(of_its_class).mean() + 0.01
