"""A folder of notebooks in, a table and pages of feedback out."""

import ast
import csv
import json
import os
import re
import shutil
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from assignments.grading import (
    collect,
    explain,
    feedback,
    grade,
    mark,
    marks,
    notebook,
    out,
    pool,
    store,
    textfile,
)
from tests.assignments.submissions import SETS, answer_sources, source_path, submission


def put(path, made):
    """Write a notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), encoding="utf-8")


def table(path):
    """The written table, a dictionary a row."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(autouse=True)
def proved_once(zygote, monkeypatch):
    """The guards are tried once for all these runs; `test_guards` is about the trying."""
    monkeypatch.setattr(pool, "prove", lambda *_: [(zygote.guards, zygote.means)])


@pytest.fixture
def right(keys):
    """The right notebooks."""
    return {name: submission(name, answer_sources(keys[name])) for name in SETS}


def run(submitted, grades, *options):
    """Mark without nbgrader."""
    grade.main([str(submitted), str(grades), "--without-nbgrader", "--workers", "1", *options])
    return table(grades)


def test_blank_gets_nothing_and_partly_done_gets_its_part(keys, zygote, tmp_path):
    for name in SETS:
        put(tmp_path / "blank.ipynb", submission(name, {}))
        report = mark.mark(keys[name], tmp_path / "blank.ipynb", zygote)
        assert sum(row.points for row in report.rows) == 0
        assert {row.status for row in report.rows} == {"failed", "not answered"}
    part = {"logsumexp": answer_sources(keys["ps1"])["logsumexp"]}
    put(tmp_path / "part.ipynb", submission("ps1", part))
    report = mark.mark(keys["ps1"], tmp_path / "part.ipynb", zygote)
    passed = {row.question: row.points for row in report.rows if row.status == "passed"}
    assert passed == {"lse-values": 2, "lse-shift": 2, "lse-axis": 1}


def test_tree_and_flat_folder_give_a_row_for_every_question(right, keys, tmp_path, capsys):
    sub = tmp_path / "submitted"
    put(sub / "ada" / "ps1" / "ps1.ipynb", right["ps1"])
    put(sub / "ada" / "ps3" / "my solution.ipynb", right["ps3"])
    (sub / "bob" / "ps1").mkdir(parents=True)
    put(sub / "curie_4711_PS2.ipynb", right["ps2"])
    put(sub / "dora.ipynb", right["ps3"])
    put(sub / "=cmd.ipynb", submission("ps1", {}))
    (sub / "eve.ipynb").write_text("[]")
    rows = run(sub, tmp_path / "out" / "grades.csv")
    assert tuple(rows[0]) == ("student", "assignment", "question", "points", "maximum", "status")
    points = {}
    for row in rows:
        key = row["student"], row["assignment"]
        points[key] = points.get(key, 0) + float(row["points"] or 0)
    full = {"ps1": 26, "ps2": 28, "ps3": 28}
    assert points == {
        ("'=cmd", "ps1"): 0,
        ("ada", "ps1"): full["ps1"],
        ("ada", "ps3"): full["ps3"],
        ("bob", "ps1"): 0,
        ("curie_4711", "ps2"): full["ps2"],
        ("dora", "ps3"): full["ps3"],
        ("eve", ""): 0,
    }
    assert len(rows) == sum(len(keys[n].questions) for _, n in points if n) + 1
    assert {row["status"] for row in rows if row["student"] == "bob"} == {"no mark: no notebook"}
    pages = {path.name for path in (tmp_path / "out" / "grades-feedback").iterdir()}
    students = {f"{name}.html" for name in ("ada", "bob", "curie_4711", "dora", "cmd", "eve")}
    assert pages == students | {"_by-hand.html"}
    assert "7 submissions" in capsys.readouterr().out


