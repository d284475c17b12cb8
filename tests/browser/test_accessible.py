"""Each widget for readers who do not use a mouse, do not see all colours, or do not see at all."""

import itertools
import re

import pytest

from softmax_book import widgets
from tests.browser.conftest import opener
from tests.contrast import contrast as contrast_of_parts
from tools.bench_widgets import control_of
from tools.pages import with_widgets

READ = with_widgets()
NAMES = sorted(getattr(widgets, name).widget_name for name in widgets.__all__)
REVEAL = """() => document.querySelectorAll(".sx-widget button").forEach((button) => {
  if (/^(Reveal|Skip)/.test(button.textContent)) button.click();
})"""

# Without what is around the widgets: each change of theme or width would set a thousand formulas.
ALONE = """() => document.querySelectorAll("article section > :not(section, :has(.sx-widget))")
  .forEach((part) => part.remove())"""

# What Tab has to reach: of radio buttons one, the chosen one.
CONTROLS = """(widget) => [...widget.querySelectorAll("input, button, select, [tabindex='0']")]
  .filter((el) => !el.disabled && el.checkVisibility() && (el.type !== "radio" || el.checked))"""


# How a control looks, with what is drawn in it.
LOOK = """(el) => [el, ...el.querySelectorAll("*")].map((part) => {
  const style = getComputedStyle(part);
  const ring = style.outlineStyle === "none" ? "" : style.outline;
  return [ring, style.boxShadow, style.stroke, style.strokeWidth].join();
}).join("; ")"""


@pytest.fixture(scope="module", params=READ)
def page(request, browser, site):
    """Return a page, which the tests use one after the other: nobody need load it anew."""
    with opener(browser, site) as open_page:
        page = open_page(request.param)
        page.evaluate(ALONE)
        yield page


def test_tab_reaches_every_control_and_shows_where_it_is(page):
    for number in range(page.locator(".sx-widget").count()):
        widget = page.locator(".sx-widget").nth(number).element_handle()
        controls = page.evaluate_handle(CONTROLS, widget)
        page.evaluate("document.activeElement.blur()")  # it may be one of them
        plain = page.evaluate(f"(controls) => controls.map({LOOK})", controls)
        page.evaluate("(controls) => controls[0].focus()", controls)
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        reached = {}
        for _ in range(len(plain) + 3):
            index = page.evaluate(
                "(controls) => controls.indexOf(document.activeElement)", controls
            )
            if index >= 0:
                reached[index] = page.evaluate(f"({LOOK})(document.activeElement)")
            page.keyboard.press("Tab")
        assert reached.keys() == set(range(len(plain))), f"widget {number}"
        assert all(reached[i] != look for i, look in enumerate(plain)), f"widget {number}"


# The name of what has the focus, and whether it looks as it did without.
FOCUSED = f"""() => {{
  const here = document.activeElement;
  if (here === document.body) return ["", false];
  const look = {LOOK};
  return [here.ariaLabel || here.textContent.trim() || here.type, look(here) === plain.get(here)];
}}"""


def test_whatever_tab_reaches_on_the_first_page_shows_it(open_page):
    page = open_page("index.html")
    page.evaluate(f"""() => {{
      window.plain = new Map([...document.querySelectorAll("*")].map((el) => [el, ({LOOK})(el)]));
    }}""")
    names, hidden = [], []
    while (not names or names[-1]) and len(names) < 300:
        page.keyboard.press("Tab")
        name, alike = page.evaluate(FOCUSED)
        names.append(name)
        hidden += [name] * alike
    assert len(names) > 60
    assert hidden == []


def test_every_control_has_a_name_and_the_size_of_a_finger(page):
    page.set_viewport_size({"width": 360, "height": 900})
    page.evaluate(REVEAL)
    small = page.evaluate("""() => [...document.querySelectorAll(".sx-widget :is(input, button)")]
      .filter((el) => el.checkVisibility()).map((el) => {
        const box = (el.closest("label") ?? el).getBoundingClientRect();
        return [el.outerHTML, box.width, box.height];
      }).filter(([, width, height]) => width < 24 || height < 24)""")
    assert small == []
    for widget in page.locator(".sx-widget").all():
        tree = widget.aria_snapshot()
        assert re.search(r"^- status", tree, re.MULTILINE), "nothing is said when a value changes"
        nameless = re.findall(
            r"^ *- (?:slider|button|radio|checkbox|img|table)(?::|$).*", tree, re.M
        )
        assert nameless == []


# Text and marks in a widget's drawings, with their colours and the ground that they stand on.
COLOURS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const found = [];
  for (const widget of document.querySelectorAll(".sx-widget")) {
    let el = widget;
    const behind = () => rgb(getComputedStyle(el).backgroundColor);
    while (behind()[3] === 0 && el.parentElement) el = el.parentElement;
    const ground = behind();
    const note = (selector, what, property) => {
      for (const part of widget.querySelectorAll(selector)) {
        const colour = getComputedStyle(part)[property];
        if (colour !== "none" && part.checkVisibility() && (what === "mark" || part.textContent))
          found.push([part.outerHTML.slice(0, 120), what, rgb(colour), ground]);
      }
    };
    note("svg text", "text", "fill");
    note(".sx-line, .sx-rule, .sx-truth, .sx-guess", "mark", "stroke");
    note(".sx-point", "mark", "fill");
    note(".sx-track > span, .sx-sampling-after", "mark", "backgroundColor");
    note(".sx-sampling-before", "mark", "borderTopColor");
    note(".sx-key-a, .sx-key-delta", "mark", "backgroundColor");
    note(".sx-delta-target, .sx-stick, .sx-diagonal, .sx-chance", "mark", "stroke");
    note(".sx-head", "mark", "fill");
    note(".sx-tick-mark", "mark", "stroke");
    note(".sx-set > *", "text", "color");
  }
  return found;
}"""


def contrast(one, other):
    """Return WCAG's contrast of two colours, each (red, green, blue, ...) of 0 to 255."""
    return contrast_of_parts(*([part / 255 for part in colour[:3]] for colour in (one, other)))


