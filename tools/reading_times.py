"""Print how long each page takes to read by its words, formulas, code, figures and widgets.

    python -m tools.reading_times

A report for authors, beside what a page says of itself; the exercises are not counted.
"""

import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
WORDS = 200  # a minute
LOOKS = {"formulas": 1 / 3, "lines of code": 1 / 20, "figures": 0.4, "widgets": 2}  # minutes each
STATED = re.compile(r"[Rr]eading time\W*(?:is )?(\d+) minutes")


def text_of(cells):
    """Return the text of a notebook up to its exercises."""
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.split(r"^## Exercises$", text, flags=re.M)[0]


def contents(cells):
    """Return what there is to look at, and the number of words."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    figures = [cell for cell in code if cell.metadata.get("mystnb", {}).get("figure")]
    hidden = {"hide-input", "remove-cell"}
    shown = [cell for cell in code if not hidden & set(cell.metadata.get("tags", []))]
    text = text_of(cells)
    words = text + " ".join(cell.metadata["mystnb"]["figure"]["caption"] for cell in figures)
    words = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", " x ", words, flags=re.S).split()
    return {
        "words": len(words),
        "formulas": text.count("$$") // 2,
        "lines of code": sum(len(cell.source.splitlines()) for cell in shown),
        "figures": len(figures),
        "widgets": sum("softmax-src.widget" in str(cell.outputs) for cell in figures),
    }


def minutes(counts):
    """Estimate how long that takes."""
    return counts["words"] / WORDS + sum(counts[what] * each for what, each in LOOKS.items())


if __name__ == "__main__":
    for path in sorted((ROOT / "chapters").glob("*-*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        counts = contents(cells)
        stated = STATED.search("\n".join(c.source for c in cells if c.cell_type == "markdown"))
        says = stated[1] if stated else "-"
        details = ", ".join(f"{n} {what}" for what, n in counts.items())
        print(f"{path.stem:34} {minutes(counts):4.0f} min, says {says:>2}: {details}")
