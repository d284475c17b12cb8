"""Every slide of every deck in a real Chromium, opened from its folder; needs `make slides`."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

from tests.browser.axe import RULES
from tests.sources import HTML, ROOT

NAMES = [path.stem for path in sorted((ROOT / "slides").glob("*.md"))]
DECKS = HTML / "slides"
pytestmark = pytest.mark.skipif(not DECKS.exists(), reason="no decks: run `make slides`")

SHOWN = {"include": [["main"]], "exclude": [[".katex"]]}
# The widgets of the slide that is shown are alive, and what they changed is painted.
SETTLED = """() => new Promise((done) => {
  const alive = () => [...document.querySelectorAll(".present .softmax-island")]
    .every((island) => island.classList.contains("sx-alive") || island.dataset.failed);
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(done));
  const look = () => alive() ? painted() : setTimeout(look, 20);
  look();
})"""
# What leaves its slide, runs into the line below, or lies under what comes before it.
CROWDED = """() => {
  const slide = document.querySelector("section.present .slide");
  const edge = slide.getBoundingClientRect();
  const name = (el) => `${el.tagName}.${el.className.baseVal ?? el.className}`;
  const out = [...slide.querySelectorAll("*")].filter((el) => {
    if (el.closest("svg, .sx-unseen") || el.parentElement.closest(".katex")) return false;
    if (!el.checkVisibility()) return false;
    const box = el.getBoundingClientRect();
    return box.width && (box.right > edge.right + 1 || box.left < edge.left - 1
      || box.bottom > edge.bottom + 1 || box.top < edge.top - 1);
  }).map(name);
  const boxes = [...slide.children].map((el) => [el, el.getBoundingClientRect()]);
  boxes.slice(1).forEach(([el, box], i) => {
    if (box.top < boxes[i][1].bottom - 2) out.push(`${name(el)} overlaps`);
  });
  for (const el of slide.querySelectorAll(".piece:not([data-kind=figure])")) {
    const place = el.getBoundingClientRect();
    const box = el.firstElementChild.getBoundingClientRect();
    if (box.bottom > place.bottom + 2 || box.top < place.top - 2) out.push(`${name(el)} is full`);
  }
  return out;
}"""
# Axe walks through the whole deck for each slide: the others lie aside until it has looked. Behind
# a slide reveal has room for a picture, which axe would take for something that covers the slide.
ALONE = """() => {
  document.querySelector(".backgrounds").hidden = true;
  window.aside = [...document.querySelectorAll(".slides > section:not(.present)")]
    .map((slide) => [slide, [...slide.childNodes]]);
  for (const [slide] of aside) slide.replaceChildren();
}"""
TOGETHER = "() => aside.forEach(([slide, content]) => slide.replaceChildren(...content))"
TITLES = "(found) => found.filter((part) => document.querySelector(part)?.closest('h1, h2'))"
REVEAL = """() => document.querySelectorAll(".present .sx-widget button").forEach((button) => {
  if (/^(Reveal|Skip)/.test(button.textContent)) button.click();
})"""


@pytest.fixture
def open_deck(browser):
    """Return open_deck(name, theme): a deck from its folder; at the end nothing has complained."""
    opened = []

    def open_deck(name, theme="light"):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=theme)
        page = context.new_page()
        page.trouble = []
        page.on("console", lambda m: m.type in ("error", "warning") and page.trouble.append(m.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("request", lambda r: r.url.startswith("http") and page.trouble.append(r.url))
        page.goto((DECKS / f"{name}.html").as_uri(), wait_until="load")
        page.wait_for_function("Reveal.isReady()")
        opened.append(page)
        return page

    yield open_deck
    trouble = [line for page in opened for line in page.trouble]
    for page in opened:
        page.context.close()
    assert trouble == []


def violations(page):
    """Return what axe, whose script the deck has, says of the slide that is shown."""
    page.evaluate(ALONE)
    result = Axe("0").run(page, context=SHOWN, options=RULES)
    unsure = [node["target"][0] for rule in result.response["incomplete"] for node in rule["nodes"]]
    assert not page.evaluate(TITLES, unsure), "axe could not judge the title"
    page.evaluate(TOGETHER)
    return result.generate_report() if result.violations_count else ""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_every_slide_fits_and_axe_is_clean(open_deck, name, theme):
    page = open_deck(name, theme)
    page.evaluate(AXE_SCRIPT)
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("(number) => Reveal.slide(number)", number)
        page.evaluate(SETTLED)
        assert page.evaluate(CROWDED) == [], f"slide {number + 1}"
        if page.locator(".present .sx-widget").count():
            page.evaluate(REVEAL)
            page.evaluate(SETTLED)
            assert page.evaluate(CROWDED) == [], f"slide {number + 1}, with its answer"
        elif theme == "dark":
            continue  # other slides differ in the colours of text alone, which each slide here has
        assert (report := violations(page)) == "", f"slide {number + 1}: {report}"


def test_a_faint_text_and_a_picture_without_words_would_be_seen(open_deck):
    page = open_deck("02-definition")
    page.evaluate(AXE_SCRIPT)
    for number in (1, 2):
        page.evaluate("(number) => Reveal.slide(number)", number)
        page.evaluate(SETTLED)
        assert violations(page) == ""
        page.evaluate("document.querySelector('.present h2').style.color = '#ccc'")
        page.evaluate("document.querySelector('.present .slide').append(new Image())")
        report = violations(page)
        assert "color-contrast" in report
        assert "image-alt" in report


COVERED = """() => {
  const number = document.querySelector(".slide-number").getBoundingClientRect();
  return [...document.querySelectorAll("section.present .slide > .piece")]
    .filter((piece) => piece.getBoundingClientRect().bottom > number.top + 1).length;
}"""


def test_from_the_last_row_the_number_of_a_slide_covers_nothing(open_deck):
    page = open_deck("06-evaluation")
    page.set_viewport_size({"width": 640, "height": 360})
    page.wait_for_function(
        "document.querySelector('section.present').getBoundingClientRect().width < 700"
    )
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("(number) => Reveal.slide(number)", number)
        assert page.evaluate(COVERED) == 0, f"slide {number + 1}"


def test_keys_move_the_widget_that_has_the_focus_and_the_deck_otherwise(open_deck):
    page = open_deck("02-definition")
    where = "Reveal.getIndices().h"
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(where) == 3
    page.evaluate(SETTLED)
    page.wait_for_function("location.hash === '#/3'")  # written at most once a second
    slider = page.locator(".present input[type=range]").nth(1)
    slider.focus()
    before = slider.input_value()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(where) == 3
    assert slider.input_value() != before
    page.wait_for_timeout(500)  # a page would now write its settings into the address
    assert page.evaluate("location.hash") == "#/3"
    page.keyboard.press("PageDown")  # a presenter's remote
    assert page.evaluate(where) == 4
    theme = "document.documentElement.dataset.theme"
    page.keyboard.press("t")
    assert page.evaluate(theme) == "dark"


def test_settings_of_a_source_are_those_of_the_widget(open_deck):
    page = open_deck("01-learning-slowdown")
    page.evaluate("Reveal.slide(4)")
    page.evaluate(SETTLED)
    assert page.locator(".present input[type=range]").nth(1).input_value() == "4"


def test_the_teaching_page_names_every_deck_and_its_handouts():
    page = (HTML / "front" / "teaching.html").read_text(encoding="utf-8")
    for name in NAMES:
        for file in (f"{name}.html", f"{name}.pdf", f"{name}-notes.pdf"):
            assert f'href="../slides/{file}"' in page
            assert (DECKS / file).exists()
