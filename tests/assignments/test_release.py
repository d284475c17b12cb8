"""What students get: in step with the source, and without a line of its solutions."""

import ast
import json
import re
import shlex
import subprocess

import pytest

from assignments.grading import check_source, grade, gradescope, notebook, release
from tests.assignments.submissions import ROOT, SETS, release_path, source_path


def cells(path):
    """A notebook's cells."""
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def text(cell):
    """A cell's source."""
    return "".join(cell["source"])


def stripped(source):
    """A source cell as it should be released; written apart from the grader's own way."""
    kept, inside = [], False
    for line in source.split("\n"):
        if "BEGIN SOLUTION" in line:
            inside, indent = True, line[: len(line) - len(line.lstrip())]
            kept += [indent + "# YOUR CODE HERE", indent + "raise NotImplementedError()"]
        elif "BEGIN HIDDEN TESTS" in line:
            inside = True
        elif "END SOLUTION" in line or "END HIDDEN TESTS" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept).rstrip()


@pytest.mark.parametrize("name", SETS)
def test_release_is_the_source_without_solutions_and_hidden_tests(name):
    for source, released in zip(cells(source_path(name)), cells(release_path(name)), strict=True):
        wanted = stripped(text(source))
        if source["cell_type"] == "markdown" and "BEGIN SOLUTION" in text(source):
            wanted = "YOUR ANSWER HERE"
        assert text(released).rstrip() == wanted, "run: make release-assignments"
        assert released["id"] == source["id"]
        assert not released.get("outputs")


@pytest.mark.parametrize("name", SETS)
def test_release_holds_no_line_of_a_solution_or_hidden_test(name):
    source, released = source_path(name).read_text(), release_path(name).read_text()
    secret = set()
    for cell in cells(source_path(name)):
        for part in re.findall(r"### BEGIN.*?### END", text(cell), re.S):
            secret |= {line.strip() for line in part.split("\n")[1:-1]}
    shown = "\n".join(stripped(text(cell)) for cell in cells(source_path(name)))
    secret = {json.dumps(line)[1:-1] for line in secret if len(line) > 12 and line not in shown}
    assert len(secret) > 40
    assert all(line in source for line in secret)
    assert not [line for line in secret if line in released]
    assert "HIDDEN TESTS" not in released
    assert "BEGIN SOLUTION" not in released


@pytest.mark.parametrize("name", SETS)
def test_points_add_up_to_what_the_title_page_says(name, keys):
    said = re.search(
        r"(\d+) points, of which the tests give (\d+) and a person gives (\d+)",
        text(cells(source_path(name))[0]),
    )
    points = {kind: 0 for kind in ("test", "manual")}
    for cell in keys[name].questions:
        points[cell.kind] += cell.points
    wanted = sum(points.values()), points["test"], points["manual"]
    assert tuple(map(int, said.groups())) == wanted


@pytest.mark.parametrize("name", SETS)
def test_the_title_page_says_which_numpy_the_grader_has(name):
    lock = (ROOT / "requirements-assignments.txt").read_text(encoding="utf-8")
    (version,) = re.findall(r"^numpy==(\d+\.\d+)", lock, re.M)
    assert f"the grader's NumPy, {version}," in text(cells(release_path(name))[0])


@pytest.mark.parametrize("name", SETS)
def test_section_titles_say_the_points_of_their_questions(name):
    said, found = [], []
    for cell in cells(source_path(name)):
        for title in re.findall(r"## \d\..*\(([\d +]+) points\)", text(cell)):
            said.append(sum(map(int, title.split("+"))))
            found.append(0)
        if found:
            found[-1] += cell["metadata"].get("nbgrader", {}).get("points", 0)
    assert found == said


@pytest.mark.parametrize("name", SETS)
def test_each_test_says_what_it_asks_and_shows_something(name, keys):
    seen = set()
    for cell in keys[name].cells:
        assert cell.name not in seen
        seen.add(cell.name)
        if cell.kind != "test":
            continue
        assert cell.source.startswith("# ")
        assert cell.requirement.endswith(".")
        assert "assert" in cell.visible, "a test that shows nothing teaches nothing"
        assert "### BEGIN HIDDEN TESTS" in cell.source


@pytest.mark.parametrize("name", SETS)
def test_tests_do_not_overwrite_answers(name, keys):
    for cell in keys[name].cells:
        if cell.kind == "test":
            assert not notebook.defined_names(cell.source) & keys[name].answers
            ast.parse(cell.visible)