def test_two_notebooks_of_one_student_are_both_kept(right, tmp_path):
    put(tmp_path / "in" / "ada_ps1.ipynb", right["ps1"])
    put(tmp_path / "in" / "ps1-ada.ipynb", submission("ps1", {}))
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    assert {row["student"] for row in rows} == {"ada (ada_ps1.ipynb)", "ada (ps1-ada.ipynb)"}


def test_links_and_pipes_are_not_followed(right, tmp_path):
    put(tmp_path / "other" / "ps1.ipynb", right["ps1"])
    for student, make in (
        ("linked", lambda path: path.symlink_to(tmp_path / "other" / "ps1.ipynb")),
        ("piped", os.mkfifo),
    ):
        place = tmp_path / "in" / student / "ps1"
        place.mkdir(parents=True)
        make(place / "ps1.ipynb")
    (tmp_path / "in" / "borrowed").mkdir()
    (tmp_path / "in" / "borrowed" / "ps1").symlink_to(tmp_path / "other")
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    assert {row["status"] for row in rows} == {"no mark: not a file of its own"}
    assert {row["student"] for row in rows} == {"linked", "piped"}


def test_a_strange_name_or_answer_costs_nobody_the_table(right, tmp_path):
    right["ps1"]["cells"][-1]["source"] = "half a character: \ud800"
    latin = os.fsdecode(b"\xe9lise_ps1.ipynb")  # as some archives unpack
    put(tmp_path / "in" / latin, right["ps1"])
    put(tmp_path / "in" / ("x" * 255) / "ps1" / "ps1.ipynb", right["ps1"])
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    assert {row["student"] for row in rows} == {r"\udce9lise", "x" * 255}
    pages = tmp_path / "grades-feedback"
    assert {page.name for page in pages.iterdir()} == {
        "lise.html", f"{'x' * 200}.html", "_by-hand.html"
    }  # fmt: skip
    assert r"half a character: \ud800" in (pages / "_by-hand.html").read_text(encoding="utf-8")


