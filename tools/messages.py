"""Print what a failed build complained of, and nothing else: python tools/messages.py LOG

Sphinx prints each warning once where it finds it, among a thousand lines of progress, and Jupyter
Book a traceback of its own at the end, which says nothing of the book.
"""

import re
import sys
from pathlib import Path

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# A line of a notebook comes as 10,000 times its cell's number, plus the line in the cell.
CELL = re.compile(r"(\.ipynb):(\d+)(\d{4}):")
MESSAGE = re.compile(r"\b(?:WARNING|ERROR|CRITICAL|SEVERE)\b|^[\w.]*(?:Error|Exception)\b.*:")


def messages(log):
    """Return the lines that complain, each once, in order; the log's end where none does."""
    lines = [COLOUR.sub("", line).rstrip() for line in log.splitlines()]
    lines = [CELL.sub(lambda m: f"{m[1]}, cell {m[2]}, line {int(m[3])}:", line) for line in lines]
    found = dict.fromkeys(line for line in lines if MESSAGE.search(line))
    return list(found) or lines[-20:]


if __name__ == "__main__":
    here = f"{Path.cwd()}/"
    log = Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace")
    print(*(line.replace(here, "") for line in messages(log)), sep="\n")
