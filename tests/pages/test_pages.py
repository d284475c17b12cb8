"""Every page in a real Chromium: themes, widths, zoom, errors, and what axe-core says of it."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

from tests.browser.axe import ROOM, RULES
from tests.pages.test_phone import CROWDED, CUT, SMALL, stranded
from tests.sources import HTML, pages_to_open
from tools.pages import with_widgets

# Of formulas axe reads the words alone; their colours are compared here.
ODD_FORMULAS = """() => [...document.querySelectorAll(".katex")].filter((formula) => {
  const colour = (part) => getComputedStyle(part).color;
  const text = colour(formula.parentElement);
  return [formula, ...formula.querySelectorAll(".katex-html *")].some((p) => colour(p) !== text);
}).map((formula) => formula.textContent)"""
# Texts that have a colour and a ground in common, and are large or not, have one contrast: of each
# look axe reads one text, on the first page where it can. What is laid over other things is a look
# of its own.
CONTRAST = ["color-contrast", "link-in-text-block"]
COLOURS = {**RULES, "runOnly": {"type": "rule", "values": CONTRAST}}
LOOKS = """;axe.configure({ rules: [
  { id: "color-contrast", selector: "[data-look], [data-look] *" },
  {
    id: "link-in-text-block",
    selector: ":is(a[href], [role=link]):is([data-look], [data-look] *)",
  },
] });"""
AXE = Axe("0")  # the script is there: `prepare`
MARK_LOOKS = """(known) => {
  const looks = new Map(), grounds = new Map();
  const ground = (el) => {
    if (!el) return "";
    if (!grounds.has(el)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(el);
      const own = [backgroundColor, backgroundImage, opacity, position].join();
      const plain = /^rgba\\(0, 0, 0, 0\\),none,1,(static|relative)$/.test(own);
      grounds.set(el, ground(el.parentElement) + (plain ? "" : `${el.localName} ${own};`));
    }
    return grounds.get(el);
  };
  const words = (el) => el.textContent.replace(/\\s/g, "").length;
  const amid = (link) => { // the colour of the text around it, if there is any
    let block = link.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const links = [...block.querySelectorAll("a[href], [role=link]")].map(words);
    const others = words(block) - links.reduce((sum, count) => sum + count, 0);
    return `${others > 0} ${getComputedStyle(link.parentElement).color}`;
  };
  for (const el of document.querySelectorAll("body *")) {
    delete el.dataset.look;
    const text = [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim()[1]);
    if (!text || !el.checkVisibility() || el.closest(".katex, script, style")) continue;
    const { color, fontSize, fontWeight, textShadow, textDecorationLine } = getComputedStyle(el);
    const size = parseFloat(fontSize), large = size >= (fontWeight >= 700 ? 18.66 : 24);
    const link = el.closest("a[href], [role=link]"), around = link ? amid(link) : "";
    const look = [color, large, textShadow, textDecorationLine, around, ground(el)].join("|");
    const within = el.getElementsByTagName("*").length;
    if (!(looks.get(look)?.within <= within)) looks.set(look, { el: link ?? el, within });
  }
  const all = looks.size;
  for (const look of known) looks.delete(look);
  [...looks.values()].forEach(({ el }, i) => (el.dataset.look = i));
  return [all, [...looks.keys()]];
}"""
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
  // To what is out of sight in a contained block no page scrolls: its own width does not show it.
  const keeps = style.contain !== "none" && style.overflowX === "visible";
  const lost = keeps && el.getBoundingClientRect().left + el.scrollWidth > innerWidth + 1;
  return (lost || (cuts && wider && !waits)) && !el.closest("svg, .katex-mathml");
}).map((el) => `${el.tagName}.${el.className}`)"""


FOLDS = "(open) => document.querySelectorAll('details').forEach((part) => (part.open = open))"


def show(page, theme):
    """Have the reader's system change its theme, which the page follows."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=theme)
    page.evaluate(SETTLE)


def prepare(page):
    """Give axe less to read, and the page axe's script."""
    page.evaluate(ROOM)
    page.evaluate(AXE_SCRIPT + LOOKS)


def violations(page, known, rules=RULES):
    """Return what axe says of a page, nothing where it is content: of colours, what it says of one
    text of each look that is not known yet."""
    count, new = page.evaluate(MARK_LOOKS, list(known))
    assert count > 3
    if rules is COLOURS and not new:
        return ""
    result = AXE.run(page, options=rules)
    unsure = result.response["incomplete"]
    assert [rule for rule in unsure if rule.get("error")] == [], "axe could not apply these"
    if result.violations_count:
        return result.generate_report()
    # What is half behind something else, as at the end of a line that scrolls, is tried again.
    hidden = {int(look) for rule in unsure for node in rule["nodes"] if rule["id"] in CONTRAST
              for look in re.findall(r'^<[^>]* data-look="(\d+)"', node["html"])}  # fmt: skip
    known.update(look for i, look in enumerate(new) if i not in hidden)
    return ""


