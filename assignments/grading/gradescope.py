"""Gradescope: make the autograder's zip, and run inside it.

`python -m assignments.grading.gradescope ps1` writes `_build/gradescope-ps1.zip`. Gradescope runs
its `setup.sh` once, when it builds a container, and `run_autograder` for every submission.
"""

import argparse
import json
import os
import stat
import sys
import zipfile
from pathlib import Path

from . import mark, notebook, sandbox

COURSE = Path(__file__).resolve().parents[1]
MODULES = (
    *("__init__", "confine", "explain", "gradescope", "landlock", "mark", "notebook", "probe"),
    *("quota", "sandbox", "syscalls", "wire", "worker", "written"),
)
# What notebooks import, in the versions of our own lock; uv adds what these need.
PINS = ("numpy", "scikit-learn", "scipy", "ipython", "matplotlib", "pandas")

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the container. The variables are for trying it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${GRADER_HOME:-/opt/grader}
# A Python that other users may read: students' code does not run as root.
export UV_PYTHON_INSTALL_DIR=$home/python
python3 -m pip install --quiet --target "$home/uv" uv || {
  apt-get update -qq && apt-get install -y -qq python3-pip
  python3 -m pip install --quiet --target "$home/uv" uv
}
export PYTHONPATH=$home/uv
python3 -m uv venv --quiet --python "${GRADER_VERSION:-3.12}" "$home/venv"
python3 -m uv pip install --quiet --python "$home/venv/bin/python" -r "$here/requirements.txt"
chmod -R a+rX "$home"
"""

RUN = """#!/usr/bin/env bash
# Gradescope runs this for every submission. The two variables are for trying it elsewhere.
set -euo pipefail
root=${AUTOGRADER:-/autograder}
python=${GRADER_PYTHON:-/opt/grader/venv/bin/python}
chmod -R go-rwx "$root/source"  # the tests are not for the user that runs students' code
cd "$root/source"
exec "$python" -m assignments.grading.gradescope --run "$root"
"""


def without_solutions(path):
    """A source notebook's text with its tests, hidden ones too, and without its solutions."""
    made = json.loads(Path(path).read_text(encoding="utf-8"))
    for cell in made["cells"]:
        notes = cell["metadata"].get("nbgrader", {})
        if notes.get("solution"):
            kind = "manual" if notes["grade"] else "answer"
            text = "".join(cell["source"])
            cell["source"] = notebook.released(notebook.Cell(kind, "", text))
    return json.dumps(made, indent=1, ensure_ascii=False)


def requirements(lock):
    """The lock's lines for what the students' notebooks need."""
    wanted = tuple(f"{name}==" for name in PINS)
    lines = Path(lock).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.startswith(wanted)) + "\n"


def make_zip(name, source, target, unguarded=False):
    """Write the autograder of one problem set."""
    notebook.check_markers(source)
    files = {"setup.sh": SETUP, "run_autograder": RUN.rstrip() + " --unguarded" * unguarded + "\n"}
    files["requirements.txt"] = requirements(COURSE.parent / "requirements-assignments.txt")
    files["assignments/__init__.py"] = ""
    for module in MODULES:
        path = COURSE / "grading" / f"{module}.py"
        files[f"assignments/grading/{module}.py"] = path.read_text(encoding="utf-8")
    files[f"key/{name}.ipynb"] = without_solutions(Path(source, name, f"{name}.ipynb"))
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0))  # the same zip at every making
            program = path in ("setup.sh", "run_autograder")
            entry.external_attr = (stat.S_IFREG | (0o755 if program else 0o644)) << 16
            archive.writestr(entry, text)
    return Path(target)


def results(report, key):
    """A report in Gradescope's form. What a person marks is set up as a question in Gradescope."""
    tests = []
    for row in report.rows:
        if not row.requirement:
            continue
        tests.append(
            {
                "name": f"{row.question}: {row.requirement}",
                "score": row.points,
                "max_score": row.maximum,
                "status": "passed" if row.points == row.maximum else "failed",
                "output": row.why if row.status in ("passed", "failed") else row.status,
                "output_format": "text",
                "visibility": "visible",
            }
        )
    notes = [f"Your notebook: {doubt}." for doubt in report.doubts]
    notes += [f"When your cells ran: {error}" for error in report.errors[:20]]
    if report.unguarded:
        for test in tests:
            test["name"] += f" (unguarded: {', '.join(report.unguarded)})"
    return {
        "score": sum(test["score"] for test in tests),
        "output": "\n".join([key.title, *notes]),
        "output_format": "text",
        "tests": tests,
    }


def run(root, unguarded=False):
    """Mark `root/submission` and write `root/results/results.json`; print it too.

    Where a guard does not hold there are no results: Gradescope then shows instructors why.
    """
    root = Path(root)
    key = notebook.read_key(next((root / "source" / "key").glob("*.ipynb")))
    found = sorted((root / "submission").glob("*.ipynb"))
    path = root / "submission" / f"{key.assignment}.ipynb"
    path = found[0] if len(found) == 1 else path
    with sandbox.Zygote(hidden=[root]) as zygote:
        try:
            zygote.prove(unguarded)
        except sandbox.Unguarded as error:
            raise SystemExit(f"{error}\nHere: make gradescope PS={key.assignment} "
                             "GRADESCOPE_OPTIONS=--unguarded") from error  # fmt: skip
        report = mark.mark(key, path, zygote)
    made = json.dumps(results(report, key), indent=1)
    (root / "results").mkdir(exist_ok=True)
    (root / "results" / "results.json").write_text(made, encoding="utf-8")
    print(made)


def main(arguments=None):
    """Make a zip, or run inside one."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name", nargs="?", help="the problem set, such as ps1")
    parser.add_argument("--source", type=Path, default=COURSE / "source")
    parser.add_argument("--target", type=Path)
    parser.add_argument("--run", metavar="ROOT", help="mark ROOT/submission")
    parser.add_argument("--unguarded", action="store_true", help="mark even where guards fail")
    options = parser.parse_args(arguments)
    if options.run:
        run(options.run, options.unguarded)
        return
    if not (options.source / str(options.name)).is_dir():
        sets = ", ".join(notebook.read_keys(options.source))
        raise SystemExit(f"which problem set? There are {sets}.")
    target = options.target or COURSE.parent / "_build" / f"gradescope-{options.name}.zip"
    print(os.path.relpath(make_zip(options.name, options.source, target, options.unguarded)))


if __name__ == "__main__":
    main(sys.argv[1:])
