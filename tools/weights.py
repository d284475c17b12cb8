"""Measure what each page weighs for a browser: every answer's body, compressed as a host sends it.

    python -m tools.weights [FOLDER]

A real Chromium with an empty cache opens each page from a server that compresses texts with gzip.
*First* is the first visit, *later* that of a reader who has the landing page's files in the cache
(for the landing page itself: chapter 2's). *Opened* is what comes until the page is quiet, since
pictures and widgets far below the window wait; *read* is all that comes when it is scrolled to its
end. Not counted: headers, and the previews of links, which come when a reader rests on one.
"""

import gzip
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.chromium import launch
from tools.pages import ALIVE, all_pages

COMPRESSED = {".html", ".css", ".js", ".mjs", ".svg", ".json"}
LANDING, OTHER = "index.html", "chapters/02-definition.html"
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  }
}"""
SEEN = "[...document.images].every((i) => i.complete || !i.checkVisibility())"


class Scale(SimpleHTTPRequestHandler):
    """Serve a folder, compressed and to be cached; note each answer's weight."""

    def __init__(self, *args, weights, **kwargs):
        self.weights = weights
        super().__init__(*args, **kwargs)

    def do_GET(self):
        """Answer with the file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        self.send_response(200)
        if path.suffix in COMPRESSED:
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(data)
        self.weights.append((self.path, len(data)))

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def scale(folder):
    """Yield the address of a server of the folder, and its growing list of (path, bytes)."""
    weights = []
    handler = partial(Scale, directory=str(folder), weights=weights)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", weights
        server.shutdown()


def wait_until_quiet(page, weights):
    """Wait until nothing more was answered for half a second: the server knows, while the browser's
    own "networkidle" once did not come."""
    before = None
    while before != len(weights):
        before = len(weights)
        page.wait_for_timeout(500)


def visit(browser, address, weights):
    """Return {path: bytes} of a page when it is quiet, and when it was read to its end."""
    weights.clear()
    page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    page.goto(address, wait_until="load")
    wait_until_quiet(page, weights)
    opened = dict(weights)
    page.evaluate(SCROLL)
    page.wait_for_function(ALIVE)
    page.wait_for_function(SEEN)
    wait_until_quiet(page, weights)
    page.context.close()
    return opened, dict(weights)


def table(folder, browser, pages=None):
    """Return {page: (first opened, first read, later opened, later read)} in bytes."""
    names = [page.relative_to(folder).as_posix() for page in pages or all_pages(folder)]
    with scale(folder) as (site, weights):
        visits = {name: visit(browser, f"{site}/{name}", weights) for name in names}
    rows = {}
    for name, stages in visits.items():
        cached = visits[OTHER if name == LANDING else LANDING][1]
        first = [sum(stage.values()) for stage in stages]
        known = [sum(size for path, size in s.items() if path in cached) for s in stages]
        rows[name] = (*first, first[0] - known[0], first[1] - known[1])
    return rows


if __name__ == "__main__":
    folder = Path(sys.argv[1] if sys.argv[1:] else "_build/html").resolve()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        rows = table(folder, browser)
        browser.close()
    print(f"{'':45} {'first visit':>15} {'later visit':>15}")
    print(f"{'kB, compressed':45}" + f" {'opened':>8} {'read':>6}" * 2)
    for name, sizes in rows.items():
        first, whole, later, rest = (round(size / 1000) for size in sizes)
        print(f"{name:45} {first:8} {whole:6} {later:8} {rest:6}")
