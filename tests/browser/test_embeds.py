"""Widgets on somebody else's page: their own pages, in frames, and the panel that shares them."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from softmax_book import widgets
from tests.browser.axe import RULES
from tests.browser.widget import sticking_out
from tests.sources import ROOT

CHAPTER = "chapters/02-definition.html"
NAMES = [getattr(widgets, name).widget_name for name in widgets.__all__]
PARTS = "svg, table, button, input, li, fieldset, .sx-slider, .sx-value"
GROUND = "getComputedStyle(document.body).backgroundColor"

# The page of a course, which listens for its frame's height as the teaching page says.
TEACHING = (ROOT / "front" / "teaching.md").read_text(encoding="utf-8")
LISTENER = re.search(r"```html\n(<script>.*?)```", TEACHING, re.DOTALL)[1]


@pytest.fixture
def framed(open_page, site):
    """Return framed(path, attributes=""): somebody's page with this widget's page in a frame."""

    def framed(path, attributes=""):
        frame = f'<iframe title="a" width="300" {attributes} src="{site}/widgets/{path}"></iframe>'
        text = f"<!doctype html><button>before</button>{frame}<button>after</button>{LISTENER}"
        page = open_page("course.html", answers={"**/course.html": text})
        return page, page.frame_locator("iframe")

    return framed


@pytest.mark.parametrize("name", NAMES)
def test_each_widget_has_a_page_that_fits_a_narrow_frame(open_page, book, name):
    page = open_page(f"widgets/{name}.html", width=280, height=600)
    assert page.locator(".sx-alive").count() == 1
    assert sticking_out(page.locator(".sx-widget"), PARTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 280
    link = page.locator("footer a")
    assert len(link.text_content()) > 10
    path, section = link.get_attribute("href").removeprefix("../").split("#")
    assert f'<section id="{section}">' in (book / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("asked", "dark"), [("dark", True), ("light", False), ("", True)])
def test_a_page_takes_the_theme_that_is_asked_for_or_the_systems(open_page, asked, dark):
    page = open_page(
        f"widgets/rank_strip.html?theme={asked}", theme="light" if asked == "dark" else "dark"
    )
    assert (page.evaluate(GROUND) == "rgb(20, 24, 30)") == dark
    result = Axe().run(page, options=RULES)
    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("attributes", ["", 'sandbox="allow-scripts"'], ids=["plain", "no storage"])
def test_a_frame_tells_its_height_keeps_its_state_and_lets_go_of_the_keyboard(framed, attributes):
    page, frame = framed("four_outputs.html#four_outputs:z=2.5,-1,3.2,3", attributes)
    slider = frame.get_by_label("z4", exact=True)
    assert slider.input_value() == "3"
    as_high = """() => { const [frame] = document.querySelectorAll("iframe");
      return frame.offsetHeight > 500 && frame.offsetHeight; }"""
    before = page.wait_for_function(as_high).json_value()
    frame.get_by_label("free the other three logits").check()
    page.wait_for_function(
        "(h) => document.querySelector('iframe').offsetHeight > h + 50", arg=before
    )
    own = page.frames[1]
    assert own.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    own.wait_for_function("location.hash.includes('free=true')")
    page.get_by_role("button", name="before").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "after":
            break
    assert page.evaluate("document.activeElement.textContent") == "after"
    if not attributes:
        assert own.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_page_works_from_a_folder(browser, book):
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((book / "widgets" / "sampling.html").as_uri() + "#sampling:T=2")
    page.locator(".sx-alive").wait_for()
    slider = page.get_by_label("temperature T")
    before = slider.input_value()
    slider.press("ArrowRight")
    page.wait_for_function("!location.hash.includes('T=2&') && location.hash !== '#sampling:T=2'")
    assert slider.input_value() != before
    page.close()
    assert said == []


def test_without_javascript_a_page_is_a_picture_and_a_link(open_page):
    page = open_page("widgets/pair_race.html", java_script_enabled=False)
    assert page.locator(".softmax-island img:visible").count() == 1
    assert page.locator("footer a").is_visible()


def test_an_address_keeps_the_settings_of_every_widget(open_page):
    path = "chapters/05-backpropagation.html"
    page = open_page(path)
    page.locator("[data-widget=delta_bars]").get_by_role("radio").nth(1).check()
    page.wait_for_function("location.hash.startsWith('#delta_bars:')")
    page.locator("[data-widget=pair_race]").get_by_role("radio").nth(0).check()
    page.wait_for_function("location.hash.startsWith('#pair_race:')")
    link = page.evaluate("location.hash")
    assert ";delta_bars:" in link
    again = open_page(path + link)
    for name, place in (("delta_bars", 1), ("pair_race", 0)):
        assert again.locator(f"[data-widget={name}]").get_by_role("radio").nth(place).is_checked()
    assert again.evaluate("location.hash") == link
    again.locator("[data-widget=pair_race]").get_by_role("radio").nth(1).check()  # as it was
    again.wait_for_function("location.hash.startsWith('#delta_bars:')")
    assert "pair_race" not in again.evaluate("location.hash")


def shared(page, name):
    """Open a widget's panel by the keyboard; return it and the texts in it, by their labels."""
    island = page.locator(f"[data-widget={name}]")
    island.get_by_role("button", name="Share").press("Enter")
    island.get_by_role("textbox").first.wait_for()
    given = {
        box.get_attribute("id"): box.input_value() for box in island.get_by_role("textbox").all()
    }
    return island, list(given.values())


