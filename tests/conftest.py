"""What all tests share."""

import pytest

from tests.sources import HTML


@pytest.fixture(scope="session")
def book():
    """Return the folder of the built book; ``make test`` builds it first."""
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run `make book` (or `make test`)")
    return HTML
