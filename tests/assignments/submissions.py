"""Notebooks as students would hand them in."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SETS = ("ps1", "ps2", "ps3")


def source_path(name):
    """A problem set's source notebook."""
    return ROOT / "assignments" / "source" / name / f"{name}.ipynb"


def release_path(name):
    """What students get."""
    return ROOT / "assignments" / "release" / name / f"{name}.ipynb"


def answer_sources(key):
    """The right answers: a cell's name and its code."""
    return {cell.name: cell.source for cell in key.cells if cell.kind == "answer"}


def submission(name, sources):
    """A student's notebook as a dictionary: the released one, with these answers."""
    made = json.loads(release_path(name).read_text(encoding="utf-8"))
    for cell in made["cells"]:
        if cell["id"] in sources:
            cell["source"] = sources[cell["id"]]
    return made


def write(tmp_path, content):
    """A notebook file from a dictionary or bytes."""
    path = tmp_path / "submission.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path
