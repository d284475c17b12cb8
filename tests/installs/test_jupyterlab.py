"""The chapters in a live JupyterLab, as Binder makes it from ``binder/`` alone and starts it: front
end and kernel move each other."""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from jupyter_client import BlockingKernelClient
from playwright.sync_api import expect

from softmax_src import softmax
from tests.environments import install
from tests.sources import ROOT, copy_repository
from tools.jupyterlab import kernel_of, started

# JupyterLab measures whether a Markdown cell reaches under its toolbar, and throws once where an
# extension drew that cell; nothing follows from it.
MEASURING = "_markdownOverlapsToolbar"
WAIT = 120_000  # a kernel that starts on a busy machine takes its time


def _python():
    """Return the Python that Binder is told to take, or this one where there is none."""
    version = (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    managed = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    for candidate in filter(None, [shutil.which(f"python{version}"), *managed]):
        # A shim of pyenv is in the path of every version, and answers only for the chosen one.
        done = subprocess.run([candidate, "-c", code], capture_output=True, text=True)
        if done.stdout.strip() == version:
            return str(candidate)
    return sys.executable


@pytest.fixture(scope="module")
def binder(tmp_path_factory):
    """Return a repository's folder and an environment, both as Binder makes them from ``binder/``.

    What the pins give is kept from run to run under a name that they decide; the package is
    installed anew.
    """
    lock, python = ROOT / "binder" / "requirements.txt", _python()
    name = hashlib.sha256(lock.read_bytes() + python.encode()).hexdigest()[:12]
    environment = ROOT / ".cache" / "binder" / name
    if not (environment / "made").exists():
        shutil.rmtree(environment.parent, ignore_errors=True)
        subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True)
        install(environment / "bin" / "python", "pip", "-r", lock)
        (environment / "made").touch()
    repository = copy_repository(tmp_path_factory.mktemp("binder") / "repository")
    subprocess.run(["binder/postBuild"], cwd=repository, env=_only(environment), check=True)
    return repository, environment


def _only(environment, **more):
    """Return variables that lead to this environment and to no other."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}


@pytest.fixture(scope="module")
def lab(binder, tmp_path_factory):
    """Serve the repository in JupyterLab; return its address and its runtime folder."""
    repository, environment = binder
    folder = tmp_path_factory.mktemp("lab")
    command = [environment / "bin" / "jupyter-lab"]
    with started(repository, folder, command, _only(environment)) as server:
        yield server


class Kernel:
    """The kernel behind a chapter, asked by a client of its own."""

    def __init__(self, address, runtime, notebook):
        connection = runtime / f"kernel-{kernel_of(address, notebook)}.json"
        self.client = BlockingKernelClient(connection_file=str(connection))
        self.client.load_connection_file()
        self.client.start_channels()

    def value(self, expression, setup="pass"):
        """Run the setup, and return the value of the expression, a JSON value."""
        code = f"from ipywidgets.widgets.widget import _instances\nimport json\n{setup}"
        reply = self.client.execute(
            code, user_expressions={"value": f"json.dumps({expression})"},
            reply=True, timeout=WAIT / 1000, store_history=False,
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


def is_trouble(message):
    """Tell an error from the list of links to other chapters, which a notebook does not know."""
    known = ("Cross reference target was not found", "No target for internal reference")
    return message.type == "error" and not message.text.startswith(known)


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
        page.on("pageerror", lambda e: MEASURING not in e.stack and page.trouble.append(str(e)))
        page.on("console", lambda m: is_trouble(m) and page.trouble.append(m.text))
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


def test_four_outputs(run_chapter, binder):
    page, kernel = run_chapter("02-definition")
    where = kernel.value("[sys.prefix, softmax_src.__file__]", setup="import sys, softmax_src")
    assert all(place.startswith(str(binder[1])) for place in where), "not Binder's environment"

    opening = page.locator(".jp-MarkdownCell").filter(has_text="You will learn")
    expect(opening).to_contain_text("the softmax layer")  # {term}`softmax`, as a reader sees it

    widget = page.locator(".jp-OutputArea-output .sx-widget:has([data-output])")
    line = widget.locator(".sx-line.sx-main")
    colour = "(line) => getComputedStyle(line).stroke"
    assert line.evaluate(colour) != "none", "the style has not arrived"

    widget.get_by_label("z4", exact=True).press("End")
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
    epoch = widget.get_by_label("epoch", exact=True)
    expect(epoch).to_be_visible()  # in the frame after; a key before it goes nowhere
    epoch.press("End")
    kernel.wait_for(f"{_the('PairRace')}.epoch", 40)

    kernel.value("None", setup=f"{_the('PairRace')}.start = 'default'")
    expect(widget.get_by_label("default weights")).to_be_checked()
