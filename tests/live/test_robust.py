"""What readers, machines and networks do to it: nothing breaks, and the page says what is."""

import gzip
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.live.conftest import LIVE
from tests.sources import HTML

SOFTMAX = "from softmax_src import softmax\nprint(softmax([1.0, 2, 3]).round(3))"
LOOP = "while True:\n    pass"
FREE = """async () => {
  const began = performance.now();
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  return performance.now() - began;
}"""


def started(reader, *cells, **context):
    """Return a page whose few cells have run."""
    page = reader(cells=[SOFTMAX, *cells], **context)
    page.press()
    page.idle()
    return page


def test_what_a_cell_can_do_to_python(reader):
    page = started(reader, "kept = 1")
    assert page.box(0).locator(".sx-fresh").inner_text().strip() == "[0.09  0.245 0.665]"
    # prints without end: cut off, and said
    shown = page.run(1, "for _ in range(1000):\n    print('x' * 10**6)")
    assert 100_000 <= len(shown) < 101_000
    assert "100,000 characters" in shown
    # all memory: an error, and Python goes on
    assert "MemoryError" in page.run(1, "hoard = [bytearray(10**8) for _ in range(100)]")
    assert page.run(1, "1 + 1").strip() == "2"
    assert "RecursionError" in page.run(1, "def f():\n    return f()\n\nf()")
    # an error: what first, then where, with the reader's own line
    shown = page.run(1, "def half(x):\n    return x / 0\n\nhalf(1)")
    assert shown.startswith("ZeroDivisionError")
    assert "return x / 0" in shown
    assert "cell 3" in shown
    assert "IndentationError" in page.run(1, "if True:\nprint(1)")
    assert "SystemExit" in page.run(1, "raise SystemExit")
    assert "input() cannot ask" in page.run(1, "input()")
    assert "has no torch" in page.run(1, "import torch")
    # what is displayed
    page.run(1, "from IPython.display import HTML\nHTML('<b onclick=x>a</b><script>b</script>')")
    assert page.box(1).locator(".sx-fresh b").evaluate("(b) => b.outerHTML") == "<b>a</b>"
    # an endless loop: the page is free, Stop ends it, what was defined is lost
    page.ask(1, LOOP)
    page.wait(
        "document.querySelectorAll('.cell')[1].querySelector('.sx-state').textContent[0] === 'r'"
    )
    assert page.page.evaluate(FREE) < 10_000
    page.box(1).get_by_role("button", name="Stop").click()
    assert page.state(1) == "stopped"
    assert "what was defined is lost" in page.said()
    shown = page.run(1, "softmax([0.0, 0])")
    assert "NameError" in shown
    assert "Run to here" in shown
    page.box(1).get_by_role("button", name="Run all cells down").click()
    page.idle()
    assert "0.5" in page.box(1).locator(".sx-fresh").inner_text()


def test_edits_stay_until_they_are_reset(reader):
    page = started(reader, "a = 2", "print(a)")
    page.write(1, "a = 5")
    assert page.run(1) == ""
    assert page.run(2).strip() == "5"
    page.page.reload()
    page.press()
    page.idle()
    assert page.box(2).locator(".sx-fresh").inner_text().strip() == "5"
    # all at once, with a way back; then the one
    text = "(box) => box.softmaxLive.editor.text()"
    page.page.get_by_role("button", name="All cells back to the book’s text").click()
    assert page.box(1).evaluate(text) == "a = 2"
    page.page.get_by_role("button", name="Bring my changes back").click()
    assert page.box(1).evaluate(text) == "a = 5"
    page.box(1).get_by_role("button", name="Reset").click()
    assert page.box(1).evaluate(text) == "a = 2"
    assert not page.page.get_by_role("button", name="All cells back").count()
    page.page.reload()
    page.press()
    page.idle()
    assert page.box(2).locator(".sx-fresh").inner_text().strip() == "2"


def test_by_keyboard_alone_a_cell_is_run_stopped_changed_and_reset(reader):
    page = reader(cells=[SOFTMAX])
    keys, at = page.page.keyboard, "() => document.activeElement.ariaLabel"
    here = "(name) => document.activeElement.ariaLabel === name"
    page.page.locator(".sx-live button").focus()
    keys.press("Enter")
    page.idle()
    assert page.page.evaluate(at) == "Run all cells"
    page.box(0).locator(".cm-content").focus()
    keys.press("Control+a")
    keys.type("while 1/2: pass # !@$%^&*_-+=~`|?<>,.;:")
    keys.press("Escape")
    keys.press("Tab")
    assert page.page.evaluate(at) == "Run cell 2"
    keys.press("Enter")
    page.wait(here, "Stop cell 2")
    page.wait("document.querySelector('.cell .sx-state').textContent[0] === 'r'")
    assert page.box(0).evaluate("(box) => box.softmaxLive.editor.text()").startswith("while 1/2:")
    keys.press("Enter")
    page.wait(here, "Run cell 2")
    page.box(0).get_by_role("button", name="Reset").focus()
    keys.press("Enter")
    assert page.page.evaluate(at) == "Run cell 2"
    heard = page.page.locator(".sx-live [role=status]").last
    assert heard.text_content() == "Cell 2 has the book’s text again."
    page.wait("document.querySelector('[aria-label=\"Run all cells\"]').ariaDisabled === 'false'")
    keys.press("Enter")
    page.wait("document.querySelector('.cell .sx-state').textContent.startsWith('done')")
    assert page.page.evaluate(at) == "Run cell 2"


