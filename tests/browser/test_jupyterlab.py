"""The widgets in a live JupyterLab, as Binder starts it: front end and kernel move each other."""

import ast
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from urllib.request import urlopen

import numpy as np
import pytest
from jupyter_client import BlockingKernelClient
from playwright.sync_api import expect

from softmax_src import softmax
from tests.sources import ROOT

WAIT = 120_000  # a kernel that starts on a busy machine takes its time


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve copies of the chapters in JupyterLab; return its address and its runtime folder."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "chapters", folder / "chapters")
    homes = {
        name: str(folder / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    }
    homes |= {"JUPYTER_RUNTIME_DIR": str(folder / "runtime"), "IPYTHONDIR": str(folder / "ipython")}
    (folder / "runtime").mkdir()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"]
    command += ["--ip=127.0.0.1", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    with open(folder / "log", "w", encoding="utf-8") as log:
        environment = {**os.environ, **homes, "PYTHONPATH": str(ROOT)}
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield _address(server, folder), folder / "runtime"
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()


def _address(server, folder):
    """Wait until the server answers; return its address."""
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        for info in (folder / "runtime").glob("jpserver-*.json"):
            with contextlib.suppress(OSError, ValueError):
                address = json.loads(info.read_text())["url"]
                urlopen(f"{address}api/status").close()
                return address
        time.sleep(0.3)
    pytest.fail("JupyterLab did not start:\n" + (folder / "log").read_text())


class Kernel:
    """The kernel behind a chapter, asked by a client of its own."""

    def __init__(self, address, runtime, notebook):
        connection = runtime / f"kernel-{_kernel(address, notebook)}.json"
        self.client = BlockingKernelClient(connection_file=str(connection))
        self.client.load_connection_file()
        self.client.start_channels()

    def value(self, expression, setup="pass"):
        """Run the setup, and return the value of the expression, a JSON value."""
        code = f"from ipywidgets.widgets.widget import _instances\nimport json\n{setup}"
        reply = self.client.execute(
            code, user_expressions={"value": f"json.dumps({expression})"},
            reply=True, timeout=60, store_history=False,
        )["content"]  # fmt: skip
        assert reply["status"] == "ok", reply
        value = reply["user_expressions"]["value"]
        assert value["status"] == "ok", value
        return json.loads(ast.literal_eval(value["data"]["text/plain"]))

    def wait_for(self, expression, expected):
        """Ask until the expression has the expected value."""
        end = time.monotonic() + WAIT / 1000
        while (value := self.value(expression)) != expected and time.monotonic() < end:
            time.sleep(0.2)
        assert value == expected


def _kernel(address, notebook):
    """Return the id of the kernel that JupyterLab has started for a notebook."""
    end = time.monotonic() + WAIT / 1000
    while time.monotonic() < end:
        for session in json.load(urlopen(f"{address}api/sessions")):
            if session["path"] == notebook and session["kernel"]["execution_state"] == "idle":
                return session["kernel"]["id"]
        time.sleep(0.2)
    pytest.fail(f"no kernel for {notebook}")


@pytest.fixture
def run_chapter(browser, lab):
    """Return run_chapter(name): the page of a chapter with all cells run, and its kernel."""
    address, runtime = lab
    opened = []

    def run_chapter(name):
        path = f"chapters/{name}.ipynb"
        cells = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]
        page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        page.set_default_timeout(WAIT)
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
        page.goto(f"{address}lab/workspaces/{name}/tree/{path}?reset")
        kernel = Kernel(address, runtime, path)
        opened.append((page, kernel))
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        ran = 1 + sum(cell["cell_type"] == "code" for cell in cells)
        kernel.wait_for("get_ipython().execution_count", ran)  # a cell that fails stops the run
        return page, kernel

    yield run_chapter
    for page, kernel in opened:
        kernel.client.stop_channels()
        page.context.close()
    for page, _ in opened:
        assert not page.trouble, "\n".join(page.trouble)


def _the(kind):
    """Return the expression of the chapter's first widget of a kind, the one that it shows."""
    return f"[w for w in _instances.values() if type(w).__name__ == {kind!r}][0]"


def test_four_outputs(run_chapter):
    page, kernel = run_chapter("02-definition")
    widget = page.locator(".jp-OutputArea-output .sx-widget:has([data-output])")
    line = widget.locator(".sx-line.sx-main")
    colour = "(line) => getComputedStyle(line).stroke"
    assert line.evaluate(colour) == "rgb(170, 90, 144)", "the style has not arrived"

    widget.get_by_label("z4", exact=True).focus()
    page.keyboard.press("End")
    z = [2.5, -1, 3.2, 8]
    kernel.wait_for(f"{_the('FourOutputs')}.z", z)
    shown = [float(text) for text in widget.locator("[data-output]").all_text_contents()]
    np.testing.assert_allclose(shown, softmax(z), atol=5.1e-5)

    kernel.value("None", setup=f"{_the('FourOutputs')}.z = [0, 0, 0, 0]")
    expect(widget.locator("[data-output]")).to_have_text(["0.2500"] * 4)
    expect(widget.get_by_label("z4", exact=True)).to_have_value("0")


def test_draw_digit(run_chapter):
    page, kernel = run_chapter("03-probabilistic-interpretation")
    widget = page.locator(".jp-OutputArea-output .sx-widget:has(.sx-answers)")
    widget.get_by_role("button", name="Clear").press("Enter")
    pixels = f"{_the('DrawDigit')}.pixels"
    kernel.wait_for(pixels, [0] * 64)
    empty = widget.locator("tbody").inner_text()

    kernel.value("None", setup=f"{pixels} = {_the('DrawDigit')}.samples[0]['pixels']")
    expect(widget.locator("tbody")).not_to_have_text(empty, use_inner_text=True)
    largest = f"[round(max(a), 3) for a in {_the('DrawDigit')}.outputs()]"
    for value in kernel.value(largest):
        expect(widget.locator("tbody")).to_contain_text(f"{value:.3f}")


def test_pair_race(run_chapter):
    page, kernel = run_chapter("05-backpropagation")
    widget = page.locator(".jp-OutputArea-output .sx-widget:has([data-runner])")
    widget.get_by_role("button", name="Skip the guess").press("Enter")
    widget.get_by_label("epoch", exact=True).focus()
    page.keyboard.press("End")
    kernel.wait_for(f"{_the('PairRace')}.epoch", 40)

    kernel.value("None", setup=f"{_the('PairRace')}.start = 'default'")
    expect(widget.get_by_label("default weights")).to_be_checked()