def test_marks_entered_by_hand_are_taken_over(right, keys, tmp_path):
    right["ps1"]["cells"][-1]["source"] = "Let s be the LSE. <script>alert(1)</script>"
    put(tmp_path / "in" / "-ada" / "ps1" / "ps1.ipynb", right["ps1"])  # in the table: '-ada
    grades = tmp_path / "grades.csv"
    rows = run(tmp_path / "in", grades)
    page = (tmp_path / "grades-feedback" / "_by-hand.html").read_text()
    assert "Let s be the LSE. &lt;script&gt;" in page
    assert "Model answer" in page
    for row in rows:
        row["points"] = row["points"] or "4.5"
    with open(tmp_path / "marks.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    rows = run(tmp_path / "in", grades, "--marks", str(tmp_path / "marks.csv"))
    assert [r["points"] for r in rows if r["status"] == "marked by hand"] == ["4.5"]
    assert "30.5 of 32 points" in (tmp_path / "grades-feedback" / "-ada.html").read_text()
    text = (tmp_path / "marks.csv").read_text().replace("4.5", "99")
    (tmp_path / "marks.csv").write_text(text)
    with pytest.raises(SystemExit, match=r"99 of 6 points; give 0 to 6"):
        run(tmp_path / "in", grades, "--marks", str(tmp_path / "marks.csv"))


def test_points_entered_by_hand_do_not_vanish_with_a_label(right, keys, tmp_path, capsys):
    folder, grades = tmp_path / "in" / "Ada_1_assignsubmission_file_", tmp_path / "grades.csv"
    put(folder / "work.ipynb", submission("ps1", {}))
    run(tmp_path / "in", grades)
    (tmp_path / "marks.csv").write_text(
        "student,assignment,question,points,comment\nAda,ps1,half-derivation,6,good\n"
    )
    marks.enter(grades, tmp_path / "marks.csv", keys)
    lost = "entered by hand, but no row has it now: Ada, ps1, half-derivation: 6 points, good. "
    rows = run(tmp_path / "in", grades)
    assert [row["points"] for row in rows if row["status"].startswith("marked by hand")] == ["6"]
    assert lost not in capsys.readouterr().out
    put(folder / "notes.ipynb", submission("ps1", {}))
    run(tmp_path / "in", grades)
    assert lost in capsys.readouterr().out
    out.main([str(grades)])
    assert lost in capsys.readouterr().out
    (folder / "notes.ipynb").unlink()
    rows = run(tmp_path / "in", grades)  # and they are back
    assert [row["points"] for row in rows if row["status"].startswith("marked by hand")] == ["6"]
    assert lost not in capsys.readouterr().out


def handed_back(tmp_path, submitted, capsys):
    """What is printed, and canvas.csv, for the (student, set) pairs of `submitted` on a roster."""
    kept = store.Store(tmp_path / "grades.csv")
    for student, name in submitted:
        report = mark.Report([mark.Row("q", 2, 4, "passed", "Asks.")])
        kept.save(student, name, report, "digest")
    origin = "Ada_1_assignsubmission_file_"
    found = [collect.Found(student, name, None, origin) for student, name in submitted]
    kept.relist(found)
    roster = tmp_path / "roster.csv"
    roster.write_text("student\nada\nbob\neve\n")
    out.main([str(tmp_path / "grades.csv"), "--roster", str(roster)])
    lines = textfile.rows(tmp_path / "grades-out" / "canvas.csv")
    return capsys.readouterr().out, {line[0]: line[4:] for line in lines[2:]}


def test_an_unclear_notebook_is_nobodys_zero(tmp_path, capsys):
    two = [("ada (a.ipynb)", "ps1"), ("ada (b.ipynb)", "ps1")]
    said, canvas = handed_back(tmp_path, [*two, ("bob", "ps1"), ("bob", "ps2")], capsys)
    assert canvas == {"ada": ["", "0.00"], "bob": ["2.00", "2.00"], "eve": ["", "0.00"]}
    assert "in no gradebook, as not on the roster: ps1 of ada (a.ipynb), ada (b.ipynb). " in said
    assert "empty in all tables, 0 in the percentage: ps1 of ada, eve. " in said
    assert "0, as nothing of theirs is in the table: ps2 of ada, eve. " in said
    with zipfile.ZipFile(tmp_path / "grades-out" / "moodle-feedback.zip") as archive:
        assert sorted(Path(name).name for name in archive.namelist()) == [
            "ps1-feedback-2.html", "ps1-feedback-3.html", "ps1-feedback.html", "ps2-feedback.html"
        ]  # fmt: skip


def test_a_notebook_of_an_unclear_set_is_nobodys_zero(tmp_path, capsys):
    said, canvas = handed_back(tmp_path, [("ada", None), ("bob", "ps1")], capsys)
    assert canvas == {"ada": [""], "bob": ["2.00"], "eve": ["0.00"]}
    assert "empty in all tables, 0 in the percentage: an unclear set of ada; ps1 of ada. " in said
    said, canvas = handed_back(tmp_path, [("somebody", None), ("bob", "ps1")], capsys)
    assert canvas == {"ada": [""], "bob": ["2.00"], "eve": [""]}
    assert "in no gradebook, as not on the roster: an unclear set of somebody. " in said


def test_what_could_not_be_marked_is_no_zero(tmp_path, capsys):
    kept = store.Store(tmp_path / "grades.csv")
    kept.save("bob", "ps1", mark.Report([mark.Row("q", None, 4, "by hand", "Asks.")]), "digest")
    kept.relist([collect.Found(student, "ps1", None) for student in ("ada", "bob")])
    out.main([str(tmp_path / "grades.csv")])
    assert ["ada", "", "", "", ""] in textfile.rows(tmp_path / "grades-out" / "canvas.csv")
    said = capsys.readouterr().out
    assert "empty in all tables, 0 in the percentage: ps1 of ada. " in said
    assert "still to be marked by hand, 0 until then: 1 " in said


HIDDEN_INPUT = "-1.5"  # of the first test; no visible one has it
# Remembers every input that it sees and then tries to put it before the student's eyes.
SPY = """
seen = []
def softmax(z, axis=-1):
    seen.append(np.array(z).tolist())
    if len(seen) > 12:
        raise ValueError(f"SEEN {seen}")
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""


def test_feedback_never_shows_a_hidden_test(right, keys, tmp_path):
    for cell in right["ps1"]["cells"]:
        if cell["id"] == "softmax":
            cell["source"] = SPY
        if cell["id"] == "logsumexp":
            cell["source"] = "raise ValueError(f'SEEN {seen}')"
    put(tmp_path / "in" / "spy" / "ps1" / "ps1.ipynb", right["ps1"])
    put(tmp_path / "in" / "wrong" / "ps1" / "ps1.ipynb", submission("ps1", {}))
    run(tmp_path / "in", tmp_path / "grades.csv")
    pages = " ".join(path.read_text() for path in (tmp_path / "grades-feedback").glob("*.html"))
    assert "SEEN" in pages
    assert HIDDEN_INPUT not in pages
    for cell in keys["ps1"].cells:
        if cell.kind == "test":
            hidden = set(cell.source.split("\n")) - set(cell.visible.split("\n"))
            assert not [line for line in hidden if len(line) > 12 and line in pages]


def test_the_spy_would_be_seen_in_a_single_run(keys, zygote, tmp_path):
    """The check above can fail: one run with the hidden tests does show their input."""
    answers = answer_sources(keys["ps1"]) | {
        "softmax": SPY,
        "logsumexp": "raise ValueError(f'SEEN {seen}')",
    }
    put(tmp_path / "spy.ipynb", submission("ps1", answers))
    steps = notebook.plan(keys["ps1"], notebook.read_submission(tmp_path / "spy.ipynb"))
    tests = {cell.name: cell.source for cell in keys["ps1"].questions}
    naive = mark._Run(keys["ps1"], zygote, mark.DEFAULT_LIMITS, tests)
    naive.go(steps)
    assert HIDDEN_INPUT in " ".join(naive.errors)


def test_a_submission_that_outlasts_all_patience_leaves_the_others_alone(
    right, keys, zygote, tmp_path, monkeypatch
):
    """The pool's clock runs ten times as fast until the first report, then as any other."""
    found = {}
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() * (1 if found else 10))
    monkeypatch.setattr(pool, "time", clock)
    endless = submission("ps1", {"softmax": "while True: pass"})
    put(tmp_path / "endless.ipynb", endless)
    put(tmp_path / "right.ipynb", right["ps1"])
    jobs = [("ps1", str(tmp_path / f"{which}.ipynb")) for which in ("endless", "right", "right")]
    proofs = [(zygote.guards, zygote.means)]
    for number, report in pool.mark_all(jobs, keys, 1, proofs, patience=60):
        found[number] = report
    assert found[0] is None
    for number in (1, 2):
        assert sum(row.points or 0 for row in found[number].rows) == 26


