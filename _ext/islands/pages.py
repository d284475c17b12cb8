"""Each widget on a page of its own, for a frame on somebody else's page: ``widgets/NAME.html``.

It is written at the end of the build from the widget's island in a chapter, so that it has the same
state, the same picture and the same scripts. The template says what a frame hears of its height.
"""

import html
import re
from pathlib import Path

from softmax_book import widgets

ISLAND = re.compile(r'<div class="softmax-island" data-widget="(\w+)".*?</div>', re.DOTALL)
HEADING = re.compile(r'<section id="([^"]+)">\s*(?:<span[^>]*></span>\s*)*<h\d>(.*?)<a class="head')
PLACE = re.compile(r" \((?:chapter|appendix) [^)]*\)\.$")  # ends the first line of each docstring


def found_in(path):
    """Yield each island of a page: its widget's name, itself, and its section's id and title."""
    text = path.read_text(encoding="utf-8")
    for island in ISLAND.finditer(text):
        section, title = HEADING.findall(text[: island.start()])[-1]
        yield island[1], island[0], section, html.escape(re.sub("<[^>]+>", "", title), quote=False)


def write_pages(app, error):
    """Write the widgets' pages; a widget that several chapters show starts as in the first."""
    if error or app.builder.name != "html":
        return
    kinds = {kind.widget_name: kind for kind in (getattr(widgets, n) for n in widgets.__all__)}
    out = Path(app.outdir)
    folder = out / "widgets"
    folder.mkdir(exist_ok=True)
    for chapter in sorted(out.glob("chapters/*.html"), reverse=True):
        for name, island, section, title in found_in(chapter):
            context = {
                "name": name,
                "about": html.escape(PLACE.sub("", kinds[name].__doc__.splitlines()[0])),
                "island": island,
                "address": f"../chapters/{chapter.name}#{section}",
                "section": title,
                "book": html.escape(app.config.project),
                "language": app.config.language,
            }
            page = app.builder.templates.render("widget.html", context)
            (folder / f"{name}.html").write_text(page, encoding="utf-8")
