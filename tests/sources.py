"""Where the book's sources and its built pages are."""

import shutil
import subprocess
from pathlib import Path

from tools.pages import all_pages

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"


def notebooks():
    """Return the book's notebooks, in reading order."""
    return [ROOT / "index.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))]


def function_pages():
    """Return the sources of the reference's pages whose entries sections derive: no widget is."""
    found = (ROOT / "reference" / "api").glob("*.md")
    return sorted(page for page in found if page.stem != "widgets")


def pages():
    """Return the built pages."""
    return all_pages(HTML)


def pages_to_open():
    """Return the built pages that a browser opens one by one, which takes seconds each.

    The pages of the reference are all made by the same directives: the longest three stand for all.
    """
    modules = sorted((HTML / "reference" / "api").glob("*.html"), key=lambda p: p.stat().st_size)
    return [page for page in pages() if page not in modules[:-3]]


def copy_repository(target):
    """Copy what is committed, or about to be, into a folder, as a clone would have it."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target
