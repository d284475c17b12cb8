"""A real Chromium that reads the built book: every test fails on a console error or a request to
another origin."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tools.chromium import installed

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@pytest.fixture(scope="session")
def site(book):
    """Serve the built book on localhost and return its address."""
    handler = functools.partial(_Quiet, directory=str(book))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """Return a Chromium with a fresh profile: the system's, else Playwright's own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, site):
    """Return open_page(path, theme="light", width=1200, **context): a page of the book, loaded.

    ``open_page("chapters/02-definition.html#four_outputs:T=2", java_script_enabled=False)``. After
    the test: no console error, no uncaught error, no request to another origin; a test
    that means to cause such a thing removes it from ``page.trouble`` first.
    """
    opened = []

    def open_page(path, theme="light", width=1200, height=900, **context):
        contexts = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
        page = browser.new_context(**contexts, **context).new_page()
        page.trouble = []
        opened.append(page)
        page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))

        def check(route):
            address = route.request.url
            if urlsplit(address).scheme in ("data", "blob") or address.startswith(site):
                route.continue_()
            else:
                page.trouble.append(f"asked a third party: {address}")
                route.abort()

        page.route("**/*", check)
        page.goto(f"{site}/{path}", wait_until="load")
        if context.get("java_script_enabled", True):
            page.wait_for_function(
                "[...document.querySelectorAll('.softmax-island')]"
                ".every((i) => i.classList.contains('sx-alive') || i.dataset.failed)"
            )
        return page

    yield open_page
    trouble = [line for page in opened for line in page.trouble]
    for page in opened:
        page.context.close()
    assert not trouble, "\n".join(trouble)
