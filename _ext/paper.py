"""The whole book as one page, for ``make pdf``: what the builder ``singlehtml`` needs beside.

Some extensions register how to write their nodes for each HTML builder by name, and for Sphinx one
such name is enough to forget all nodes that are registered for HTML in general.
"""


def share_visitors(app):
    """Let the single page write every node that the pages can write."""
    if app.builder.name == "singlehtml":
        handlers = app.registry.translation_handlers
        handlers["singlehtml"] = handlers["html"] | handlers.get("singlehtml", {})


def setup(app):
    """Share the visitors before anything is written."""
    app.connect("builder-inited", share_visitors)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
