"""The grader's marks for answers whose mark is known beforehand."""

import json

import pytest

from assignments.bank import hostile, ps1, ps2, ps3
from assignments.grading import mark
from tests.assignments.submissions import SETS, answer_sources, submission

BANK = {"ps1": ps1, "ps2": ps2, "ps3": ps3}
WRONG = [pytest.param(n, w, id=f"{n}-{w.name}") for n in SETS for w in BANK[n].WRONG]
RIGHT = [pytest.param(n, r, id=f"{n}-{r.name}") for n in SETS for r in BANK[n].RIGHT]
HOSTILE = [pytest.param(h, id=h.name) for h in hostile.HOSTILE]
QUICK = mark.Limits(submission=30, cell=2, call=1)


def failed(report):
    """The tests that a report gives no points."""
    return {row.question for row in report.rows if row.points == 0 and row.requirement}


def points(report):
    """What the tests give."""
    return sum(row.points for row in report.rows if row.requirement)


def write(tmp_path, content):
    """A notebook file from a dictionary or bytes."""
    path = tmp_path / "submission.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


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
    assert len(HOSTILE) >= 20


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_submission_ends_with_a_mark(case, keys, zygote, guards, tmp_path, record_property):
    record_property("bank", "hostile and broken submissions")
    if case.needs and case.needs not in guards:
        pytest.skip(f"this machine does not allow: {case.needs}")
    right, blank = submission("ps1", answer_sources(keys["ps1"])), submission("ps1", {})
    path = write(tmp_path, case.apply(right, blank))
    report = mark.mark(keys["ps1"], path, zygote, QUICK)
    assert points(report) == case.points, [(row.question, row.why) for row in report.rows]
    assert [row.question for row in report.rows] == [cell.name for cell in keys["ps1"].questions]
    assert case.says in " ".join([*report.doubts, *report.errors])
    # and whoever comes next gets what is due
    path = write(tmp_path, right)
    assert points(mark.mark(keys["ps1"], path, zygote)) == hostile.FULL
