"""Fit a temperature: by keyboard and mouse; the page shows what softmax_src computes."""

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.widgets import FitTemperature
from softmax_src import softmax, softmax_loss
from softmax_src.calibration import expected_calibration_error, reliability_bins
from tests.browser.widget import opener


@pytest.fixture(scope="module")
def data():
    """Return the logits as the page holds them, the labels and the fitted temperature."""
    example = load_run("calibration")["results"]["example"]
    state = FitTemperature(example["z"], example["labels"], example["T"]).state()
    return np.array(state["z"]), np.array(state["labels"]), state["T_fitted"]


@pytest.fixture
def fit(open_page):
    """Return fit(hash="", **context): the widget on its page."""
    return opener(open_page, "fit_temperature")


def number(widget, key):
    return widget.locator(f"[data-number={key}]").text_content()


def judged(data, T):
    z, labels, _ = data
    a = softmax(z, temperature=T)
    return {
        "accuracy": f"{np.mean(a.argmax(axis=1) == labels):.3f}",
        "confidence": f"{a.max(axis=1).mean():.3f}",
        "nll": f"{softmax_loss(z / T, labels):.3f}",
        "ece": f"{expected_calibration_error(a, labels):.3f}",
    }


def test_by_eye_first_and_then_the_costs(fit, data):
    page, widget = fit()
    assert (number(widget, "nll"), number(widget, "ece")) == ("?", "?")
    slider = widget.get_by_role("slider")
    slider.focus()
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    expected = judged(data, 1.8)
    assert number(widget, "confidence") == expected["confidence"]
    assert number(widget, "accuracy") == expected["accuracy"]
    assert (number(widget, "nll"), number(widget, "ece")) == ("?", "?")
    assert widget.locator(".sx-line").count() == 0

    widget.get_by_role("button", name="Reveal").click()
    answer = widget.locator(".sx-answer").text_content()
    best = judged(data, data[2])
    assert f"T = 1.80: NLL {expected['nll']}, ECE {expected['ece']}" in answer
    assert f"T = {data[2]:.2f}: NLL {best['nll']}, ECE {best['ece']}" in answer
    assert {key: number(widget, key) for key in expected} == expected
    assert widget.locator(".sx-line").count() == 2
    assert widget.get_by_role("button", name="Reveal").is_disabled()


def test_the_mouse_moves_the_markers(fit, data):
    page, widget = fit("#fit_temperature:revealed=true")
    slider = widget.get_by_role("slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    before = widget.locator(".sx-head").last.get_attribute("cy")
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    T = float(slider.input_value())
    assert 2 < T < 2.5
    assert {key: number(widget, key) for key in ("nll", "ece")} == {
        key: judged(data, T)[key] for key in ("nll", "ece")
    }
    assert widget.locator(".sx-head").last.get_attribute("cy") != before


def test_markers_sit_where_the_bins_are(fit, data):
    _, widget = fit("#fit_temperature:T=2")
    z, labels, _ = data
    bins = reliability_bins(softmax(z, temperature=2), labels)
    heads = widget.locator(".sx-head").evaluate_all(
        "c => c.map(e => ['cx', 'cy', 'r'].map(k => +e.getAttribute(k)))"
    )
    x0, y0, x1, y1 = widget.locator(".sx-diagonal").evaluate(
        "e => ['x1', 'y1', 'x2', 'y2'].map(k => +e.getAttribute(k))"
    )
    for (x, y, r), count, confidence, accuracy in zip(
        heads, bins.counts, bins.confidence, bins.accuracy, strict=True
    ):
        assert (r > 0) == (count > 0)
        if count:
            assert (x - x0) / (x1 - x0) == pytest.approx(confidence, abs=1e-6)
            assert (y - y0) / (y1 - y0) == pytest.approx(accuracy, abs=1e-6)


def test_a_link_brings_a_temperature(fit, data):
    _, widget = fit("#fit_temperature:T=3&revealed=true")
    assert number(widget, "nll") == judged(data, 3)["nll"]


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_sticks_out(fit, width):
    _, widget = fit("#fit_temperature:revealed=true", width=width)
    assert widget.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
