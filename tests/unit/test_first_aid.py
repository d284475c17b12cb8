"""The NumPy of the page of first aid prints what it says; test-libraries runs the rest."""

import doctest
from pathlib import Path

import numpy as np

PAGE = Path(__file__).parents[2] / "front/first-aid.md"


def test_its_bounds_hold():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted
    assert not result.failed


def test_the_losses_where_training_stays_are_those_of_the_formulas():
    page = PAGE.read_text(encoding="utf-8")
    assert f"({np.log(10):.3f} for 10 classes, {np.log(1000):.3f} for 1000)" in page
    assert f"({np.log(np.e + 9) - 1:.3f} for 10 classes)" in page
