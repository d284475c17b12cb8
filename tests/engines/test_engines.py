"""In other browsers too, each widget comes alive, follows the keyboard and causes no error."""

import time

import pytest

from tools.pages import with_widgets

PAGES = with_widgets()
ALIVE = """return [...document.querySelectorAll(".softmax-island")]
  .every((island) => island.classList.contains("sx-alive"))"""
# What a reader can see of a widget: its texts, its drawing, its controls.
SHOWN = """const widget = document.querySelectorAll(".sx-widget")[arguments[0]];
const drawn = [...widget.querySelectorAll("svg *")];
return [
  widget.innerText,
  drawn.map((shape) => [...shape.attributes].map((a) => a.value).join()).join(),
  [...widget.querySelectorAll("input")].map((input) => input.value).join(),
].join("|")"""
ARROW_LEFT, ENTER = "\ue012", "\ue007"  # in the WebDriver standard's private range


def until(happens, seconds=60):
    """Wait for something; return whether it came."""
    end = time.monotonic() + seconds
    while not (came := happens()) and time.monotonic() < end:
        time.sleep(0.1)
    return came


def test_there_are_pages_with_widgets():
    assert len(PAGES) > 5, "the book is not built: run `make book`"


@pytest.mark.parametrize("path", PAGES)
def test_widgets_live(engine, site, path):
    engine.open(f"{site}/{path}")
    engine.run("dispatchEvent(new Event('sx-wake'))")
    assert until(lambda: engine.run(ALIVE))
    for number, widget in enumerate(engine.driver.find_elements("css selector", ".sx-widget")):
        before = engine.run(SHOWN, number)
        controls = widget.find_elements("css selector", "input[type=range], [tabindex='0'], button")
        control = next(control for control in controls if control.is_displayed())
        control.send_keys(ARROW_LEFT + ENTER)  # for a slider, and for a button
        assert until(lambda n=number, was=before: engine.run(SHOWN, n) != was), f"widget {number}"
    assert engine.errors(site) == []


def test_nothing_moves_when_a_widget_is_used(engine, site):
    """What is far from it may not be laid out, but keeps its height."""
    engine.open(f"{site}/{PAGES[1]}")
    engine.run("dispatchEvent(new Event('sx-wake'))")
    assert until(lambda: engine.run(ALIVE))
    engine.run("document.querySelector('.sx-widget').scrollIntoView({ behavior: 'instant' })")
    places = """const root = document.documentElement;
      const paint = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const now = () => [root.scrollHeight, scrollY, root.matches(".sx-used")];
      return paint().then(paint).then(now)"""
    height, top, _ = engine.run(places)
    engine.run("document.querySelector('.sx-widget input').focus({ preventScroll: true })")
    assert engine.run(places) == [height, top, True]
