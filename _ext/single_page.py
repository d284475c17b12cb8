"""The whole book as one page, for ``make pdf``, and the links to what can be taken along.

Some extensions register how to write their nodes for each HTML builder by name, and for Sphinx one
such name is enough to forget all nodes that are registered for HTML in general.

``make pdf``, ``epub``, ``offline`` and ``cards`` write into ``dist/``. The pages offer what is
there, in the menu of downloads and at their foot; a book that was built without has no link rather
than a dead one. The copy that is read offline offers no copy of itself: ``make offline`` takes the
old one away before it builds.
"""

import shutil
from pathlib import Path

# file in dist/: its name in the menu, the button's name, its icon, what it is
FILES = {
    "softmax.pdf": ("the book", "book", "fas fa-file-pdf", "The whole book as a PDF"),
    "softmax.epub": ("the EPUB", "epub", "fas fa-book", "An EPUB, for readers and phones"),
    "softmax-offline.zip": (
        "the pages", "pages", "fas fa-download", "All pages as a zip, to read offline",
    ),
    "softmax-cards.apkg": (
        "the cards", "cards", "fas fa-download", "The quick questions as cards for Anki",
    ),
}  # fmt: skip


def share_visitors(app):
    """Let the single page and the EPUB write every node that the pages can write."""
    if (name := app.builder.name) in ("singlehtml", "epub"):
        # There is no public way to say "as for html" of other extensions' nodes: add_node asks for
        # each node and its two functions, which only the registry knows.
        handlers = app.registry.translation_handlers
        handlers[name] = handlers["html"] | handlers.get(name, {})


def find(app, config):
    """Look for the files; pages that were written without one are written again when it comes."""
    config.takeaway = [name for name in FILES if (Path(app.confdir) / "dist" / name).exists()]


def entitle(app, pagename, templatename, context, doctree):
    """Say what the theme's own entries of the menu do, which it names by the ending of a file."""
    names = {".ipynb": "this notebook", ".md": "this page’s text", ".pdf": "print this page"}
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            for button in group["buttons"]:
                button["text"] = names.get(button["text"], button["text"])


def link(app, pagename, templatename, context, doctree):
    """Offer the files in the menu of downloads and at the foot of every page."""
    if app.builder.name != "html" or not app.config.takeaway:
        return
    address = {name: context["pathto"](name, 1) for name in app.config.takeaway}
    links = [f'<a href="{address[name]}">{FILES[name][3]}</a>' for name in address]
    context["theme_extra_footer"] = f"<p>{' · '.join(links)}</p>"
    for group in context.get("header_buttons", []):
        if group.get("label") != "download-buttons":
            continue
        for name in address:
            text, label, icon, tooltip = FILES[name]
            button = {"type": "link", "url": address[name], "text": text, "icon": icon}
            label = f"download-{label}-button"
            group["buttons"].append({**button, "tooltip": tooltip, "label": label})


def bring(app, error):
    """Put the files beside the pages, or take away those of an earlier build."""
    if error or app.builder.name != "html":
        return
    for name in FILES:
        target = Path(app.outdir) / name
        if name in app.config.takeaway:
            shutil.copy(Path(app.confdir) / "dist" / name, target)
        else:
            target.unlink(missing_ok=True)


def setup(app):
    """Share the visitors before anything is written; add the link after the theme's buttons."""
    app.add_config_value("takeaway", [], "html", list)
    app.connect("config-inited", find)
    app.connect("builder-inited", share_visitors)
    app.connect("html-page-context", entitle, priority=900)
    app.connect("html-page-context", link, priority=900)
    app.connect("build-finished", bring)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
