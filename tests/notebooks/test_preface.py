"""The landing page says what is so: reading times, version and year."""

import re

import nbformat
import pytest
import yaml

from tests.sources import ROOT


def markdown(path):
    """Return the Markdown of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


PREFACE = markdown(ROOT / "index.ipynb")
ROW = re.compile(r"\| [1-6A-D] \[[^\]]+\]\((chapters/\S+\.ipynb)\) \|.*\| (\d+) \|")
TIMES = {path: int(minutes) for path, minutes in ROW.findall(PREFACE)}


@pytest.mark.parametrize("path", TIMES, ids=lambda path: path.split("/")[1][:2])
def test_reading_time_is_the_chapters_own(path):
    stated = re.search(r"[Rr]eading time\W*(?:is )?(\d+) minutes", markdown(ROOT / path))
    assert int(stated[1]) == TIMES[path]


def test_every_chapter_is_on_the_map():
    chapters = {f"chapters/{path.name}" for path in (ROOT / "chapters").glob("[0-9a-d]*-*.ipynb")}
    assert set(TIMES) == chapters


def test_citation_agrees_with_the_citation_file():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert f"Version {cff['version']}" in PREFACE
    assert f"title  = {{{cff['title']}}}" in PREFACE
    assert f"year   = {{{cff['date-released'].year}}}" in PREFACE
