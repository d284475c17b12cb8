"""Read a deck's source: Markdown, with what is taken from the chapter named by its label.

Slides stand between ``---``. MyST's own signs fill in what a label names: ``## [](#sec-def-shift)``
the title of a section, ``![](#fig-def-widget)`` on a line of its own a figure, a widget, an
equation, a table or an exercise. A widget's settings follow as in a page's address:
``![](#fig-def-widget:T=2)``. A quotation holds the speaker's notes, and begins with the minutes:
``> 2 min. What to ask, and what to say.``
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

READER = MarkdownIt("commonmark").use(dollarmath_plugin)
MINUTES = re.compile(r"(\d+(?:\.5)?) min\. ")


@dataclass
class Slide:
    """One slide: what is on it, as Markdown tokens, and what is said with it."""

    line: int
    body: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def labels(self):
        """Return [(label, settings, line)] of what is taken from the chapter."""
        found, line = [], self.line
        for token in self.body:
            line = token.map[0] + 1 if token.map else line
            for child in token.children or []:
                address = child.attrs.get("src") or child.attrs.get("href") or ""
                if address.startswith("#"):
                    label, _, settings = address[1:].partition(":")
                    found.append((label, settings, line))
        return found

    def words(self):
        """Return how many words of its own the slide shows; a formula is one."""
        inline = [child for token in self.body for child in token.children or []]
        own = [child for child in inline if child.type in ("text", "math_inline", "code_inline")]
        return len(" ".join(c.content if c.type == "text" else "x" for c in own).split())

    def said(self):
        """Return the notes as plain text."""
        return "\n".join(token.content for token in self.notes if token.type == "inline")

    def minutes(self):
        """Return how long the slide takes, or None."""
        found = MINUTES.match(self.said())
        return float(found[1]) if found else None


def read(path):
    """Return the slides of a source."""
    slides = [Slide(1)]
    quoted = False
    for token in READER.parse(Path(path).read_text(encoding="utf-8")):
        if token.type == "hr":
            slides.append(Slide(token.map[0] + 1))
        elif token.type in ("blockquote_open", "blockquote_close"):
            quoted = token.type == "blockquote_open"
        else:
            (slides[-1].notes if quoted else slides[-1].body).append(token)
    return slides
