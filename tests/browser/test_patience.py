"""A browser that does not answer is killed, and the next page opens in another."""

import pytest
from playwright.sync_api import Error

from tests.patient import RUNNING, Browser, patience


def test_a_page_that_waits_for_ever_ends_with_its_browser_and_the_next_opens(browser):
    page = browser.new_page()
    with pytest.raises(Error, match="closed"), patience(0.5):
        page.evaluate("new Promise(() => {})")
    page = browser.new_page()
    assert page.evaluate("1 + 1") == 2
    page.close()


def test_a_browser_that_has_ended_is_not_killed_again(playwright):
    own = Browser(playwright)
    assert own in RUNNING
    own.close()
    own.kill()
    assert own not in RUNNING


def test_a_test_of_a_browser_is_tried_once_more_where_it_was_killed(request, browser):
    again = request.node.get_closest_marker("flaky")
    assert again.kwargs == {"reruns": 1, "only_rerun": ["TargetClosedError"]}
