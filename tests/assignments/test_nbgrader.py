"""The whole way through nbgrader itself; `make test-assignments-nbgrader` runs it (minutes)."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assignments.bank import hostile, ps1
from assignments.grading import grade, release
from tests.assignments.submissions import (
    ROOT,
    SETS,
    answer_sources,
    release_path,
    submission,
)

if not os.environ.get("NBGRADER_TESTS"):
    pytest.skip("nbgrader has an environment of its own", allow_module_level=True)
pytest.importorskip("nbgrader")

ASSIGNMENTS = ROOT / "assignments"


def nbgrader(course, *arguments):
    """Run nbgrader's own command line in a course folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done


def put(path, made):
    """Write a notebook, from a dictionary or bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())


def table(path):
    """The rows of a table by student and question."""
    with open(path, newline="", encoding="utf-8") as file:
        return {(row["student"], row["question"]): row for row in csv.DictReader(file)}


def test_the_committed_release_is_what_nbgrader_makes(tmp_path):
    assert release.release(ASSIGNMENTS / "source", tmp_path) == list(SETS)
    for name in SETS:
        assert (tmp_path / name / f"{name}.ipynb").read_text() == release_path(name).read_text()


def test_further_files_in_a_source_folder_are_refused(tmp_path):
    shutil.copytree(ASSIGNMENTS / "source" / "ps1", tmp_path / "source" / "ps1")
    (tmp_path / "source" / "ps1" / "marking-notes.txt").write_text("secret")
    with pytest.raises(SystemExit, match=r"marking-notes\.txt"):
        release.release(tmp_path / "source", tmp_path / "release")


@pytest.fixture(scope="module")
def cases(keys):
    """Notebooks for problem set 1, by student."""
    answers = answer_sources(keys["ps1"])
    right, blank = submission("ps1", answers), submission("ps1", {})
    partly = {"logsumexp": answers["logsumexp"]}
    warning = "    import sys\n    print('careful', file=sys.stderr)\n    z = np"
    warns = answers | {"softmax": answers["softmax"].replace("    z = np", warning, 1)}
    made = {"right": right, "blank": blank}
    made |= {"partly": submission("ps1", partly), "warns": submission("ps1", warns)}
    made["wrong"] = submission("ps1", ps1.WRONG[0].apply(answers))
    wanted = (
        "patched numpy.testing and allclose",
        "replaced assert helper and builtins",
        "input transformers",
        "objects with a lying __eq__",
        "deleted tests, right answers",
        "metadata lost",
        "answer cell twice",
        "invalid JSON",
        "another language",
        "os._exit in a function",
        "fork bomb",
        "lines for IPython",
    )
    for case in hostile.HOSTILE:
        if case.name in wanted:
            made[case.name] = case.apply(right, blank)
    assert len(made) == 5 + len(wanted)
    return made


@pytest.fixture(scope="module")
def graded(cases, tmp_path_factory):
    """The table of `make grade` for these notebooks, and its folder."""
    folder = tmp_path_factory.mktemp("graded")
    for student, made in cases.items():
        put(folder / "in" / student / "ps1" / "ps1.ipynb", made)
    grade.main([str(folder / "in"), str(folder / "grades.csv")])
    return table(folder / "grades.csv"), folder


def statuses(graded, student):
    """The statuses of a student's tests."""
    rows = [row for (name, _), row in graded[0].items() if name == student]
    return {row["status"] for row in rows if "derivation" not in row["question"]}


def points(graded, student):
    """What a student's tests give."""
    return sum(float(r["points"] or 0) for (name, _), r in graded[0].items() if name == student)


def test_every_student_has_every_row(graded, cases, keys):
    assert len(graded[0]) == len(cases) * len(keys["ps1"].questions)


@pytest.mark.parametrize("student", ["right", "warns", "lines for IPython"])
def test_both_marks_agree_on_right_answers(graded, student):
    assert statuses(graded, student) == {"passed"}
    assert points(graded, student) == hostile.FULL