def test_source_folders_hold_their_notebook_alone():
    for name in SETS:
        assert [path.name for path in source_path(name).parent.iterdir()] == [f"{name}.ipynb"]


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("lse-axis", "### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TEST", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "### BEGIN HDDEN TESTS", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "# begin hidden tests", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TESTS ", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "    ### BEGIN HIDDEN TESTS", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "## BEGIN HDDEN TESTS", 5),
        ("lse-axis", "### END HIDDEN TESTS", "### BEGIN HIDDEN TESTS", 5),
        ("lse-axis", "### END HIDDEN TESTS", "", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "# ---- hidden tests begin ----", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "### Begin the hidden tests", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "### begin the hdden tests", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "### Begn hidden tests", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", "# start: secret tests", 5),
        ("lse-axis", "### BEGIN HIDDEN TESTS", '"""BEGIN HIDDEN TESTS"""', 5),
        ("lse-axis", "HIDDEN TESTS", "SOLUTION", 5),
        ("softmax", "### END SOLUTION", "### END", 3),
        ("softmax", "### END SOLUTION", "#END Solution", 3),
        ("softmax", "### BEGIN SOLUTION", "", 7),
        ("half-derivation", "### BEGIN SOLUTION", "### BEGIN SOLUTIONS", 1),
        ("text-2", "## 1. Softmax", "### BEGIN SOLUTION", 1),
    ],
)
def test_a_marker_with_a_mistake_is_refused_before_anything_is_handed_out(
    name, old, new, line, tmp_path
):
    made = json.loads(source_path("ps1").read_text(encoding="utf-8"))
    (cell,) = (cell for cell in made["cells"] if cell["id"] == name)
    assert old in text(cell)
    cell["source"] = text(cell).replace(old, new)
    (tmp_path / "ps1").mkdir()
    (tmp_path / "ps1" / "ps1.ipynb").write_text(json.dumps(made), encoding="utf-8")
    grades = str(tmp_path / "grades.csv")
    for command in (
        check_source.check,
        lambda source: release.release(source, tmp_path / "out"),
        lambda source: grade.main([str(source / "ps1"), grades, "--source", str(source)]),
        lambda source: gradescope.make_zip("ps1", source, tmp_path / "out.zip"),
    ):
        with pytest.raises(SystemExit, match=rf"^ps1, cell {name}, line {line}: "):
            command(tmp_path)


def test_comments_that_are_no_markers_are_taken(tmp_path):
    made = json.loads(source_path("ps1").read_text(encoding="utf-8"))
    (cell,) = (cell for cell in made["cells"] if cell["id"] == "softmax")
    cell["source"] = text(cell) + "\n# the end of the solution\n# begin hidden layer\n"
    (tmp_path / "ps1").mkdir()
    (tmp_path / "ps1" / "ps1.ipynb").write_text(json.dumps(made), encoding="utf-8")
    notebook.check_markers(tmp_path)


def test_the_book_does_not_contain_the_sources():
    """Sphinx would publish them with their solutions, in _sources."""
    assert "assignments/source" not in (ROOT / "_toc.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_chapters_are_called_as_they_are_and_no_link_leads_beside_a_downloaded_set(name):
    whole = release_path(name).read_text(encoding="utf-8")
    assert "](../" not in whole
    named = re.findall(r"(\d) \(\*([^*]+)\*\)", text(cells(release_path(name))[0]))
    assert len(named) >= 2
    for number, title in named:
        (chapter,) = (ROOT / "chapters").glob(f"{int(number):02}-*.ipynb")
        lines = json.loads(chapter.read_text(encoding="utf-8"))["cells"][0]["source"]
        assert f"# {title}" in map(str.strip, lines), title


def test_folders_of_sources_may_have_a_blank_in_their_names():
    for target in ("release-assignments", "grade", "enter-marks", "hand-back", "similar",
                   "check-source", "gradescope"):  # fmt: skip
        ask = ["make", "--dry-run", target, "SOURCE=../my sets", "RELEASE=../my release"]
        ask += ["SUBMITTED=x", "MARKS=x", "PS=ps1"]
        said = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        words = [shlex.split(line) for line in said.splitlines() if "assignments.grading" in line]
        assert "../my sets" in words[-1], target
        assert ("../my release" in words[-1]) == (target in ("release-assignments", "grade"))
