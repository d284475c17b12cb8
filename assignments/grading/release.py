"""Make what students get: `python -m assignments.grading.release [SOURCE [RELEASE]]`.

nbgrader makes it, in a course folder of its own that is thrown away; what a source folder holds
besides its notebook is refused, since nbgrader would hand it out too, and so is a marker with a
mistake, since nbgrader would hand out what it should hide.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from . import notebook

HERE = Path(__file__).resolve().parents[1]


def new_course(folder):
    """Make the folder a course of nbgrader's, with our settings; it has no assignment yet."""
    shutil.copy(HERE / "nbgrader_config.py", folder)
    shutil.copytree(HERE / "grading", Path(folder, "grading"))
    return Path(folder)


def generate(course, source, name):
    """Have nbgrader make `release/psN/psN.ipynb` in the course, and note it in the gradebook."""
    place = course / "source" / name
    place.mkdir(parents=True)
    shutil.copy(Path(source, name, f"{name}.ipynb"), place)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", name, "--log-level=WARN"],
        cwd=course,
        env=os.environ | {"PATH": path},  # nbgrader calls a bare `alembic`
        capture_output=True,
        text=True,
    )
    made = course / "release" / name / f"{name}.ipynb"
    if run.returncode or not made.exists():
        raise SystemExit(f"nbgrader could not make {name}:\n{run.stdout}{run.stderr}")
    return made


def release(source, target):
    """Write `target/psN/psN.ipynb` for every `source/psN/psN.ipynb`."""
    notebook.check_markers(source)
    names = list(notebook.read_keys(source))
    with tempfile.TemporaryDirectory() as folder:
        course = new_course(folder)
        for name in names:
            extra = [p.name for p in Path(source, name).iterdir() if p.name != f"{name}.ipynb"]
            extra = [found for found in extra if not found.startswith(".ipynb_checkpoints")]
            if extra:
                raise SystemExit(f"{name}: would be handed out too, so move it away: {extra}")
            made = nbformat.read(generate(course, source, name), 4)
            Path(target, name).mkdir(parents=True, exist_ok=True)
            nbformat.write(made, Path(target, name, f"{name}.ipynb"))
    return names


if __name__ == "__main__":
    folders = [*sys.argv[1:], *[HERE / "source", HERE / "release"][len(sys.argv) - 1 :]]
    print("released:", ", ".join(release(*folders)))
