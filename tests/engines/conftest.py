"""Firefox and WebKit as the system has them.

Playwright drives patched builds of its own; these are the packages that a reader could have:
Firefox through Mozilla's own client, WebKit through WebKitGTK's driver.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.sources import HTML
from tools.serve import served

NOT_HERE = "make test-engines brings its client"
# What a page caused carries its address in Firefox's own list of errors.
ERRORS = """return Services.console.getMessageArray()
  .filter((m) => m instanceof Ci.nsIScriptError && !(m.flags & Ci.nsIScriptError.warningFlag))
  .filter((m) => m.sourceName.startsWith(arguments[0])).map((m) => m.errorMessage)"""


class Firefox:
    """Firefox without a window, with a fresh profile."""

    def __init__(self):
        client = pytest.importorskip("marionette_driver.marionette", reason=NOT_HERE)
        found = [shutil.which(name) for name in ("firefox", "firefox-esr")]
        real = [Path(path).resolve() for path in found if path]
        # A wrapper script, such as Debian's own, has no application beside it.
        path = next((path for path in real if (path.parent / "application.ini").exists()), None)
        if path is None:
            pytest.skip("no Firefox is installed")
        self.driver = client.Marionette(
            bin=str(path), headless=True, gecko_log=os.devnull, startup_timeout=120
        )
        self.driver.start_session()
        self.open = self.driver.navigate

    def run(self, script, *arguments):
        """Run a script in the page; return its answer."""
        return self.driver.execute_script(script, list(arguments))

    def errors(self, site):
        """Return the errors that the page caused."""
        with self.driver.using_context("chrome"):
            return self.driver.execute_script(ERRORS, [site])

    def close(self):
        """End the browser."""
        self.driver.quit(in_app=True)


class WebKit:
    """WebKitGTK's small browser; it needs a display, so run it under xvfb where there is none."""

    def __init__(self):
        webdriver = pytest.importorskip("selenium.webdriver", reason=NOT_HERE)
        driver = shutil.which("WebKitWebDriver")
        browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
        if not (driver and browsers):
            pytest.skip("no WebKitWebDriver and MiniBrowser are installed")
        if not os.environ.get("DISPLAY"):
            pytest.skip("WebKitGTK needs a display")
        options = webdriver.WebKitGTKOptions()
        options.binary_location = str(browsers[-1])
        options.add_argument("--automation")
        service = webdriver.webkitgtk.service.Service(driver)
        self.driver = webdriver.WebKitGTK(options=options, service=service)
        self.open, self.run = self.driver.get, self.driver.execute_script
        self.close = self.driver.quit

    def errors(self, site):
        """Return nothing: this driver tells no errors; a widget that failed is not alive."""
        return []


@pytest.fixture(scope="session")
def site():
    """Serve the built book."""
    with served(HTML) as address:
        yield address


@pytest.fixture(scope="session", params=[Firefox, WebKit], ids=["firefox", "webkit"])
def engine(request):
    """Return a running browser: ``open``, ``run``, ``errors`` and its ``driver``."""
    browser = request.param()
    yield browser
    browser.close()
