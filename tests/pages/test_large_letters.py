"""Letters of twice their size on a phone: nothing leaves the page, and no control is cut.

The size is the browser's own setting (its "font size", which Blink takes by a flag): unlike a style
on ``html`` it also moves the widths in em that style sheets ask for. 480 pixels with letters of
32 stand for 360 with letters of 24, which is 150 %. A page zoomed to 200 % has half the window.
"""

import pytest

from tests.browser.test_embeds import NAMES
from tests.patient import Browser
from tests.sources import HTML, pages
from tools.pages import ALIVE, WAKE

READ = [p.relative_to(HTML).as_posix() for p in pages()]
WIDGETS = [f"widgets/{name}.html" for name in NAMES]
# What is seen, or could be scrolled to, is not out; nor is what is meant for screen readers alone.
OUT = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  document.querySelectorAll("details").forEach((part) => (part.open = true));
  document.querySelectorAll(".cell_output").forEach((part) => part.classList.add("sx-near"));
  const wide = document.documentElement.clientWidth;
  const scrolls = (el) => /auto|scroll/.test(getComputedStyle(el).overflowX);
  const held = (el) => el !== document.body && (scrolls(el) || held(el.parentElement));
  const hidden = ".katex-mathml, .sx-unseen, .visually-hidden, thead, svg *, .bd-sidebar";
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && !el.closest(hidden);
  const out = [...document.querySelectorAll("body *")].filter((el) => {
    const box = el.getBoundingClientRect();
    const leaves = (box.right > wide + 1 || box.left < -1) && box.width && box.height;
    return leaves && seen(el) && !held(el.parentElement);
  });
  const parts = "button, input, output, label, table, fieldset, svg:not(.sx-dash-key)";
  const widgets = [...document.querySelectorAll(".sx-widget")].flatMap((widget) => {
    const { right } = widget.getBoundingClientRect();
    const over = (part) => part.getBoundingClientRect().right > right + 1;
    return [...widget.querySelectorAll(parts)].filter((part) => seen(part) && over(part));
  });
  const name = (el) => `${el.tagName} ${el.textContent.trim().slice(0, 40)}`;
  return [document.documentElement.scrollWidth - wide, [...out, ...widgets].map(name)];
}"""


@pytest.fixture(scope="module")
def phone(playwright, site):
    """Return a page in a browser whose letters have twice their size."""
    large = Browser(playwright, "--blink-settings=defaultFontSize=32")
    page = large.new_page(viewport={"width": 360, "height": 740})
    page.add_init_script(WAKE)
    yield page
    large.close()


def wrong(page, widths):
    """Return what leaves the page or its widget, by the window's width."""
    page.wait_for_function(ALIVE)
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        wide, out = page.evaluate(OUT)
        if wide > 0 or out:
            found[width] = wide, out[:5]
    return found


@pytest.mark.parametrize("path", READ + WIDGETS)
def test_letters_of_twice_their_size_fit_a_phone(phone, site, path):
    phone.goto(f"{site}/{path}", wait_until="load")
    assert phone.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert wrong(phone, (360, 390, 480)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_zoomed_widget_fits_a_phone(open_page, name):
    page = open_page(f"widgets/{name}.html", width=180, height=370)
    assert wrong(page, (180, 240)) == {}


def test_letters_enlarged_by_a_style_fit_too(open_page):
    page = open_page("chapters/02-definition.html", width=360)
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert wrong(page, (360,)) == {}


def test_what_leaves_the_page_would_be_seen(phone, site):
    phone.goto(f"{site}/chapters/02-definition.html", wait_until="load")
    phone.evaluate("document.querySelector('.bd-article h1').style.minWidth = '500px'")
    assert wrong(phone, (360,))[360][0] > 100
