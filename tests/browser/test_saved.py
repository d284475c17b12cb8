"""A page saved after its scripts had run, opened from a folder: nothing is done twice, pictures are
there that nobody scrolled to, and without scripts it stays as it was."""

import pytest

from tools.pages import ALIVE

PAGE = "chapters/03-probabilistic-interpretation.html"
KINDS = [
    ".sx-widget", ".sx-share", ".copybtn", ".ask-open", ".discuss", "th button", ".more-right"
]  # fmt: skip
COUNT = f"() => {KINDS}.map((kind) => document.querySelectorAll(kind).length)"
SEEN = """() => [...document.querySelectorAll(".cell_output img")]
  .filter((image) => image.checkVisibility())
  .map((image) => image.naturalWidth > 0 && image.getBoundingClientRect().right > 0)"""


@pytest.fixture(scope="module")
def live(browser, site):
    """Return the page as a reader leaves it who waited, with all in use: no picture is awaited."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.clock.install()
    page.goto(f"{site}/{PAGE}")
    page.evaluate("dispatchEvent(new Event('sx-wake'))")
    page.wait_for_function(ALIVE)
    page.clock.run_for(11_000)
    page.wait_for_function(f"({SEEN})().every(Boolean)")
    page.locator(".ask-open").first.click()
    page.locator(".ask-question").first.wait_for()
    page.locator(".sx-share button").first.click()
    page.locator(".sx-share input").first.wait_for()
    yield page
    page.close()


def test_a_saved_page_does_nothing_twice(live, browser, book):
    saved = book / "_static" / "saved.html"  # as deep as a chapter, and no page of the book
    saved.write_text("<!doctype html>" + live.evaluate("document.documentElement.outerHTML"))
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    try:
        page.goto(saved.as_uri())
        assert page.locator(".sx-alive > .sx-widget:visible").count() == 2  # as they stood
        page.evaluate("dispatchEvent(new Event('sx-wake'))")
        page.wait_for_function("document.querySelectorAll('.sx-share input').length === 0")
        assert page.evaluate(COUNT) == live.evaluate(COUNT)
        page.locator(".ask-open").first.click()
        page.locator(".ask-question").first.wait_for()
        assert page.locator(".ask-box").count() == 1
        page.locator(".sx-share button").first.click()
        page.locator(".sx-share input").first.wait_for()
    finally:
        page.close()
        saved.unlink()
    assert trouble == []


def test_a_page_in_one_file_has_its_pictures_and_its_widgets(live, browser, tmp_path):
    whole = live.context.new_cdp_session(live).send("Page.captureSnapshot", {"format": "mhtml"})
    (tmp_path / "page.mhtml").write_text(whole["data"])
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((tmp_path / "page.mhtml").as_uri())
    seen = page.evaluate(SEEN)
    assert len(seen) > 5
    assert all(seen)
    assert page.locator(".softmax-island > :is(img, picture):visible").count() == 0
    assert page.locator(".softmax-island > .sx-widget:visible").count() == 2
    page.close()
