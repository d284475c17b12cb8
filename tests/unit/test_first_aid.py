"""The NumPy of the page of first aid prints what it says; test-libraries runs the rest."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "front/first-aid.md"


def test_its_bounds_hold():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted
    assert not result.failed
