"""Every cell of every chapter shows in the browser what is printed on the page, to the letter."""

import json

import pytest

from tests.live.conftest import LIVE

CHAPTERS = sorted(path.stem for path in (LIVE / "cells").glob("*.json"))
# Pictures are not compared, what they plot is tested elsewhere; a widget is, by its numbers.
SHOWN = """[...document.querySelectorAll(".cell")].filter((box) => box.softmaxLive).map((box) => {
  const cell = box.softmaxLive;
  const { outputs, ran, lacks } = cell;
  return { number: cell.index + 1, shown: cell.shown(), outputs, ran, lacks };
})"""


def test_there_are_chapters():
    assert len(CHAPTERS) > 10, "the book is built without Python: run `make live book`"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_shows_what_is_printed(reader, chapter):
    page = reader(chapter)
    page.press()
    page.idle()
    assert page.said().startswith("All done"), page.said()
    wrong = {}
    for cell in page.page.evaluate(SHOWN):
        assert cell["ran"], cell["number"]
        if cell["shown"] != cell["outputs"] and not cell["lacks"]:  # as PyTorch or JAX is
            wrong[cell["number"]] = (cell["outputs"], cell["shown"])
    assert not wrong, json.dumps(wrong, indent=1)
