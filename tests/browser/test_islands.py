"""The host of the widgets on a static page: what happens when something goes wrong."""

import pytest

from softmax_book import widgets
from softmax_book.widgets import _modules
from tests.browser.widget import TEN_FRAMES, sticking_out
from tools.bench_widgets import control_of
from tools.pages import WAKE, with_widgets

CHAPTER = "chapters/02-definition.html"
# Go to a link, and wait until the widgets have read it and the page has been painted with it.
FOLLOW = """(hash) => new Promise((done) => {
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(done));
  addEventListener("hashchange", painted, { once: true });
  location.hash = hash;
})"""


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "body": ""},
        {"body": "softmaxIslands.define('four_outputs', {}, () => { x });"},
        {"body": "softmaxIslands.define('four_outputs', {}, () => ({}));"},
    ],
    ids=["missing", "throws", "empty"],
)
def test_a_failing_module_leaves_its_picture(browser, site, answer):
    page = browser.new_page()
    messages = []
    page.on("console", lambda m: m.type == "error" and messages.append(m.text))
    page.route(
        "**/islands/four_outputs.js",
        lambda route: route.fulfill(content_type="text/javascript", **answer),
    )
    page.add_init_script(WAKE)
    page.goto(f"{site}/{CHAPTER}")
    page.wait_for_selector("[data-widget=four_outputs][data-failed]")
    assert page.locator("[data-widget=four_outputs] img").first.is_visible()
    assert page.locator("[data-widget=four_outputs] .sx-widget").count() == 0
    own = [text for text in messages if "stays a picture" in text]
    assert len(own) == page.locator("[data-widget=four_outputs]").count()
    page.close()


FAR = "chapters/05-backpropagation.html"


def _asked(page):
    """Return the names of the scripts of widgets that the page has asked for."""
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    scripts = {name.split("/islands/")[1].split(".js")[0] for name in names if "/islands/" in name}
    return {name.split("-")[0] for name in scripts if "css" not in name} - {"host"}


def test_a_widget_and_a_picture_that_could_not_be_fetched_come_with_the_connection(open_page):
    page = open_page(FAR, asleep=True)
    page.context.set_offline(True)
    picture = page.locator("figure img:visible").nth(1)
    picture.scroll_into_view_if_needed()
    failed = "(img) => img.complete && !img.naturalWidth"
    page.wait_for_function(failed, arg=picture.element_handle())
    page.locator("[data-widget=pair_race]").evaluate("(island) => island.scrollIntoView()")
    page.locator("[data-widget=pair_race][data-failed]").wait_for()
    page.context.set_offline(False)
    page.locator("[data-widget=pair_race].sx-alive:not([data-failed])").wait_for()
    page.wait_for_function("(img) => img.naturalWidth > 0", arg=picture.element_handle())
    page.trouble.clear()  # the failure is what was tried


def test_a_widget_sleeps_until_it_is_near(open_page):
    page = open_page(FAR, asleep=True)
    page.wait_for_load_state("networkidle")
    assert _asked(page) == set()
    assert page.locator(".softmax-island:not(.sx-alive) img:visible").count() == 2
    page.locator("[data-widget=pair_race]").evaluate("(island) => island.scrollIntoView()")
    page.locator("[data-widget=pair_race].sx-alive").wait_for()
    assert _asked(page) == {"library", "pair_race", "state"}


def test_a_link_wakes_the_widget_that_it_names(open_page):
    page = open_page(FAR, asleep=True)
    page.evaluate("location.hash = 'pair_race:revealed=true'")
    page.locator("[data-widget=pair_race].sx-alive").wait_for()
    seen = "(island) => Math.abs(island.getBoundingClientRect().top) < innerHeight"
    page.wait_for_function(seen, arg=page.locator("[data-widget=pair_race]").element_handle())
    page = open_page(f"{FAR}#pair_race:none=1", asleep=True)
    page.locator("[data-widget=pair_race].sx-alive").wait_for()
    assert "delta_bars" not in _asked(page)


