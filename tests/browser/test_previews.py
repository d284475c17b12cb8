"""Resting on a link shows what it leads to, without leaving the page or asking anybody."""

import pytest


@pytest.mark.parametrize(
    "link",
    [
        "a.reference[href*='#equation-']",
        "a.reference[href*='glossary.html#term-']",
        "a.reference[href*='bibliography.html#']",
        "a.reference[href^='#fig-'], a.reference[href^='#sec-'], a.reference[href*='.html#sec-']",
    ],
    ids=["equation", "term", "citation", "place"],
)
def test_a_link_shows_where_it_leads(open_page, link):
    page = open_page("chapters/02-definition.html")
    page.locator(f"article {link}").first.hover()
    preview = page.locator(".tippy-box")
    preview.wait_for()
    assert len(preview.text_content().strip()) > 10


def test_a_keyboard_reader_sees_it_too(open_page):
    page = open_page("chapters/02-definition.html")
    page.locator("article a.reference[href*='glossary.html#term-']").first.focus()
    page.locator(".tippy-box").wait_for()
    page.keyboard.press("Escape")
    page.locator(".tippy-box").wait_for(state="detached")


def test_a_finger_follows_a_link_and_fetches_no_preview(open_page):
    fetched = []
    page = open_page("chapters/02-definition.html", width=360, is_mobile=True, has_touch=True)
    page.on("request", lambda request: fetched.append(request.url))
    page.locator("article p > a.reference[href^='#equation-']").first.tap()
    page.wait_for_url("**#equation-*")
    page.wait_for_timeout(300)
    assert not [url for url in fetched if "/tippy/" in url]
