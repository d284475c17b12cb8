"""The four-outputs widget in a real Chromium: it shows what softmax_src computes, however moved."""

import json
import re

import numpy as np
import pytest

from softmax_src import logsumexp, softmax

PAGE = "widgets/four_outputs.html"
CHAPTER = "chapters/02-definition.html"
START = [2.5, -1.0, 3.2, 0.5]


def _widget(page):
    return page.locator("[data-widget=four_outputs] .sx-widget").first


def _outputs(widget):
    return [float(text) for text in widget.locator("[data-output]").all_text_contents()]


def _check(widget, z, temperature=1.0):
    expected = softmax(z, temperature=temperature)
    np.testing.assert_allclose(_outputs(widget), expected, atol=5.1e-5)


def _z4(widget):
    return widget.get_by_label("z4", exact=True)


def _position(widget):
    return float(_z4(widget).input_value())


def test_it_opens_with_the_chapters_logits(open_page):
    widget = _widget(open_page(CHAPTER))
    _check(widget, START)
    assert not widget.get_by_label("z1", exact=True).is_visible()


def test_the_keyboard_moves_the_slider(open_page):
    page = open_page(PAGE)
    widget = _widget(page)
    _z4(widget).focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert _position(widget) == pytest.approx(1.2)
    _check(widget, [*START[:3], 1.2])
    page.keyboard.press("End")
    _check(widget, [*START[:3], 8.0])


def test_the_mouse_moves_the_slider(open_page):
    page = open_page(PAGE)
    widget = _widget(page)
    _z4(widget).scroll_into_view_if_needed()
    box = _z4(widget).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.42 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], y, steps=4)
    page.mouse.up()
    assert _position(widget) > 4
    _check(widget, [*START[:3], _position(widget)])


def test_a_drag_across_the_plot_moves_the_slider(open_page):
    page = open_page(PAGE)
    widget = _widget(page)
    plot = widget.locator("svg.sx-axes")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 50, y, steps=3)  # beyond the right end
    page.mouse.up()
    assert _position(widget) == 8
    _check(widget, [*START[:3], 8.0])
    page.mouse.move(box["x"] + 0.3 * box["width"], y)  # released: nothing follows
    assert _position(widget) == 8


def test_freed_logits_temperature_and_shift(open_page):
    page = open_page(PAGE)
    widget = _widget(page)
    widget.get_by_label("free the other three logits").check()
    widget.get_by_label("z1", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    widget.get_by_label("temperature T").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    z = [2.4, *START[1:]]
    _check(widget, z, temperature=2.0)
    before = _outputs(widget)
    widget.get_by_label("shift all").focus()
    page.keyboard.press("End")
    assert _outputs(widget) == before
    assert "7.4, 4.0, 8.2, 5.5" in widget.inner_text()


def test_the_guess_comes_before_the_answer(open_page):
    page = open_page(PAGE)
    widget = _widget(page)
    answer = f"z₄ = {logsumexp(START[:3]):.2f}"
    shown = (
        "e => [...e.querySelectorAll('svg text')]"
        ".filter((t) => t.checkVisibility()).map((t) => t.textContent)"
    )
    reach = "e => e.querySelector('path.sx-main').getBBox().width"
    assert answer not in widget.inner_text()
    assert answer not in widget.evaluate(shown)
    drawn = widget.evaluate(reach)  # the curve cannot be read off where the answer lies
    widget.get_by_label("Your guess").focus()
    for _ in range(4):
        page.keyboard.press("PageUp")
    widget.get_by_role("button", name="Reveal").click()
    assert answer in widget.inner_text()
    assert re.search("Your guess was .*(low|high|right)", widget.inner_text())
    assert answer in widget.evaluate(shown)
    assert drawn / widget.evaluate(reach) == pytest.approx((2 + 5) / (8 + 5), abs=0.01)


def test_the_curves_reach_as_far_as_the_logit_has_been(open_page):
    page = open_page(PAGE)
    widget = _widget(page)
    reach = "e => e.querySelector('path.sx-main').getBBox().width"
    at_first = widget.evaluate(reach)
    _z4(widget).focus()
    page.keyboard.press("End")
    assert widget.evaluate(reach) / at_first == pytest.approx(13 / 7, abs=0.02)
    full = widget.evaluate(reach)
    page.keyboard.press("Home")
    assert widget.evaluate(reach) == full


def test_a_link_sets_the_state(open_page):
    z = [0.5, 2, -1.5, 3]
    link = f"#four_outputs:z={','.join(map(str, z))}&T=2&free=true&revealed=true"
    widget = _widget(open_page(PAGE + link))
    _check(widget, z, temperature=2.0)
    assert widget.get_by_label("z1", exact=True).is_visible()
    assert not widget.get_by_role("button", name="Reveal").is_visible()
    half = 2 * logsumexp(np.array(z[:3]) / 2)
    assert f"z₄ = {half:.2f}" in widget.locator("svg.sx-axes").text_content()


def test_a_screen_reader_hears_the_outputs(open_page):
    page = open_page(PAGE)
    widget = _widget(page)
    _z4(widget).focus()
    page.keyboard.press("Home")
    said = widget.locator("[aria-live=polite]")
    a = softmax([*START[:3], -5.0])
    expected = "Outputs " + ", ".join(f"{p:.3f}" for p in a)
    page.wait_for_function(
        "([e, text]) => e.textContent.startsWith(text)", arg=[said.element_handle(), expected]
    )
    assert _z4(widget).get_attribute("aria-valuetext") == "−5.0"


@pytest.mark.parametrize("width", [360, 1200])
def test_it_fits(open_page, width):
    page = open_page(PAGE + "#four_outputs:free=true&revealed=true", width=width)
    widget = _widget(page)
    assert widget.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = widget.evaluate(
        "e => [...e.querySelectorAll('input[type=range], button')]"
        ".filter((i) => i.checkVisibility() && i.getBoundingClientRect().height < 24).length"
    )
    assert small == 0


def test_without_javascript_formulas_and_figure_are_there(open_page):
    page = open_page(CHAPTER, java_script_enabled=False)
    picture = page.locator("[data-widget=four_outputs] img").first
    assert picture.is_visible()
    assert "3.61" in picture.get_attribute("alt")
    assert page.locator(".katex-html").first.is_visible()
    assert page.locator(".sx-widget").count() == 0
    state = json.loads(page.locator("[data-widget=four_outputs] script").first.text_content())
    assert state["state"]["z"] == START


def test_the_answer_is_about_the_logits_that_are_shown(open_page):
    """At T = 10 the half-point is not "a little" above the largest logit; and answers age."""
    page = open_page(PAGE)
    widget = _widget(page)
    widget.get_by_role("button", name="Reveal").click()
    answer = widget.locator(".sx-answer")
    assert answer.inner_text().startswith("At z₄ = 3.61; the largest of the other three is 3.2.")
    widget.get_by_label("temperature T").press("ArrowRight")
    assert answer.text_content() == ""
