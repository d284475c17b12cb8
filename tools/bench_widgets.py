"""Measure how soon a key press on a widget is painted: every widget of the built book, and beside
them one in JupyterLab, made of ipywidgets.interact and matplotlib.

    python -m tools.bench_widgets [--keys 100] [PAGE ...]

For each widget one control is pressed again and again, one press 100 to 150 ms after the last one
was painted; then once more as by a reader who holds the key down, 20 to 50 ms after it:

- *to paint*: from the time stamp of the key event to the end of the main thread's work on the frame
  that shows the change (milliseconds; other processes' load is in it);
- *CPU*: what the page's main thread worked for the press, this measuring included, by the thread's
  own clock, so that the load of the machine hardly matters;
- *presented*: the share of presses that the browser's own Event Timing reports as shown on the
  screen within one frame, 16 ms (it counts in steps of 8 ms, and includes the screen's own beat);
- *held*: to paint, of the held key. While frames are being made, the next one waits for the
  screen's beat, and a press waits with it: up to 16.7 ms, whatever the page does.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tools import chromium, jupyterlab
from tools.pages import ALIVE, HTML, WAKE, with_widgets
from tools.serve import served

FRAME = 1000 / 60
APART, HELD = (0.1, 0.15), (0.02, 0.05)  # seconds from a painted press to the next

# In the page: window.next is a promise of the time from the next key to the frame that shows it.
# "Shown" is a change in the result's node; pictures count once their address is another one.
WATCH = """(result) => {
  const picture = () => result.querySelector("img")?.src ?? "";
  let start, before, told;
  window.late = 0;
  window.timing?.disconnect(); // that of the widget before, on the same page
  window.timing = new PerformanceObserver((list) => {
    window.late += list.getEntries().filter((e) => e.name === "keydown" && e.duration > 16).length;
  });
  window.arm = (warm) => {
    if (warm) timing.observe({ type: "event", durationThreshold: 16 });
    start = undefined;
    before = picture();
    window.next = new Promise((resolve) => (told = resolve));
  };
  addEventListener("keydown", (event) => (start ??= event.timeStamp), true);
  const change = new MutationObserver(() => {
    if (start === undefined || (before && picture() === before)) return;
    const since = start;
    start = undefined;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => told(performance.now() - since);
      channel.port2.postMessage(0);
    });
  });
  change.observe(result, { subtree: true, childList: true, attributes: true, characterData: true });
}"""

# In the page: that promise, or an error where the key moved nothing that is shown.
SHOWN = """Promise.race([next, new Promise((_, refuse) =>
  setTimeout(refuse, 10000, Error("a key changed nothing that is shown")))])"""

# The same interaction as the book's chapter 2 has, as a teacher would write it in a notebook.
NOTEBOOK = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from softmax_src import softmax

grid = np.linspace(-5, 8, 261)

@interact(z4=FloatSlider(0.5, min=-5, max=8, step=0.1))
def show(z4):
    table = softmax([[2.5, -1, 3.2, x] for x in grid])
    plt.plot(grid, table)
    plt.plot([z4] * 4, softmax([2.5, -1, 3.2, z4]), "o")
    plt.axvline(z4)
    plt.show()
"""


class Presses:
    """Press a control's keys and keep what each press took."""

    def __init__(self, page, result, control, keys):
        self.page, self.control, self.keys = page, control, itertools.cycle(keys)
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.evaluate(WATCH, result)
        self.pause = random.Random(1)

    def _work(self):
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    def run(self, count, pause):
        """Press ``count`` times; return times to paint, CPU times (ms), and how many came late."""
        self.control.focus()
        times, work = [], []
        for press in range(-2, count):  # the first two warm up
            self.page.evaluate("window.arm", press == 0)
            before = self._work()
            self.page.keyboard.press(next(self.keys))
            times.append(self.page.evaluate(SHOWN))
            work.append(self._work() - before)
            time.sleep(self.pause.uniform(*pause))
        return times[2:], work[2:], self.page.evaluate("window.late")


