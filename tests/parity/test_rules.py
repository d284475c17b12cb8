"""The page's host takes what a widget's Python class takes."""

import re
from pathlib import Path

import numpy as np
import pytest

from softmax_book import widgets
from tests.companion.test_widgets import tries

HOST = Path(__file__).parents[2] / "_ext" / "islands" / "host.js"
FITS = "((fits) => data.tries.map(([value, rule]) => fits(value, rule)))(Function(data.make)())"


@pytest.fixture
def fits(node):
    """Return fits(list of (value, rule)): the host's own function, cut out of its script."""
    text = re.search(r"^  function fits\(.*?^  }", HOST.read_text("utf-8"), re.M | re.S)[0]
    return lambda pairs: node(
        "static/softmax.mjs", FITS, {"make": f"{text}; return fits", "tries": pairs}
    )


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_host_keeps_the_rules(fits, name):
    rules = getattr(widgets, name).rules()
    cases = [(value, rule, taken) for rule in rules.values() for value, taken in tries(rule)]
    found = fits([case[:2] for case in cases])
    assert [case for case, fit in zip(cases, found, strict=True) if fit != case[2]] == []


def test_without_a_rule_something_will_do(fits):
    assert fits([(0, {}), ("", {}), ({"a": [1]}, {}), (None, {})]) == [True, True, True, False]


def test_a_number_is_no_text_and_no_list(fits):
    rule = {"number": [None, None]}
    wrong = ["1", [1], None, True, np.nan]
    assert fits([(value, rule) for value in [0, *wrong]]) == [True] + [False] * len(wrong)
