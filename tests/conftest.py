"""What all tests share."""

import contextlib
import os
import signal
import threading

import pytest

from tests.sources import HTML

with contextlib.suppress(ModuleNotFoundError):  # not every environment has it
    from playwright.sync_api import sync_playwright

    from tools.chromium import launch

# Two workers on two cores: a second thread for the small matrices of these tests would wait for its
# turn, spinning, and a training take ten times as long. NumPy reads it when it is first imported.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

PATIENCE = 600  # seconds, several times what the longest test of a page takes on a busy machine

# The laws meet the same examples on every run, and no deadline on a busy machine.
with contextlib.suppress(ModuleNotFoundError):  # nbgrader's environment has none
    from hypothesis import settings

    examples = int(os.environ.get("EXAMPLES", "150"))
    settings.register_profile("book", derandomize=True, deadline=None, max_examples=examples)
    settings.load_profile("book")


@pytest.fixture(scope="session")
def book():
    """Return the folder of the built book; ``make test`` builds it first."""
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run `make book` (or `make test`)")
    return HTML


class Browser:
    """A Chromium with a fresh profile: the system's, else Playwright's own. After it was killed,
    the next page opens in another."""

    def __init__(self, playwright):
        self._playwright = playwright
        self._start()

    def _start(self):
        self._running = launch(self._playwright)
        asked = self._running.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        self._process = next(p["id"] for p in asked["processInfo"] if p["type"] == "browser")

    def kill(self):
        """End it, from another thread: what waits for its answer raises TargetClosedError."""
        os.kill(self._process, signal.SIGKILL)

    def __getattr__(self, name):
        if not self._running.is_connected():
            self._start()
        return getattr(self._running, name)


@pytest.fixture(scope="session")
def playwright():
    """Return what drives browsers."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    """Return the one browser of a worker."""
    chromium = Browser(playwright)
    yield chromium
    chromium.close()


@pytest.fixture(autouse=True)
def patience(request):
    """Kill the browser of a test that it keeps waiting: nothing limits how long a page computes, or
    how long it waits for a frame that is never drawn. `make` tries such a test once more."""
    if "browser" not in request.fixturenames:
        yield
        return
    watch = threading.Timer(PATIENCE, request.getfixturevalue("browser").kill)
    watch.start()
    yield
    watch.cancel()
