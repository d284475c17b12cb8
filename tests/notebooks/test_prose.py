"""Slips of the pen are found without a build: words misspelt, labels that do not exist."""

import re
import subprocess
import sys

import nbformat
import pytest

from softmax_book.questions.bank import markdown
from tests.sources import ROOT, notebooks

OTHERS = [*(ROOT / "front").glob("*.md"), *(ROOT / "reference").rglob("*.md")]
KIND = r"(?:sec|ch|eq|fig|ex|prop|claim)-[\w-]+"
NAMED = rf"^\(({KIND})\)=$|^:label: ({KIND})$|\$\$ \(({KIND})\)"
POINTED_AT = rf"\]\(#({KIND})\)|\{{(?:eq|numref|ref|prf:ref)\}}`(?:[^`<]*<)?({KIND})>?`"


def found(pattern, text):
    """Return the labels that a pattern finds, in whichever of its forms."""
    return {label for forms in re.findall(pattern, text, re.MULTILINE) for label in forms if label}


def text_of(path):
    """Return the prose of a page."""
    return markdown(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")


def figures(path):
    """Return the names of a notebook's figures, which its cells have as metadata."""
    cells = nbformat.read(path, as_version=4).cells if path.suffix == ".ipynb" else []
    return {cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in cells}


PAGES = [*notebooks(), *OTHERS]
LABELS = set().union(*(found(NAMED, text_of(path)) | figures(path) for path in PAGES))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_label_that_a_page_points_at_exists(path):
    assert found(POINTED_AT, text_of(path)) - LABELS == set()


def test_labels_are_found_in_all_their_forms():
    assert len(LABELS) > 400
    forms = "[a](#sec-a) {eq}`eq-b` {numref}`Figure %s <fig-c>` {prf:ref}`prop-d` {ref}`e <ch-e>`"
    assert found(POINTED_AT, forms) == {"sec-a", "eq-b", "fig-c", "prop-d", "ch-e"}


def test_chapters_are_spelt_as_codespell_knows(tmp_path):
    # codespell itself would read the pictures of a notebook, too.
    for path in notebooks():
        (tmp_path / f"{path.stem}.md").write_text(markdown(path), encoding="utf-8")
    spelling = [sys.executable, "-m", "codespell_lib", "--toml", "pyproject.toml", str(tmp_path)]
    done = subprocess.run(spelling, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == ""
    (tmp_path / "slip.md").write_text("probabil" + "ty", encoding="utf-8")
    assert "slip.md" in subprocess.run(spelling, cwd=ROOT, capture_output=True, text=True).stdout
