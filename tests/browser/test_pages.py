"""Every page in a real Chromium: themes, widths, errors, and what axe-core says of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.sources import HTML, pages

# preload would fetch the style sheets again, relative to the page
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"preload": False, "runOnly": LEVELS}
READ = [p.relative_to(HTML).as_posix() for p in pages()]


@pytest.mark.parametrize("path", READ)
def test_page(open_page, path):
    for theme, width in [("light", 1200), ("dark", 1200), ("light", 360), ("dark", 360)]:
        page = open_page(path, theme=theme, width=width)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} px at {width} px"
        result = Axe().run(page, options=RULES)
        assert result.violations_count == 0, f"{theme}, {width} px: {result.generate_report()}"
        page.context.close()


def test_axe_would_see_a_picture_without_words(open_page):
    page = open_page("index.html")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert Axe().run(page, options=RULES).violations_count > 0