def test_a_cohort_has_a_row_for_every_student(right, keys, tmp_path):
    for number in range(9):
        made = right["ps1"] if number % 3 else submission("ps1", {})
        put(tmp_path / "in" / f"student{number:02}" / "ps1" / "ps1.ipynb", made)
    (tmp_path / "in" / "student07" / "ps1" / "ps1.ipynb").write_bytes(b"\xff\xfe")
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    assert len(rows) == 9 * len(keys["ps1"].questions)
    assert len({row["student"] for row in rows}) == 9


def test_only_what_changed_is_marked_and_two_workers_share_a_folder(right, tmp_path, capsys):
    """The two workers are two processes' command lines, one after the other."""
    for student in ("ada", "bob", "eve"):
        put(tmp_path / "in" / student / "ps1" / "ps1.ipynb", submission("ps1", {}))
    for part in ("1/2", "2/2"):
        grade.main([
            str(tmp_path / "in"), str(tmp_path / "grades.csv"), "--without-nbgrader",
            "--workers", "1", "--part", part,
        ])  # fmt: skip
    assert not (tmp_path / "grades.csv").exists()
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    assert "3 unchanged" in capsys.readouterr().err
    assert {row["student"] for row in rows} == {"ada", "bob", "eve"}
    put(tmp_path / "in" / "bob" / "ps1" / "ps1.ipynb", right["ps1"])
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    said = capsys.readouterr()
    assert "2 unchanged" in said.err
    assert "1 of 1 marked" in said.err
    assert "changed: bob, ps1, lse-axis: 0 before, 1 now" in said.out
    assert sum(float(r["points"] or 0) for r in rows if r["student"] == "bob") == 26