def control_of(island):
    """Return a widget's control and the keys that move it there and back, or None."""
    skip = island.get_by_role("button", name="Skip the guess")
    if skip.count():
        skip.press("Enter")
    cell = island.locator("[role=gridcell][tabindex='0']")
    if cell.count():
        return cell, [" "]
    sliders = island.locator("input[type=range]:visible")
    answers = island.locator(".sx-widget :not(.sx-predict) > .sx-slider > input:visible")
    reveal = island.get_by_role("button", name="Reveal")
    if sliders.count() and not answers.count() and reveal.count():
        reveal.press("Enter")  # the other controls come with the answer
    control = (answers if answers.count() else sliders).first
    if not control.count():
        return None
    low, high, step = (float(control.get_attribute(n)) for n in ("min", "max", "step"))
    n = min(20, int((high - low) / step + 0.5))
    control.press("End")  # where a slider is logarithmic, its first steps may round to one number
    return control, ["ArrowLeft"] * n + ["ArrowRight"] * n


def _line(name, apart, held):
    times, work, late = apart
    to_paint, cpu, held = (
        f"{statistics.median(x):9.1f} {statistics.quantiles(x, n=20)[-1]:6.1f}"
        for x in (times, work, held)
    )
    return f"{name:32} {to_paint} {cpu} {1 - late / len(times):9.0%} {held}"


def book(browser, names, count):
    """Print a line for each widget of the pages; return the median of each."""
    medians = {}
    with served(HTML) as address:
        for name in names:
            page = browser.new_page()
            page.add_init_script(WAKE)
            page.goto(f"{address}/{name}", wait_until="load")
            page.wait_for_function(ALIVE)
            for island in page.locator(".softmax-island.sx-alive").all():
                island.scroll_into_view_if_needed()
                kind = island.get_attribute("data-widget")
                if not (control := control_of(island)):
                    continue
                result = island.locator(".sx-widget").element_handle()
                presses = Presses(page, result, *control)
                apart, held = presses.run(count, APART), presses.run(count, HELD)[0]
                title = f"{Path(name).stem.split('-')[0]}: {kind}"
                print(_line(title, apart, held), flush=True)
                medians[kind] = statistics.median(apart[0])
            page.close()
    return medians


def laboratory(browser, count):
    """Print the line of interact and matplotlib in JupyterLab; return its median."""
    cell = {
        "cell_type": "code", "id": "a", "execution_count": None,
        "metadata": {}, "outputs": [], "source": NOTEBOOK,
    }  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name, "notebooks")
        folder.mkdir()
        (folder / "interact.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        own = {**os.environ, "PYTHONPATH": str(HTML.parents[1])}
        lab = jupyterlab.started(folder, Path(name), variables=own)
        address, _ = stack.enter_context(lab)
        page = browser.new_page()
        page.set_default_timeout(180_000)
        page.goto(f"{address}lab/tree/interact.ipynb?reset")
        jupyterlab.kernel_of(address, "interact.ipynb")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.locator(".widget-output img").wait_for()
        handle = page.locator(".noUi-handle")
        # or JupyterLab takes the arrow keys for itself
        handle.evaluate("(node) => node.setAttribute('data-lm-suppress-shortcuts', 'true')")
        result = page.locator(".widget-output").element_handle()
        keys = ["ArrowRight"] * 20 + ["ArrowLeft"] * 20
        presses = Presses(page, result, handle, keys)
        apart, held = presses.run(count, APART), presses.run(count, HELD)[0]
        print(_line("JupyterLab: interact + matplotlib", apart, held), flush=True)
        with contextlib.suppress(Error):
            page.close(run_before_unload=False)
    return statistics.median(apart[0])


def main():
    """Print both, and how many times sooner the book's widget is there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=100, help="presses for each widget")
    parser.add_argument("page", nargs="*", help="as chapters/02-definition.html; else all")
    args = parser.parse_args()
    names = args.page or with_widgets()

    def load():
        return f"{os.getloadavg()[0]:.1f} processes for {os.cpu_count()} processors"

    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        print(f"Load before: {load()}. A frame lasts {FRAME:.1f} ms. Milliseconds for a key press:")
        heads = [f"{name:>9} {'p95':>6}" for name in ("to paint", "CPU", "held")]
        print(f"{'':32} {heads[0]} {heads[1]} {'presented':>9} {heads[2]}", flush=True)
        medians = book(browser, names, args.keys)
        print("Starting JupyterLab ...", flush=True)
        lab = laboratory(browser, max(args.keys // 3, 20))
        browser.close()
    if "four_outputs" in medians:
        times = lab / medians["four_outputs"]
        print(f"JupyterLab takes {times:.0f} times as long as the book's four_outputs.")
    print(f"Load after: {load()}.")


if __name__ == "__main__":
    main()
