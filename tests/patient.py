"""A Chromium that is killed where it does not answer: nothing limits how long a page computes, or
how long it waits for a frame that is never drawn."""

import contextlib
import os
import signal
import threading

from tools.chromium import launch

PATIENCE = 900  # seconds: several times what the longest test takes on a busy machine
RUNNING = []  # the browsers of this process


class Browser:
    """The system's Chromium with a fresh profile, else Playwright's own. After it was killed, the
    next page opens in another."""

    def __init__(self, playwright, *flags):
        self._start = lambda: launch(playwright, *flags)
        self._open()
        RUNNING.append(self)

    def _open(self):
        self._chromium = self._start()
        asked = self._chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        self._process = next(p["id"] for p in asked["processInfo"] if p["type"] == "browser")

    def __getattr__(self, name):
        if not self._chromium.is_connected():
            self._open()
        return getattr(self._chromium, name)

    def kill(self):
        """End it, from any thread: what waits for its answer raises TargetClosedError."""
        if self._chromium.is_connected():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)

    def close(self):
        """End it as it wants to end."""
        RUNNING.remove(self)
        if self._chromium.is_connected():
            self._chromium.close()


@contextlib.contextmanager
def patience(seconds=PATIENCE):
    """Kill all browsers, and again, as often as what is done here takes so many seconds."""
    done = threading.Event()

    def watch():
        while not done.wait(seconds):
            for browser in RUNNING:
                browser.kill()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