def test_a_table_keeps_the_sets_that_came_before(right, tmp_path, capsys):
    """Platforms deliver one set at a time, and hand-back needs all of a course's in one table."""
    grades, source = tmp_path / "grades.csv", tmp_path / "source"
    blank = submission("ps1", {})
    put(tmp_path / "first" / "ada" / "ps1" / "ps1.ipynb", blank)
    blank["cells"][-1]["source"] = "Let s be the LSE."
    put(tmp_path / "first" / "bob" / "ps1" / "ps1.ipynb", blank)
    put(tmp_path / "first" / "work.ipynb", {"cells": []})  # of no set
    first = run(tmp_path / "first", grades)
    put(tmp_path / "next" / "ada" / "ps2" / "ps2.ipynb", right["ps2"])
    shutil.copytree(source_path("ps2").parent, source / "ps2")  # a source without the first set
    capsys.readouterr()
    rows = run(tmp_path / "next", grades, "--source", str(source))
    assert [row for row in rows if row["assignment"] == "ps1"] == [
        r for r in first if r["assignment"]
    ]
    assert sum(float(row["points"] or 0) for row in rows if row["assignment"] == "ps2") == 28
    page = (tmp_path / "grades-feedback" / "ada.html").read_text()
    assert "<h2>ps1</h2>\n<p>0 of 32 points" in page
    assert "Let s be the LSE" in (tmp_path / "grades-feedback" / "_by-hand.html").read_text()
    said = capsys.readouterr().out
    assert "stays in the table, though not in this delivery: ps1, handed in by 2" in said
    assert "since this delivery has nothing under this name: an unclear set of work" in said
    put(tmp_path / "late" / "bob" / "ps1" / "ps1.ipynb", right["ps1"])
    rows = run(tmp_path / "late", grades)
    assert {(row["student"], row["assignment"]) for row in rows} == {("ada", "ps2"), ("bob", "ps1")}
    assert "nothing under this name: ps1 of ada. Right if" in capsys.readouterr().out


def test_feedback_shows_both_values_and_names_what_a_failure_follows_from(keys, zygote, tmp_path):
    answers = answer_sources(keys["ps1"])
    lost = answers["logsumexp"].replace("np.squeeze(top, axis=axis) + ", "")
    put(tmp_path / "wrong.ipynb", submission("ps1", answers | {"logsumexp": lost}))
    rows = {r.question: r for r in mark.mark(keys["ps1"], tmp_path / "wrong.ipynb", zygote).rows}
    assert "Received 0.470004. Wanted 2.079442." in rows["lse-values"].why
    assert "It builds on `logsumexp`" in rows["margin-values"].why
    assert "builds on" not in rows["lse-values"].why


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("assert np.all(x < 0)", " Here `x` is [1 2]."),
        ("assert not x.all()", " Here `not x.all()` is False."),
        ("assert np.shape(x) == (2, 1)", " Here `np.shape(x)` is [2]."),
        ("assert 0 < y < 9", " Here `y` is 1000."),
        ("assert 1 == z == w", " Here `z` is 1. Here `w` is 0."),
    ],
)
def test_a_failed_assertion_shows_its_own_values(test, words):
    seen = explain.Seen()
    names = {"x": np.array([1, 2]), "y": 1000.0, "z": 1, "w": 0, "np": np, explain.NAME: seen}
    tree = explain.watched(ast.parse(f"assert len(x) == z + 1\n{test}"))
    with pytest.raises(AssertionError):
        exec(compile(tree, "test", "exec"), names)
    assert str(seen) == words


