"""What becomes of points after marking: late days, points by hand, statistics."""

import re

import pytest

from assignments.grading import mark, marks, out


def report(*points, maximum=4):
    """A report with so many points for each question."""
    rows = [mark.Row(f"q{n}", p, maximum, "passed") for n, p in enumerate(points, 1)]
    return mark.Report(rows)


@pytest.mark.parametrize(
    ("days", "free", "more", "points"),
    [(0, 1, 0, 10), (1, 0, 3, 10), (1, 1, 0, 10), (3, 1, 0, 8), (3, 1, 1, 9), (30, 1, 0, 0)],
)
def test_days_that_were_not_used_cost_no_points(days, free, more, points):
    course = {
        "late": {"free_days": free, "percent_a_day": 10},
        "days_late": {"ada": {"ps1": days}},
        "adjust": {"ada": {"ps1": more}},
    }
    assert out.after_policy("ada", {"ps1": 10}, course) == {"ps1": points}


def test_points_below_0_are_refused(tmp_path):
    table = tmp_path / "marks.csv"
    table.write_text("student,assignment,question,points\nada,ps1,q1,-1\n")
    with pytest.raises(SystemExit, match="-1 of 4 points"):
        marks.read(table, {("ada", "ps1"): report(None)}, {})


def test_the_histogram_has_whoever_reached_everything():
    table = {name: ({}, [], percent, 0) for name, percent in zip("abc", (100, 95, 30), strict=True)}
    page = out.statistics_page({}, table)
    counts = re.findall(r"(\d+) to \d+ %</th>.*?<td>(\d+)</td></tr>", page)
    assert {ten: n for ten, n in counts if n != "0"} == {"30": "1", "90": "2"}


def test_a_question_is_compared_with_all_others():
    reports = {
        (name, "ps1"): report(*points)
        for name, points in (("ada", (4, 3)), ("bob", (0, 1)), ("eve", (4, 2)))
    }
    mean, apart, _ = out.question_statistics(reports)["ps1", "q1"]
    assert mean == pytest.approx(2 / 3)
    assert apart == pytest.approx(3**0.5 / 2)  # of (1, 0, 1) and (3, 1, 2); with itself, 0.99
