"""What readers elsewhere stumbled over: folds, copies, print, first paint, storage, translation."""

import json
import re
from urllib.parse import urlsplit

import pytest

from tests.sources import HTML, pages

PAGE = "chapters/02-definition.html"
READ = [p.relative_to(HTML).as_posix() for p in pages()]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_click_on_a_solutions_title_opens_it(open_page, width):
    page = open_page(PAGE, width=width, asleep=True)
    for title in page.locator("div.solution summary").all():
        title.click()  # at its middle
        assert title.evaluate("(title) => title.parentElement.open")
    assert page.locator("div.solution summary").count() == 8
    assert urlsplit(page.url).fragment == ""
    page.locator("div.solution p.back a").first.click()
    assert urlsplit(page.url).fragment.startswith("ex-")


def test_a_link_into_a_solution_opens_it(open_page):
    page = open_page(PAGE, asleep=True)
    seen = page.evaluate("""() => {
      const part = document.querySelector("div.solution details p");
      part.id = "within";
      const before = part.checkVisibility();
      location.hash = "#within";
      return before;
    }""")
    page.wait_for_selector("div.solution details[open] #within")
    assert not seen


COPY = """async (node) => {
  const waits = new Promise((done) => {
    const given = window.softmaxTex;
    window.softmaxTex = (sources) => done(given(sources));
  });
  const copied = (part) => {
    getSelection().selectAllChildren(part);
    const clipboardData = new DataTransfer();
    const event = new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true });
    part.dispatchEvent(event);
    return ["plain", "html"].map((kind) => clipboardData.getData(`text/${kind}`));
  };
  getSelection().selectAllChildren(node);
  await waits;
  return [copied(node), copied(document.querySelector(".katex-display .base"))];
}"""


def test_a_formula_is_copied_as_tex(open_page):
    page = open_page(PAGE, asleep=True)
    inline, (display, _) = page.locator("p", has_text="are fixed at").first.evaluate(COPY)
    for copied in inline:  # as plain text, and for what takes text with its look
        text = re.sub("<.*?>", "", copied)
        assert "$z_1, z_2, z_3$ are fixed at $2.5$, $-1$ and $3.2$, and $z_4$ is yours" in text
    assert display.startswith("$$z^L_j = \\sum_k w^L_{jk}")


@pytest.mark.parametrize("path", READ)
def test_each_formula_has_its_tex(path):
    """One source for each rendered formula, or none could be told which is whose."""
    html = (HTML / path).read_text(encoding="utf-8")
    tex = HTML / "_static" / "tex" / path.replace(".html", ".js")
    n = html.partition("<article")[2].partition("</article>")[0].count('<span class="katex">')
    sources = json.loads(tex.read_text("utf-8")[len("softmaxTex(") : -3]) if tex.exists() else []
    assert len(sources) == n


def test_print_from_the_dark_is_light_and_unfolded(open_page):
    page = open_page(PAGE, theme="dark", asleep=True)
    state = """() => [
      document.documentElement.dataset.theme,
      document.querySelectorAll("div.solution details[open]").length,
    ]"""
    assert page.evaluate(state) == ["dark", 0]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(state) == ["light", 8]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(state) == ["dark", 0]


def test_the_theme_is_known_before_the_first_paint(open_page):
    """No script that comes later may be needed for it."""
    page = open_page(PAGE, theme="dark", asleep=True, answers={"**/*theme*.js*": ""})
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


REFUSE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {
    configurable: true,
    get() { throw new DOMException("refused", "SecurityError"); },
  });"""


def test_nothing_depends_on_storage(browser, site):
    """As in a sandboxed frame or a private window; an error in the console fails."""
    page = browser.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.add_init_script(REFUSE)
    page.goto(f"{site}/{PAGE}")
    before = page.evaluate("document.documentElement.dataset.theme")
    page.locator("button.theme-switch-button:visible").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") != before
    page.goto(f"{site}/search.html?q=softmax")
    page.wait_for_selector("#search-results li")
    page.close()
    assert not trouble


def test_formulas_code_and_widgets_are_not_translated_nor_turned_round(open_page):
    page = open_page(PAGE, asleep=True)
    page.evaluate("document.documentElement.dir = 'rtl'")
    parts = ".bd-article :is(.katex, pre, code, .softmax-island)"
    wrong = f"""() => [...document.querySelectorAll("{parts}")].filter((part) =>
      part.translate || getComputedStyle(part).direction !== "ltr").length"""
    assert page.evaluate(wrong) == 0
    assert page.evaluate(f"document.querySelectorAll('{parts}').length") > 100


LIGHT = """() => {
  const colour = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
  return [
    colour("body", "backgroundColor"),
    document.querySelectorAll("picture.sx-light").length > 0,
    [...document.querySelectorAll("picture")].every((picture) =>
      picture.checkVisibility() === picture.matches(".sx-light")),
    colour(".bd-article p a", "color") === colour(".bd-article p", "color"),
    colour(".highlight .kn", "color") === colour(".highlight pre", "color"),
  ];
}"""


def test_without_scripts_a_page_is_light_also_where_the_system_is_dark(open_page):
    """Page, figures, links and code in the colours of one theme."""
    page = open_page(PAGE, theme="dark", java_script_enabled=False)
    assert page.evaluate(LIGHT) == ["rgb(255, 255, 255)", True, True, False, False]
