"""The threshold: the question first, then counts and points, by keyboard."""

import numpy as np
import pytest
from playwright.sync_api import expect

from softmax_book.data import load_run
from softmax_book.widgets import ThresholdRoc
from softmax_src import one_vs_rest_margin
from tests.browser.widget import opener


@pytest.fixture
def counts():
    """Return counts(t): what the widget has to show at the threshold t."""
    example = load_run("calibration")["results"]["example"]
    margin = one_vs_rest_margin(np.array(example["z"]))[:, 8]
    positive = np.array(example["labels"]) == 8
    return lambda t: ThresholdRoc(margin, positive, k=8, t=t).numbers()


@pytest.fixture
def threshold(open_page):
    """Return threshold(hash="", **context): the widget on its page."""
    return opener(open_page, "threshold_roc")


def shown(widget):
    return {k: int(widget.locator(f"[data-number={k}]").text_content()) for k in KEYS}


KEYS = ("tp", "fp", "fn", "tn")


def test_a_guess_and_then_the_curves(threshold, counts):
    _, widget = threshold()
    assert not widget.locator(".sx-counts").is_visible()
    widget.get_by_role("button", name="Reveal").click()
    assert widget.locator(".sx-counts").is_visible()
    t = float(widget.get_by_label("threshold on the margin").input_value())
    now = shown(widget)
    assert now == {key: counts(t)[key] for key in KEYS}
    assert now["tp"] / (now["tp"] + now["fn"]) >= 0.9
    assert f"{now['fp']} false alarms" in widget.locator(".sx-answer").text_content()


def test_the_keyboard_moves_both_points(threshold, counts):
    page, widget = threshold("#threshold_roc:revealed=true&t=2")
    dots = widget.locator(".sx-point")
    places = "d => d.map(e => [e.getAttribute('cx'), e.getAttribute('cy')])"
    before = dots.evaluate_all(places)
    assert shown(widget) == {key: counts(2)[key] for key in KEYS}
    widget.get_by_label("threshold on the margin").focus()
    for _ in range(16):
        page.keyboard.press("ArrowLeft")
    assert shown(widget) == {key: counts(-2)[key] for key in KEYS}
    assert all(a != b for a, b in zip(before, dots.evaluate_all(places), strict=True))
    assert "0.119" in widget.locator(".sx-both").text_content()  # sigmoid(-2)


@pytest.mark.parametrize(("t", "said"), [(4, "1 false alarm,"), (6, "0 false alarms,")])
def test_alarms_are_counted_as_people_count(threshold, t, said):
    _, widget = threshold(f"#threshold_roc:revealed=true&t={t}")
    expect(widget).to_contain_text(said)


def test_without_positives_there_is_no_precision(threshold):
    _, widget = threshold("#threshold_roc:revealed=true&t=20")
    assert "not defined" in widget.locator(".sx-sentence").text_content()
    assert widget.locator(".sx-point").nth(1).is_hidden()


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_sticks_out(threshold, width):
    _, widget = threshold("#threshold_roc:revealed=true", width=width)
    assert widget.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
