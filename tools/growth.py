"""What a further page costs: the book is built with none, twenty, forty and eighty more pages.

    python -m tools.growth [CHART]

Each page that is added is the page of first aid again, without its labels. Printed are, for each
number of pages, the processor's seconds for a whole build (which other programs hardly change),
the bytes of the search index and those of a chapter that has not changed, both as a host
compresses them. All should lie on straight lines, and the last on a level one but for the line
that each page has in the list of contents.
"""

import gzip
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

ROOT = Path(__file__).parent.parent
MODEL = "front/first-aid.md"
CHAPTER = "chapters/02-definition.html"
LABEL = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
TITLE = re.compile(r"^# .*$", re.MULTILINE)
MADE = shutil.ignore_patterns(".*", "_build", "dist", "mutants", "tests")
MORE = (0, 20, 40, 80)


def add_pages(folder, count):
    """Add pages to the book in a folder, at the end of its contents."""
    text = LABEL.sub("", (folder / MODEL).read_text(encoding="utf-8"))
    with open(folder / "_toc.yml", "a", encoding="utf-8") as contents:
        for number in range(count):
            name = f"front/more-{number}"
            page = TITLE.sub(f"# A further page {number}", text, count=1)
            (folder / f"{name}.md").write_text(page, encoding="utf-8")
            contents.write(f"      - file: {name}\n")


def build(folder):
    """Build the book in a folder; return the processor's seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["jupyter-book", "build", "--keep-going", "."], cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def weight(path):
    """Return the bytes of a file as a host sends it."""
    return len(gzip.compress(path.read_bytes(), 6))


def measure(more):
    """Return the pages, a build's seconds, the index's and the chapter's kB."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "book"
        shutil.copytree(ROOT, folder, ignore=MADE)
        (folder / ".cache").symlink_to(ROOT / ".cache")
        add_pages(folder, more)
        seconds = build(folder)
        html = folder / "_build" / "html"
        pages = len(list((folder / "_build" / ".doctrees").rglob("*.doctree")))
        return pages, seconds, weight(html / "searchindex.js") / 1e3, weight(html / CHAPTER) / 1e3


def main(chart="dist/growth.svg"):
    """Print the table, with what a page adds, and draw it."""
    names = ("build, processor s", "search index, kB", "a chapter's page, kB")
    rows = np.array([measure(more) for more in tqdm(MORE, desc="builds")])  # (4, 4)
    print(f"{'pages':>6}" + "".join(f"{name:>24}" for name in names))
    for row in rows:
        print(f"{row[0]:6.0f}" + "".join(f"{value:24.1f}" for value in row[1:]))
    slopes = [np.polyfit(rows[:, 0], column, 1)[0] for column in rows.T[1:]]
    print(f"{'a page':>6}" + "".join(f"{slope:24.3f}" for slope in slopes))
    fig, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
    for ax, name, column in zip(axes, names, rows.T[1:], strict=True):
        ax.plot(rows[:, 0], column, "o-")
        ax.set(xlabel="pages", title=name, ylim=(0, None))
    Path(chart).parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(chart)
    print(f"The chart is {chart}")


if __name__ == "__main__":
    main(*sys.argv[1:])
