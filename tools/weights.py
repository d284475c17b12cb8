"""Print what each page weighs on a first visit and later, compressed as a server sends it.

    python tools/weights.py [FOLDER]

First visit: the page and everything that it loads, images included. Later: what is not shared with
the other pages, so not yet in the browser's cache. Fonts count once, those that KaTeX's style loads
for a page with formulas.
"""

import gzip
import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup

COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}
# What a chapter's formulas ask for, as a browser does: each face on its first character.
FACES = {
    "mathnormal": "Math-Italic",
    "mathbb": "AMS-Regular",
    "mathbf": "Main-Bold",
    "mathcal": "Caligraphic-Regular",
    "small-op": "Size1-Regular",
    "large-op": "Size2-Regular",
    "size1": "Size1-Regular",
    "size2": "Size2-Regular",
    "size3": "Size3-Regular",
    "size4": "Size4-Regular",
}


@cache
def weight(path):
    """Return a file's size in bytes, as sent."""
    data = path.read_bytes()
    return len(gzip.compress(data, 6)) if path.suffix in COMPRESSED else len(data)


def loaded(page):
    """Return (own, shared) files of a page: itself and its images, and what others load too."""
    html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    islands = html.select(".softmax-island")
    # A living widget's picture is lazy and hidden: a browser with scripts does not fetch it.
    hidden = {image for island in islands for image in island.select("img[loading=lazy]")}
    images = [i["src"] for i in html.find_all("img", src=True) if i not in hidden]
    links = [link["href"] for link in html.select("link[rel=stylesheet], link[rel=icon]")]
    scripts = [script["src"] for script in html.find_all("script", src=True)]

    def files(addresses):
        paths = {(page.parent / unquote(a.split("?")[0])).resolve() for a in addresses}
        return {path for path in paths if path.is_file()}

    shared = files(links + scripts)
    for sheet in [s for s in shared if s.suffix == ".css"]:
        imported = re.findall(r'@import "([^"]+)"', sheet.read_text(encoding="utf-8"))
        shared |= {(sheet.parent / name).resolve() for name in imported}
    host = next((s for s in shared if s.name == "host.js"), None)
    if host:
        shared |= {host.with_name(f"{island['data-widget']}.js") for island in islands}
    if html.select_one(".katex"):
        faces = {face for cls, face in FACES.items() if html.select_one(f".katex .{cls}")}
        fonts = next(s for s in shared if s.name == "katex.min.css").parent / "fonts"
        shared |= {fonts / f"KaTeX_{face}.woff2" for face in {"Main-Regular", *faces}}
    return {page, *files(images)}, shared


def table(folder):
    """Return (name, first visit, later visit) in bytes for every page."""
    pages = sorted(p for p in folder.rglob("*.html") if "_static" not in p.parts)
    rows = []
    for page in pages:
        own, shared = loaded(page)
        later = sum(map(weight, own))
        rows.append((page.relative_to(folder).as_posix(), later + sum(map(weight, shared)), later))
    return rows


if __name__ == "__main__":
    print(f"{'kB, compressed':45} {'first visit':>12} {'later':>8}")
    for name, first, later in table(Path(sys.argv[1] if sys.argv[1:] else "_build/html").resolve()):
        print(f"{name:45} {first / 1000:12.0f} {later / 1000:8.0f}")
