"""Let a monkey loose on the widgets: random keys, clicks, drags, links and themes.

    python -m tools.soak [--actions 10000] [--seed N]

The actions are shared out among the pages that have widgets. After each one the numbers on the
screen must be numbers, and probabilities must sum to 1; at the end nothing was written to the
console, nobody else was asked, and the page holds no more memory than halfway.
"""

import argparse
import random
import sys
import time
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tools import chromium
from tools.pages import ALIVE, HTML, WAKE, with_widgets
from tools.serve import served

KEYS = ["Arrow" + way for way in ("Left", "Right", "Up", "Down")]
KEYS += ["Home", "End", "PageUp", "PageDown", " ", "Enter", "Shift+ArrowRight"]
TEXTS = ["nan", "1e999", "-1e308", "", "null", "1,2", "%", "x" * 500, "true", "0", "9e9"]

# Bytes and nodes that come and go: a text not yet collected, the preview of a link that the mouse
# has passed (some 9,000). A widget that kept what it draws anew would leave several times as much.
NOISE = 2_000_000, 20_000

# In the page: a click beside a control may hit a link; the hand stays on the page all the same.
STAY = """() => addEventListener("click", (e) => {
  if (e.target.closest("a")) e.preventDefault();
}, true)"""

# In the page: choose a control by a number, and bring it to where a hand could reach it.
CHOOSE = """(number) => {
  const all = [...document.querySelectorAll(".sx-widget :is(input, button, [tabindex], svg)")]
    .filter((e) => !e.disabled && e.checkVisibility());
  const chosen = all[number % all.length];
  chosen.scrollIntoView({ block: "center", behavior: "instant" });
  if (!(chosen instanceof SVGSVGElement)) chosen.focus({ preventScroll: true });
  const box = chosen.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
}"""

# In the page: what is wrong with what the widgets show? The float inspector may say nan and ∞,
# which is what it is about; its picture may not.
LOOK = """() => {
  const numbers = (nodes) => [...nodes].map((n) => n.textContent.split("→").at(-1).match(/[\\d.]+/)?.[0] ?? 0).map(Number);
  const sums = { // what holds the probabilities, and how many digits are shown
    four_outputs: ["[data-output]", 4],
    draw_digit: ["[data-digit] td:nth-child(2) .sx-value", 3],
    sampling: [".sx-sampling-row .sx-value", 3],
    delta_bars: [".sx-row-a td:not(:last-child)", 3],
  };
  const wrong = [];
  for (const widget of document.querySelectorAll(".sx-widget")) {
    const kind = widget.dataset.kind;
    const bad = kind === "float_inspector" ? /undefined|\\[object/ : /\\bnan\\b|undefined|∞|infinity|\\[object/i;
    if (bad.test(widget.textContent)) wrong.push(`${kind} says ${widget.textContent.match(bad)[0]}`);
    for (const node of widget.querySelectorAll("svg *, [style]"))
      for (const { name, value } of node.attributes)
        if (!value.startsWith("data:") && /NaN|undefined|Infinity/.test(value)) wrong.push(`${kind} has ${name}="${value.slice(0, 60)}"`);
    if (kind in sums) {
      const [where, digits] = sums[kind];
      const shown = numbers(widget.querySelectorAll(where));
      const off = shown.reduce((a, b) => a + b, 0) - 1;
      if (shown.length < 4 || Math.abs(off) > shown.length * 0.51 * 10 ** -digits) wrong.push(`${kind} sums to ${1 + off}`);
    }
  }
  const pictures = document.querySelectorAll(".softmax-island:not(.sx-alive)").length;
  if (pictures) wrong.push(`${pictures} widgets are pictures`);
  return wrong;
}"""  # noqa: E501