def test_both_marks_agree_on_blank_partly_done_and_wrong_answers(graded):
    assert statuses(graded, "blank") == {"failed"}
    assert statuses(graded, "partly") == statuses(graded, "wrong") == {"passed", "failed"}
    assert points(graded, "blank") == 0
    assert points(graded, "partly") == 5
    failed = {q for (s, q), row in graded[0].items() if s == "wrong" and row["status"] == "failed"}
    assert failed == set(ps1.WRONG[0].fails.split())


@pytest.mark.parametrize(
    "student",
    [
        "patched numpy.testing and allclose",
        "replaced assert helper and builtins",
        "input transformers",
    ],
)
def test_a_cheat_that_nbgrader_believes_is_shown_to_a_person(graded, student):
    assert points(graded, student) == 0
    said = statuses(graded, student)
    assert any(status.startswith("needs a human: nbgrader gives") for status in said)


@pytest.mark.parametrize(
    "student", ["deleted tests, right answers", "metadata lost", "answer cell twice"]
)
def test_what_nbgrader_cannot_mark_keeps_its_points_and_is_shown_to_a_person(graded, student):
    assert points(graded, student) == hostile.FULL
    assert any(status.startswith("needs a human") for status in statuses(graded, student))


def test_unreadable_notebooks_say_why(graded):
    assert statuses(graded, "invalid JSON") == {"no mark: not JSON"}
    assert statuses(graded, "another language") == {"no mark: not a Python notebook"}


def test_a_liar_convinces_neither(graded):
    assert points(graded, "objects with a lying __eq__") == 0


def test_crashes_keep_the_marks_of_the_rest(graded):
    assert points(graded, "os._exit in a function") == 12


@pytest.fixture(scope="module")
def course(cases, tmp_path_factory):
    """The assignments' folder as an nbgrader course, with a wrong answer and one that warns."""
    folder = tmp_path_factory.mktemp("nbgrader") / "course"
    shutil.copytree(ASSIGNMENTS, folder, ignore=shutil.ignore_patterns("__pycache__", "release"))
    nbgrader(folder, "generate_assignment", "ps1")
    for student in ("wrong", "warns"):
        put(folder / "submitted" / student / "ps1" / "ps1.ipynb", cases[student])
    return folder


def marked(course):
    """Scores and feedback pages that nbgrader's own commands make, by student."""
    for command in (["autograde", "ps1"], ["generate_feedback", "ps1"], ["export"]):
        nbgrader(course, *command)
    with open(course / "grades.csv", newline="") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    pages = course.glob("feedback/*/ps1/ps1.html")
    return scores, {page.parents[1].name: page.read_text() for page in pages}


def test_stock_nbgrader_works_with_the_course_folder(course, tmp_path, keys):
    """An instructor may use nbgrader directly: marks, and feedback without hidden tests."""
    shutil.copytree(course, tmp_path / "course")
    scores, pages = marked(tmp_path / "course")
    lost = {cell.name: cell.points for cell in keys["ps1"].questions}
    assert scores["warns"] == hostile.FULL
    assert scores["wrong"] == hostile.FULL - sum(lost[t] for t in ps1.WRONG[0].fails.split())
    for page in pages.values():
        assert "further inputs" in page
        assert "HIDDEN TESTS" not in page
        assert "999.0" not in page, "an input of a hidden test"


def test_our_two_steps_are_needed(course, tmp_path):
    """Without them nbgrader shows hidden tests and takes points for a warning."""
    shutil.copytree(course, tmp_path / "course")
    config = tmp_path / "course" / "nbgrader_config.py"
    text = config.read_text()
    text = text.replace("    DropStderr,\n", "").replace("RedactHiddenTests, CSS", "CSS")
    config.write_text(text)
    scores, pages = marked(tmp_path / "course")
    assert scores["warns"] < hostile.FULL
    assert "HIDDEN TESTS" in pages["wrong"]
    assert "999.0" in pages["wrong"]
