"""The sampling widget on the page: a guess first, then the survivors, by keyboard and by link."""

import numpy as np
import pytest

from softmax_book.widgets.sampling import TOKENS, Sampling
from softmax_src import softmax, truncated_distribution

PAGE = "chapters/d-softmax-at-work.html"
Z = Sampling().z


def island(page):
    return page.locator(".softmax-island[data-widget=sampling]")


def shown(page):
    """Return each token's probability before and after; 0 for those that are out."""
    texts = island(page).locator("li .sx-value").all_inner_texts()
    pairs = [text.replace("out", "0").split(" → ") for text in texts]
    return np.array(pairs, dtype=float).T


def check(page, T, k, p):
    before, after = shown(page)
    np.testing.assert_allclose(before, softmax(Z, temperature=T), atol=6e-4)
    expected = truncated_distribution(Z, T, k, p)
    np.testing.assert_allclose(after, expected, atol=6e-4)
    out = island(page).locator(".sx-sampling-out").evaluate_all("n => n.map(x => x.dataset.token)")
    assert out == [t for t, a in zip(TOKENS, expected, strict=True) if a == 0]


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


@pytest.mark.parametrize(("T", "k", "p"), [(0.5, 8, 0.9), (4, 8, 0.9), (1, 3, 1), (2, 5, 0.6)])
def test_a_link_sets_the_knobs(open_page, T, k, p):
    page = open_page(f"{PAGE}#sampling:revealed=true&T={T}&k={k}&p={p}")
    check(page, T, k, p)


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


def test_no_knob_starts_at_its_end(open_page):
    """An arrow key in either direction moves it."""
    for slider in island(open_page(PAGE)).locator("input[type=range]").all():
        low, value, high = (
            float(slider.evaluate(f"n => n.{name}")) for name in ("min", "value", "max")
        )
        assert low < value < high


def test_the_verdict_counts(open_page):
    page = open_page(f"{PAGE}#sampling:revealed=true")
    verdict = island(page).locator("[data-verdict]").inner_text()
    lost = softmax(Z)[truncated_distribution(Z, top_p=0.9) == 0].sum()
    assert verdict.startswith("4 of 8")
    assert f"{lost:.3f}" in verdict
