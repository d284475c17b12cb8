"""Write one EPUB 3 of the pages that Sphinx's builder of EPUBs has left.

    python -m tools.epub _build/pdf/_build/epub dist/softmax.epub

Sphinx's files are HTML for browsers, with their style sheets and scripts; it names none of the
chapters in its contents, and says of no page that it has formulas. Of each page its text is taken
here and written as XHTML: formulas as MathML alone, with their TeX as text; figures as they are
light and wide; a widget as its picture, with the address where it moves; solutions folded. Cover,
contents, manifest and style are our own. No script goes along.
"""

import datetime
import html
import pickle
import posixpath
import re
import sys
import uuid
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import yaml
from lxml import etree
from lxml.html import HTMLParser
from sphinx.addnodes import toctree

import softmax_src
from _ext.repository import find
from softmax_book.figures.style import new_figure, png, styled

BOOK = Path(__file__).parent.parent
# What deals questions by a script, and what is looked up beside a keyboard: both are on the site.
LEFT_OUT = ("front/practise", "reference/api")
KINDS = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".png": "image/png"}
KINDS |= {".svg": "image/svg+xml", ".jpg": "image/jpeg", ".webp": "image/webp"}

STYLE = """
body { line-height: 1.5; }
h1, h2, h3 { line-height: 1.25; break-after: avoid; }
img { max-width: 100%; height: auto; background: #fff; }
figure { margin: 1.2em 0; break-inside: avoid; }
figcaption, caption { font-size: 0.9em; text-align: left; margin: 0.4em 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.8em; line-height: 1.35;
  margin: 0.6em 0; }
code, a { overflow-wrap: anywhere; }
code { font-size: 0.9em; }
.cell_input pre { border-left: 3px solid; padding-left: 0.7em; }
.highlight .k, .highlight .kn, .highlight .kc, .highlight .ow { font-weight: bold; }
.highlight .c1, .highlight .sd { font-style: italic; }
div.math { margin: 0.8em 0; text-align: center; overflow-x: auto; }
.eqno { float: right; margin-left: 1em; }
.joined { white-space: nowrap; }
table { border-collapse: collapse; font-size: 0.85em; margin: 0.8em 0; }
th, td { border-bottom: 1px solid; padding: 0.25em 0.5em; text-align: left; vertical-align: top; }
.admonition, .proof { border-left: 3px solid; padding-left: 0.8em; margin: 1em 0; }
.admonition-title, .rubric { font-weight: bold; }
summary { font-weight: bold; }
.ask, .moves { font-size: 0.9em; }
ul.ask-options { list-style: none; padding-left: 1em; }
dt { font-weight: bold; }
dd { margin: 0 0 0.6em 1.2em; }
.cover { text-align: center; margin: 0; }
.cover img { max-height: 95vh; }
"""

THIN = "0.17em"  # what TeX sets beside log and max
RELATIONS = set("=<>≤≥≈→")  # before which a line may break
IN_TEX = re.compile(r"(?:\\leq?|\\geq?|\\approx|\\to)(?![A-Za-z])|[=<>]")

PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 lang="{language}" xml:lang="{language}">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="{up}style.css"/></head>
<body>{body}</body></html>
"""
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"
 xml:lang="{language}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{id}</dc:identifier>
<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>{language}</dc:language>
<dc:description>Version {version}. Its widgets are pictures here; they move on its pages{site}.
</dc:description>
<dc:rights>Text and figures: CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Code: BSD
3-Clause.</dc:rights>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual,visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Formulas are MathML, and every picture has an
alternative text that says what it shows. Sections are headings, tables have headers. Nothing
moves.</meta>
</metadata><manifest>{manifest}</manifest><spine>{spine}</spine></package>
"""


def parts(doctrees):
    """Return the parts of the book, in Sphinx's order: a name, or None, and the names of its pages.

    Sphinx has kept which page leads to which others, and the parts' names in the root page.
    """
    sys.path.insert(0, str(BOOK / "_ext"))  # where the classes are of what it has kept
    below = pickle.loads((doctrees / "environment.pickle").read_bytes()).toctree_includes
    root = pickle.loads((doctrees / "index.doctree").read_bytes())

    def listed(names):
        for name in names:
            if not name.startswith(LEFT_OUT):
                yield name
                yield from listed(below.get(name, ()))

    groups = [(each["caption"], [*listed(each["includefiles"])]) for each in root.findall(toctree)]
    return [(None, ["index"]), *((part, names) for part, names in groups if names)]


def by_class(root, name):
    """Return all elements of a class."""
    return root.xpath(f'.//*[contains(concat(" ", @class, " "), " {name} ")]')


