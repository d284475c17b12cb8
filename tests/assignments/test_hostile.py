"""Broken submissions and cheats end with a mark or a clear status, and harm no one else."""

import re

import pytest

from assignments.bank import hostile
from assignments.grading import mark
from tests.assignments.submissions import answer_sources, submission, write

HOSTILE = [pytest.param(case, id=case.name) for case in hostile.HOSTILE]
QUICK = mark.Limits(submission=30, cell=2, call=1)


def points(report):
    """What the tests give."""
    return sum(row.points for row in report.rows if row.requirement)


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
    assert re.search(case.says, " ".join([*report.doubts, *report.errors]))
    # and whoever comes next gets what is due
    path = write(tmp_path, right)
    assert points(mark.mark(keys["ps1"], path, zygote)) == hostile.FULL


def test_the_bank_is_large_enough():
    assert len(HOSTILE) >= 20
