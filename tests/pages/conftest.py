"""The same Chromium that reads the built book, for what is tried on every page."""

from tests.browser.conftest import open_page, site  # noqa: F401
