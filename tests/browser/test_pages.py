"""Every page in a real Chromium: themes, widths, zoom, errors, and what axe-core says of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.sources import HTML, pages_to_open
from tools.pages import with_widgets

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": LEVELS,
    "preload": False,  # would fetch the style sheets again, relative to the page
    "resultTypes": ["violations"],  # to describe each node that passed takes longer than to look
    # Formulas are left out below, so a header that is one looks empty to axe; see EMPTY_HEADERS.
    "rules": {"empty-table-header": {"enabled": False}},
}
EMPTY_HEADERS = """() => [...document.querySelectorAll("article th")]
  .filter((header) => !header.textContent.trim()).map((header) => header.outerHTML)"""
# What axe need not read, for it takes the most of its time: the thousands of boxes of formulas,
# whose colours are compared below, and in a narrow window code, in the colours of a wide one.
FORMULAS, CODE = [".katex"], [".highlight pre > span"]
LEFT_OUT = {1200: {"exclude": [FORMULAS]}, 360: {"exclude": [FORMULAS, CODE]}}
# In the dark a page differs from the light one in its colours alone.
COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
ODD_FORMULAS = """() => [...document.querySelectorAll(".katex")].filter((formula) => {
  const colour = (part) => getComputedStyle(part).color;
  const text = colour(formula.parentElement);
  return [formula, ...formula.querySelectorAll(".katex-html *")].some((p) => colour(p) !== text);
}).map((formula) => formula.textContent)"""
READ = [p.relative_to(HTML).as_posix() for p in pages_to_open()]

# A reader's doings, all at once: every guess revealed, every control moved, all that folds open.
USE = """() => {
  for (const widget of document.querySelectorAll(".sx-widget")) {
    for (const button of widget.querySelectorAll("button:not(:disabled)"))
      if (!/^(Run|Back|Start over)/.test(button.textContent)) button.click();
    for (const input of widget.querySelectorAll("input[type=range]")) {
      input.stepUp(3);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (const box of widget.querySelectorAll("input[type=checkbox]")) box.click();
    for (const set of widget.querySelectorAll("fieldset"))
      [...set.querySelectorAll("input")].at(-1)?.click();
  }
  for (const part of document.querySelectorAll("details")) part.open = true;
  for (const button of document.querySelectorAll(".toggle-button")) button.click();
  document.querySelector(".dropdown-download-buttons button")?.click();
}"""
# Wait until a change is painted, and end what fades: a colour on its way is no colour.
SETTLE = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
  for (const fading of document.getAnimations()) fading.finish();
  done();
})))"""
CLIPPED = """() => [...document.querySelectorAll("article *")].filter((el) => {
  const style = getComputedStyle(el);
  const cuts = ["hidden", "clip"].includes(style.overflowX) && style.position !== "absolute";
  const wider = el.clientWidth > 1 && el.scrollWidth > el.clientWidth + 1;
  const waits = el.matches(".cell_output:not(.sx-near)"); // whose picture is still beside it
  return cuts && wider && !waits && !el.closest("svg, .katex-mathml");
}).map((el) => `${el.tagName}.${el.className}`)"""


class Pages:
    """The tests of one theme: a class each, so that two workers share them."""

    theme = None

    @pytest.mark.parametrize("path", READ)
    def test_page(self, open_page, path):
        page = open_page(path, theme=self.theme)
        assert page.evaluate(ODD_FORMULAS) == []
        assert page.evaluate(EMPTY_HEADERS) == []
        for width in (1200, 600, 360):  # 600 is what 200 % zoom leaves of 1200
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(SETTLE)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} scrolls sideways by {wide} px at {width} px"
            assert page.evaluate(CLIPPED) == [], f"{path} at {width} px"
            if width != 600:
                rules = COLOURS if self.theme == "dark" else RULES
                result = Axe().run(page, context=LEFT_OUT[width], options=rules)
                assert result.violations_count == 0, f"{width} px: {result.generate_report()}"


class TestLight(Pages):
    theme = "light"


class TestDark(Pages):
    theme = "dark"


class TestInUse:
    """After a reader's doings, the widgets and what was opened, on the pages that have widgets."""

    @pytest.mark.parametrize("path", with_widgets())
    def test_page(self, open_page, path):
        page = open_page(path, theme="dark", width=360, reduced_motion="reduce")
        page.evaluate(USE)
        page.wait_for_timeout(500)  # the line that is spoken waits for a pause
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        changed = {"include": [[".sx-widget"], [".bd-header-article"]]}
        result = Axe().run(page, context=changed, options=RULES)
        assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_link_under_the_mouse_has_contrast(open_page, theme):
    page = open_page("index.html", theme=theme)
    for where in (".bd-article p a.reference", ".bd-sidebar-primary a.reference"):
        link = page.locator(f"{where}:visible").first
        colour = "(link) => getComputedStyle(link).color"
        before = link.evaluate(colour)
        link.hover()
        page.evaluate(SETTLE)
        assert link.evaluate(colour) != before
        result = Axe().run(page, context={"include": [[f"{where}:hover"]]}, options=RULES)
        assert result.violations_count == 0, result.generate_report()


def test_a_formula_of_another_colour_would_be_seen(open_page):
    page = open_page("reference/notation.html")
    page.evaluate("document.querySelector('.katex-html .mord').style.color = '#777'")
    assert len(page.evaluate(ODD_FORMULAS)) == 1


def test_axe_would_see_a_picture_without_words(open_page):
    page = open_page("index.html")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert Axe().run(page, options=RULES).violations_count > 0
