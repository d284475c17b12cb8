"""Where the book's sources and its built pages are."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"


def notebooks():
    """Return the book's notebooks, in reading order."""
    return [ROOT / "index.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))]


def pages():
    """Return the built pages."""
    return sorted(HTML.rglob("*.html"))