def test_a_wrong_call_says_what_is_wrong(tmp_path):
    with pytest.raises(SystemExit, match="neither a folder nor a zip"):
        grade.main([str(tmp_path / "nowhere"), str(tmp_path / "grades.csv")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="no notebooks"):
        grade.main([str(tmp_path / "empty"), str(tmp_path / "grades.csv")])
    with pytest.raises(SystemExit, match="name the table to write"):
        grade.main([str(tmp_path / "empty"), str(tmp_path)])


def test_a_notebook_that_may_not_be_read_costs_nobody_else_anything(right, tmp_path, monkeypatch):
    put(tmp_path / "ada_ps1.ipynb", right["ps1"])
    read = Path.read_bytes

    def refuse(path):
        if path.name == "ada_ps1.ipynb":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    one = collect.Found("ada", "ps1", tmp_path / "ada_ps1.ipynb")
    assert grade.digest(one, grade.COURSE / "source", False, False)
    with pytest.raises(notebook.Unreadable, match="cannot be read"):
        notebook.read_submission(one.path)


def test_a_table_inside_the_submitted_folder_is_refused(right, tmp_path):
    put(tmp_path / "in" / "ada" / "ps1" / "ps1.ipynb", right["ps1"])
    with pytest.raises(SystemExit, match="lies inside"):
        run(tmp_path / "in", tmp_path / "in" / "marks" / "grades.csv")


def test_the_page_to_mark_by_hand_asks_nobody_for_its_formulas():
    script = feedback.formulas()
    assert "renderMathInElement" in script
    assert not re.search(r"<script[^>]*\bsrc|<link|@import", script)
    assert "default-src 'none'" in feedback.page("", "")


def test_ticks_are_worth_what_the_rubric_says():
    model = (
        "A (0.5 points). B (1.5 points, by equation 12). C (by equation 12, 1 point; all of it)."
    )
    model += " D (at most 3 points in all)."
    cell = notebook.Cell("manual", "q", model, 3)
    page = feedback.answer("ada", "ps1", SimpleNamespace(cells=[cell]), mark.Row("q", None, 3, ""))
    assert re.findall(r'checkbox" value="(.*?)"', page) == ["0.5", "1.5", "1"]


def test_a_derivation_in_a_cell_of_the_students_own_is_read(right, tmp_path):
    """Anybody may press + instead of writing into the empty cell."""
    text = "Let s be the LSE of the others."
    own = {"cell_type": "markdown", "id": "own", "metadata": {}, "source": text}
    photograph = {"scan.png": {"image/png": "aGVsbG8="}}
    below, above, appended, replaced, beside, coded, blank = (
        submission("ps1", {}) for _ in range(7)
    )
    below["cells"].append(own | {"attachments": photograph})
    above["cells"].insert(-1, own)
    appended["cells"][-2]["source"] += f"\n\n{text}"
    replaced["cells"][-1] = own
    beside["cells"][-1]["source"] = "See the cell below."
    beside["cells"].append(own)
    code = {"cell_type": "code", "outputs": [], "execution_count": None}
    coded["cells"] += [own | code | {"source": f"# {text}"}, own | code | {"source": "1 + 1"}]
    blank["cells"].append(own | code | {"source": "softmax"})
    blank["cells"][0]["source"] = ["\n", *blank["cells"][0]["source"]]  # as an editor may save it
    made = {"below": below, "above": above, "appended": appended, "replaced": replaced}
    made |= {"beside": beside, "coded": coded}
    for who, notebook_of in {**made, "blank": blank}.items():
        put(tmp_path / "in" / f"{who}_ps1.ipynb", notebook_of)
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    found = {r["student"]: r["status"] for r in rows if r["question"] == "half-derivation"}
    assert found == dict.fromkeys(made, "by hand") | {"blank": "not answered"}
    page = (tmp_path / "grades-feedback" / "_by-hand.html").read_text()
    assert page.count(text) == 6
    assert page.count("Text that was not handed out:") == 6
    assert page.count("Its cell is empty or gone.") == 5
    assert "See the cell below.\n\n[Text" in page
    assert "1 + 1" not in page
    assert page.count("data:image/png;base64,aGVsbG8=") == 1


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("half", "half_point = 1.0  # a4 = 1/2 where e^z4 is the sum of the other three\n"),
        ("half", "print('a4 = 1/2 where e^z4 is the sum of the other three')"),
        ("half", "derivation = f'a4 = 1/2 where e^z4 is the sum of the other {3}'"),
        ("half-number", "# a4 = 1/2 where e^z4 is the sum of the other three\nassert True"),
        (None, "a4 is 1/2 where e^z4 is the sum of the other three"),
        (None, "from IPython.display import Markdown\n%time\nMarkdown('$a_4=1/2$ where ...')"),
    ],
)
def test_a_derivation_in_a_cell_of_code_is_read(cell, written, keys, tmp_path):
    made = submission("ps1", {cell: written} if cell == "half" else {})
    for one in made["cells"]:
        if one["id"] == cell:
            one["source"] = written
    if cell is None:
        made["cells"].append({"cell_type": "code", "metadata": {}, "source": written})
    put(tmp_path / "a.ipynb", made)
    row = by_hand(keys["ps1"], tmp_path / "a.ipynb")
    assert row.status == "by hand"
    assert "1/2" in row.answer


