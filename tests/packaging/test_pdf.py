"""The PDF's printing, on a small page of the same shape as the book's: bookmarks, tags, numbers."""

import subprocess
import sys

import pytest
from pypdf import PdfReader

from tests.sources import ROOT
from tools import pdf

CHAPTER = """<span></span><section id="chapter-{0}"><h2>{0}. Chapter</h2>
<p>See <a href="index.html#chapter-1">the first</a>, <a href="index.html#id1">a reference</a>
and <a href="lies-beside.ipynb">a file</a>.</p><p id="id1">{1}</p>
<section id="exercises"><h3>Exercises {0}</h3>
<div class="exercise" id="ex-{0}"><p>question-{0}</p></div>
<div class="solution"><p class="admonition-title">To <a href="#ex-{0}">it</a></p>answer-{0}</div>
<details><summary>Show</summary><p>folded-{0}</p></details></section></section>"""
# As KaTeX writes it: MathML for those who hear it, and boxes for those who see it.
FORMULA = """<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mfrac><mn>1</mn>
<msqrt><mi>d</mi></msqrt></mfrac></mrow><annotation encoding="application/x-tex">1/\\sqrt d
</annotation></semantics></math></span><span class="katex-html">1 d</span></span>"""
FORMULA = FORMULA.replace("\n", "")
HEAD = """<title>Page</title>
<link rel="canonical" href="https://ada.github.io/softmax/index.html">"""
DOT = "R0lGODlhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs="
PICTURE = f"""<figure id="fig-dot"><img class="widget-picture" alt="A red dot."
src="data:image/gif;base64,{DOT}"><figcaption>caption</figcaption></figure>"""
LAST = f"""<span id="document-reference/last"></span><section id="references"><h2>References</h2>
<div class="citation" id="id1"><span class="label">[E99]</span><p>entry</p></div>
{PICTURE}</section>"""
# A little over one page, as long as the lines are not set tighter.
LONG = f"""<section id="long"><h2>Long</h2>{"<br>".join(["line"] * 50)}</section>"""
STYLE = "<style>body { line-height: 1.65 } img { width: 9px }</style>"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Print three chapters of a few pages each; return the PDF's reader."""
    folder = tmp_path_factory.mktemp("pdf")
    chapters = "".join(CHAPTER.format(k, "<br>".join(["words"] * 120)) for k in (1, 2, 3))
    opening = f"<p>opening words</p><section id=what><h2>What</h2><h4>Is {FORMULA}?</h4></section>"
    rest = f"<div class=toctree-wrapper>{chapters}{LONG}{LAST}</div>"
    book = f"<section id=book><h1>Book</h1>{opening}{rest}</section>"
    page = f"<main><article>{book}</article></main>"
    source = folder / "index.html"
    script = "<script src=ask.js></script>"
    source.write_text(f"<!doctype html><html lang=en>{HEAD}{STYLE}{page}{script}", encoding="utf-8")
    button = 'document.querySelector("p").innerHTML += "<button>Ask</button>"'
    (folder / "ask.js").write_text(button, encoding="utf-8")
    target = folder / "out" / "book.pdf"
    # In a process of its own: the browser tests' Chromium may still be open in this one.
    subprocess.run([sys.executable, "-m", "tools.pdf", source, target], cwd=ROOT, check=True)
    return PdfReader(target)


