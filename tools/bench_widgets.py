"""Measure how soon a key press on a slider is painted, on the built book's pages.

    python tools/bench_widgets.py [PAGE ...]

For each page: its first slider, 300 key presses; the time from the event to the end of the frame
that shows it, median and 95th percentile. A frame at 60 Hz lasts 16.7 ms; the wait for the next
frame is part of the number, since a reader waits for it too.
"""

import functools
import statistics
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.chromium import installed

HTML = Path(__file__).parent.parent / "_build" / "html"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WATCH = """() => {
  window.painted = [];
  addEventListener("keydown", (event) => {
    const start = event.timeStamp;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.painted.push(performance.now() - start);
      channel.port2.postMessage(0);
    });
  }, true);
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


def measure(page):
    """Press a slider's keys 300 times; return the milliseconds from key to paint."""
    page.evaluate(WATCH)
    slider = page.locator(".sx-alive input[type=range]").first
    slider.scroll_into_view_if_needed()
    slider.focus()
    for press in range(300):
        page.keyboard.press("ArrowRight" if press % 40 < 20 else "ArrowLeft")
    page.wait_for_function("window.painted.length === 300")
    return page.evaluate("window.painted")


def main(names):
    """Print one line a page."""
    handler = functools.partial(_Quiet, directory=str(HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        print(f"{'key press to paint, ms':50} {'median':>7} {'p95':>7}")
        for name in names:
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/{name}")
            page.wait_for_selector(".sx-alive input[type=range]")
            times = measure(page)
            last = statistics.quantiles(times, n=20)[-1]
            print(f"{name:50} {statistics.median(times):7.1f} {last:7.1f}", flush=True)
            page.close()
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    alive = (p for p in sorted(HTML.rglob("*.html")) if "softmax-island" in p.read_text())
    main(sys.argv[1:] or [page.relative_to(HTML).as_posix() for page in alive])
