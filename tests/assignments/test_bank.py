"""The grader's marks for answers whose mark is known beforehand."""

import pytest

from assignments.bank import ps1, ps2, ps3
from assignments.grading import mark
from tests.assignments.submissions import SETS, answer_sources, submission, write

BANK = {"ps1": ps1, "ps2": ps2, "ps3": ps3}
WRONG = [pytest.param(n, w, id=f"{n}-{w.name}") for n in SETS for w in BANK[n].WRONG]
RIGHT = [pytest.param(n, r, id=f"{n}-{r.name}") for n in SETS for r in BANK[n].RIGHT]


def failed(report):
    """The tests that a report gives no points."""
    return {row.question for row in report.rows if row.points == 0 and row.requirement}


@pytest.mark.parametrize(("name", "wrong"), WRONG)
def test_wrong_answer_fails_exactly_its_tests(name, wrong, keys, zygote, tmp_path, record_property):
    for fact in {"bank": "wrong answers", "set": name, "fails": wrong.fails}.items():
        record_property(*fact)
    sources = wrong.apply(answer_sources(keys[name]))
    report = mark.mark(keys[name], write(tmp_path, submission(name, sources)), zygote)
    assert failed(report) == set(wrong.fails.split()), report.errors
    assert wrong.fails


@pytest.mark.parametrize(("name", "right"), RIGHT)
def test_right_answer_in_another_style_gets_full_marks(
    name, right, keys, zygote, tmp_path, record_property
):
    record_property("bank", "right answers")
    sources = right.apply(answer_sources(keys[name]))
    report = mark.mark(keys[name], write(tmp_path, submission(name, sources)), zygote)
    assert not failed(report), [row.why for row in report.rows]


@pytest.mark.parametrize("name", SETS)
def test_every_test_is_failed_by_some_wrong_answer(name, keys):
    named = {test for wrong in BANK[name].WRONG for test in wrong.fails.split()}
    assert named == {cell.name for cell in keys[name].cells if cell.kind == "test"}


def test_the_bank_is_large_enough():
    assert len(WRONG) >= 60
