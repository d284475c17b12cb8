"""Notebooks in the reader's own browser: JupyterLite under the book's address, where it was built.

`make live` builds it into ``.cache/lite``. A book that is built where that folder is takes it along
and names it first where a notebook can be launched: in the menu of a chapter and beside a problem
set. Where it is not, no page has a word of it. A page that was opened from a folder shows no link
that needs a server.
"""

import os
import shutil
from pathlib import Path

HERE = "In this browser"
SHUT = (
    'location.protocol=="file:"&&document.write("<style>.in-browser,.btn-in-browser'
    '{display:none!important}</style>")'
)


def made(app):
    """Return the folder that `make live` wrote, or None: then, or for another form of the book."""
    folder = Path(app.srcdir) / ".cache" / "lite"
    return folder if app.builder.name == "html" and folder.is_dir() else None


def address(page, notebook):
    """Return where a notebook runs, as a link from a page: both are paths below the book's root."""
    return f"{'../' * page.count('/')}lite/notebooks/index.html?path={notebook}"


def add_button(app, page, template, context, doctree):
    """Put the browser first in a chapter's menu of places to run it; make one where is none."""
    source = context.get("sourcename", "").removesuffix(".txt")
    if not doctree or not page.startswith("chapters/") or not source.endswith(".ipynb"):
        return
    buttons = context["header_buttons"]
    menu = next((b for b in buttons if b.get("label") == "launch-buttons"), None)
    if menu is None:
        menu = {
            "type": "group", "tooltip": "Run this chapter", "icon": "fas fa-rocket",
            "buttons": [], "label": "launch-buttons",
        }  # fmt: skip
        buttons.insert(0, menu)
    tip = "JupyterLab in this browser: nothing to install, and what you write stays here"
    link = {
        "type": "link", "text": HERE, "tooltip": tip, "icon": "fas fa-desktop",
        "url": address(page, f"{page}.ipynb"), "label": "in-browser",
    }  # fmt: skip
    menu["buttons"].insert(0, link)


def copy(app, error):
    """Bring the site into the book, as second names of the same files where the disk allows it."""

    def link(source, target):
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    if not error:
        target = Path(app.outdir) / "lite"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made(app), target, copy_function=link)


def begin(app):
    """Connect what is needed, if the site was made; no earlier one may pass for pages."""
    shutil.rmtree(Path(app.outdir) / "lite", ignore_errors=True)
    if made(app):
        app.add_js_file(None, body=SHUT)
        app.connect("html-page-context", add_button, priority=900)
        app.connect("build-finished", copy, priority=900)


def setup(app):
    """Decide when the form of the book is known."""
    app.connect("builder-inited", begin)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
