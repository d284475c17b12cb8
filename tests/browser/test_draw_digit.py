"""Draw a digit by pointer, keyboard and touch; the page answers as softmax_src does."""

import re

import numpy as np
import pytest

from softmax_book.widgets import DrawDigit

PAGE = "widgets/draw_digit.html"


@pytest.fixture
def drawing(open_page):
    """Return drawing(**context): the widget on its page."""

    def open_widget(**context):
        page = open_page(PAGE, **context)
        widget = page.locator("[data-widget=draw_digit] .sx-widget")
        widget.scroll_into_view_if_needed()
        return page, widget

    return open_widget


def inked(widget):
    """The 64 cells' ink, from what a screen reader is told."""
    labels = widget.locator("[role=gridcell]").evaluate_all("c => c.map(e => e.ariaLabel)")
    return [16 if label.endswith("ink") else 0 for label in labels]


def shown(widget):
    """The ten softmax outputs, the ten sigmoid outputs and the two sums, as text."""
    cells = widget.locator("tbody .sx-value").all_text_contents()
    return cells[::2], cells[1::2], widget.locator("tfoot td").all_text_contents()


def expect(widget, pixels):
    """Assert that the table shows what softmax_src computes for these pixels."""
    a, s = DrawDigit(pixels=pixels).outputs()
    soft, sigmoids, sums = shown(widget)
    assert soft == [f"{v:.3f}" for v in a]
    assert sigmoids == [f"{v:.3f}" for v in s]
    assert sums == ["1.000", f"{s.sum():.3f}"]


def test_it_starts_with_its_sample(drawing):
    _, widget = drawing()
    expect(widget, DrawDigit().pixels)


def test_keys_draw(drawing):
    page, widget = drawing()
    widget.get_by_role("button", name="Clear").click()
    assert sum(inked(widget)) == 0
    expect(widget, [0] * 64)
    widget.locator("[role=gridcell]").first.focus()
    for key in ("ArrowDown", "ArrowRight", "Space", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expected = np.zeros((8, 8), dtype=int)
    expected[1:4, 1] = 16
    assert inked(widget) == expected.ravel().tolist()
    expect(widget, expected.ravel().tolist())
    page.keyboard.press("Space")  # space on ink clears it
    expected[3, 1] = 0
    assert inked(widget) == expected.ravel().tolist()
    focused = page.evaluate("document.activeElement.ariaLabel")
    assert focused == "row 4, column 2, empty"


def test_arrow_keys_stop_at_the_edge_and_one_cell_is_in_the_tab_order(drawing):
    page, widget = drawing()
    widget.locator("[role=gridcell]").first.focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("row 1, column 8")
    assert widget.locator("[role=gridcell][tabindex='0']").count() == 1


def centre(widget, row, column):
    box = widget.locator("[role=gridcell]").nth(8 * row + column).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_quick_stroke_of_the_mouse_has_no_gaps_and_the_eraser_takes_it_away(drawing):
    page, widget = drawing()
    widget.get_by_role("button", name="Clear").click()
    for tool, left in (("pen", 16), ("eraser", 0)):
        widget.get_by_label(tool).check()
        page.mouse.move(*centre(widget, 0, 3))
        page.mouse.down()
        page.mouse.move(*centre(widget, 7, 3), steps=2)
        page.mouse.up()
        page.mouse.move(*centre(widget, 7, 6))  # not pressed: no ink
        expected = np.zeros((8, 8), dtype=int)
        expected[:, 3] = left
        assert inked(widget) == expected.ravel().tolist()


def test_touch_draws_and_does_not_scroll(drawing):
    """Once a finger has inked a cell; before, one that moves upwards scrolls the page."""
    page, widget = drawing(width=360, has_touch=True)
    widget.get_by_role("button", name="Clear").click()
    widget.get_by_role("grid").evaluate("e => e.scrollIntoView({ block: 'center' })")
    before = page.evaluate("scrollY")
    session = page.context.new_cdp_session(page)
    start = dict(zip("xy", centre(widget, 1, 2), strict=True))
    page.touchscreen.tap(start["x"], start["y"])
    strokes = {"touchStart": [(1, 2)], "touchMove": [(6, 2)], "touchEnd": []}
    for kind, places in strokes.items():
        points = [dict(zip("xy", centre(widget, *place), strict=True)) for place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expected = np.zeros((8, 8), dtype=int)
    expected[1:7, 2] = 16
    assert inked(widget) == expected.ravel().tolist()
    assert page.evaluate("scrollY") == before


def test_samples_load(drawing):
    _, widget = drawing()
    buttons = widget.get_by_role("button", name=re.compile("Load test digit"))
    samples = DrawDigit().samples
    assert buttons.count() == len(samples)
    for k, sample in enumerate(samples):
        buttons.nth(k).click()
        expect(widget, sample["pixels"])


def test_the_empty_grid_is_revealed_after_a_guess(drawing):
    page, widget = drawing()
    assert widget.locator(".sx-answer").text_content() == ""
    widget.get_by_label("Guess").focus()
    page.keyboard.press("ArrowRight")
    widget.get_by_role("button", name="Reveal").click()
    a, s = DrawDigit(pixels=[0] * 64).outputs()
    answer = widget.locator(".sx-answer").text_content()
    assert answer.startswith("You said 0.11; ")
    assert f"it is {a.max():.2f}, for the digit {a.argmax()}" in answer
    assert f"sum to {s.sum():.2f}" in answer
    expect(widget, [0] * 64)


def test_the_screen_reader_hears_both_answers(drawing):
    page, widget = drawing()
    widget.get_by_role("button", name="which shows 7").click()
    page.wait_for_function(
        "document.querySelector('[data-widget=draw_digit] .sx-live')"
        ".textContent.includes('Softmax: 7')"
    )


@pytest.mark.parametrize("width", [360, 1200])
def test_cells_and_buttons_are_large_enough(drawing, width):
    _, widget = drawing(width=width)
    for target in widget.locator("[role=gridcell], button").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 24
    right = widget.evaluate("e => e.scrollWidth - e.clientWidth")
    assert right <= 0, "nothing sticks out"


def test_a_link_brings_a_drawing(open_page):
    pixels = [0] * 64
    pixels[3:60:8] = [16] * 8
    page = open_page(f"{PAGE}#draw_digit:pixels={','.join(map(str, pixels))}")
    expect(page.locator("[data-widget=draw_digit] .sx-widget"), pixels)
