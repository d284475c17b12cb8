"""The PDF's printing, on a small page of the same shape as the book's: bookmarks, tags, numbers."""

import subprocess
import sys

import pytest
from pypdf import PdfReader

from tests.sources import ROOT
from tools import pdf

CHAPTER = """<span></span><section id="chapter-{0}"><h2>{0}. Chapter</h2>
<p>See <a href="index.html#chapter-1">the first</a>.</p>
<section id="one-{0}"><h3>One</h3><p>{1}</p></section><section id="two-{0}"><h3>Two</h3>
<details><summary>Show</summary><p>folded-{0}</p></details></section></section>"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Print three chapters of a few pages each; return the PDF's reader."""
    folder = tmp_path_factory.mktemp("pdf")
    chapters = "".join(CHAPTER.format(k, "<br>".join(["words"] * 120)) for k in (1, 2, 3))
    page = f"<main><article><section id=book><h1>Book</h1>{chapters}</section></article></main>"
    source = folder / "index.html"
    source.write_text(f"<!doctype html><html lang=en><title>Book</title>{page}", encoding="utf-8")
    target = folder / "out" / "book.pdf"
    # In a process of its own: the browser tests' Chromium may still be open in this one.
    subprocess.run([sys.executable, "-m", "tools.pdf", source, target], cwd=ROOT, check=True)
    return PdfReader(target)


def test_it_is_tagged(printed):
    assert printed.root_object["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in printed.root_object
    assert printed.root_object["/Lang"] == "en"


def test_bookmarks_and_contents_say_where_sections_begin(printed):
    pages = pdf.starts(printed)
    assert len(pages) == 9
    assert len(printed.pages) > 6
    contents = printed.pages[0].extract_text().split("\n")
    numbers = [int(word) for line in contents for word in line.split()[-1:] if word.isdigit()]
    assert numbers[:9] == pages
    for chapter, number in enumerate(pages[::3], 1):
        assert f"{chapter}. Chapter" in printed.pages[number - 1].extract_text()


def test_what_is_folded_is_printed(printed):
    text = "".join(page.extract_text() for page in printed.pages)
    assert all(f"folded-{k}" in text for k in (1, 2, 3))


def test_cross_references_stay_in_the_file(printed):
    links = [note.get_object() for page in printed.pages for note in page.get("/Annots", [])]
    assert links
    assert not [link for link in links if "index.html" in str(link.get("/A", ""))]
