"""Write the built book as one zip that works from a folder, without a server or a network.

    python tools/offline.py _build/html dist/softmax-offline.zip

The pages are the same as on the web. What only a server uses stays out, and so do the pages of
earlier versions, and JupyterLite.
"""

import re
import sys
import zipfile
from pathlib import Path

FOLDER = "softmax-offline"
SERVED = {"404.html", "objects.inv", "sitemap.xml", ".buildinfo"}
OTHERS = re.compile(r"(\d+\.\d+\.\d+|lite)/")
LIVE = "_static/live/"  # Python, which no page from a folder can fetch; its button says so


def write(html, target):
    """Write the zip: the same bytes for the same pages."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in html.rglob("*") if p.is_file()):
            name = path.relative_to(html).as_posix()
            of_python = name.startswith(LIVE) and name != f"{LIVE}button.js"
            if name in SERVED or OTHERS.match(name) or of_python:
                continue
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}")  # of 1980, whenever it is made
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    html, target = map(Path, sys.argv[1:])
    write(html, target)
    print(f"{target.resolve()}: unpack it and open {FOLDER}/index.html")
