"""The sampling widget on the page: a guess first, then the survivors, by keyboard and by link."""

import numpy as np
import pytest

from softmax_book.widgets.sampling import ORDERS, TOKENS, Sampling
from softmax_src import softmax, truncated_distribution

PAGE = "widgets/sampling.html"
Z = Sampling().z


def island(page):
    return page.locator(".softmax-island[data-widget=sampling]")


def shown(page):
    """Return each token's probability before and after; 0 for those that are out."""
    texts = island(page).locator("li .sx-value").all_inner_texts()
    pairs = [text.replace("out", "0").split(" → ") for text in texts]
    return np.array(pairs, dtype=float).T


def check(page, T, k, p, m=0.0, order="first"):
    before, after = shown(page)
    np.testing.assert_allclose(before, softmax(Z, temperature=T), atol=6e-4)
    expected = truncated_distribution(Z, T, k, p, min_p=m, order=ORDERS[order])
    np.testing.assert_allclose(after, expected, atol=6e-4)
    out = island(page).locator(".sx-sampling-out").evaluate_all("n => n.map(x => x.dataset.token)")
    assert out == [t for t, a in zip(TOKENS, expected, strict=True) if a == 0]
    by = island(page).locator(".sx-sampling-cut").all_inner_texts()
    assert by == Sampling(T=T, k=k, p=p, m=m, order=order).cut_by()


def test_the_survivors_are_hidden_until_a_guess(open_page):
    page = open_page(PAGE)
    assert "→" not in island(page).inner_text()
    island(page).get_by_label("Guess").fill("4")
    island(page).get_by_role("button", name="Reveal").click()
    assert "Right: 4" in island(page).locator(".sx-answer").inner_text()
    check(page, 1.0, 6, 0.9)


def test_a_wrong_guess_is_told_the_number(open_page):
    page = open_page(PAGE)
    island(page).get_by_label("Guess").fill("7")
    island(page).get_by_role("button", name="Reveal").click()
    assert "4, not 7" in island(page).locator(".sx-answer").inner_text()
    island(page).get_by_label("top-k").focus()
    page.keyboard.press("Home")  # now it is one, and the answer would be wrong
    assert not island(page).locator(".sx-answer").is_visible()


@pytest.mark.parametrize(("T", "k", "p"), [(0.5, 8, 0.9), (4, 8, 0.9), (1, 3, 1), (2, 5, 0.6)])
def test_a_link_sets_the_knobs(open_page, T, k, p):
    page = open_page(f"{PAGE}#sampling:revealed=true&T={T}&k={k}&p={p}")
    check(page, T, k, p)


@pytest.mark.parametrize(("T", "m", "order"), [(4, 0.3, "first"), (4, 0.3, "last")])
def test_a_link_sets_min_p_and_when_the_temperature_acts(open_page, T, m, order):
    page = open_page(f"{PAGE}#sampling:revealed=true&T={T}&k=8&p=1&m={m}&order={order}")
    check(page, T, 8, 1, m, order)


def test_the_temperature_takes_its_turn_by_keyboard(open_page):
    page = open_page(f"{PAGE}#sampling:revealed=true&T=3&k=8")
    check(page, 3, 8, 0.9)
    island(page).get_by_label("before the cuts").focus()
    page.keyboard.press("ArrowRight")
    check(page, 3, 8, 0.9, order="last")
    island(page).get_by_label("min-p").focus()
    page.keyboard.press("End")
    check(page, 3, 8, 0.9, 1.0, "last")


def test_the_knobs_move_by_keyboard_and_go_back(open_page):
    page = open_page(f"{PAGE}#sampling:revealed=true")
    island(page).get_by_label("top-k").focus()
    page.keyboard.press("Home")
    check(page, 1.0, 1, 0.9)
    island(page).get_by_label("temperature").focus()
    page.keyboard.press("End")
    island(page).get_by_label("top-k").focus()
    page.keyboard.press("End")
    check(page, 4.0, 8, 0.9)
    island(page).get_by_role("button", name="Back to the start").click()
    check(page, 1.0, 6, 0.9)


def test_no_knob_but_min_p_starts_at_its_end(open_page):
    """An arrow key in either direction moves it; min-p starts switched off."""
    sliders = island(open_page(PAGE)).locator("input[type=range]")
    assert sliders.last.input_value() == "0"
    for slider in sliders.all()[:-1]:
        low, value, high = (
            float(slider.evaluate(f"n => n.{name}")) for name in ("min", "value", "max")
        )
        assert low < value < high


def test_the_verdict_counts(open_page):
    page = open_page(f"{PAGE}#sampling:revealed=true")
    verdict = island(page).locator("[data-verdict]").inner_text()
    kept = softmax(Z)[truncated_distribution(Z, top_p=0.9) > 0].sum()
    assert verdict.startswith("4 of 8 tokens can be drawn: top-k took 2, top-p took 2.")
    assert f"{kept:.3f}" in verdict


def test_the_bars_and_what_moves_them_fit_the_screen_of_a_phone(open_page):
    page = open_page(f"{PAGE}#sampling:revealed=true", width=360)
    top = island(page).locator(".sx-sampling").bounding_box()["y"]
    knobs = island(page).locator(".sx-sampling-knobs").bounding_box()
    assert knobs["y"] + knobs["height"] - top < 740