def test_it_is_tagged(printed):
    assert printed.root_object["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in printed.root_object
    assert printed.root_object["/Lang"] == "en"
    assert printed.metadata.title == "Book"


def test_it_says_who_wrote_it_and_is_written_small(printed):
    assert printed.pdf_header == "%PDF-1.7"
    assert printed.metadata.author == "The authors of the softmax book"
    assert printed.xmp_metadata.dc_creator == ["The authors of the softmax book"]
    assert printed.xmp_metadata.dc_title["x-default"] == "Book"
    assert printed.xref_objStm, "objects in compressed streams"


def test_every_figure_has_an_alternative_text_and_a_code_its_address(printed):
    found = []

    def walk(element):
        if isinstance(element, list):
            for each in element:
                walk(each)
        elif isinstance(element := getattr(element, "get_object", lambda: element)(), dict):
            if element.get("/S") == "/Figure":
                found.append(element.get("/Alt"))
            walk(element.get("/K"))

    walk(printed.root_object["/StructTreeRoot"]["/K"])
    address = "https://ada.github.io/softmax/reference/last.html#fig-dot"
    assert found == ["A red dot.", f"Code for a phone's camera that opens {address}"]


def test_scripts_of_the_pages_print_no_button(printed):
    assert "Ask" not in "".join(page.extract_text() for page in printed.pages)


def test_a_chapter_that_ends_in_a_few_lines_is_set_tighter(printed):
    (long,) = [page for page in printed.pages if page.extract_text().startswith("Long")]
    assert long.extract_text().count("line") == 50
    assert set(pdf.nearly_empty(printed)) <= set(pdf.starts(printed)[1]), "short chapters alone"


def test_bookmarks_and_contents_say_where_sections_begin(printed):
    pages, _ = pdf.starts(printed)
    assert len(pages) == 2 + 3 * 2 + 2 + 1 + 3, "preface, chapters, long, references, solutions"
    assert len(printed.pages) > 6
    lines = printed.pages[0].extract_text().split("\n")
    assert "Book" in lines[0]
    numbers = [int(word) for line in lines for word in line.split()[-1:] if word.isdigit()]
    assert numbers[: len(pages)] == pages
    for chapter, number in enumerate(pages[2:8:2], 1):
        assert f"{chapter}. Chapter" in printed.pages[number - 1].extract_text()


def test_bookmarks_say_formulas_too(printed):
    titles = []

    def walk(items):
        for item in items:
            walk(item) if isinstance(item, list) else titles.append(item.title)

    walk(printed.outline)
    assert titles[:4] == ["Book", "Preface", "What", "Is 1/√d?"]


def test_the_preface_is_a_chapter(printed):
    text = printed.pages[1].extract_text()
    assert text.index("Preface") < text.index("opening words") < text.index("What")


def test_solutions_are_at_the_end_and_linked_both_ways(printed):
    texts = [page.extract_text() for page in printed.pages]
    for k in (1, 2, 3):
        (question,) = [i for i, text in enumerate(texts) if f"question-{k}" in text]
        (answer,) = [i for i, text in enumerate(texts) if f"answer-{k}" in text]
        assert question < answer == len(texts) - 1
        assert answer in {page for page, _ in targets(printed, question)}
        assert question in {page for page, _ in targets(printed, answer)}


def targets(printed, number):
    """Return the page and height to which each link on a page leads, inside the file."""
    found = []
    for note in printed.pages[number].get("/Annots", []):
        if "/Dest" in (link := note.get_object()):
            place = printed.named_destinations[link["/Dest"]]
            found.append((printed.get_destination_page_number(place), place.top))
    return found


def test_what_is_folded_is_printed(printed):
    text = "".join(page.extract_text() for page in printed.pages)
    assert all(f"folded-{k}" in text for k in (1, 2, 3))


def test_cross_references_stay_in_the_file(printed):
    links = [note.get_object() for page in printed.pages for note in page.get("/Annots", [])]
    assert links
    out = {link["/A"]["/URI"] for link in links if "/A" in link}
    site = "https://ada.github.io/softmax/"
    moves = f"{site}reference/last.html#fig-dot"
    assert out == {site, moves}, "a file beside the page is not in the PDF"


def test_a_citation_leads_to_the_reference_whatever_else_has_its_name(printed):
    texts = [page.extract_text() for page in printed.pages]
    (entry,) = [i for i, text in enumerate(texts) if "entry" in text]
    assert "E99" not in texts[entry], "the text cites authors, so no label leads the entry"
    citing = pdf.starts(printed)[0][2] - 1
    assert entry in {page for page, _ in targets(printed, citing)}


def test_a_link_to_two_places_is_refused(tmp_path):
    source = tmp_path / "index.html"
    two = '<p id="x">a</p><p id="x">b</p><a href="#x">which?</a>'
    page = f"<main><article><section><h1>Book</h1>{two}</section></article></main>"
    source.write_text(f"<!doctype html><html lang=en>{page}", encoding="utf-8")
    command = [sys.executable, "-m", "tools.pdf", source, tmp_path / "book.pdf"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert "#x names 2 places" in done.stderr
