"""The lost key on the page: a guess first, then the number of distractors, by keyboard and link."""

import pytest

from softmax_book.widgets import LostKey
from tests.browser.widget import opener, sticking_out

FOCUSED = "(part) => part === document.activeElement"


@pytest.fixture
def lost(open_page):
    """Return lost(hash="", **context): the page and the widget."""
    return opener(open_page, "lost_key")


def shown(widget):
    names = ("key", "rivals", "weight")
    texts = (widget.locator(f"[data-number={name}]").text_content() for name in names)
    return [float(text.replace("−", "-")) for text in texts]


def check(widget, **state):
    numbers = LostKey(**state).numbers()
    for found, name, digits in zip(
        shown(widget), ("key", "rivals", "weight"), (2, 2, 3), strict=True
    ):
        assert abs(found - numbers[name]) < 10**-digits * 2


def test_a_guess_and_then_the_end(lost):
    page, widget = lost()
    check(widget)
    assert not widget.get_by_role("slider", name="distractors", exact=True).is_visible()
    guess = widget.locator(".sx-predict input")
    guess.focus()
    page.keyboard.press("ArrowLeft")
    widget.get_by_role("button", name="Reveal").click()
    end = LostKey().loses_at()
    assert f"It is {end}." in widget.locator(".sx-answer").text_content()
    check(widget, n=end)
    assert shown(widget)[2] < 0.5
    page.keyboard.press("Tab")  # what has appeared comes next
    assert widget.get_by_role("slider", name="distractors", exact=True).evaluate(FOCUSED)


def test_the_knobs_move_by_keyboard(lost):
    page, widget = lost("#lost_key:revealed=true")
    widget.get_by_role("slider", name="distractors", exact=True).focus()
    page.keyboard.press("End")
    check(widget, n=4096)
    widget.get_by_label("size d").focus()
    page.keyboard.press("Home")
    check(widget, n=4096, d=4)
    widget.get_by_label("cosine").focus()
    page.keyboard.press("End")
    check(widget, n=4096, d=4, c=1)
    widget.get_by_label("divide by √d").focus()
    page.keyboard.press("Space")
    check(widget, n=4096, d=4, c=1, divide=False)


@pytest.mark.parametrize(("d", "c", "n", "divide"), [(256, 0.3, 100, True), (16, 0.9, 7, False)])
def test_a_link_sets_everything(lost, d, c, n, divide):
    word = str(divide).lower()
    _, widget = lost(f"#lost_key:revealed=true&d={d}&c={c}&n={n}&divide={word}")
    check(widget, d=d, c=c, n=n, divide=divide)


def test_no_end_is_said_so(lost):
    _, widget = lost("#lost_key:c=1&divide=false")
    widget.get_by_role("button", name="Reveal").click()
    assert "It does not, up to 4096" in widget.locator(".sx-answer").text_content()
    assert LostKey(c=1, divide=False).loses_at() is None


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_sticks_out(lost, width):
    _, widget = lost("#lost_key:revealed=true", width=width)
    assert sticking_out(widget, "svg, input, p, span, label") == []


def test_picture_and_knobs_fit_one_screen_of_a_phone(lost):
    _, widget = lost("#lost_key:revealed=true", width=360, height=740)
    top = widget.locator(".lk-strip").bounding_box()["y"]
    knob = widget.get_by_label("divide by √d").bounding_box()
    assert knob["y"] + knob["height"] - top < 740


@pytest.mark.parametrize(("c", "leads"), [(0.5, True), (0, False)])
def test_a_key_is_said_to_lead_where_it_does(lost, c, leads):
    _, widget = lost(f"#lost_key:c={c}")
    assert ("The key leads." in widget.locator(".sx-predict").text_content()) is leads
    assert LostKey(c=c).key() > LostKey(c=c).distractors(4).max() or not leads