def plain(element):
    """Return an element's words in one line, a formula as its TeX."""
    element = etree.fromstring(etree.tostring(element, with_tail=False))
    for formula in element.iter("{*}math"):
        formula[:], formula.text = [], formula.get("alttext")
    return " ".join("".join(element.itertext()).split())


def read(path, name, site):
    """Return the text of a page as XHTML says it: one element."""
    page = etree.parse(str(path), HTMLParser(encoding="utf-8"))
    (body,) = by_class(page.getroot(), "body")
    body.attrib.clear()
    # Sphinx writes the address behind each link, for paper.
    for kind in ("katex-html", "headerlink", "ask-practise", "expanded", "clearer", "link-target"):
        for unused in by_class(body, kind):
            unused.drop_tree()
    for unused in [*body.iter("script", "style", "button", "wbr", "input", etree.Comment)]:
        unused.drop_tree()
    for formula in body.iter("math"):
        for source in formula.iter("annotation"):
            formula.set("alttext", " ".join(source.text.split()))
            source.drop_tree()
    for applied in body.xpath(".//mrow/mo[. = '\u2061']"):
        space(applied)
    for formula in body.xpath(".//math[not(@display)]"):
        break_up(formula)
    for solution in by_class(body, "solution"):
        title = by_class(solution, "admonition-title")[0]
        fold = etree.Element("details")
        fold.extend(child for child in solution if child is not title)
        title.tag = "summary"
        fold.insert(0, title)
        solution.append(fold)
    for title in body.xpath(".//summary/p"):
        title.tag = "span"
    for picture in by_class(body, "widget-picture") if site else ():
        figure = next(picture.iterancestors("figure"))
        address = f"{site}{name}.html#{figure.get('id')}"
        caption = next(figure.iter("figcaption"))
        moves = etree.SubElement(caption, "p", {"class": "moves"})
        etree.SubElement(moves, "a", href=address).text = "Move it on its page"
    seen = set()
    for element in body.xpath(".//*[@id]"):
        if element.get("id") in seen:  # extensions give each proof the same
            del element.attrib["id"]
        seen.add(element.get("id"))
    return body


def space(applied):
    """Set a thin space on either side of the name of a function, as TeX does: b log K, log(b)."""
    name, argument = applied.getprevious(), applied.getnext()
    if argument is not None and not "".join(argument.itertext()).startswith(("(", "[")):
        applied.set("rspace", THIN)
    if name is not None and (before := name.getprevious()) is not None and before.tag != "mo":
        name.addprevious(etree.Element("mspace", width=THIN))


def break_up(formula):
    """Cut a formula within a line before its relations: MathML does not break, but between two."""
    row, tex = formula.find(".//mrow"), formula.get("alttext")
    cuts = [
        each for each in row if each.tag == "mo" and each.text in RELATIONS and each is not row[0]
    ]
    at = [m.start() for m in IN_TEX.finditer(tex) if m.start() and depth(tex[: m.start()]) == 0]
    if len(cuts) != len(at) or not cuts:
        return
    begin = [*at, len(tex)]
    for number, relation in reversed([*enumerate(cuts)]):
        alttext = tex[begin[number] : begin[number + 1]].strip()
        piece = etree.Element("math", {**formula.attrib, "alttext": alttext})
        after = [relation, *relation.itersiblings()]
        etree.SubElement(piece, "mrow").extend(after)
        formula.addnext(piece)
    formula.set("alttext", tex[: at[0]].strip())


def depth(tex):
    """Return how many braces are open at the end of some TeX."""
    return len(re.findall(r"(?<!\\){", tex)) - len(re.findall(r"(?<!\\)}", tex))


def mend_links(pages, site):
    """Lead links to what is not in the book to the site, or nowhere; return what is wrong."""
    known = {name: set(body.xpath(".//@id")) for name, body in pages.items()}
    trouble = []
    for name, body in pages.items():
        for link in body.xpath(".//a[@href]"):
            address = urlsplit(link.get("href").replace("<", "%3C").replace(">", "%3E"))
            if address.scheme:
                link.set("href", address.geturl())
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), address.path))
            target = path.removesuffix(".xhtml") if address.path else name
            if target in known:
                if address.fragment and unquote(address.fragment) not in known[target]:
                    trouble.append(f"{name}: {link.get('href')} names no place")
            elif site:
                link.set(
                    "href", site + address._replace(path=path).geturl().replace(".xhtml", ".html")
                )
            else:
                del link.attrib["href"]
    return trouble


