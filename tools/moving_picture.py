"""Photograph what the README shows of a widget: a picture, and on demand a short loop.

    python -m tools.moving_picture assets/widget.png assets/widget.webp

Needs a built book (`make book`). For the loop the widget is moved as a reader moves it, by its
sliders, and photographed after each step.
"""

import io
import sys

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from tools import chromium
from tools.pages import ALIVE, HTML, WAKE

PAGE = HTML / "widgets" / "four_outputs.html"
SIZE = {"width": 720, "height": 600}
SETTINGS = "#four_outputs:z=2.5,-1,3.2,2.8"  # in the picture: before a4 is one half
GUESS = ("Your guess: at which z4 does a4 reach ½?", 3.2)
FRAME, REST = 90, 1200  # milliseconds: of each frame, and where the hand rests

# The sliders by their labels, and the values that each is moved through.
SCRIPT = (
    ("z4", np.arange(0.5, 6.01, 0.5)),
    ("T", np.arange(0.0, 0.61, 0.1)),
    ("T", np.arange(0.6, -0.51, -0.1)),
    ("T", np.arange(-0.5, 0.01, 0.1)),
    ("z4", np.arange(6.0, 0.49, -0.5)),
)
MOVE = """([label, value]) => {
  const named = (input) => input.labels[0]?.textContent.trim() === label;
  const slider = [...document.querySelectorAll("input[type=range]")].find(named);
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def opened(browser, settings="", scale=1):
    """Return the widget's page, once it lives."""
    page = browser.new_page(viewport=SIZE, device_scale_factor=scale)
    page.add_init_script(WAKE)
    page.goto(f"{PAGE.as_uri()}?theme=light{settings}")
    page.wait_for_function(ALIVE)
    return page


def photograph(browser, path):
    """Write the picture."""
    page = opened(browser, SETTINGS, scale=1.5)
    page.evaluate(MOVE, GUESS)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    picture.convert("RGB").quantize(128).save(path, optimize=True)  # a third of the bytes


def record(browser):
    """Return the frames and how long each is shown, in milliseconds."""
    frames, durations = [], []
    page = opened(browser)
    for label, values in SCRIPT:
        for value in values:
            page.evaluate(MOVE, [label, float(value)])
            frames.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
            durations.append(FRAME)
        durations[-1] = REST
    return frames, durations


def main(picture, loop):
    """Write both."""
    with sync_playwright() as playwright, chromium.launch(playwright) as browser:
        photograph(browser, picture)
        (first, *others), durations = record(browser)
    shown = {"save_all": True, "append_images": others, "duration": durations, "loop": 0}
    first.save(loop, **shown, lossless=True, method=6)


if __name__ == "__main__":
    main(*sys.argv[1:])
