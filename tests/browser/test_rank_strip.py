"""The rank strip: the question first, then the shift, by keyboard and mouse."""

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from softmax_book.data import load_run
from softmax_book.widgets import RankStrip
from tests.browser.widget import opener


@pytest.fixture(scope="module")
def example():
    """Return the logits and labels of the committed run."""
    example = load_run("one_vs_rest")["results"]["example"]
    return np.array(example["z"]), np.array(example["labels"])


@pytest.fixture
def strip(open_page):
    """Return strip(hash="", **context): the widget on its page."""
    return opener(open_page, "rank_strip")


def shown(widget):
    return [widget.locator(f"[data-number=auc_{n}]").text_content() for n in "az"]


def expected(example, **state):
    scores = RankStrip(*example, k=8, **state).scores()
    return [f"{roc_auc_score(example[1] == 8, scores[name]):.3f}" for name in "az"]


def places(widget, row, positive):
    """Return where each example's tick stands; of each path, they come in the examples' order."""
    strip, x = widget.locator(".sx-strip").nth(row), np.empty(len(positive))
    for own, name in ((positive, "mark"), (~positive, "rest")):
        drawn = strip.locator(f".sx-tick-{name}").get_attribute("d")
        x[own] = [float(tick.split()[0]) for tick in drawn.split("M")[1:]]
    return x


def test_a_guess_and_then_the_collapse(strip, example):
    page, widget = strip()
    assert shown(widget) == expected(example, size=0)
    assert not widget.get_by_label("size of the shift").is_visible()
    positive = example[1] == 8
    still, moving = (places(widget, row, positive) for row in (0, 1))
    guess = widget.locator(".sx-predict input")
    guess.focus()
    page.keyboard.press("ArrowLeft")
    widget.get_by_role("button", name="Reveal").click()
    assert "You said 0.97" in widget.locator(".sx-answer").text_content()
    assert shown(widget) == expected(example, size=10)
    assert (places(widget, 0, positive) == still).all()
    assert (places(widget, 1, positive) != moving).any()


def test_the_adversary_turns_the_order_round(strip, example):
    page, widget = strip("#rank_strip:revealed=true")
    widget.get_by_label("adversarial").check()
    slider = widget.get_by_label("size of the shift")
    slider.focus()
    page.keyboard.press("End")
    assert shown(widget) == expected(example, size=30, kind="adversarial")
    assert float(shown(widget)[1]) < 0.05


def test_ticks_stand_at_their_ranks(strip, example):
    _, widget = strip("#rank_strip:revealed=true&size=12")
    scores = RankStrip(*example, k=8, size=12).scores()
    for row, name in enumerate("az"):
        x = places(widget, row, example[1] == 8)
        assert (rankdata(x) == rankdata(rankdata(scores[name]))).all()


def test_a_strip_is_a_line_and_two_paths(strip):
    """A line for each of the examples took longer than a frame to move."""
    _, widget = strip()
    assert widget.locator(".sx-strip").count() == 2
    assert widget.locator(".sx-strip *").count() == 6


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_sticks_out(strip, width):
    _, widget = strip("#rank_strip:revealed=true", width=width)
    assert widget.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
