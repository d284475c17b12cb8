"""Python in the page, in a real Chromium: every test fails on a console error or a foreign request.

`make live` and `make book` come first: `make test-live` does both.
"""

import json
from urllib.parse import urlsplit

import pytest

from tests.sources import HTML
from tools.serve import served

LIVE = HTML / "_static" / "live"
PATIENCE = 300_000  # ms: of a machine that has much else to do


@pytest.fixture(scope="session")
def site():
    """Serve the book, which was built with Python in it."""
    if not (LIVE / "manifest.json").exists():
        pytest.fail("the book is built without Python: run `make live book` (or `make test-live`)")
    with served(HTML) as address:
        yield address


class Page:
    """A chapter's page, with what a reader does there."""

    def __init__(self, page):
        self.page = page

    def press(self):
        """Press the page's one button."""
        self.page.locator(".sx-live button").first.click()

    def wait(self, happens, arg=None):
        """Wait until an expression holds on the page."""
        self.page.wait_for_function(happens, arg=arg, timeout=PATIENCE)

    def idle(self):
        """Wait until every cell that was asked for has run."""
        said = "(document.querySelector('.sx-said')?.textContent ?? '')"
        self.wait(f"/^(All done|Cell \\d+ stopped)/.test({said})")

    def said(self):
        """Return what the page says above the chapter."""
        return self.page.locator(".sx-said").text_content()

    def box(self, number):
        """Return the element of a cell."""
        return self.page.locator(".cell").nth(number)

    def write(self, number, source):
        """Write into a cell's editor, as typing does."""
        self.box(number).evaluate("(box, text) => box.softmaxLive.editor.set(text)", source)

    def state(self, number):
        """Return the word beside a cell."""
        return self.box(number).locator(".sx-state").text_content()

    def ask(self, number, source=None):
        """Run a cell, perhaps with another text."""
        if source is not None:
            self.write(number, source)
        self.box(number).get_by_role("button", name=f"Run cell {number + 2}").click()

    def run(self, number, source=None):
        """Run a cell to its end and return its new output, as text."""
        self.ask(number, source)
        self.wait(
            "(n) => /^(done|as printed|error|stopped)/"
            ".test(document.querySelectorAll('.cell')[n].querySelector('.sx-state').textContent)",
            number,
        )
        return self.box(number).locator(".sx-fresh").inner_text()


@pytest.fixture
def reader(browser, site):
    """Return reader(path, cells=None, scripts=(), **context): a Page, opened.

    ``cells`` replaces the chapter's, and with them what is fetched: texts for the cells from the
    second on (the first is never seen).
    """
    opened = []

    def reader(path="02-definition", cells=None, packs=(), scripts=(), **context):
        context = browser.new_context(**{"viewport": {"width": 1000, "height": 800}, **context})
        page = context.new_page()
        page.trouble = []
        opened.append(page)
        page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("response", lambda r: r.status >= 400 and page.trouble.append(f"missing: {r.url}"))
        context.on(
            "request",
            lambda r: (
                urlsplit(r.url).scheme in ("data", "blob")
                or r.url.startswith(site)
                or page.trouble.append(f"asked a third party: {r.url}")
            ),
        )
        if cells is not None:
            common = {"needs": [], "silent": False, "lacks": False, "outputs": []}
            listed = [{"source": "pass", "hidden": True, **common}]
            listed += [{"source": cell, "hidden": False, **common} for cell in cells]
            base = ["interpreter", "python", "numpy", "traits", "softmax", *packs]
            body = json.dumps({"packs": base, "cells": listed})
            context.route("**/live/cells/*.json", lambda route: route.fulfill(body=body))
        for script in scripts:
            page.add_init_script(script)
        page.goto(f"{site}/chapters/{path}.html", wait_until="load")
        return Page(page)

    yield reader
    trouble = [line for page in opened for line in page.trouble]
    for page in opened:
        page.context.close()
    assert not trouble, "\n".join(trouble)
