"""Words that lead the book's search to a section first, though its heading does not have them.

Headings here are questions, and formulas are not in the index: who looks for "gradient check" or δ
would find pages in the order of their names. ``reference/search_words.txt`` has a section's label
and such words on each line. They become entries of Sphinx's index, which its search ranks first.
"""

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.index_entries import split_index_msg

PLACE = "reference/search_words.txt"


def words(folder):
    """Return {label: [words]}, nothing where there is no such file."""
    path = Path(folder) / PLACE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    named = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return {label: entries.split(", ") for label, entries in named}


def add(app, doctree):
    """Put the words of each section of a page behind its title."""
    wanted = words(app.srcdir)
    if wanted:
        app.env.note_dependency(str(Path(app.srcdir) / PLACE))
    for section in doctree.findall(nodes.section):
        for label in set(section["names"]) & set(wanted):
            place = nodes.make_id(label)
            entries = [("single", word, place, "main", None) for word in wanted[label]]
            section.insert(1, addnodes.index(entries=entries))


def keep(app):
    """Give the search the words of pages that are not written anew, which Sphinx forgets."""
    if not getattr(app.builder, "search", False):
        return []
    kept = app.builder.indexer._index_entries
    for page, entries in app.env.get_domain("index").entries.items():
        named = [(split_index_msg(kind, text), rest) for kind, text, *rest, _ in entries]
        kept.setdefault(page, sorted((word, *rest) for words, rest in named for word in words))
    return []


def setup(app):
    """Add the words when a page is read, and keep them when it is not."""
    app.connect("doctree-read", add)
    app.connect("html-collect-pages", keep)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
