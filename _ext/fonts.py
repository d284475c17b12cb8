"""Fonts with the glyphs that the book uses, and no other: KaTeX's, and Font Awesome's icons.

Whole, KaTeX's plain letters alone are 26 kB, the icons 270 kB. A browser asks for a face when a
formula has a character in it, so each face keeps the characters of the formulas that may ask for
it; the icons are those that the style sheets name.
"""

import re
from html import unescape
from pathlib import Path

from fontTools import subset

from two_at_once import beside

START = re.compile(r'<span [^>]*class="katex-html"[^>]*>')
SPAN = re.compile(r"<(/?)span")
LEAF = re.compile(r'<span class="([^"]*)"[^>]*>([^<]+)<')
ICON = re.compile(r"\\(f[0-9a-f]{3})\b|([\uf000-\uf8ff])")  # escaped or plain, in a style sheet
TAG = re.compile(r"<[^>]*>")
# The faces of which a formula asks for a few letters alone, by the classes that ask for them.
RARE = {
    "AMS-Regular": {"mathbb", "textbb", "amsrm"},
    "Main-Bold": {"mathbf", "textbf"},
}


def formulas(page):
    """Yield the HTML of each formula, from its outermost span to that span's end."""
    for start in START.finditer(page):
        depth = 0
        for span in SPAN.finditer(page, start.start()):
            depth += -1 if span[1] else 1
            if depth == 0:
                yield page[start.start() : span.start()]
                break


def characters(pages):
    """Return {face or None for all others: its characters} in the formulas of the pages' HTML."""
    found = {None: set(), **{face: set() for face in RARE}}
    for page in pages:
        for formula in formulas(page):
            found[None] |= set(unescape(TAG.sub("", formula)))
            for classes, text in LEAF.findall(formula):
                for face, asking in RARE.items():
                    if asking & set(classes.split()):
                        found[face] |= set(unescape(text))
    return found


def shrink(path, text):
    """Write the font again with the characters of the text."""
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["*"])
    font = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(text)) or " ")
    subsetter.subset(font)
    subset.save_font(font, str(path), options)


def begin(app, error):
    """Once all pages are there, have KaTeX's faces shrunk while the style sheets are."""
    if not error and app.builder.name == "html":
        out = Path(app.outdir)
        # Read before the fork: JupyterLab's pages are copied meanwhile, and would be read half.
        pages = [page.read_text(encoding="utf-8") for page in out.rglob("*.html")]
        app.faces = beside(lambda: write_faces(out, [*pages, *app.question_formulas]))


def write_faces(out, pages):
    """Shrink each face of KaTeX; Sphinx copies the whole one at every build."""
    found = characters(pages)
    for path in out.glob("_static/katex/fonts/*.woff2"):
        face = path.stem.removeprefix("KaTeX_")
        shrink(path, found.get(face, found[None]))


def write_icons(app, error):
    """Shrink the icons' fonts to those that the style sheets name, and wait for KaTeX's."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in out.glob("_static/**/*.css"))
    icons = {plain or chr(int(escaped, 16)) for escaped, plain in ICON.findall(sheets)}
    for path in out.glob("_static/vendor/fontawesome/webfonts/*.woff2"):
        shrink(path, icons)
    for path in out.glob("_static/vendor/fontawesome/webfonts/*.ttf"):
        path.unlink()  # for browsers that do not know WOFF2
    app.faces()


def setup(app):
    """Connect to the end of the build; the style sheets, at 900, then name only what is used."""
    app.connect("build-finished", begin, priority=850)
    app.connect("build-finished", write_icons, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