KNOWN = set()  # looks whose contrast is enough


@pytest.mark.parametrize("path", READ)
def test_page(open_page, path):
    page = open_page(path)
    page.evaluate(FOLDS, True)
    for width in (1200, 600, 360):  # 600 is what 200 % zoom leaves of 1200
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLE)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} px at {width} px"
        found = page.evaluate(CLIPPED) + page.evaluate(CROWDED) + stranded(page)
        assert found == [], f"{path} at {width} px"
    printed, cut = page.evaluate(CUT)
    assert cut + page.evaluate(SMALL) == []
    assert printed or not path.startswith("chapters/")
    page.evaluate(FOLDS, False)
    for theme in ("dark", "light"):
        show(page, theme)
        assert page.evaluate(ODD_FORMULAS) == []
    prepare(page)
    assert violations(page, KNOWN) == "", "360 px"
    page.set_viewport_size({"width": 1200, "height": 900})
    page.evaluate(SETTLE)
    assert violations(page, KNOWN) == ""
    show(page, "dark")
    assert violations(page, KNOWN, COLOURS) == "", "in the dark"
    page.set_viewport_size({"width": 360, "height": 900})
    page.evaluate(SETTLE)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page, KNOWN, COLOURS) == "", "in the dark, 360 px"


@pytest.mark.parametrize("path", with_widgets())
def test_page_in_use(open_page, path):
    """After a reader's doings, the widgets and what was opened."""
    page = open_page(path, theme="dark", width=360, reduced_motion="reduce")
    page.evaluate(USE)
    page.wait_for_timeout(500)  # the line that is spoken waits for a pause
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(ROOM)
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


@pytest.mark.parametrize(("theme", "colour"), [("light", "#878787"), ("dark", "#555555")])
def test_a_single_faint_text_would_be_seen(open_page, theme, colour):
    page = open_page("reference/notation.html", theme=theme)
    prepare(page)
    known = set()
    assert violations(page, known, COLOURS) == ""
    assert violations(page, known, COLOURS) == "", "where all is known, nothing is left to read"
    last = "[...document.querySelectorAll('article p')].at(-1)"
    page.evaluate(f"(colour) => ({last}.style.color = colour)", colour)
    assert "color-contrast" in violations(page, known, COLOURS)


def test_a_text_behind_another_thing_is_tried_again(open_page):
    page = open_page("reference/notation.html")
    prepare(page)
    last = "[...document.querySelectorAll('article p')].at(-1)"
    veil = "<div style='position: relative; height: 1em; margin-top: -1em; background: white'>"
    page.evaluate(f"{last}.style = 'color: rgb(1, 2, 3); margin: 0'")
    page.evaluate(f'{last}.insertAdjacentHTML("afterend", "{veil}")')
    for known in (set(), {"nothing like it"}):
        assert violations(page, known, COLOURS) == ""
        assert not any("rgb(1, 2, 3)" in look for look in known)
    page.evaluate(f"{last}.nextElementSibling.remove()")
    assert violations(page, known, COLOURS) == ""
    assert any("rgb(1, 2, 3)" in look for look in known)


@pytest.mark.parametrize("rules", [RULES, COLOURS])
def test_a_link_like_the_text_around_it_would_be_seen(open_page, rules):
    page = open_page("front/teaching.html")
    prepare(page)
    last = "[...document.querySelectorAll('article p a.internal')].at(-1)"
    page.evaluate(f"{last}.closest('p').style.color = '#333'")
    page.evaluate(f"{last}.style = 'color: #444; text-decoration: none'")
    # Of each look comes another first: a text without a link, and a link without a text around it.
    link = "<a href='#' style='color: #444; text-decoration: none'>link</a>"
    first = f"<p style='color: #333'>text</p><p style='color: #333'>{link}</p>"
    page.evaluate(f'document.querySelector("article").insertAdjacentHTML("afterbegin", "{first}")')
    assert "link-in-text-block" in violations(page, set(), rules)


def test_a_word_that_runs_off_the_screen_would_be_seen(open_page):
    page = open_page("front/teaching.html", width=360)
    assert page.evaluate(CLIPPED) == []
    page.add_style_tag(content="article code .pre { white-space: nowrap !important; }")
    assert page.evaluate(CLIPPED) != []


def test_axe_would_see_a_picture_without_words_and_an_empty_header(open_page):
    page = open_page("index.html")
    page.evaluate("document.querySelector('main').append(new Image())")
    table = "<table><tr><th></th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', '{table}')")
    report = Axe().run(page, options=RULES).generate_report()
    assert "image-alt" in report
    assert "empty-table-header" in report
