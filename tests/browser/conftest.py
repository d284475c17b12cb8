"""A real Chromium that reads the built book: every test fails on a console error or a request to
another origin."""

from contextlib import contextmanager

import pytest

from tools.serve import served
from tools.soak import ALIVE, WAKE


@pytest.fixture(scope="session")
def site(book):
    """Serve the built book on localhost and return its address."""
    with served(book) as address:
        yield address


def _answer(text, kind):
    return lambda route: route.fulfill(body=text, content_type=kind)


@contextmanager
def opener(browser, site):
    """Yield open_page(path, theme="light", width=1200, answers={}, **context): a page, loaded,
    with all its widgets awake; with ``asleep=True``, as a reader opens it.

    ``open_page("chapters/02-definition.html#four_outputs:T=2", java_script_enabled=False)``. In the
    end: no console error, no uncaught error, no request to another origin; a test
    that means to cause such a thing removes it from ``page.trouble`` first. ``answers`` are texts
    that are served in place of what an address matches; ``script`` runs before the page's own.
    """
    opened = []

    def open_page(
        path,
        theme="light",
        width=1200,
        height=900,
        answers=None,
        asleep=False,
        script="",
        **context,
    ):
        contexts = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
        page = browser.new_context(**contexts, **context).new_page()
        page.trouble = []
        opened.append(page)
        page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))

        def check(request):
            if not request.url.startswith((site, "data:", "blob:")):
                page.trouble.append(f"asked a third party: {request.url}")

        page.on("request", check)  # to route each would take as long as the rest of a page's load
        for address, text in (answers or {}).items():
            kind = "text/javascript" if address.endswith(".js") else "text/html"
            page.route(address, _answer(text, kind))
        page.add_init_script(script + ("" if asleep else f";{WAKE}"))
        page.goto(f"{site}/{path}", wait_until="load")
        if context.get("java_script_enabled", True) and not asleep:
            page.wait_for_function(ALIVE)
        return page

    yield open_page
    trouble = [line for page in opened for line in page.trouble]
    for page in opened:
        page.context.close()
    assert not trouble, "\n".join(trouble)


@pytest.fixture
def open_page(browser, site):
    """Open pages for one test."""
    with opener(browser, site) as open_page:
        yield open_page
