"""Make a deck and its handouts for each source in slides/, from the book as it is built.

    python -m tools.slides [NAME ...]

reveal.js shows them: it has a speaker's window, prints handouts, and leaves the slides plain HTML,
in which the chapters' widgets and formulas work as they do on their page.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path
from string import Template

from playwright.sync_api import sync_playwright

from tools.chromium import launch
from tools.pages import HTML
from tools.slides.chapter import Chapter
from tools.slides.slide import Missing, draw_formulas, section
from tools.slides.source import read

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "slides"
HERE = Path(__file__).parent
CACHE = ROOT / ".cache"
# What is there before a deck can be made: `make slides` builds and fetches it.
NEEDED = (HTML / "chapters", CACHE / "slides" / "reveal.js", CACHE / "vendor" / "katex")
TITLE = re.compile("<title>(.*?) – slides</title>")
PLACE = re.compile(r'<(ol|p) class="decks">.*?</\1>', re.DOTALL)
# The rules that give the book's colours their values.
TOKENS = re.compile(r'(?<![\w\]]) ?html(?:\[data-theme="?\w+"?\])?\s*\{([^{}]*)\}')


def write_shared(target):
    """Write what all decks share, so that they need no other place."""
    target.mkdir(parents=True, exist_ok=True)
    for file in (CACHE / "slides").glob("[!.]*"):
        shutil.copy(file, target)
    shutil.copytree(CACHE / "vendor" / "katex", target / "katex", dirs_exist_ok=True)
    for name in ("deck.css", "deck.js"):
        shutil.copy(HERE / name, target)
    static = HTML / "_static"
    themes = [
        static / "styles" / f"{name}.css" for name in ("pydata-sphinx-theme", "sphinx-book-theme")
    ]
    sheets = [*themes, static / "book.css"]
    rules = [found for sheet in sheets for found in TOKENS.finditer(sheet.read_text("utf-8"))]
    (target / "tokens.css").write_text("\n".join(rule[0].strip() for rule in rules), "utf-8")


def link(folder):
    """Name the decks that there are on the teaching page, where it keeps a place for them."""
    page = HTML / "front" / "teaching.html"
    entries = [
        f'<li><a href="../slides/{deck.name}">{TITLE.search(deck.read_text("utf-8"))[1]}</a>, '
        f'<a href="../slides/{deck.stem}.pdf">handout</a>, '
        f'<a href="../slides/{deck.stem}-notes.pdf">with notes</a></li>'
        for deck in sorted(folder.glob("*.html"))
    ]
    made = f'<ol class="decks">{"".join(entries)}</ol>'
    html, count = PLACE.subn(lambda _: made, page.read_text("utf-8"))
    if count != 1:
        sys.exit(f"{page} has no place for the decks")
    page.write_text(html, "utf-8")


def print_handouts(paths):
    """Print each deck by reveal's own route, one slide a page: for the class, and with notes."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for path in paths:
            for query, ending in (("print-pdf", ""), ("print-pdf&notes", "-notes")):
                page = browser.new_page(color_scheme="light")
                page.goto(f"{path.as_uri()}?{query}", wait_until="load")
                page.wait_for_selector("html.printable")
                target = path.with_name(f"{path.stem}{ending}.pdf")
                page.pdf(
                    path=target,
                    prefer_css_page_size=True,
                    print_background=True,
                    tagged=True,
                    outline=True,
                )
                page.close()
        browser.close()


def main(names):
    """Write all decks, or those that are named; say what is missing, all of it."""
    decks = {
        path: read(path) for path in sorted(SOURCES.glob("*.md")) if not names or path.stem in names
    }
    draw_formulas([slide for slides in decks.values() for slide in slides])
    folder = HTML / "slides"
    folder.mkdir(exist_ok=True)
    write_shared(HTML / "_static" / "slides")
    template = Template((HERE / "deck.html").read_text("utf-8"))
    missing = []
    for path, slides in decks.items():
        chapter = Chapter(HTML / "chapters" / f"{path.stem}.html")
        made = []
        for slide in slides:
            try:
                made.append(section(slide, chapter, path.relative_to(ROOT)))
            except Missing as trouble:
                missing.append(str(trouble))
        title = re.sub(r"<[^>]+>", "", next(iter(chapter.titles.values())))
        (folder / f"{path.stem}.html").write_text(
            template.substitute(title=title, slides="\n".join(made)), "utf-8"
        )
    if missing:
        shutil.rmtree(folder)
        sys.exit("\n".join(missing))
    print_handouts([folder / f"{path.stem}.html" for path in decks])
    link(folder)
    print(f"{len(decks)} decks are in {folder}")


def names_wanted():
    """Return the names of the decks to make, none for all, if there are such and all is ready."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.slides",
        description="Make decks and handouts from the built book; `make slides` does all of it.",
    )
    stems = [path.stem for path in sorted(SOURCES.glob("*.md"))]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(stems))
    names = parser.parse_args().names
    for name in set(names) - set(stems):
        parser.error(f"there is no deck {name}; there are {', '.join(stems)}")
    if gone := [str(path.relative_to(ROOT)) for path in NEEDED if not path.exists()]:
        parser.error(f"{', '.join(gone)} must be there first; `make slides` sees to it")
    return names


if __name__ == "__main__":
    main(names_wanted())
