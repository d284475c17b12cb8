"""Binder's folder: a subset of the lock, without Sphinx, in layers that an edit does not undo."""

import re
import shutil
import subprocess

import pytest

from tests.sources import ROOT

PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", re.MULTILINE)
BINDER = ROOT / "binder"


def pins(path):
    """Return the pinned versions of a lock, by package."""
    return dict(PIN.findall(path.read_text(encoding="utf-8")))


def test_its_pins_are_a_subset_of_the_lock():
    binder, lock = pins(BINDER / "requirements.txt"), pins(ROOT / "requirements.txt")
    assert binder.items() <= lock.items()
    assert {"numpy", "matplotlib", "scikit-learn", "scipy", "anywidget", "jupyterlab"} <= set(
        binder
    )


def test_no_sphinx_and_nothing_local():
    names = set(pins(BINDER / "requirements.txt"))
    assert not [name for name in names if re.search("sphinx|jupyter-book|myst|playwright", name)]
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    rest = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert all(PIN.match(line) for line in rest), "an edit would install everything again"


def test_python_and_the_package_itself():
    assert (BINDER / "runtime.txt").read_text().strip() == "python-3.12"
    assert "pip install --quiet --no-deps ." in (BINDER / "postBuild").read_text()
    assert (BINDER / "postBuild").stat().st_mode & 0o111, "postBuild must be executable"


def test_the_order_of_its_layers():
    program = shutil.which("repo2docker") or shutil.which("jupyter-repo2docker")
    if program is None:
        pytest.skip("needs jupyter-repo2docker in the path: pipx install jupyter-repo2docker")
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
