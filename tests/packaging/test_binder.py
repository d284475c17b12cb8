"""Binder's folder: a subset of the lock, without Sphinx, in layers that an edit does not undo."""

import os
import re
import shutil
import subprocess
import sys

from tests.sources import ROOT
from tools.lock import PIN, pins

BINDER = ROOT / "binder"
BIN = os.path.dirname(sys.executable)
LOCK = "binder/requirements.txt"


def test_its_pins_are_a_subset_of_the_lock():
    binder, lock = pins(LOCK), pins("requirements.txt")
    assert binder.items() <= lock.items()
    assert {"numpy", "matplotlib", "scikit-learn", "scipy", "anywidget", "jupyterlab"} <= set(
        binder
    )


def test_no_sphinx_and_nothing_local():
    names = set(pins(LOCK))
    assert not [name for name in names if re.search("sphinx|jupyter-book|myst-|playwright", name)]
    lines = (ROOT / LOCK).read_text().splitlines()
    rest = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert all(PIN.match(line) for line in rest), "an edit would install everything again"


def test_python_and_the_package_itself():
    assert (BINDER / "runtime.txt").read_text().strip() == "python-3.12"
    after = (BINDER / "postBuild").read_text()
    assert "pip install --quiet --no-deps ." in after
    assert "import matplotlib.font_manager" in after, "a reader's first figure would list all fonts"
    assert (BINDER / "postBuild").stat().st_mode & 0o111, "postBuild must be executable"


def test_the_order_of_its_layers():
    program = shutil.which("jupyter-repo2docker", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    assert program, "jupyter-repo2docker belongs to the environment"
    command = [program, "--no-build", "--no-run", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    layers = done.stdout + done.stderr
    assert "python=3.12" in layers
    steps = [
        'pip install --no-cache-dir -r "binder/requirements.txt"',  # the slow one, kept as long as
        "COPY --chown=0:0 src/ ${REPO_DIR}/",  # its pins stay, whatever else is edited
        "RUN ./binder/postBuild",
    ]
    places = [layers.index(step) for step in steps]
    assert places == sorted(places)
