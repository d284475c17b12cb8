"""The float inspector in a browser: guess, reveal, and the numbers that NumPy gives."""

PAGE = "widgets/float_inspector.html"


def cells(page):
    names = ["loss", "trueLoss", "lossDigits", "gradient", "trueGradient", "gradientDigits"]
    return {name: page.locator(f'[data-cell="{name}"]').inner_text() for name in names}


def test_it_shows_what_is_lost_and_what_is_kept(open_page):
    page = open_page(PAGE)
    shown = cells(page)
    assert (shown["loss"], shown["trueLoss"]) == ("0", "2.06×10⁻⁹")
    assert shown["lossDigits"] == "✗ none of 7"
    assert page.get_by_text("their sum = 1 ← the smaller one is lost").is_visible()
    page.get_by_label("log1p of the rest").check()
    shown = cells(page)
    assert shown["loss"] == "2.0611537×10⁻⁹"
    assert shown["lossDigits"] == shown["gradientDigits"] == "✓ all of 7"
    page.get_by_label("naive").check()
    page.get_by_label("float16").check()
    assert cells(page)["loss"] == "nan"  # exp(20) overflows in float16


def test_guess_then_reveal(open_page):
    page = open_page(PAGE)
    chart = page.get_by_role("img", name="Correct digits of loss and gradient in float32")
    assert not chart.is_visible()
    guess = page.get_by_label("Guess: from which margin on")
    guess.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Reveal").click()
    assert chart.is_visible()
    assert "16.64" in page.locator(".sx-answer").inner_text()
    assert "41.9 too high" in page.locator(".sx-answer").inner_text()  # 58.5 was guessed


def test_the_margin_moves_by_keyboard_and_by_link(open_page):
    page = open_page(PAGE)
    slider = page.get_by_label("margin", exact=True)
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "−1000"
    assert cells(page)["loss"] == "∞"
    page = open_page(f"{PAGE}#float_inspector:margin=-110&formula=lse&dtype=float32")
    assert cells(page)["loss"] == "110"
    assert cells(page)["lossDigits"] == "✓ all of 7"