def write_page(name, body, language):
    """Return the whole page as text."""
    title = html.escape(plain(next(body.iter("h1"))))
    inside = (body.text or "") + "".join(etree.tostring(each, encoding="unicode") for each in body)
    up = "../" * name.count("/")
    return PAGE.format(language=language, title=title, up=up, body=inside)


def contents(groups, pages, language):
    """Return the book's contents: parts, pages, and the sections of each."""

    def entry(address, element, below=""):
        return f'<li><a href="{address}">{html.escape(plain(element))}</a>{below}</li>'

    lines = []
    for part, names in groups:
        listed = []
        for name in names:
            body = pages[name]
            headings = [(each.getparent().get("id"), each) for each in body.iter("h2")]
            below = "".join(entry(f"{name}.xhtml#{at}", each) for at, each in headings if at)
            below = f"<ol>{below}</ol>" if below else ""
            listed.append(entry(f"{name}.xhtml", next(body.iter("h1")), below))
        inside = "".join(listed)
        lines.append(f"<li><span>{part}</span><ol>{inside}</ol></li>" if part else inside)
    body = f'<nav epub:type="toc"><h1>Contents</h1><ol>{"".join(lines)}</ol></nav>'
    return PAGE.format(language=language, title="Contents", up="", body=body)


@styled
def cover(title, author):
    """Return the cover: the four outputs of chapter 2 as the last logit rises."""
    fig, ax = new_figure(size=(6, 9))
    z = np.linspace(-5, 9, 400)
    others = np.array([2.5, -1.0, 3.2])
    logits = np.column_stack([np.tile(others, (z.size, 1)), z])  # (n, 4)
    ax.plot(z, softmax_src.softmax(logits), lw=3)
    ax.set_axis_off()
    fig.text(0.5, 0.86, title, ha="center", fontsize=44)
    fig.text(0.5, 0.81, "An interactive book on the output layer", ha="center", fontsize=13)
    fig.text(0.5, 0.09, author, ha="center", fontsize=13)
    ax.set_position([0.08, 0.22, 0.84, 0.48])
    return fig


def package(pages, images, settings, site):
    """Return the list of all files, with what a reading system has to know of each."""
    files = [
        (f"{name}.xhtml", "mathml" if b.find(".//math") is not None else "")
        for name, b in pages.items()
    ]
    files.insert(0, ("cover.xhtml", ""))
    spine = "".join(f'<itemref idref="f{number}"/>' for number in range(len(files)))
    files += [("cover.png", "cover-image"), ("nav.xhtml", "nav"), ("style.css", "")]
    files += [(name, "") for name in images]
    manifest = ""
    for number, (name, properties) in enumerate(files):
        extra = f' properties="{properties}"' if properties else ""
        kind = KINDS[posixpath.splitext(name)[1]]
        manifest += f'<item id="f{number}" href="{name}" media-type="{kind}"{extra}/>\n'
    version = softmax_src.__version__
    return PACKAGE.format(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"softmax-src {version}"),
        title=html.escape(settings["title"]),
        author=html.escape(settings["author"]),
        version=version,
        site=f": {site}" if site else "",
        modified=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=settings.get("language", "en"),
        manifest=manifest,
        spine=spine,
    )


def main(source, target):
    """Read the pages, mend them, and write the book."""
    settings = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    language = settings.get("language", "en")
    repository = find(BOOK)
    site = repository.pages if repository else ""
    groups = parts(source.parent / ".doctrees")
    names = [name for _, listed in groups for name in listed]
    pages = {name: read(source / f"{name}.xhtml", name, site) for name in names}
    if trouble := mend_links(pages, site):
        sys.exit("The EPUB would have links that lead nowhere:\n" + "\n".join(trouble))
    images = {
        posixpath.normpath(posixpath.join(posixpath.dirname(name), src))
        for name, body in pages.items()
        for src in body.xpath(".//img/@src")
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("book/content.opf", package(pages, sorted(images), settings, site))
        book.writestr("book/cover.png", png(cover(settings["title"], settings["author"])))
        alt = f"Cover: {settings['title']}. Four outputs while one logit rises."
        shown = f'<p class="cover"><img src="cover.png" alt="{html.escape(alt)}"/></p>'
        front = PAGE.format(language=language, title="Cover", up="", body=shown)
        book.writestr("book/cover.xhtml", front)
        book.writestr("book/nav.xhtml", contents(groups, pages, language))
        book.writestr("book/style.css", STYLE)
        for name, body in pages.items():
            book.writestr(f"book/{name}.xhtml", write_page(name, body, language))
        for name in sorted(images):
            book.write(source / name, f"book/{name}")
    print(f"{target.resolve()}: {len(pages)} pages, {len(images)} pictures")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
