"""The whole book as one page, for ``make pdf``, and the links to the PDF that was made of it.

Some extensions register how to write their nodes for each HTML builder by name, and for Sphinx one
such name is enough to forget all nodes that are registered for HTML in general.

``make pdf`` leaves the book in ``dist/``. Where it is, the pages offer it, in the menu of downloads
and at their foot; a book that was built without it has no such link rather than a dead one.
"""

import shutil
from pathlib import Path

PDF = "softmax.pdf"
TITLE = "The whole book as a PDF"


def share_visitors(app):
    """Let the single page write every node that the pages can write."""
    if app.builder.name == "singlehtml":
        # There is no public way to say "as for html" of other extensions' nodes: add_node asks for
        # each node and its two functions, which only the registry knows.
        handlers = app.registry.translation_handlers
        handlers["singlehtml"] = handlers["html"] | handlers.get("singlehtml", {})


def find(app, config):
    """Look for the PDF; pages that were written without it are written again when it comes."""
    config.paper = (Path(app.confdir) / "dist" / PDF).exists()


def link(app, pagename, templatename, context, doctree):
    """Offer the PDF in the menu of downloads and at the foot of every page."""
    if app.builder.name != "html" or not app.config.paper:
        return
    address = context["pathto"](PDF, 1)
    context["theme_extra_footer"] = f'<p><a href="{address}">{TITLE}</a></p>'
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["buttons"].append(
                {
                    "type": "link",
                    "url": address,
                    "text": "the book",
                    "icon": "fas fa-file-pdf",
                    "tooltip": TITLE,
                    "label": "download-book-button",
                }
            )


def bring(app, error):
    """Put the PDF beside the pages, or take away the one of an earlier build."""
    if error or app.builder.name != "html":
        return
    target = Path(app.outdir) / PDF
    if app.config.paper:
        shutil.copy(Path(app.confdir) / "dist" / PDF, target)
    else:
        target.unlink(missing_ok=True)


def setup(app):
    """Share the visitors before anything is written; add the link after the theme's buttons."""
    app.add_config_value("paper", False, "html", bool)
    app.connect("config-inited", find)
    app.connect("builder-inited", share_visitors)
    app.connect("html-page-context", link, priority=900)
    app.connect("build-finished", bring)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
