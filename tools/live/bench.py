"""Measure how much and how long it takes from the click to the first softmax and the first figure.

    python -m tools.live.bench    (`make bench-live` builds what it needs and does this)

A real Chromium runs chapter 2 from a server that compresses texts and nothing else, as a plain
static host does; *cold* is a browser that has never been there, *warm* one that has the files and
whose first page has run to its end and is closed. The bytes are those of the files that the first
softmax, or the first figure, waits for. Packs are fetched beside each other, so a first softmax
shares the line with the figures' files.
"""

import os
import statistics

from playwright.sync_api import sync_playwright

from tools.chromium import launch
from tools.pages import HTML
from tools.weights import scale

PAGE = "chapters/02-definition.html"
TIMES = 3
FIRST = ["interpreter", "python", "numpy", "traits", "softmax"]
FIGURE = ["library", "matplotlib"]
# From the click: the first cell that prints softmax's outputs, and the first picture drawn.
CLOCK = """() => {
  window.marks = {};
  document.addEventListener("sx-ran", ({ target }) => {
    const first = [...document.querySelectorAll(".cell")].indexOf(target) === 1;
    if (first) marks.softmax ??= performance.now() - marks.click;
  });
  const seen = (records) => records.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    const image = node.querySelector?.(".sx-fresh img, figure img") ?? null;
    if (!image || marks.figure || !node.closest(".sx-fresh")) return;
    image.decode().then(() => (marks.figure ??= performance.now() - marks.click));
  }));
  new MutationObserver(seen).observe(document.body, { childList: true, subtree: true });
  const button = document.querySelector(".sx-live button");
  marks.click = performance.now();
  button.click();
}"""


def times(page, address):
    """Return the seconds to the first softmax and to the first figure of one visit."""
    page.goto(address, wait_until="networkidle")
    page.evaluate(CLOCK)
    ended = "/^(All done|Cell)/.test(document.querySelector('.sx-said').textContent)"
    page.wait_for_function(f"marks.softmax && marks.figure && {ended}", timeout=300_000)
    seen = tuple(page.evaluate(f"marks.{name}") / 1000 for name in ("softmax", "figure"))
    page.close()
    return seen


def main():
    """Print the table."""
    with sync_playwright() as playwright, scale(HTML) as (site, weights):
        browser = launch(playwright)
        rows = {"cold": [], "warm": []}
        for _ in range(TIMES):
            context = browser.new_context()
            weights.clear()
            rows["cold"].append(times(context.new_page(), f"{site}/{PAGE}"))
            rows["warm"].append(times(context.new_page(), f"{site}/{PAGE}"))
            context.close()
        browser.close()
    live = {p.split("/")[-1].split("?")[0]: size for p, size in weights if "_static/live/" in p}
    packs = {name: size for name, size in live.items() if name.endswith(".bin")}
    figure = sum(size for name, size in packs.items() if name.split("-")[0] in FIGURE)
    first = sum(size for name, size in packs.items() if name.split("-")[0] in FIRST)
    first += sum(size for name, size in live.items() if not name.endswith(".bin"))
    print(f"{'':16} {'MB':>6} {'s, cold':>9} {'s, warm':>9}   (median of {TIMES}; least)")
    for i, (name, size) in enumerate((("first softmax", first), ("first figure", first + figure))):
        seen = [[row[i] for row in rows[kind]] for kind in ("cold", "warm")]
        cold, warm = (f"{statistics.median(row):.1f}; {min(row):.1f}" for row in seen)
        print(f"{name:16} {size / 1e6:6.2f} {cold:>9} {warm:>9}")
    print(f"{os.cpu_count()} cores; as many programs wanted one: {os.getloadavg()[0]:.1f}")
    for name, size in sorted(live.items(), key=lambda item: -item[1]):
        print(f"  {name:40} {size / 1e6:6.2f}")


if __name__ == "__main__":
    main()