def test_share_gives_address_frame_and_python_by_the_keyboard(open_page, site):
    page = open_page(CHAPTER, width=360, theme="dark")
    page.get_by_label("z4", exact=True).press("End")
    island, (address, frame, code) = shared(page, "four_outputs")
    share = island.get_by_role("button", name="Share")
    assert share.get_attribute("aria-expanded") == "true"
    assert address == f"{site}/widgets/four_outputs.html#four_outputs:z=2.5,-1,3.2,8"
    assert frame.startswith(f'<iframe src="{address}" title="four outputs" ')
    high = int(re.search(r'height="(\d+)"', frame)[1])  # of the widget and its credit line
    assert 40 < high - island.locator(".sx-widget").evaluate("(w) => w.offsetHeight") < 140
    assert code == (
        "from softmax_book.widgets import FourOutputs; "
        "FourOutputs(T=1, free=False, revealed=False, shift=0, z=[2.5, -1, 3.2, 8])"
    )
    result = Axe().run(page, context={"include": [[".sx-share"]]}, options=RULES)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    island.get_by_text("Copied the address.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.get_by_label("z4", exact=True).press("Home")
    assert island.get_by_role("textbox").first.input_value().endswith("3.2,-5")  # while it is open
    island.get_by_role("textbox").first.press("Escape")
    assert share.evaluate("(button) => button === document.activeElement")
    assert island.get_by_role("textbox").count() == 0


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("chapters/01-learning-slowdown.html", ["single_neuron"]),
        ("chapters/05-backpropagation.html", ["delta_bars", "pair_race"]),
        ("chapters/09-attention.html", ["lost_key"]),
    ],
)
def test_the_line_of_python_makes_the_widget_as_it_stands(open_page, path, names):
    page = open_page(path)
    for name in names:
        island, (address, _, code) = shared(page, name)
        imported, made = code.split("; ")
        scope = {}
        exec(imported, scope)
        widget = eval(made, scope)
        text = (
            island.locator("script").text_content() if island.locator("script").count() else "null"
        )
        if state := json.loads(text):
            assert json.loads(json.dumps(widget.state())) == state["state"]
        assert widget.widget_name == name
        assert address.endswith(f"widgets/{name}.html")


def test_where_a_widget_shows_data_the_line_hands_over_what_the_cell_does(open_page):
    page = open_page("chapters/06-evaluation.html")
    _, (*_, code) = shared(page, "rank_strip")
    _, _, made = code.partition("; ")
    assert made == 'RankStrip(z, labels, k=8, kind="random", revealed=False, size=0)'
    page = open_page("chapters/07-rare-shifted-unknown.html")
    _, (*_, code) = shared(page, "conformal_sets")
    assert code.endswith(
        "(a, labels, scores, noisy.x_test[shown], shown, alpha=0.1, revealed=False)"
    )


def test_each_section_can_be_asked_about_and_nobody_is_asked_before(open_page, book):
    text = (book / CHAPTER).read_text(encoding="utf-8")
    button = (
        '<a href="https://github.com/somebody/softmax/issues/new?title=x">Open issue</a></body>'
    )
    page = open_page(CHAPTER, answers={f"**/{CHAPTER}": text.replace("</body>", button)})
    links = page.locator("a.discuss")
    assert links.count() > 5
    link = page.locator("#what-happens-when-one-logit-moves > h2 > a.discuss")
    link.focus()
    seen = "(link) => getComputedStyle(link).opacity === '1'"  # it fades in
    page.wait_for_function(seen, arg=link.element_handle())
    parts = urlsplit(link.get_attribute("href"))
    asked = parse_qs(parts.query)
    assert parts.path == "/somebody/softmax/issues/new"
    assert asked["title"] == ["Question on 2. Definition: What happens when one logit moves?"]
    assert asked["body"][0].split()[0].endswith(f"{CHAPTER}#what-happens-when-one-logit-moves")
    result = Axe().run(page, context={"include": [["h2"]]}, options=RULES)
    assert result.violations_count == 0, result.generate_report()
    questions = "questions/02-definition.html"  # whose headings are links themselves
    text = (book / questions).read_text(encoding="utf-8")
    page = open_page(questions, answers={f"**/{questions}": text.replace("</body>", button)})
    link = page.locator("#what-happens-when-one-logit-moves > h2 > a.discuss")
    assert link.get_attribute("aria-label") == "Ask about What happens when one logit moves?"