class Monkey:
    """A seeded hand on the widgets of one page."""

    def __init__(self, page, rules, seed):
        self.page, self.rules, self.random = page, rules, random.Random(seed)
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable")
        self.done = []

    def act(self):
        """Do one thing, and look: return what is wrong on the screen."""
        ways = {self.key: 60, self.click: 16, self.drag: 12, self.link: 7, self.theme: 5}
        way = self.random.choices(list(ways), list(ways.values()))[0]
        self.done = [*self.done[-19:], f"{way.__name__} {way()}"]
        return self.page.evaluate(LOOK)

    def _choose(self):
        return self.page.evaluate(CHOOSE, self.random.randrange(10**6))

    def _spot(self, box):
        x, y, width, height = box
        return x + self.random.random() * width, y + self.random.random() * height

    def key(self):
        """Press a key on a control, once or a few times."""
        self._choose()
        key = self.random.choice(KEYS)
        for _ in range(self.random.randint(1, 3)):
            self.page.keyboard.press(key)
        return key

    def click(self):
        """Click anywhere on a control."""
        spot = self._spot(self._choose())
        self.page.mouse.click(*spot)
        return spot

    def drag(self):
        """Drag from one place on a control to another, or off it."""
        box = self._choose()
        start, (x, y) = self._spot(box), self._spot(box)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(x + self.random.choice([0, 0, 300, -300]), y, steps=3)
        self.page.mouse.up()
        return start

    def link(self):
        """Follow a link that sets a trait to something, sensible or not."""
        kind = self.random.choice(list(self.rules))
        trait = self.random.choice(list(self.rules[kind]))
        among = self.rules[kind][trait].get("among", [])
        texts = [*TEXTS, *(str(value).lower() for value in among)]
        link = f"#{kind}:{trait}={self.random.choice(texts)}"
        self.page.evaluate("(link) => (location.hash = link)", link)
        return link[:80]

    def theme(self):
        """Switch between light, dark and what the system says."""
        self.page.evaluate("document.querySelector('.theme-switch-button').click()")
        return ""

    def memory(self):
        """Return the bytes that scripts hold after a collection, and the nodes in memory."""
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        values = {m["name"]: m["value"] for m in metrics}
        return values["JSHeapUsedSize"], values["Nodes"]


def soak(browser, site, path, actions, seed):
    """Do ``actions`` random things on one page; return by how much its memory grew, or raise.

    Raises
    ------
    AssertionError
        At an error, a request to another origin or a number that is none, with the last actions,
        and where the second half leaves more behind than noise.
    """
    from softmax_book import widgets

    classes = [getattr(widgets, name) for name in widgets.__all__]
    page = browser.new_context().new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    said = lambda m: f"{m.text} ({m.location['url']})"  # noqa: E731
    page.on("console", lambda m: m.type == "error" and trouble.append(said(m)))
    page.on("request", lambda r: _abroad(r.url, site) and trouble.append(f"asked {r.url}"))
    page.add_init_script(WAKE)
    page.goto(f"{site}/{path}", wait_until="load")
    page.wait_for_function(ALIVE)
    page.evaluate(STAY)
    there = page.locator(".softmax-island").evaluate_all("all => all.map((i) => i.dataset.widget)")
    rules = {c.widget_name: c.rules() for c in classes if c.widget_name in there}
    monkey = Monkey(page, rules, f"{seed} {path}")
    halfway = None
    for action in range(actions):
        wrong = monkey.act() + trouble
        assert not wrong, f"{path}, action {action}: {wrong}, after\n" + "\n".join(monkey.done)
        if action == actions // 2:
            halfway = monkey.memory()
    growth = [after - before for before, after in zip(halfway, monkey.memory(), strict=True)]
    kept = all(grown < noise for grown, noise in zip(growth, NOISE, strict=True))
    assert kept, f"{path} grew by {growth} (bytes, nodes)"
    page.context.close()
    return growth


def _abroad(address, site):
    return urlsplit(address).scheme not in ("data", "blob") and not address.startswith(site)


def main():
    """Soak every page and print how its memory grew in the second half."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1000))
    args = parser.parse_args()
    names = with_widgets()
    each = args.actions // len(names) + 1
    print(f"Seed {args.seed}: {each} actions on each of {len(names)} pages", flush=True)
    with served(HTML) as site, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name in names:
            start = time.monotonic()
            try:
                heap, nodes = soak(browser, site, name, each, args.seed)
            except AssertionError as error:
                sys.exit(f"FAILED with seed {args.seed}: {error}")
            seconds = time.monotonic() - start
            grown = f"{heap / 1e3:+.0f} kB, {nodes:+.0f} nodes since halfway"
            print(f"{name:48} {grown}, {seconds:.0f} s", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
