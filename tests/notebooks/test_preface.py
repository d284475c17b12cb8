"""The landing page and the teaching page say what is so: times, version, year, settings."""

import re

import nbformat
import pytest
import yaml

from softmax_book import widgets
from tests.sources import ROOT, markdown

PREFACE = markdown(ROOT / "index.ipynb")
ROW = re.compile(r"\| (?:\d+|[A-Z]) \[[^\]]+\]\((chapters/\S+\.ipynb)\) \|.*\| (\d+) \|")
TIMES = {path: int(minutes) for path, minutes in ROW.findall(PREFACE)}


@pytest.mark.parametrize("path", TIMES, ids=lambda path: path.split("/")[1][:2])
def test_reading_time_is_the_chapters_own(path):
    stated = re.search(r"[Rr]eading time\W*(?:is )?(\d+) minutes", markdown(ROOT / path))
    assert int(stated[1]) == TIMES[path]


SHOWN = re.findall(
    r"`([\w-]+)\.html#(\w+):([^`]+)`", (ROOT / "front" / "teaching.md").read_text("utf-8")
)


def state_on(page, name):
    """Return the traits of the widget of that name on a chapter's page."""
    for cell in nbformat.read(ROOT / "chapters" / f"{page}.ipynb", as_version=4).cells:
        for output in cell.get("outputs", []):
            island = output.get("data", {}).get("application/vnd.softmax-src.widget+json", {})
            if island.get("widget") == name:
                return island["state"]
    return None


@pytest.mark.parametrize(("page", "name", "settings"), SHOWN)
def test_what_a_teacher_projects_can_be_set(page, name, settings):
    state = state_on(page, name)
    kind = getattr(widgets, name.title().replace("_", ""))
    for setting in settings.split("&"):
        key, text = setting.split("=")
        value = text if isinstance(state[key], str) else [float(x) for x in text.split(",")]
        if isinstance(state[key], (int, float)):
            value = value[0]
        assert kind.class_traits()[key].validate(kind.__new__(kind), value) == value


def test_there_is_something_to_project():
    assert len(SHOWN) > 5


def test_every_chapter_is_on_the_map():
    chapters = {f"chapters/{path.name}" for path in (ROOT / "chapters").glob("*-*.ipynb")}
    assert set(TIMES) == chapters


def test_citation_agrees_with_the_citation_file():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert f"Version {cff['version']}" in PREFACE
    assert f"title  = {{{cff['title']}}}" in PREFACE
    if "date-released" in cff:  # what was not released has no date
        assert f"year   = {{{cff['date-released'].year}}}" in PREFACE
