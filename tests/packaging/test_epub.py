"""The EPUB: a small book of the shape in which Sphinx leaves it, and the whole one where it is.

What epubcheck says is asked by ``make test-epub``, which has it and needs Java.
"""

import os
import pickle
import posixpath
import shutil
import subprocess
import zipfile
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from docutils.utils import new_document
from lxml import etree
from sphinx.addnodes import toctree

from tests.sources import ROOT
from tools import epub

PAGE = """<html><head><script src="a.js"></script></head><body><div class="documentwrapper">
<div class="body"><section id="{0}"><h1>{0}<a class="headerlink" href="#{0}">#</a></h1>{1}
</section></div></div></body></html>"""
MATH = """<span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow>{}</mrow>
<annotation encoding="application/x-tex">a \\log b</annotation></semantics></math></span>
<span class="katex-html">a log b</span></span>"""
LOG = MATH.format("<mi>a</mi><mi>log</mi><mo>\u2061</mo><mi>b</mi>")
LOG_OF = MATH.format('<mo>−</mo><mi>log</mi><mo>\u2061</mo><mo stretchy="false">(</mo><mi>b</mi>')
FIGURE = """<figure id="fig-dot"><img class="widget-picture" alt="A dot." src="../_images/dot.png">
<figcaption><p>A dot</p></figcaption></figure>"""
FIRST = f"""<p>{LOG} and {LOG_OF}<button>Copy</button><input type="checkbox"></p>{FIGURE}
<section id="why"><h2>Why {LOG}?</h2><p id="id1">one</p><p id="id1">two</p>
<p><a class="reference internal" href="02.xhtml#why">next</a>
<a href="../reference/api/losses.xhtml#loss">loss</a></p></section>
<div class="solution"><p class="admonition-title">Solution</p><p>folded</p></div>"""
SECOND = """<section id="why"><h2>Why?</h2>
<p><a href="https://example.org/a<b">away</a><span class="link-target"> [https://…]</span></p>
</section>"""
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)


def write(folder, pages):
    """Write pages as Sphinx does, and what it has kept of their order."""
    for name, inside in pages.items():
        path = folder / "epub" / f"{name}.xhtml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(posixpath.basename(name), inside), encoding="utf-8")
    (folder / "epub" / "_images").mkdir()
    (folder / "epub" / "_images" / "dot.png").write_bytes(DOT)
    root = new_document("index")
    root += toctree(caption="Part I", includefiles=["chapters/02", "chapters/01"])
    root += toctree(caption="Reference", includefiles=["reference/api"])
    root.reporter = None  # as Sphinx keeps it
    (folder / ".doctrees").mkdir()
    (folder / ".doctrees" / "index.doctree").write_bytes(pickle.dumps(root))
    below = {"chapters/01": ["questions/01"], "reference/api": ["reference/api/losses"]}
    kept = pickle.dumps(SimpleNamespace(toctree_includes=below))
    (folder / ".doctrees" / "environment.pickle").write_bytes(kept)
    return folder / "epub"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return the path of a small EPUB."""
    folder = tmp_path_factory.mktemp("epub")
    pages = {"index": "<p>opens</p>", "chapters/01": FIRST, "chapters/02": SECOND}
    source = write(folder, pages | {"questions/01": "<p>asks</p>"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_REPOSITORY", "ada/softmax")
        epub.main(source, folder / "small.epub")
    return folder / "small.epub"


@pytest.fixture(params=["small", "whole"])
def path(request):
    """Return the path of each EPUB that there is."""
    if request.param == "small":
        return request.getfixturevalue("small")
    whole = ROOT / "dist" / "softmax.epub"
    return whole if whole.exists() else pytest.skip("the whole book's was not made: `make epub`")


def files(path):
    """Return the content of all files in the book, by name."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def pages(path):
    """Return the pages of the book, parsed as the XML that they have to be."""
    found = files(path).items()
    return {name: etree.fromstring(text) for name, text in found if name.endswith(".xhtml")}


def test_every_page_is_xhtml_without_scripts_and_every_picture_is_described(path):
    known = files(path)
    for name, page in pages(path).items():
        assert not page.xpath("//*[local-name()='script' or local-name()='button']"), name
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), name
        for picture in page.xpath("//*[local-name()='img']"):
            assert picture.get("alt", "").strip(), f"{name}: {picture.get('src')}"
            at = posixpath.join(posixpath.dirname(name), unquote(picture.get("src")))
            assert posixpath.normpath(at) in known, f"{name}: {at}"
        for formula in page.xpath("//*[local-name()='math']"):
            assert formula.get("alttext"), name
        assert not page.xpath("//*[contains(@class, 'katex-html')]"), name


