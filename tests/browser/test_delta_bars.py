"""The δ bars on the page: by keyboard, by dragging, for every target."""

import numpy as np
import pytest

from softmax_book.widgets.delta_bars import TARGETS
from softmax_src import softmax

PAGE = "widgets/delta_bars.html"
START = [2.5, -1.0, 3.2, 0.5]


def island(page):
    return page.locator(".softmax-island[data-widget=delta_bars]")


def row(page, key):
    """Return a row of the widget's table, the sum last."""
    cells = island(page).locator(f".sx-row-{key} td").all_text_contents()
    return [float(cell.replace("−", "-")) for cell in cells]


def test_the_gradient_is_hidden_until_a_guess(open_page):
    page = open_page(PAGE)
    delta = island(page).locator(".sx-row-delta td")
    assert set(delta.all_text_contents()) == {"?"}
    assert not island(page).locator(".sx-delta-answer").first.is_visible()
    guess = island(page).get_by_label("Guess: what is")
    guess.fill("-1")
    island(page).get_by_role("button", name="Reveal").click()
    assert "δ2 = −0.99" in island(page).locator(".sx-answer").inner_text().replace("₂", "2")
    assert "right" in island(page).locator(".sx-answer").inner_text()
    np.testing.assert_allclose(row(page, "delta")[:4], softmax(START) - [0, 1, 0, 0], atol=6e-4)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_shows_its_gradient(open_page, target):
    page = open_page(f"{PAGE}#delta_bars:revealed=true&target={target}")
    a, y = softmax(START), np.array(TARGETS[target])
    delta, naive = row(page, "delta"), row(page, "naive")
    np.testing.assert_allclose(delta[:4], y.sum() * a - y, atol=6e-4)
    np.testing.assert_allclose(naive[:4], a - y, atol=6e-4)
    assert delta[4] == 0
    verdict = island(page).locator("[data-verdict]").inner_text()
    assert ("are the same" in verdict) == (abs(y.sum() - 1) < 1e-9)


def test_a_slider_moves_by_keyboard(open_page):
    page = open_page(f"{PAGE}#delta_bars:revealed=true")
    slider = island(page).get_by_label("z2", exact=True)
    slider.focus()
    page.keyboard.press("End")
    z = [2.5, 6, 3.2, 0.5]
    np.testing.assert_allclose(row(page, "a")[:4], softmax(z), atol=6e-4)
    np.testing.assert_allclose(row(page, "delta")[:4], softmax(z) - [0, 1, 0, 0], atol=6e-4)


def test_a_bar_can_be_dragged(open_page):
    page = open_page(PAGE)
    island(page).scroll_into_view_if_needed()
    before = row(page, "a")
    head = island(page).locator(".sx-delta-head").nth(1)
    grip = head.bounding_box()
    assert min(grip["width"], grip["height"]) >= 24
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 90, steps=5)
    page.mouse.up()
    after = row(page, "a")
    assert after[1] > 0.4
    # the other three keep their ratios
    np.testing.assert_allclose(after[0] / after[2], before[0] / before[2], rtol=0.02)


def test_steps_downhill_reach_a_over_two_for_two_classes(open_page):
    page = open_page(f"{PAGE}#delta_bars:revealed=true&target=two-hot")
    step = island(page).get_by_role("button", name="Step along −δ")
    for _ in range(80):
        step.click()
    np.testing.assert_allclose(row(page, "a")[:4], [0, 0.5, 0.5, 0], atol=0.02)
    np.testing.assert_allclose(row(page, "naive")[:4], [0, -0.5, -0.5, 0], atol=0.02)
    island(page).get_by_role("button", name="Start again").click()
    np.testing.assert_allclose(row(page, "a")[:4], softmax(START), atol=6e-4)


def test_steps_along_a_minus_y_raise_the_logits_and_flatten_what_has_no_target(open_page):
    page = open_page(f"{PAGE}#delta_bars:revealed=true&target=two-hot")
    step = island(page).get_by_role("button", name="Step along −(a − y)")
    verdict = island(page).locator("[data-verdict]")
    assert "sum of the logits 5.20" in verdict.inner_text()
    step.click()
    step.click()
    assert "sum of the logits 7.20" in verdict.inner_text()
    assert "end at ±6" not in verdict.inner_text()
    for _ in range(10):
        step.click()
    assert "end at ±6" in verdict.inner_text()
    page = open_page(f"{PAGE}#delta_bars:revealed=true&target=none")
    for _ in range(30):
        island(page).get_by_role("button", name="Step along −(a − y)").click()
    np.testing.assert_allclose(row(page, "a")[:4], 0.25, atol=0.02)
    assert "C = 0.000" in island(page).locator("[data-verdict]").inner_text()


def test_bars_and_steps_fit_one_screen_of_a_phone(open_page):
    page = open_page(PAGE, width=360, height=640)
    places = [island(page).locator(part).first.bounding_box() for part in ("svg", ".sx-buttons")]
    assert places[1]["y"] + places[1]["height"] - places[0]["y"] <= 640