def test_a_widget_moves_its_python_twin_and_its_errors_are_shown(reader):
    make = "from softmax_book.widgets import FourOutputs\nw = FourOutputs()\nw"
    page = started(reader, make, packs=["library", "matplotlib"])
    page.wait("document.querySelector('.sx-fresh .sx-alive')")
    assert not page.box(1).locator(".sx-fresh img").count()  # nor is its picture drawn in vain
    assert page.run(0, "import sys\n'matplotlib' in sys.modules").strip() == "False"
    slider = page.box(1).locator(".sx-fresh input[type=range]").nth(1)
    slider.focus()
    page.page.keyboard.press("ArrowRight")
    assert page.run(0, "print(w.z[3])").strip() != "0.5"
    page.run(0, "w.observe(lambda change: 1 / 0)")
    slider.focus()
    page.page.keyboard.press("ArrowRight")
    page.wait("document.querySelectorAll('.cell')[1].querySelector('.sx-error')")
    assert "ZeroDivisionError" in page.box(1).locator(".sx-error").inner_text()
    assert page.run(0, "1 + 1").strip() == "2"


LINE = """from softmax_book.figures.style import new_figure, styled

@styled
def line():
    fig, ax = new_figure()
    ax.plot([0, 1])
    return fig

line()"""
CORNER = """async (image) => {
  await image.decode();
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.drawImage(image, 0, 0);
  return [image.naturalWidth, ...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""


def test_a_figure_is_drawn_for_the_theme_and_the_width(reader):
    phone = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
    own = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.title('mine', color='red');"
    page = started(reader, LINE, own, packs=["library", "matplotlib"], **phone)
    drawn = page.box(2).locator(".sx-fresh img")  # by the reader, without the book's style
    assert drawn.evaluate(CORNER)[1:] == [0x12, 0x12, 0x12]
    image = page.box(1).locator(".sx-fresh img")
    assert image.evaluate(CORNER) == [604, 0x12, 0x12, 0x12]
    assert image.evaluate("(image) => getComputedStyle(image).padding") == "0px"  # no light frame
    page.page.set_viewport_size({"width": 1000, "height": 800})
    page.page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.run(1)
    assert image.evaluate(CORNER) == [777, 255, 255, 255]
    page.run(2)
    assert drawn.evaluate(CORNER)[1:] == [255, 255, 255]
    # nobody reads the help of `set`, which took a fifth of matplotlib's start
    helpless = "plt.Line2D.set.__doc__ is None and plt.Line2D.set._autogenerated_signature"
    assert page.run(2, helpless).strip() == "True"


def test_a_double_click_starts_one_python(reader):
    page = reader(cells=[SOFTMAX])
    workers = []
    page.page.on("worker", lambda worker: workers.append(worker))
    page.page.locator(".sx-live button").dblclick()
    page.idle()
    assert len(workers) == 1
    assert page.page.locator(".sx-said").count() == 1


def test_leaving_in_the_middle_asks_nothing(reader, site):
    page = reader(cells=[LOOP])
    page.press()
    page.wait("document.querySelector('.sx-said')?.textContent.includes('runs')")
    page.page.goto(f"{site}/index.html")
    assert "Softmax" in page.page.title()


def test_without_a_network_python_starts_again_from_the_cache(reader):
    page = started(reader)
    page.wait("caches.open('softmax-live').then((c) => c.keys()).then((kept) => kept.length >= 7)")
    page.page.context.set_offline(True)
    page.ask(0, LOOP)
    page.wait("document.querySelector('.cell .sx-state').textContent[0] === 'r'")
    page.box(0).get_by_role("button", name="Stop").click()
    assert "0.665" in page.run(0, SOFTMAX)
    assert page.page.locator(".sx-files").inner_text().count("already") >= 5
    # the browser's own lines about the page's pictures, which come when they are near or in the end
    page.page.trouble[:] = [line for line in page.page.trouble if "DISCONNECTED" not in line]


def test_without_a_network_it_says_so_and_the_button_waits(reader):
    page = reader(cells=[SOFTMAX], viewport={"width": 360, "height": 740})
    page.page.context.set_offline(True)
    page.page.locator(".sx-live button").focus()
    page.page.keyboard.press("Enter")
    failure = page.page.get_by_role("status").filter(has_text="is there a network?")
    failure.wait_for()
    assert page.page.evaluate("document.activeElement.textContent") == "Run this page"
    assert "http" not in page.page.locator(".sx-live").inner_text()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 360
    page.page.context.set_offline(False)
    page.press()
    page.idle()
    assert page.said().startswith("All done")
    lines = [line for line in page.page.trouble if "DISCONNECTED" not in line]
    assert len(lines) == 1
    assert "page.mjs" in lines[0]  # for whoever looks into the console
    page.page.trouble.clear()


def test_a_slow_network_is_shown_file_by_file_and_a_spoilt_file_refused(reader):
    page = reader(cells=[SOFTMAX])
    context = page.page.context

    def spoil(route):
        route.fulfill(body=b"not numpy", content_type="application/octet-stream")

    def late(route):
        time.sleep(0.7)
        route.continue_()

    context.route("**/numpy-*.bin", spoil)
    page.press()
    page.wait("document.querySelector('.sx-said')?.textContent.includes('could not be')")
    page.page.trouble[:] = [line for line in page.page.trouble if "integrity" not in line]
    assert "numpy" in page.said()
    context.unroute("**/numpy-*.bin", spoil)
    context.route("**/*.bin", late)
    page.page.get_by_role("button", name="Run all cells", exact=True).click()
    page.wait("document.querySelectorAll('.sx-files progress').length > 3")
    page.idle()
    assert "0.665" in page.box(0).locator(".sx-fresh").inner_text()


REFUSED = """for (const name of ["localStorage", "caches", "indexedDB"])
  Object.defineProperty(window, name, {
    configurable: true,
    get() { throw new DOMException("refused", "SecurityError"); },
  });"""


def test_where_the_browser_keeps_nothing_it_runs_and_says_so(reader):
    page = started(reader, "1", scripts=[REFUSED])
    assert page.run(1, "2 + 1").strip() == "3"
    assert "keeps nothing" in page.page.locator("#sx-tip").text_content()


@pytest.mark.parametrize(
    ("script", "why"), [("delete window.WebAssembly", "WebAssembly"), ("", "")]
)
def test_there_is_a_button_where_python_can_run_and_else_a_reason(reader, script, why):
    page = reader(scripts=[script] if script else ())
    place = page.page.locator(".sx-live")
    assert place.locator("button").count() == (0 if why else 1)
    assert (why or "MB, fetched once") in place.inner_text()
    page.page.emulate_media(media="print")
    assert not place.locator("button:visible").count()
    assert "On paper nothing runs" in place.inner_text()


def test_a_page_whose_button_is_not_pressed_hardly_weighs_more():
    button = len(gzip.compress((LIVE / "button.js").read_bytes()))
    pages = sorted((HTML / "chapters").glob("*.html"))
    for path in pages:
        page = path.read_text(encoding="utf-8")
        bare = re.sub(
            r'<div class="sx-live".*?</div>|<script[^>]*live/button[^>]*></script>', "", page
        )
        more = len(gzip.compress(page.encode())) - len(gzip.compress(bare.encode()))
        assert 0 < more + button < 3000, path.name


def test_a_folder_and_a_page_without_scripts_give_a_reason(browser):
    for address, scripted in ((f"file://{LIVE.parents[1]}", True), ("", False)):
        context = browser.new_context(java_script_enabled=scripted)
        page = context.new_page()
        page.goto(f"{address or f'file://{LIVE.parents[1]}'}/chapters/02-definition.html")
        assert page.locator(".sx-live button").count() == 0
        said = page.locator(".sx-live").inner_text()
        assert ("web server" if scripted else "JavaScript") in said
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it_on_a_phone_too(reader, scheme):
    error = "def f():\n    raise ValueError('a long word ' * 20)\n\nf()"
    page = reader(
        cells=[SOFTMAX, "print('x' * 200)", error],
        viewport={"width": 360, "height": 740},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page.press()
    page.idle()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 360
    heard = page.page.locator(".sx-heard").evaluate("(p) => [p.offsetWidth, p.offsetHeight]")
    assert heard == [1, 1]  # it is there to be heard
    # What the page printed before is looked at where all pages are.
    only = {"include": [[f".sx-{part}"] for part in ("live", "bar", "editor", "fresh")]}
    found = Axe().run(page.page, only, {"preload": False})  # else axe fetches styles by itself
    assert not found.response["violations"], found.generate_report()
    # Tab indents in an editor; after Escape it leaves
    editor = page.box(0).locator(".cm-content")
    editor.click()
    page.page.keyboard.press("Control+Home")
    page.page.keyboard.press("Tab")
    assert page.box(0).evaluate("(box) => box.softmaxLive.text").startswith("    from")
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("!document.activeElement.closest('.cm-editor')")
    page.box(0).get_by_role("button", name="Reset").click()
    editor.click()
    page.page.keyboard.press("Shift+Enter")
    page.wait("document.querySelector('.sx-heard').textContent.includes('0.665')")