def by_hand(key, path):
    """The row of the derivation."""
    return mark._by_hand(key.questions[-1], notebook.read_submission(path), key.handed_out)


def test_short_comments_of_an_answer_are_no_derivation(keys, tmp_path):
    answer = "half_point = logsumexp(z)  # (3,)\n# of the three\nx = 'a name'\n"
    put(tmp_path / "a.ipynb", submission("ps1", {"half": answer}))
    assert by_hand(keys["ps1"], tmp_path / "a.ipynb").status == "not answered"


def test_a_picture_that_a_cell_shows_or_that_is_written_into_the_text_is_shown(keys, tmp_path):
    made = submission("ps1", {})
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "aGVsbG8="}}
    shows = {"cell_type": "code", "metadata": {}, "source": "show()", "outputs": [output]}
    text = f"First.\n![image.png](data:image/png;base64,{'aGVsbG8' * 9000})\nThe end."
    written = {"cell_type": "markdown", "metadata": {}, "source": text}
    made["cells"] += [shows, written]
    put(tmp_path / "a.ipynb", made)
    row = by_hand(keys["ps1"], tmp_path / "a.ipynb")
    assert row.answer.endswith("First.\n![image.png](picture-below)\nThe end.")
    assert [len(picture) for picture in row.pictures] == [63022, 30]


def test_what_is_too_long_for_the_page_is_cut_and_said(keys, tmp_path):
    made = submission("ps1", {})
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "aGVsbG8="}}
    made["cells"][-1] |= {"source": "x" * 20_000 + "lost", "outputs": [output] * 21}
    put(tmp_path / "a.ipynb", made)
    row = by_hand(keys["ps1"], tmp_path / "a.ipynb")
    assert "lost" not in row.answer
    assert "[20,004 characters; the first 20,000 are shown]" in row.answer
    assert row.answer.endswith("[21 pictures; the first 20 are shown]")
    assert len(row.pictures) == 20


