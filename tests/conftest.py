"""What all tests share."""

import contextlib
import os

import pytest

from tests.patient import Browser, patience
from tests.sources import HTML

# Two workers on two cores: a second thread for the small matrices of these tests would wait for its
# turn, spinning, and a training take ten times as long. NumPy reads it when it is first imported.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# The laws meet the same examples on every run, and no deadline on a busy machine.
with contextlib.suppress(ModuleNotFoundError):  # nbgrader's environment has none
    from hypothesis import settings

    examples = int(os.environ.get("EXAMPLES", "150"))
    settings.register_profile("book", derandomize=True, deadline=None, max_examples=examples)
    settings.load_profile("book")


def pytest_collection_modifyitems(config, items):
    """Have a test tried once more whose browser was killed, which need not be the page's fault."""
    if config.pluginmanager.hasplugin("rerunfailures"):
        again = pytest.mark.flaky(reruns=1, only_rerun=["TargetClosedError"])
        for item in items:
            if "browser" in getattr(item, "fixturenames", ()):
                item.add_marker(again)


# What these need is not on every machine, or they run in an environment of their own.
MAY_SKIP = ("tests/assignments/", "tests/packaging/test_epub.py", "tests/peers/")


def _said_aloud(report):
    """Fail a test that is skipped, or expected to fail, where ``.ci/run`` wants to see all pass."""
    allowed = os.environ.get("SKIPS") != "fail" or report.nodeid.startswith(MAY_SKIP)
    if report.skipped and not allowed:
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} is skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    """See to a module that skips itself."""
    return _said_aloud((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """See to a test that is skipped."""
    return _said_aloud((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Watch over a test and its fixtures."""
    with patience():
        return (yield)


@pytest.fixture(scope="session")
def book():
    """Return the folder of the built book; ``make test`` builds it first."""
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run `make book` (or `make test`)")
    return HTML


@pytest.fixture(scope="session")
def playwright():
    """Return what drives browsers."""
    from playwright.sync_api import sync_playwright  # not every environment has it

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    """Return the one browser of a worker."""
    chromium = Browser(playwright)
    yield chromium
    chromium.close()
