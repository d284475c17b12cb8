"""What opens pages for tests sees what goes wrong on them."""

import pytest

from tests.browser.conftest import opener
from tools.serve import served

WRONG = {
    "<p>": "",
    "<script>console.error('a line')</script>": "a line",
    "<script>throw new Error('a mistake')</script>": "a mistake",
    "<script>Promise.reject(new Error('a promise'))</script>": "a promise",
    "<img src=http://127.0.0.1:1234/elsewhere.png>": "asked a third party: .*/elsewhere",
    "<img src=no-such.png>": "404",
}


@pytest.mark.parametrize(("markup", "said"), WRONG.items())
def test_a_page_that_does_wrong_fails_its_test(browser, tmp_path, markup, said):
    (tmp_path / "page.html").write_text(f"<link rel=icon href='data:,'>{markup}")

    def visit():
        with served(tmp_path) as site, opener(browser, site) as open_page:
            page = open_page("page.html", asleep=True)
            # a promise that nobody catches is reported a moment later
            page.evaluate("new Promise((after) => setTimeout(after, 200))")

    if said:
        with pytest.raises(AssertionError, match=said):
            visit()
    else:
        visit()