@pytest.mark.parametrize("anchoring", [True, False], ids=["chromium", "safari"])
def test_what_is_read_stays_when_a_widget_above_it_wakes(browser, site, anchoring):
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    if not anchoring:
        page.add_init_script("CSS.supports = () => false")
    page.goto(f"{site}/{CHAPTER}")
    if not anchoring:
        page.add_style_tag(content="* { overflow-anchor: none }")
    island = page.locator(".softmax-island").first
    before = island.evaluate("""async (island) => {
      const paint = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
      await paint();
      const far = island.getBoundingClientRect();
      scrollBy({ top: far.bottom + 800, behavior: "instant" });
      await paint();
      scrollBy({ top: -300, behavior: "instant" });
      window.read = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      return [window.read.getBoundingClientRect().top, island.offsetHeight];
    }""")
    page.locator(".softmax-island.sx-alive").first.wait_for()
    page.evaluate(TEN_FRAMES)  # it has drawn itself, and the browser has followed
    top = page.evaluate("window.read.getBoundingClientRect().top")
    height = island.evaluate("(island) => island.offsetHeight")
    page.close()
    assert abs(height - before[1]) > 100
    assert abs(top - before[0]) < (2 if anchoring else 30)  # which settles by a line a frame later


# The window's place and each block's height; and how many blocks the browser does not lay out.
PLACES = """() => {
  const blocks = [...document.querySelectorAll(".bd-article section > *")];
  const height = (block) => block.checkVisibility() && block.getBoundingClientRect().height;
  const far = { contentVisibilityAuto: true };
  const skips = (block) => !block.firstElementChild?.checkVisibility(far);
  return [[scrollY, ...blocks.map(height)], blocks.filter(skips).length];
}"""


