"""A browser that does not answer is killed, and the next page opens in another."""

import threading

import pytest
from playwright.sync_api import Error


def test_a_page_that_waits_for_ever_ends_with_its_browser_and_the_next_opens(browser, playwright):
    own = type(browser)(playwright)
    page = own.new_page()
    threading.Timer(0.5, own.kill).start()
    with pytest.raises(Error, match="closed"):
        page.evaluate("new Promise(() => {})")
    assert own.new_page().evaluate("1 + 1") == 2
    own.close()
