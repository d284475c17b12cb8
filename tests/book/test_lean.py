"""What makes the pages light leaves nothing out that a reader would see."""

import base64
import io
import json
import re
from types import SimpleNamespace

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from fonts import characters
from markup import lean_markup
from previews import put_back, set_aside
from styles import OWN, lean_sheets, words_of_page, write_styles
from tests.book.test_pages import soup
from tests.sources import ROOT, notebooks, pages


def text(page):
    """Return a page unread: what is looked for here needs no tree, which takes a second a page."""
    return page.read_text(encoding="utf-8")


def test_every_icon_on_a_page_has_its_glyph(book):
    sheet = (book / "_static/styles/pydata-sphinx-theme.css").read_text(encoding="utf-8")
    codes = re.findall(r'((?:\.fa-[\w-]+:before,?)+)\{content:"([\uf000-\uf8ff])";?\}', sheet)
    code = {name: ord(c) for names, c in codes for name in re.findall(r"fa-([\w-]+)", names)}
    fonts = [TTFont(path) for path in book.glob("_static/vendor/fontawesome/webfonts/*.woff2")]
    glyphs = set().union(*(font.getBestCmap() for font in fonts))
    icons = {
        icon for page in pages() for icon in re.findall(r'class="([^"]*\bfa-[^"]*)"', text(page))
    }
    assert len(icons) > 10
    for icon in icons:
        names = {c.removeprefix("fa-") for c in icon.split() if c.startswith("fa-")}
        for name in names - {"solid", "brands", "regular", "lg"}:
            assert code[name] in glyphs, name


def test_scripts_are_without_comments_that_are_no_notices(book):
    scripts = {path.name: text(path) for path in (book / "_static").glob("*.js")}
    assert {"searchtools.js", "doctools.js", "comforts.js"} <= scripts.keys()
    for name, script in scripts.items():
        comments = re.findall(r"^\s*//.*|/\*.*?\*/", script, re.DOTALL | re.MULTILINE)
        assert all(re.search("opyright|icensed", comment) for comment in comments), name
    assert "Copyright" in scripts["searchtools.js"]


def test_no_script_has_templates_in_templates_which_rjsmin_would_spoil(book):
    """What is between the inner quotes would lose its spaces, and keep the quotes."""
    nested = re.compile(r"`[^`]*\$\{[^}`]*`")
    assert nested.search("`${n === 1 ? `one  is` : `two  are`}`")
    assert not [path.name for path in (book / "_static").glob("*.js") if nested.search(text(path))]


def test_no_page_asks_for_a_script_that_is_gone(book):
    for page in pages():
        sources = re.findall(r'<script\b[^>]*?\s(?:data-)?src="([^"]+)"', text(page))
        assert sources
        for source in sources:
            target = (page.parent / source.split("?")[0]).resolve()
            if page.name != "404.html":
                assert target.exists(), (page.name, source)
    assert not list(book.rglob("fontawesome.js"))


def test_a_rule_stays_if_a_page_or_a_script_may_match_it():
    page = '<p class="a b" id="i" data-x="1"><script>el.classList.add("later")</script></p>'
    sheet = """
    .a, .gone { color: red } .a.b > p { margin: 0 } #i[data-x="2"]:hover { top: 0 }
    .gone p { top: 1px } q { top: 2px } .a:not(.gone):is(.gone, .b) { top: 3px }
    .later::after { content: "," } [data-y] { top: 4px }
    @media print { .gone { top: 5px } } @media screen { .b, .gone { top: 6px } }
    @font-face { font-family: F; src: url(f.woff2) }
    p { --used: 1px; --by-a-script: 2px; --unused: var(--only-there); --only-there: 3px }
    .b { top: var(--used) }"""
    text = lean_sheets({"sheet": sheet}, words_of_page(page) | {"--by-a-script"})["sheet"]
    for kept in (".a{", ".a.b", "#i[data-x", ":is(.gone", ".later", "screen", "@font-face", ".b"):
        assert kept in text.replace(" {", "{"), kept
    for gone in (".gone p", "q{", "data-y", "print", "unused", "only-there", ", .gone"):
        assert gone not in text.replace(" {", "{"), gone
    assert "--used" in text
    assert "--by-a-script" in text


def test_a_rule_stays_whose_class_a_module_writes(tmp_path):
    static = tmp_path / "_static"
    static.mkdir()
    (static / "page.mjs").write_text('made.className = "later"', encoding="utf-8")
    (static / "theme.css").write_text(".later { top: 0 } .gone { top: 0 }", encoding="utf-8")
    builder = SimpleNamespace(name="html")
    write_styles(SimpleNamespace(builder=builder, outdir=tmp_path), None)
    left = text(static / "theme.css")
    assert ".later" in left
    assert ".gone" not in left


