"""Old addresses of the reference lead to what they meant, and listings of code are readable."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.axe import RULES

MOVED = {
    "api.html#softmax_src.softmax": "activations.html#softmax_src.softmax",
    "api.html#softmax_src.network.Network.train": "network.html#softmax_src.network.Network.train",
    "api.html#module-softmax_src.floats": "floats.html#module-softmax_src.floats",
    "api.html#losses": "losses.html#module-softmax_src.losses",
    "api.html#one-neuron": "neuron.html#module-softmax_src.neuron",
    "api.html#softmax_book.data.load_run": "data.html#softmax_book.data.load_run",
    "api-today.html#softmax_src.heads.attention": "heads.html#softmax_src.heads.attention",
    "api-today.html#softmax_src.onepass.Piece.lse": "onepass.html#softmax_src.onepass.Piece.lse",
    "api-today.html#softmax_src.unknown.RiskCoverage": "unknown.html#softmax_src.RiskCoverage",
    "api-today.html#sampling": "sampling.html#sampling",
}


def test_old_addresses_lead_to_what_they_meant(open_page, site):
    page = open_page("404.html", asleep=True)
    for old, new in MOVED.items():
        page.goto(f"{site}/reference/{old}")
        page.wait_for_url(f"{site}/reference/api/{new}")
        place = new.split("#")[1]
        assert page.evaluate("(id) => !!document.getElementById(id)", place) or "." not in place
    for kept in ("api.html", "api.html#what-a-function-takes", "api.html#no-such-thing"):
        page.goto(f"{site}/reference/{kept}", wait_until="load")
        assert page.url == f"{site}/reference/{kept}"


def test_without_scripts_an_old_address_comes_to_the_link(open_page):
    page = open_page("reference/api.html#softmax_src.softmax_jvp", java_script_enabled=False)
    place = page.locator("[id='softmax_src.softmax_jvp']")
    assert place.get_by_role("link").get_attribute("href").startswith("api/jacobian.html#")
    assert 0 <= place.bounding_box()["y"] < 900


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_listing_is_readable(open_page, theme):
    page = open_page("_modules/softmax_src/jacobian.html", theme=theme)
    for width in (1200, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        result = Axe().run(page, options=RULES)
        assert result.violations_count == 0, result.generate_report()
