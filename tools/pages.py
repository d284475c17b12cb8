"""The built pages, and how whoever tries or measures their widgets wakes them."""

from pathlib import Path

HTML = Path(__file__).parent.parent / "_build" / "html"
# In a page before its own scripts: its widgets do not wait until they are near.
WAKE = 'addEventListener("DOMContentLoaded", () => dispatchEvent(new Event("sx-wake")))'
# In a page: every widget is awake, or has said that it stays a picture.
ALIVE = """[...document.querySelectorAll(".softmax-island")]
  .every((i) => i.classList.contains("sx-alive") || i.dataset.failed)"""


def all_pages(folder=HTML):
    """Return the built pages: no template, no old address, no deck, nothing of JupyterLite's, and
    neither the widgets' own pages nor listings of code, which have tests of their own."""
    moved = "<title>This page has moved</title>"
    others = {"_static", "_modules", "slides", "lite", "widgets"}
    found = sorted(Path(folder).rglob("*.html"))
    found = [page for page in found if not others & {*page.relative_to(folder).parts}]
    return [page for page in found if moved not in page.read_text(encoding="utf-8")[:300]]


def with_widgets():
    """Return the pages that have widgets, as paths below the book's address."""
    texts = {page: page.read_text(encoding="utf-8") for page in all_pages(HTML)}
    return [p.relative_to(HTML).as_posix() for p, text in texts.items() if "softmax-island" in text]
