"""The NumPy of the page of first aid prints what it says; test-libraries runs the rest."""

import doctest
import re
import warnings
from pathlib import Path

import numpy as np

from softmax_src import softmax_loss, softmax_loss_gradient

PAGE = Path(__file__).parents[2] / "front/first-aid.md"


def test_its_bounds_hold():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted
    assert not result.failed


def test_the_losses_where_training_stays_are_those_of_the_formulas():
    page = PAGE.read_text(encoding="utf-8")
    assert f"({np.log(10):.3f} for 10 classes, {np.log(1000):.3f} for 1000)" in page
    assert f"({np.log(np.e + 9) - 1:.3f} for 10 classes)" in page
    smoothed = np.append(0.91, np.full(9, 0.01))  # whose entropy is the least loss
    assert f"cannot fall below {-smoothed @ np.log(smoothed):.3f}" in page


def test_its_loss_in_numpy_is_finite_and_right_where_a_naive_one_warns():
    page = PAGE.read_text(encoding="utf-8")
    z, labels = np.array([[1000.0, 0, -3], [-1000, -1001, -1002], [0, 2, 1]]), np.array([1, 2, 0])
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
        np.log(np.array([1.0, 0.0]))
    assert len({str(warning.message) for warning in heard}) == 3
    assert all(f"`{warning.message}`" in page for warning in heard)

    seen = {"logits": z, "labels": labels}
    exec(re.search(r"^```python\n(# NumPy.*?)^```", page, re.MULTILINE | re.DOTALL)[1], seen)
    np.testing.assert_allclose(seen["loss"], softmax_loss(z, labels), rtol=1e-12)
    np.testing.assert_allclose(seen["gradient"], softmax_loss_gradient(z, labels), atol=1e-15)