def test_text_that_was_mended_since_makes_nobody_an_author(keys, tmp_path):
    kept, old = store.Store(tmp_path / "grades.csv"), submission("ps1", {})
    grade.remember_handed_out(keys, kept, tmp_path)
    mended = grade.replace(keys["ps1"], handed_out=frozenset())  # a source with other words
    key = grade.remember_handed_out({"ps1": mended}, kept, tmp_path)["ps1"]
    put(tmp_path / "old.ipynb", old)
    cells = notebook.read_submission(tmp_path / "old.ipynb")
    assert mark._by_hand(key.questions[-1], cells, key.handed_out).status == "not answered"
    assert mark._by_hand(key.questions[-1], cells, mended.handed_out).status == "by hand"


def test_text_that_was_mended_before_the_first_marking_does_not_either(keys, tmp_path):
    mended = {"ps1": grade.replace(keys["ps1"], handed_out=frozenset())}
    kept = store.Store(tmp_path / "grades.csv")
    key = grade.remember_handed_out(mended, kept, grade.COURSE / "release")["ps1"]
    put(tmp_path / "old.ipynb", submission("ps1", {}))
    assert by_hand(key, tmp_path / "old.ipynb").status == "not answered"


def test_a_notebook_called_as_another_set_is_not_marked_as_that(right, tmp_path, capsys):
    put(tmp_path / "in" / "ada_ps1.ipynb", right["ps2"])
    put(tmp_path / "in" / "bob_ps1.ipynb", right["ps1"])
    rows = run(tmp_path / "in", tmp_path / "grades.csv")
    status = "needs a human: which problem set is it?"
    assert {row["status"] for row in rows if row["student"] == "ada"} == {status}
    assert "ada_ps1.ipynb is called ps1, but its cells are ps2's" in capsys.readouterr().err
    assert len([row for row in rows if row["student"] == "bob"]) > 10


def test_feedback_tells_what_could_not_be_tried_from_what_is_not_answered(keys, zygote, tmp_path):
    answers = answer_sources(keys["ps1"])
    del answers["softmax"]
    put(tmp_path / "one.ipynb", submission("ps1", answers))
    rows = {r.question: r.why for r in mark.mark(keys["ps1"], tmp_path / "one.ipynb", zygote).rows}
    assert rows["softmax-values"] == "Not answered."
    for question in ("temperature-values", "digits-confidence"):
        assert rows[question] == "Could not be tried: it needs `softmax`, not answered."
    put(tmp_path / "none.ipynb", submission("ps1", {}))
    rows = mark.mark(keys["ps1"], tmp_path / "none.ipynb", zygote).rows
    assert {row.why for row in rows if row.question.startswith("temperature")} == {"Not answered."}


def test_what_is_odd_about_a_notebook_is_said_at_the_end(right, tmp_path, capsys):
    for who in ("ada", "bob"):
        put(tmp_path / "in" / f"{who}_ps1.ipynb", right["ps1"])
    right["ps1"]["cells"] = [c for c in right["ps1"]["cells"] if c["id"] != "softmax-values"]
    for who in ("eve", "kim"):
        put(tmp_path / "in" / f"{who}_ps1.ipynb", right["ps1"])
    (tmp_path / "in" / "zoe_ps1.ipynb").write_text("no notebook")
    run(tmp_path / "in", tmp_path / "grades.csv")
    said = [line for line in capsys.readouterr().out.splitlines() if "worth a look" in line]
    assert said == ["  worth a look: ps1: test cell softmax-values deleted: eve, kim"]


def test_a_delivery_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "all.zip").write_bytes(b"PK")
    for name, kind in (("", "iterdir"), ("all.zip", "open"), ("", "is_dir")):
        with monkeypatch.context() as patch:
            patch.setattr(Path, kind, refuse)
            with pytest.raises(SystemExit, match="Permission denied"):
                collect.delivered(tmp_path / name)