def test_every_link_within_the_book_leads_somewhere(path):
    found = pages(path)
    ids = {name: page.xpath("//@id") for name, page in found.items()}
    assert all(len(each) == len(set(each)) for each in ids.values())
    for name, page in found.items():
        for href in page.xpath("//*[local-name()='a']/@href"):
            address = urlsplit(href)
            if address.scheme:
                assert address.scheme in ("https", "http", "mailto"), href
                continue
            at = posixpath.normpath(posixpath.join(posixpath.dirname(name), address.path))
            target = at if address.path else name
            assert target in found, f"{name}: {href}"
            assert not address.fragment or unquote(address.fragment) in ids[target], href


def test_the_package_names_every_file_once_and_says_who_can_read_it(path):
    with zipfile.ZipFile(path) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    package = etree.fromstring(files(path)["book/content.opf"])
    named = [f"book/{href}" for href in package.xpath("//@href")]
    rest = {"mimetype", "META-INF/container.xml", "book/content.opf"}
    assert sorted(named) == sorted(files(path).keys() - rest)
    text = etree.tostring(package, encoding="unicode")
    access = ["accessMode", "accessModeSufficient", "accessibilityFeature"]
    access += ["accessibilityHazard", "accessibilitySummary"]
    about = ["dc:identifier", "dc:creator", "dc:language", "CC BY 4.0"]
    for said in [*about, *access, 'properties="cover-image"', 'properties="nav"']:
        assert said in text
    assert text.count('properties="mathml"') >= 1


def test_epubcheck_finds_nothing(path):
    jar = os.environ.get("EPUBCHECK")
    if not jar:
        pytest.skip("epubcheck is asked by `make test-epub`")
    if not shutil.which("java"):
        pytest.skip("epubcheck needs Java (Debian: apt install default-jre-headless)")
    command = ["java", "-jar", jar, "--failonwarnings", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pages_follow_sphinx_and_what_is_left_out_is_on_the_site(small):
    package = etree.fromstring(files(small)["book/content.opf"])
    hrefs = dict(zip(package.xpath("//@id")[1:], package.xpath("//@href"), strict=True))
    order = [hrefs[reference] for reference in package.xpath("//@idref")]
    names = ["cover", "index", "chapters/02", "chapters/01", "questions/01"]
    assert order == [f"{name}.xhtml" for name in names]
    links = pages(small)["book/chapters/01.xhtml"].xpath("//*[local-name()='a']/@href")
    site = "https://ada.github.io/softmax/"
    assert f"{site}reference/api/losses.html#loss" in links
    assert f"{site}chapters/01.html#fig-dot" in links, "where the widget moves"


def test_a_name_of_a_function_stands_apart_from_what_is_no_bracket(small):
    formulas = pages(small)["book/chapters/01.xhtml"].xpath(
        "//*[local-name()='p'][1]//*[local-name()='math']"
    )
    log, log_of = (etree.tostring(formula, encoding="unicode") for formula in formulas[:2])
    assert log.count(epub.THIN) == 2
    assert epub.THIN not in log_of


@pytest.mark.parametrize(
    ("tex", "pieces"),
    [
        (r"a = b \le c", ["a", "= b", r"\le c"]),
        (r"a_{k=1} = b", [r"a_{k=1}", "= b"]),
        (r"a \left. b", [r"a \left. b"]),
    ],
    ids=["breaks before relations", "not within braces", "\\left is no relation"],
)
def test_a_formula_in_a_line_is_cut_before_its_relations(tex, pieces):
    relations = {"=": "<mo>=</mo>", r"\le": "<mo>≤</mo>"}
    row = "".join(relations.get(part, f"<mi>{part}</mi>") for part in tex.split())
    line = etree.fromstring(f"<p><math><semantics><mrow>{row}</mrow></semantics></math></p>")
    line[0].set("alttext", tex)
    before = "".join(line.itertext())
    epub.break_up(line[0])
    assert [formula.get("alttext") for formula in line] == pieces
    assert "".join(line.itertext()) == before


def test_a_link_that_leads_nowhere_stops_it(tmp_path):
    wrong = {"chapters/01": "<p><a href='02.xhtml#gone'>x</a></p>", "chapters/02": ""}
    source = write(tmp_path, {"index": "", **wrong, "questions/01": ""})
    with pytest.raises(SystemExit, match="#gone names no place"):
        epub.main(source, tmp_path / "small.epub")
