"""The autograder's zip, unpacked and run as Gradescope would."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from assignments.grading import gradescope
from tests.assignments.submissions import SETS, answer_sources, source_path, submission

# Each run tries its guards anew, which takes seconds.
slow = pytest.mark.skipif(
    "NBGRADER_TESTS" not in os.environ,
    reason="takes minutes or asks the network; `make test-assignments-nbgrader` runs it",
)


@pytest.fixture
def autograder(request, tmp_path):
    """The folders of Gradescope's container, with the zip unpacked in `source`."""
    zipped = gradescope.make_zip(request.param, source_path("ps1").parents[1], tmp_path / "a.zip")
    root = tmp_path / "autograder"
    for folder in ("source", "submission", "results"):
        (root / folder).mkdir(parents=True)
    with zipfile.ZipFile(zipped) as archive:
        for entry in archive.infolist():
            path = archive.extract(entry, root / "source")
            os.chmod(path, entry.external_attr >> 16)
    return request.param, root


def run(root, python=sys.executable):
    """Run it; the results that it writes."""
    done = subprocess.run(
        [root / "source" / "run_autograder"],
        env=os.environ | {"AUTOGRADER": str(root), "GRADER_PYTHON": str(python)},
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    written = json.loads((root / "results" / "results.json").read_text())
    assert json.loads(done.stdout) == written
    return written


@slow
@pytest.mark.parametrize("autograder", SETS, indirect=True)
def test_right_blank_broken_and_missing_submissions_get_results(autograder, keys):
    name, root = autograder
    path = root / "submission" / "my solution.ipynb"
    tests = [cell for cell in keys[name].cells if cell.kind == "test"]
    full = sum(cell.points for cell in tests)
    contents = [(json.dumps(submission(name, answer_sources(keys[name]))), full)]
    if name == SETS[0]:  # what they lack is the same in each set
        contents += [(json.dumps(submission(name, {})), 0), ("{", 0)]
    for content, score in contents:
        path.write_text(content)
        made = run(root)
        assert made["score"] == score
        assert len(made["tests"]) == len(tests)
        assert sum(test["max_score"] for test in made["tests"]) == full
        assert all(test["name"] and test["visibility"] == "visible" for test in made["tests"])
    if name == SETS[0]:
        path.unlink()
        assert run(root)["score"] == 0


@pytest.mark.parametrize("autograder", SETS, indirect=True)
def test_the_zip_holds_no_solution(autograder, keys):
    name, root = autograder
    key = (root / "source" / "key" / f"{name}.ipynb").read_text()
    assert "BEGIN SOLUTION" not in key
    assert "HIDDEN TESTS" in key
    for program in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", root / "source" / program], check=True)
        assert os.access(root / "source" / program, os.X_OK)
    pins = (root / "source" / "requirements.txt").read_text()
    assert {"numpy", "scikit-learn", "scipy", "ipython", "matplotlib", "pandas"} <= {
        line.split("==")[0] for line in pins.split()
    }


def test_the_same_source_makes_the_same_zip(tmp_path):
    source = source_path("ps1").parents[1]
    first = gradescope.make_zip("ps1", source, tmp_path / "1.zip").read_bytes()
    assert gradescope.make_zip("ps1", source, tmp_path / "2.zip").read_bytes() == first


@slow
@pytest.mark.parametrize("autograder", SETS[:1], indirect=True)
def test_the_environment_that_its_setup_makes_can_mark(autograder, keys):
    name, root = autograder
    home = Path(tempfile.mkdtemp())  # students' code runs as another user, who has to read it
    try:
        home.chmod(0o755)
        told = {"GRADER_HOME": str(home), "GRADER_VERSION": "{}.{}".format(*sys.version_info)}
        told["PATH"] = f"{sys.base_prefix}/bin:{os.environ['PATH']}"  # no download of a Python
        subprocess.run([root / "source" / "setup.sh"], env=os.environ | told, check=True)
        right = submission(name, answer_sources(keys[name]))
        (root / "submission" / f"{name}.ipynb").write_text(json.dumps(right))
        made = run(root, home / "venv" / "bin" / "python")
    finally:
        shutil.rmtree(home)
    assert made["score"] == sum(test["max_score"] for test in made["tests"]) > 0