@pytest.mark.parametrize("width", [1200, 360])
def test_what_is_far_from_a_used_widget_is_not_drawn_and_keeps_its_height(browser, site, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.add_init_script(WAKE)
    page.goto(f"{site}/{CHAPTER}")
    slider = page.locator(".sx-alive input[type=range]").first
    slider.evaluate("(node) => node.scrollIntoView({ behavior: 'instant' })")
    page.evaluate(TEN_FRAMES)
    places, skipped = page.evaluate(PLACES)
    slider.evaluate("(node) => node.focus({ preventScroll: true })")
    page.evaluate(TEN_FRAMES)
    held, more = page.evaluate(PLACES)
    assert held == pytest.approx(places, abs=0.1)
    assert more - skipped > 50
    # The heights at another width are those that a page has that was opened there.
    page.set_viewport_size({"width": width + 200, "height": 800})
    page.wait_for_function("() => !document.documentElement.matches('.sx-used')")
    page.evaluate(TEN_FRAMES)
    wider, _ = page.evaluate(PLACES)
    slider.press("ArrowRight")
    page.wait_for_function("() => document.documentElement.matches('.sx-used')")
    page.evaluate(TEN_FRAMES)
    moved, more = page.evaluate(PLACES)
    assert moved[1:] == pytest.approx(wider[1:], abs=0.1)
    assert more - skipped > 50
    page.close()


NAMES = {getattr(widgets, name).widget_name for name in widgets.__all__}
COME_AND_GO = {"conformal_sets"}  # another set has other members


@pytest.mark.parametrize("name", sorted(NAMES - COME_AND_GO))
def test_numbers_change_without_a_node_that_comes_or_goes(open_page, name):
    """The theme measures all of a page's code again wherever a node comes or goes."""
    page = open_page(f"widgets/{name}.html")
    island = page.locator(f".softmax-island[data-widget={name}]").first
    control, keys = control_of(island)
    control.press(keys[0])
    # Another node says it later, to a screen reader.
    page.evaluate("""(name) => {
      window.came = [];
      const count = (changes) => changes.filter(({ target }) => !target.matches(".sx-live"))
        .forEach(({ target }) => came.push(target.outerHTML));
      const widget = document.querySelector(`[data-widget=${name}] .sx-widget`);
      new MutationObserver(count).observe(widget, { childList: true, subtree: true });
    }""", name)  # fmt: skip
    before = island.inner_html()
    control.press(keys[0])
    page.evaluate(TEN_FRAMES)
    assert island.inner_html() != before
    assert page.evaluate("came") == []
    page.close()


def test_a_link_that_makes_no_sense_is_left_out(open_page):
    warnings = []
    page = open_page(CHAPTER)
    page.on("console", lambda m: m.type == "warning" and warnings.append(m.text))
    before = page.locator("[data-output]").all_text_contents()
    for hash in ("four_outputs:z=1,2", "four_outputs:T=cold", "four_outputs:unknown=1"):
        page.evaluate(FOLLOW, hash)
    assert page.locator("[data-output]").all_text_contents() == before
    assert len(warnings) == 2


def test_the_address_follows_the_widget_and_sets_it(open_page):
    page = open_page(CHAPTER)
    page.get_by_label("z4", exact=True).first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash.startsWith('#four_outputs:z=')")
    shown = page.locator("[data-output]").all_text_contents()
    again = open_page(CHAPTER + page.evaluate("location.hash"))
    assert again.locator("[data-output]").all_text_contents() == shown


def test_a_page_without_widgets_loads_no_host(open_page):
    page = open_page("reference/notation.html")
    assert page.locator("script[src*='islands']").count() == 0


def test_a_widgets_style_reaches_no_other_widget(open_page):
    page = open_page(CHAPTER)
    rules = "(sheet) => [...sheet.cssRules].map((rule) => rule.cssText)"
    book = page.evaluate(
        f"({rules})([...document.styleSheets].find((s) => s.href?.includes('islands.css')))"
    )
    shared = page.evaluate(
        f"(text) => {{ const s = new CSSStyleSheet(); s.replaceSync(text); return ({rules})(s); }}",
        _modules.shared_style(),
    )
    own = {path.stem for path in _modules.FOLDER.glob("*.css")}
    assert book[: len(shared)] == shared
    held = [rule.split("{")[0].strip() for rule in book[len(shared) :]]
    assert held == [f':where([data-kind="{name}"])' for name in sorted(own)]


def test_a_paragraph_keeps_its_formulas_to_itself(open_page):
    """Or a key press on a slider takes twice as long: the browser walks through all formulas."""
    page = open_page(CHAPTER)
    blocks = page.locator(".bd-article section > :is(p, ul, div.math)")
    assert set(blocks.evaluate_all("all => all.map((e) => getComputedStyle(e).contain)")) == {
        "layout"
    }


PARTS = "svg, table, button, input, li, fieldset, .sx-slider, .sx-value"


@pytest.mark.parametrize("path", with_widgets())
def test_without_javascript_each_widget_is_a_picture_that_is_described(open_page, path):
    page = open_page(path, java_script_enabled=False)
    pictures = page.locator(".softmax-island img:visible")
    assert pictures.count() == page.locator(".softmax-island").count() > 0
    for picture in pictures.all():
        assert picture.is_visible()
        assert len(picture.get_attribute("alt").split()) > 5
    assert page.locator(".sx-widget").count() == 0


@pytest.mark.parametrize("path", with_widgets())
def test_each_widget_fits_a_phone_before_and_after_its_guess(open_page, path):
    page = open_page(path, width=360, height=740)
    for widget in page.locator(".sx-widget").all():
        assert sticking_out(widget, PARTS) == []
        skip = widget.get_by_role("button", name="Skip the guess")
        if skip.count() and skip.is_visible():
            skip.press("Enter")
            assert sticking_out(widget, PARTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