def test_drawings_have_contrast(page):
    page.set_viewport_size({"width": 1200, "height": 900})
    page.evaluate(REVEAL)
    for theme, forced in itertools.product(("light", "dark"), ("none", "active")):
        page.emulate_media(color_scheme=theme, forced_colors=forced)
        # Where colours are forced the page may be of the other theme, as its switch leaves it.
        other = "light" if theme == "dark" else "dark"
        shown = other if forced == "active" else theme
        page.evaluate("(theme) => document.documentElement.dataset.theme = theme", shown)
        found = page.evaluate(COLOURS)
        weak = [
            (part, colour, round(contrast(colour, ground), 2))
            for part, what, colour, ground in found
            if contrast(colour, ground) < (4.5 if what == "text" else 3)
        ]
        assert len(found) >= 3
        assert weak == [], f"{theme}, forced colours: {forced}"


def test_contrast_is_what_wcag_says():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


CONTROL = """() => {
  const here = document.activeElement;
  return Boolean(here.closest(".sx-widget")) && here.checkVisibility() && !here.disabled;
}"""


@pytest.mark.parametrize("name", NAMES)
def test_a_button_that_is_pressed_leaves_the_focus_in_its_widget(open_page, name):
    page = open_page(f"widgets/{name}.html", reduced_motion="reduce")
    buttons = page.locator(".sx-widget button")
    assert buttons.count()
    for button in buttons.all() * 2:
        if button.is_visible() and button.is_enabled():
            button.press("Enter")
            assert page.evaluate(CONTROL), button.text_content()


@pytest.mark.parametrize("name", NAMES)
def test_a_slider_says_its_value_once_and_the_widget_its_result(open_page, name):
    page = open_page(f"widgets/{name}.html")
    sliders = page.locator(".sx-widget input[type=range]")
    for label, said in sliders.evaluate_all(
        "all => all.map((one) => [one.labels[0].textContent, one.ariaValueText])"
    ):
        assert label.split()[0] not in said
    unasked = page.locator(".sx-widget :not(.sx-predict) > .sx-slider > input:visible")
    if unasked.count():  # it can be moved before the answer is shown
        unasked.first.press("ArrowLeft")
        page.locator(".sx-live", has_text=re.compile(r"\d")).wait_for(state="attached")
    page.evaluate(REVEAL)
    control_of(page.locator(".softmax-island"))[0].press("ArrowRight")
    said = "() => [...document.querySelectorAll('.sx-widget [role=status]')]"
    page.wait_for_function(f"{said}.some((one) => /\\d/.test(one.textContent))")


def test_a_live_text_that_stays_is_written_once(open_page):
    page = open_page("widgets/pair_race.html")
    live = page.locator(".sx-live")
    live.filter(has_text="Epoch 0").wait_for()
    runners = page.locator("[data-runner]")
    for place in (0, 2):
        runners.nth(place).press("Enter")
        live.filter(has_text=f"is {1 + place // 2} of 4.").wait_for()
    page.evaluate("""() => new MutationObserver((all) => (window.written = all.length))
      .observe(document.querySelector(".sx-live"), { childList: true, subtree: true })""")
    runners.nth(2).press("Enter")
    page.wait_for_timeout(600)  # longer than the delay of what is said
    assert page.evaluate("window.written") is None
    runners.nth(1).press("Enter")
    live.filter(has_text="The order is complete: softmax + log-likelihood, softmax").wait_for()


@pytest.mark.parametrize(
    ("widget", "said"),
    [
        ("delta_bars:target=none", "targets 0.00, 0.00, 0.00, 0.00. Cost C = 0.000"),
        ("delta_bars:target=two-hot&revealed=true", "The target sums to 2, so δ = 2·a − y"),
        ("float_inspector:formula=log1p&dtype=float64", "exact value 2.06115362"),
        ("sampling:T=4", "Probabilities: mat 0.22, floor 0.17, sofa 0.16, roof 0.13"),
    ],
)
def test_what_was_changed_is_said(open_page, widget, said):
    page = open_page(f"widgets/{widget.split(':')[0]}.html#{widget}")
    page.locator(".sx-live", has_text=said).wait_for(state="attached")


def test_the_strip_of_shifted_logits_is_called_so(open_page):
    page = open_page("widgets/rank_strip.html#rank_strip:size=12&revealed=true")
    strip = page.get_by_role("img", name="All examples in the order of z 8 + c, size 12.0")
    assert strip.count() == 1


SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"""


def test_wide_letters_fit_a_narrow_window(open_page):
    page = open_page("widgets/delta_bars.html", width=320)
    page.add_style_tag(content=SPACED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [360, 1280])
def test_without_scripts_the_contents_are_there_and_no_button_does_nothing(open_page, width):
    page = open_page("chapters/02-definition.html", width=width, java_script_enabled=False)
    assert page.locator("button:visible").count() == 0
    link = page.get_by_role("link", name="Contents of the book")
    assert link.is_visible() == (width == 360)
    if width == 360:
        link.click()
    page.locator("#pst-primary-sidebar a:visible", has_text="Backpropagation").click()
    page.wait_for_url("**/chapters/05-backpropagation.html")