def test_no_sheet_of_the_book_itself_loses_a_rule():
    written = {*ROOT.glob("_static/*.css"), *ROOT.glob("_ext/*/*.css")}
    assert {"book.css", "live.css"} <= {path.name for path in written} <= OWN


def test_each_face_keeps_the_characters_of_its_formulas():
    formula = (
        '<p>é</p><span class="katex-html" aria-hidden="true"><span class="base">'
        '<span class="mord mathbb">R</span><span class="mord mathbf">1</span>'
        '<span class="mord">&lt;x</span></span></span><p>prose ü</p>'
    )
    found = characters([formula])
    assert found == {None: set("R1<x"), "AMS-Regular": {"R"}, "Main-Bold": {"1"}}


def test_pictures_on_a_page_have_the_pixels_of_the_notebook(book):
    compared = 0
    path = notebooks()[2]
    page = soup(book / "chapters" / f"{path.stem}.html")
    images = page.select(".bd-article img:not(picture.sx-dark img)")
    shown = [book / "chapters" / image["src"] for image in images]
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" not in output.get("data", {}):
                continue
            png = Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"])))
            webp = Image.open(shown[compared])
            assert webp.format == "WEBP"
            assert png.size == webp.size
            assert ImageChops.difference(png.convert("RGB"), webp.convert("RGB")).getbbox() is None
            compared += 1
    assert compared == len(shown) >= 5


def test_each_picture_keeps_its_place_until_it_comes(book):
    for page in pages():
        for image in soup(page).select("div.cell_output img"):
            assert image["loading"] == "lazy", page.name
            assert int(image["width"]) > 0, page.name
            assert int(image["height"]) > 0, page.name


def test_markup_goes_where_no_reader_needs_it_and_stays_elsewhere():
    formula = (
        '<span class="katex"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics>'
        '<mstyle scriptlevel="0" displaystyle="true"><mi mathvariant="bold">z</mi></mstyle>'
        '<mo fence="true" stretchy="true" minsize="1.2em" maxsize="1.2em">|</mo>'
        '<annotation encoding="application/x-tex">z</annotation></semantics></math>'
        '<span class="m" style="margin-left:0em;margin-right:0.1em;">z</span></span>'
    )
    code = (
        '<div class="highlight-{} notranslate"><div class="highlight"><pre><span></span>'
        '<span class="n">a</span><span class="o">=</span><span class="mi">1</span>\n</pre></div>'
    )
    assert lean_markup(formula) == (
        '<span class="katex"><math><mi mathvariant="bold">z</mi><mo fence="true">|</mo></math>'
        '<span class="m" style="margin-right:0.1em">z</span></span>'
    )
    assert '<pre>a=<span class="mi">1</span>\n</pre>' in lean_markup(code.format("python"))
    cited = '<a href="../reference/bibliography.html#id5" title="Everything again.">Guo</a>'
    assert lean_markup(cited) == '<a href="../reference/bibliography.html#id5">Guo</a>'
    assert '<span class="n">a</span>' in lean_markup(code.format("default"))


def test_formulas_come_back_to_pages_and_into_previews(book):
    inner = '<span class="katex"><span class="m"><span>a</span></span><span></span></span>'
    other = inner.replace(">a<", ">b<")
    left, formulas = set_aside(f"<p>{inner}, <span>{other}</span></p>")
    assert formulas == [inner, other]
    assert put_back(left, formulas) == f"<p>{inner}, <span>{other}</span></p>"
    assert left.count("<span") == 1
    scripts = [path.read_text(encoding="utf-8") for path in book.glob("_static/tippy/**/*.js")]
    written = [*scripts, *(text(page) for page in pages())]
    assert not any("x-formula" in content for content in written)
    assert sum("katex-html" in script for script in scripts) > 20


def test_no_page_is_kept_with_a_copy_of_the_environment(book):
    kept = book.parent / ".doctrees"
    pages = {path.name: path.stat().st_size for path in kept.rglob("*.doctree")}
    assert len(pages) > 40
    assert max(pages.values()) < (kept / "environment.pickle").stat().st_size / 4


def test_names_and_brackets_have_the_colour_of_all_code(book):
    sheet = (book / "_static/pygments.css").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        color = re.compile(rf'{theme}"\] \.highlight (?:\.(\w+) )?\{{[^}}]*?\bcolor: (#\w+)')
        found = dict(color.findall(sheet))
        assert {found.get(kind, found[""]) for kind in ("n", "nn", "p", "w")} == {found[""]}


def test_no_picture_is_cut_off_at_its_edge(book):
    shown = {name for page in pages() for name in re.findall(r"_images/(\w+\.webp)", text(page))}
    assert len(shown) > 100
    for name in sorted(shown):
        picture = np.asarray(Image.open(book / "_images" / name).convert("RGB")).astype(int)
        edges = picture[[0, -1]].reshape(-1, 3), picture[:, [0, -1]].reshape(-1, 3)
        assert np.abs(np.concatenate(edges) - picture[0, 0]).max() < 60, name
