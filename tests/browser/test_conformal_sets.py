"""The conformal sets: a guess, then α by keyboard, and the sets that softmax_src computes."""

import json

import numpy as np
import pytest

from softmax_book.widgets import ConformalSets
from tests.browser.widget import opener, sticking_out
from tests.sources import ROOT

MIME = "application/vnd.softmax-src.widget+json"


@pytest.fixture(scope="module")
def made():
    """Return the widget of the chapter, made again from the state on its page."""
    notebook = ROOT / "chapters" / "07-rare-shifted-unknown.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [out for cell in cells for out in cell.get("outputs", [])]
    (state,) = [out["data"][MIME]["state"] for out in outputs if MIME in out.get("data", {})]
    p = np.reshape(state["p"], (len(state["labels"]), -1))
    pictures = np.reshape(state["pictures"], (-1, 64)) / 16
    return ConformalSets(p, state["labels"], state["scores"], pictures, state["shown"])


@pytest.fixture
def sets(open_page):
    """Return sets(hash="", **context): the widget on its page."""
    return opener(open_page, "conformal_sets")


def shown(widget):
    names = ("coverage", "size", "empty")
    return [widget.locator(f"[data-number={name}]").text_content() for name in names]


def expected(made, alpha):
    made.alpha = alpha
    _, kept = made.sets()
    size = kept.sum(axis=1)
    coverage = kept[np.arange(len(size)), made.labels].mean()
    return [f"{coverage:.3f}", f"{size.mean():.2f}", f"{np.mean(size == 0):.3f}"]


def spoken(made, alpha):
    made.alpha = alpha
    _, kept = made.sets()
    lines = []
    for i in made.shown:
        members = ", ".join(map(str, np.flatnonzero(kept[i]))) or "empty"
        lines.append(f"Digit {made.labels[i]}; its set: {members}")
    return lines


def cards(widget):
    return widget.locator(".sx-card").evaluate_all("c => c.map(e => e.ariaLabel)")


def test_a_guess_and_then_empty_sets(sets, made):
    page, widget = sets()
    assert shown(widget) == expected(made, 0.1)
    assert cards(widget) == spoken(made, 0.1)
    assert not widget.get_by_label("share that may be missed").is_visible()
    guess = widget.locator(".sx-predict input")
    guess.focus()
    page.keyboard.press("ArrowRight")
    widget.get_by_role("button", name="Reveal").click()
    assert "You said 1" in widget.locator(".sx-answer").text_content()
    assert shown(widget) == expected(made, 0.3)
    assert cards(widget) == spoken(made, 0.3)
    assert float(shown(widget)[2]) > 0.1


def test_the_slider_moves_the_sets(sets, made):
    page, widget = sets("#conformal_sets:revealed=true")
    slider = widget.get_by_label("share that may be missed")
    slider.focus()
    page.keyboard.press("Home")
    assert shown(widget) == expected(made, 0.01)
    assert cards(widget) == spoken(made, 0.01)
    page.keyboard.press("ArrowRight")
    assert shown(widget) == expected(made, 0.02)


def test_a_set_marks_its_class_or_names_it(sets, made):
    _, widget = sets("#conformal_sets:revealed=true&alpha=0.25")
    made.alpha = 0.25
    _, kept = made.sets()
    for i, card in zip(made.shown, widget.locator(".sx-card").all(), strict=True):
        label = made.labels[i]
        if kept[i, label]:
            assert card.locator("b").text_content() == str(label)
        else:
            assert card.locator(".sx-missed").text_content() == f"not {label}"


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("alpha", [0.01, 0.1])
def test_nothing_sticks_out(sets, width, alpha):
    _, widget = sets(f"#conformal_sets:revealed=true&alpha={alpha}", width=width)
    assert widget.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert sticking_out(widget, ".sx-card, .sx-found, .sx-slider") == []


def test_slider_numbers_and_sets_fit_a_phone_at_once(sets):
    _, widget = sets("#conformal_sets:revealed=true", width=360)
    top = widget.locator(".sx-slider").last.bounding_box()
    bottom = widget.locator(".sx-cards").bounding_box()
    assert bottom["y"] + bottom["height"] - top["y"] <= 700
