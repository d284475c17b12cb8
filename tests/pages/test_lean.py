"""What a reader's browser fetches: within the budget, and with the look of the whole files."""

from pathlib import Path

import pydata_sphinx_theme
import pytest
import sphinx_book_theme

from tests.sources import ROOT, pages_to_open
from tools.pages import ALIVE
from tools.weights import SCROLL, table

# kB: read to the end on a first visit; opened later, with the landing page's files in the cache.
FIRST, LATER = 300, 60
BUTTON = 3  # the sentence and the small script where Python runs in the page (`make live`)


def test_no_page_grows_beyond_its_budget(book, browser):
    rows = table(book, browser, pages_to_open())
    assert len(rows) > 15
    more = BUTTON if (book / "_static/live/manifest.json").exists() else 0
    for name, (_, first, opened, _) in rows.items():
        assert first <= 1000 * (FIRST + more), f"{name}: {first / 1000:.0f} kB on a first visit"
        assert opened <= 1000 * (LATER + more), f"{name}: {opened / 1000:.0f} kB on a later one"


WAITING = """() => [...document.querySelectorAll(".cell_output img")]
  .filter((image) => !image.closest(".softmax-island") && image.checkVisibility())
  .map((image) => image.naturalWidth === 0)"""
DEEP = "chapters/04-softmax-loss.html"


def test_pictures_come_when_they_are_near_and_nothing_moves(open_page):
    page = open_page(DEEP)
    page.wait_for_load_state("networkidle")
    # A line is as long as its letters: also where a formula's have not been asked for yet.
    page.evaluate("Promise.all([...document.fonts].map((font) => font.load())).then(() => 1)")
    height = page.evaluate("document.documentElement.scrollHeight")
    waiting = page.evaluate(WAITING)
    assert len(waiting) > 4
    assert all(waiting)
    image = page.locator(".cell_output > figure img:not(.softmax-island img)").first
    assert image.evaluate("(image) => image.alt.length") > 20
    image.evaluate("(image) => image.scrollIntoView()")
    shown = "(i) => i.naturalWidth > 0 && i.getBoundingClientRect().left > 0"
    page.wait_for_function(shown, arg=image.element_handle())
    assert image.evaluate("(i) => Math.abs(i.getBoundingClientRect().top) < innerHeight")
    assert page.evaluate("scrollX") == 0
    page.evaluate(SCROLL)
    page.wait_for_load_state("networkidle")
    assert not any(page.evaluate(WAITING))
    assert page.evaluate("document.documentElement.scrollHeight") == height


def test_pictures_are_printed_that_nobody_scrolled_to(open_page):
    page = open_page(DEEP)
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    beside = """() => [...document.querySelectorAll(".cell_output img")]
      .filter((image) => image.checkVisibility() && image.getBoundingClientRect().right < 0)"""
    assert page.evaluate(beside) == []
    # What asks for its container's width is styled anew for each page: a book takes minutes.
    container = "() => getComputedStyle(document.querySelector('article')).containerType"
    assert page.evaluate(container) == "normal"
    page.pdf()
    page.wait_for_load_state("networkidle")
    assert not any(page.evaluate(WAITING))


THEMES = [Path(module.__file__).parent for module in (pydata_sphinx_theme, sphinx_book_theme)]
WHOLE = {
    path.name: path
    for folder in THEMES
    for path in folder.rglob("*.css")
    if path.name in ("pydata-sphinx-theme.css", "sphinx-book-theme.css")
}
KATEX = ROOT / ".cache" / "vendor" / "katex"
# One element of each kind, with what it computes to, its pseudo-elements too.
LOOK = """() => {
  const seen = {};
  const names = [...getComputedStyle(document.body)].filter((name) => !name.startsWith("--"));
  for (const el of document.querySelectorAll("*")) {
    if (el.closest("head, .sx-widget, math")) continue;
    const classes = (part) => [part?.tagName, ...[...(part?.classList ?? [])].sort()].join(".");
    const kind = `${classes(el.parentElement)} > ${classes(el)}`;
    if (kind in seen) continue;
    seen[kind] = ["", "::before", "::after"].flatMap((pseudo) => {
      const style = getComputedStyle(el, pseudo);
      if (pseudo && style.content === "none") return [`no ${pseudo}`];
      return names.map((name) => `${pseudo} ${name}: ${style.getPropertyValue(name)}`);
    });
  }
  return seen;
}"""
OPEN = """async () => {
  document.querySelectorAll("details").forEach((part) => (part.open = true));
  document.querySelectorAll(".dropdown-menu").forEach((menu) => menu.classList.add("show"));
  document.getAnimations().forEach((fading) => fading.finish());
  // what unfolds is measured in the frame after it
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
}"""


@pytest.mark.parametrize(
    ("path", "theme", "width"),
    [("chapters/02-definition.html", "dark", 360), ("reference/api/network.html", "light", 1200)],
)
def test_a_page_looks_as_with_the_whole_style(open_page, path, theme, width):
    looks = []
    for whole in (False, True):
        page = open_page("404.html", theme=theme, width=width)
        if whole:
            for name, sheet in {**WHOLE, "katex.min.css": KATEX / "katex.min.css"}.items():
                page.route(f"**/{name}*", lambda route, _, sheet=sheet: route.fulfill(path=sheet))
        page.goto(page.url.replace("404.html", path), wait_until="networkidle")
        page.wait_for_function(ALIVE)
        page.evaluate(OPEN)
        looks.append(page.evaluate(LOOK))
    lean, whole = looks
    assert len(lean) > 100
    assert lean.keys() == whole.keys()
    for kind, style in whole.items():
        missing = set(style) - set(lean[kind])
        assert not missing, f"{kind}: {sorted(missing)[:5]}"


def fonts_used(page):
    """Return {font: glyphs that the page's formulas draw with it}, as Chromium counts them."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    article = session.send(
        "DOM.querySelectorAll", {"nodeId": root, "selector": ".bd-article p .katex-html .mord"}
    )
    used = {}
    for node in article["nodeIds"][:300]:
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            name = (font["familyName"], font.get("isCustomFont"))
            used[name] = used.get(name, 0) + font["glyphCount"]
    return used


@pytest.mark.parametrize("chapter", ["02-definition", "a-softmax-properties"])
def test_formulas_are_drawn_with_the_same_glyphs(open_page, chapter):
    used = []
    for whole in (False, True):
        page = open_page("404.html")
        if whole:
            page.route(
                "**/KaTeX_*.woff2",
                lambda route, request: route.fulfill(
                    path=KATEX / "fonts" / request.url.rsplit("/", 1)[1].split("?")[0]
                ),
            )
        page.goto(page.url.replace("404.html", f"chapters/{chapter}.html"), wait_until="load")
        page.evaluate("document.fonts.ready")
        used.append(fonts_used(page))
    assert used[0] == used[1]
    assert sum(used[0].values()) > 300
    assert {custom for _, custom in used[0]} == {True}
