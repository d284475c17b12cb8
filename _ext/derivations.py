"""Docstrings that say "Derived in chapter 4" become links to that chapter in the API reference.

In Python's own help the words read as they stand; only the page turns them into links.
"""

import re
from pathlib import Path

PLACE = re.compile(
    r"""(?<![`\w])(?P<words>(?:(?:chapter[ ](?P<number>[1-6]))|(?:appendix[ ](?P<letter>[A-D])))
        (?:,[ ]"(?P<title>[^"]+)")?)""",
    re.VERBOSE,
)


def document(match, folder):
    """Return the name of the notebook that the words mean, or None if there is none."""
    start = f"0{match['number']}" if match["number"] else match["letter"].lower()
    found = sorted(Path(folder).glob(f"chapters/{start}-*.ipynb"))
    return f"chapters/{found[0].stem}" if found else None


def linked(line, folder):
    """Return the line with each chapter it names as a link."""

    def link(match):
        name = document(match, folder)
        return f":doc:`{match['words']} </{name}>`" if name else match[0]

    return PLACE.sub(link, line)


def link_docstring(app, what, name, obj, options, lines):
    """Link the chapters that a docstring names."""
    lines[:] = [linked(line, app.confdir) for line in lines]


def setup(app):
    """Read docstrings before numpydoc does."""
    app.connect("autodoc-process-docstring", link_docstring, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
