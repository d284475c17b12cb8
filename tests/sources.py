"""Where the book's sources and its built pages are."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"


def notebooks():
    """Return the book's notebooks, in reading order."""
    return [ROOT / "index.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))]


def pages():
    """Return the built pages; what lies in _static are templates of the theme."""
    return sorted(page for page in HTML.rglob("*.html") if "_static" not in page.parts)
