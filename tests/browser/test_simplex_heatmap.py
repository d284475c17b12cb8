"""The heat-map of appendix A: it moves by keys, sliders and pointer, and shows the eigenvalues."""

import numpy as np
import pytest

from softmax_src import softmax, softmax_jacobian

PAGE = "widgets/simplex_heatmap.html"


def shown(page, name):
    text = page.locator(f"[data-shown={name}]").text_content()
    return [float(part) for part in text.split(",")]


def check(page, z):
    """Compare what the page says with softmax_src at the logits z."""
    page.wait_for_function(
        "([name, text]) => document.querySelector(`[data-shown=${name}]`).textContent === text",
        arg=["a", ", ".join(f"{p:.3f}" for p in softmax(z))],
    )
    eigenvalues = np.linalg.eigvalsh(softmax_jacobian(z))
    assert shown(page, "smaller")[0] == pytest.approx(eigenvalues[1], abs=6e-5)
    assert shown(page, "largest")[0] == pytest.approx(eigenvalues[2], abs=6e-5)
    assert shown(page, "trace")[0] == pytest.approx(eigenvalues[1:].sum(), abs=6e-5)


def test_start_and_sliders(open_page):
    page = open_page(PAGE)
    check(page, [1.2, 0.6, -1.8])
    page.get_by_label("z3", exact=True).focus()
    page.keyboard.press("ArrowRight")
    check(page, [1.2, 0.6, -1.7])


def test_arrow_keys_move_the_point(open_page):
    page = open_page(f"{PAGE}#simplex_heatmap:z=0,0,0")
    handle = page.get_by_role("application", name="the point in the triangle")
    handle.focus()
    page.keyboard.press("ArrowRight")
    a = np.array([1 / 3 - 0.02, 1 / 3, 1 / 3 + 0.02])
    check(page, np.log(a))
    page.locator(".sx-live", has_text="Outputs 0.31, 0.33, 0.35").wait_for()
    page.keyboard.press("Shift+ArrowUp")
    up = 0.1 / (np.sqrt(3) / 2)
    check(page, np.log(a + np.array([-0.5, 1, -0.5]) * up))
    page.keyboard.press("Home")
    check(page, [0, 0, 0])


def test_the_pointer_drags_the_point(open_page):
    page = open_page(PAGE)
    outline = page.locator(".simplex-outline")
    outline.scroll_into_view_if_needed()
    box = outline.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] * 0.8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 60)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    np.testing.assert_allclose(shown(page, "a"), [0.25, 0.5, 0.25], atol=0.01)
    page.mouse.move(box["x"], box["y"])  # the button is up: nothing moves
    np.testing.assert_allclose(shown(page, "a"), [0.25, 0.5, 0.25], atol=0.01)


def test_a_guess_reveals_the_scale(open_page):
    page = open_page(PAGE, width=360)
    ends = page.locator(".simplex-ends")
    assert ends.text_content() == "0?"
    assert not page.locator(".simplex-middles").is_visible()
    guess = page.get_by_label("Guess: how large")
    guess.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.locator(".sx-widget").get_by_role("button", name="Reveal").click()
    assert "Your guess was right" in page.locator(".sx-answer").text_content()
    assert ends.text_content() == "00.500"
    assert page.locator(".simplex-middles").is_visible()
    picture = page.locator(".simplex-triangle image").get_attribute("href")
    page.locator(".sx-option", has_text="λ2").first.click()
    assert page.locator(".simplex-triangle image").get_attribute("href") != picture
    assert ends.text_content() == "00.333"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
