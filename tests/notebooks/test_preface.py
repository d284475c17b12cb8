"""The landing page and the teaching page say what is so: times, version, year, settings."""

import re

import nbformat
import pytest
import yaml

from softmax_book import widgets
from tests.sources import ROOT, markdown

PREFACE = markdown(ROOT / "index.ipynb")
ROW = re.compile(r"\| [1-6A-D] \[[^\]]+\]\((chapters/\S+\.ipynb)\) \|.*\| (\d+) \|")
TIMES = {path: int(minutes) for path, minutes in ROW.findall(PREFACE)}


@pytest.mark.parametrize("path", TIMES, ids=lambda path: path.split("/")[1][:2])
def test_reading_time_is_the_chapters_own(path):
    stated = re.search(r"[Rr]eading time\W*(?:is )?(\d+) minutes", markdown(ROOT / path))
    assert int(stated[1]) == TIMES[path]


# Prose at 200 words a minute, and what a look at the rest takes, in minutes.
LOOKS = {"formula": 1 / 3, "line of code": 1 / 20, "figure": 0.4, "widget": 2}


def minutes_to_read(path):
    """Estimate how long a chapter takes without its exercises."""
    cells = nbformat.read(path, as_version=4).cells
    seen = [
        c for c in cells if c.cell_type == "code" and c.metadata.get("mystnb", {}).get("figure")
    ]
    text = re.split(r"^## Exercises$", markdown(path), flags=re.M)[0]
    counts = {
        "formula": text.count("$$") / 2,
        "line of code": sum(
            len(c.source.splitlines())
            for c in cells
            if c.cell_type == "code"
            and not {"hide-input", "remove-cell"} & set(c.metadata.get("tags", []))
        ),
        "figure": len(seen),
        "widget": sum("softmax-src.widget" in str(c.outputs) for c in seen),
    }
    text += " ".join(c.metadata["mystnb"]["figure"]["caption"] for c in seen)
    words = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", " x ", text, flags=re.S).split()
    return len(words) / 200 + sum(n * LOOKS[what] for what, n in counts.items())


@pytest.mark.parametrize("path", TIMES, ids=lambda path: path.split("/")[1][:2])
def test_reading_time_is_honest(path):
    assert TIMES[path] / 1.2 < minutes_to_read(ROOT / path) < 1.2 * TIMES[path]


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
    chapters = {f"chapters/{path.name}" for path in (ROOT / "chapters").glob("[0-9a-d]*-*.ipynb")}
    assert set(TIMES) == chapters


def test_citation_agrees_with_the_citation_file():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert f"Version {cff['version']}" in PREFACE
    assert f"title  = {{{cff['title']}}}" in PREFACE
    assert f"year   = {{{cff['date-released'].year}}}" in PREFACE
