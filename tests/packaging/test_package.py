"""What `pip install softmax-src` brings: the mathematics, and NumPy."""

import json
import re
import subprocess
import sys
import zipfile

import pytest
from readme_renderer import markdown

from tests.environments import install
from tests.sources import ROOT, copy_repository

USE = """
import json, sys
import softmax_src
print(json.dumps([softmax_src.__version__, softmax_src.softmax([0.0, 0.0]).tolist()]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build wheel and sources from what a clone has."""
    copy = copy_repository(tmp_path_factory.mktemp("package") / "repository")
    command = [sys.executable, "-m", "uv", "build", "--quiet", "--no-build-isolation"]
    command += ["--python", sys.executable]
    subprocess.run(command, cwd=copy, check=True)
    (wheel,) = (copy / "dist").glob("*.whl")
    return wheel


def test_it_brings_numpy_and_nothing_else(wheel, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    python = tmp_path / "env" / "bin" / "python"
    install(python, "--constraint", ROOT / "requirements.txt", wheel)
    listed = "from importlib.metadata import distributions as d; print(*{x.name for x in d()})"
    found = subprocess.run([python, "-c", listed], capture_output=True, text=True, check=True)
    assert sorted(found.stdout.split()) == ["numpy", "softmax-src"]
    done = subprocess.run([python, "-c", USE], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    version, a = json.loads(done.stdout)
    assert f"softmax_src-{version}-" in wheel.name
    assert a == [0.5, 0.5]


def test_an_index_would_take_it(wheel):
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *wheel.parent.glob("softmax_src-*")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2, "the wheel and the sources"


def test_it_has_all_files_and_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (about,) = (n for n in names if n.endswith(".dist-info/METADATA"))
        metadata = archive.read(about).decode()
    kinds = {".py", ".mjs", ".css", ".json", ".npz", ".mplstyle", ".typed"}
    tracked = [
        path.relative_to(ROOT).as_posix()
        for package in ("softmax_src", "softmax_book")
        for path in (ROOT / package).rglob("*")
        if path.suffix in kinds
    ]
    assert set(tracked) <= set(names)
    head, _, text = metadata.partition("\n\n")
    for field in ("Keywords: softmax", "Classifier: Typing :: Typed", "Description-Content-Type"):
        assert field in head
    shown = markdown.render(text)
    assert re.search(r"<h1[^>]*>softmax-src", shown)
    assert "pip install softmax-src" in shown
