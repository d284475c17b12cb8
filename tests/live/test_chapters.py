"""Every cell of every chapter shows in the browser what is printed on the page, to the letter."""

import json

import pytest

from tests.live.conftest import LIVE

CHAPTERS = sorted(path.stem for path in (LIVE / "cells").glob("*.json"))
# (chapter, number of the cell): why its output is another here. Pictures are not compared, what
# they plot is tested elsewhere; a widget is, by its numbers.
DIFFERENT = {}
SHOWN = """[...document.querySelectorAll(".cell")].filter((box) => box.softmaxLive).map((box) => {
  const cell = box.softmaxLive;
  const { outputs, ran, lacks } = cell;
  return { number: cell.index + 1, shown: cell.shown(), outputs, ran, lacks };
})"""


def test_there_are_chapters():
    assert len(CHAPTERS) > 10, "the book is built without Python: run `make live book`"


def test_no_difference_is_listed_of_a_cell_that_is_not_there():
    for chapter, number in DIFFERENT:
        cells = json.loads((LIVE / "cells" / f"{chapter}.json").read_text(encoding="utf-8"))
        assert number <= len(cells["cells"])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_shows_what_is_printed(reader, chapter):
    page = reader(chapter)
    page.press()
    page.idle()
    assert page.said().startswith("All done"), page.said()
    wrong, same = {}, set()
    for cell in page.page.evaluate(SHOWN):
        assert cell["ran"], cell["number"]
        if cell["shown"] == cell["outputs"]:
            same.add(cell["number"])
        elif not cell["lacks"]:  # what PyTorch or JAX would have added is not there
            wrong[cell["number"]] = (cell["outputs"], cell["shown"])
    listed = {number for name, number in DIFFERENT if name == chapter}
    odd = {number: wrong.get(number) for number in wrong.keys() ^ listed}
    assert not odd, json.dumps(odd, indent=1)
