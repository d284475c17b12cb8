"""The build refuses what a reader would stumble over: a tiny book with the real settings."""

from tests.book.test_pages import soup, unread_formulas


def test_a_sound_page_builds(build):
    code, messages, _ = build("# A page\n\n$$a + b$$ (eq-sum)\n\nSee {eq}`eq-sum`.\n")
    assert code == 0, messages


def test_a_dead_reference_stops_the_build(build):
    code, messages, _ = build("# A page\n\nSee {eq}`eq-nothing` and {ref}`sec-nothing`.\n")
    assert code != 0
    assert "sec-nothing" in messages


def test_a_formula_that_katex_cannot_read_is_seen(build):
    code, messages, html = build("# A page\n\nHere is $\\frac{a}{$ and $\\nonsense{x}$.\n")
    assert code != 0 or unread_formulas(soup(html / "page.html")), messages
