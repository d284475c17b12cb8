"""Functions and the sections that derive them point to each other."""

import re

import nbformat
import pytest

import softmax_src
from _ext.derivations import PLACE, document, linked
from tests.sources import ROOT


def markdown(path):
    """Return the Markdown of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


CHAPTERS = {path.stem: markdown(path) for path in sorted((ROOT / "chapters").glob("*.ipynb"))}


@pytest.mark.parametrize("name", softmax_src.__all__)
def test_docstring_names_a_place_that_exists(name):
    doc = getattr(softmax_src, name).__doc__
    place = PLACE.search(doc[re.search(r"(Derived|Defined|Used) in ", doc).start() :])
    chapter = document(place, ROOT).removeprefix("chapters/")
    title = re.search(r"^# (?:Appendix [A-D]: )?(.*)", CHAPTERS[chapter], re.M)[1]
    assert title.startswith(place["title"] or title)


@pytest.mark.parametrize("name", softmax_src.__all__)
def test_a_chapter_links_the_function(name):
    link = re.compile(rf"\{{(?:func|class)\}}`~?softmax_src\.(?:\w+\.)?{name}`")
    assert [stem for stem, text in CHAPTERS.items() if link.search(text)]


def test_words_become_links():
    line = 'Derived in chapter 4, "Softmax loss"; see appendix A.'
    assert linked(line, ROOT) == (
        'Derived in :doc:`chapter 4, "Softmax loss" </chapters/04-softmax-loss>`; '
        "see :doc:`appendix A </chapters/a-softmax-properties>`."
    )
    assert linked("chapter 9, and `chapter 4`", ROOT) == "chapter 9, and `chapter 4`"
