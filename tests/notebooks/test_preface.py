"""The landing page and the teaching page say what is so: times, version, year, settings."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml

from softmax_book import widgets
from softmax_book.figures.chapter_map import CHAPTERS, DOORS, NEEDS
from softmax_book.questions.bank import markdown
from tests.sources import ROOT

PREFACE = markdown(ROOT / "index.ipynb")
ENTRY = re.compile(
    r"^- \[(\d+|[A-Z]) [^]]+\]\((chapters/\S+\.ipynb)\): (.+\?) (\d+) minutes(?:; needs (.+))?\.$",
    re.M,
)
ENTRIES = {entry[1]: entry for entry in ENTRY.findall(PREFACE)}
CHAPTER = {Path(path).stem: number for path, (number, *_) in ENTRIES.items()}


def needs(text):
    """Return the numbers of the chapters that a chapter's *You need* links to."""
    said = text.split("**You need**")[1].split("**Reading time**")[0]
    targets = re.findall(r"\]\((?:#([\w-]+)|([\w-]+?)(?:\.ipynb)?)\)", said)
    return {CHAPTER[stem or HOME[label]] for label, stem in targets}


HOME = {
    label: path.stem
    for path in (ROOT / "chapters").glob("*-*.ipynb")
    for label in re.findall(r"^\(([\w-]+)\)=$", markdown(path), re.M)
}


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.split("/")[1][:2])
def test_the_map_says_what_the_chapter_says(path):
    number, _, question, minutes, needed = ENTRIES[path]
    text = markdown(ROOT / path)
    stated = re.search(r"[Rr]eading time\W*(?:is )?(\d+) minutes", text)
    assert stated[1] == minutes
    assert set(re.findall(r"\d+", needed)) == needs(text) == NEEDS[number]
    assert CHAPTERS[number][1:3] == (question, int(minutes))


def test_a_need_that_the_map_lacks_would_be_seen():
    said = "**You need** [this](#sec-eval-ranks) and [2](02-definition). **Reading time**"
    assert needs(said) == {"2", "6"}


def test_the_map_is_whole_and_in_order():
    chapters = {f"chapters/{path.name}" for path in (ROOT / "chapters").glob("*-*.ipynb")}
    assert set(ENTRIES) == chapters
    listed = re.findall(r"^- \[([^]]+)\]\(\S+\): .+[?.]$", PREFACE, re.M)
    assert [name.split()[0] for name in listed[: -len(DOORS)]] == list(CHAPTERS)
    assert listed[-len(DOORS) :] == list(DOORS)


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


def test_citation_agrees_with_the_citation_file():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert f"Version {cff['version']}" in PREFACE
    assert f"title  = {{{cff['title']}}}" in PREFACE
    if "date-released" in cff:  # what was not released has no date
        assert f"year   = {{{cff['date-released'].year}}}" in PREFACE
