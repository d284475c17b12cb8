"""Words that lead the book's search to a section first, though its heading does not have them.

Headings here are questions, and formulas are not found by their signs: who looks for "gradient
check" or δ would find pages in the order of their names. ``reference/search_words.txt`` has a
section's label and such words on each line. They become entries of Sphinx's index, which its search
ranks first.

Numbers and the parts of formulas, which nobody looks for, leave the index, and so does what it has
twice: functions, which are in its list of objects, and solutions, called as their exercises are.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.index_entries import split_index_msg

PLACE = "reference/search_words.txt"
# 0003, 2e07, a_1a_2, sum_k, and the commands of TeX that are no words
FROM_FORMULAS = re.compile(
    r"[\d_].*|(?:[^\W_]_\w{1,2})+|(?:sum|prod|max|min|lambda|delta)_\w{1,3}|.*_|"
    r"[dt]?frac|math(?:bf|bb|rm|cal)|operatornam|[lr]vert|q?quad|big[lr]|underbrac|varepsilon"
)
OBJECTS = re.compile(r"softmax_(src|book)\.|module-")


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
    added = app.env.words_added[app.env.docname] = []
    for section in doctree.findall(nodes.section):
        for label in set(section["names"]) & set(wanted):
            place = nodes.make_id(label)
            entries = [("single", word, place, "main", None) for word in wanted[label]]
            section.insert(1, addnodes.index(entries=entries))
            added += entries


def begin(app, env, names):
    """Have a place for the words of each page, which outlives a build."""
    if not hasattr(env, "words_added"):
        env.words_added = {}


def keep(app):
    """Give the search the words of pages that are not written anew, which Sphinx forgets."""
    if not getattr(app.builder, "search", False):
        return []
    kept = app.builder.indexer._index_entries
    for page, entries in app.env.get_domain("index").entries.items():
        every = [*entries, *app.env.words_added.get(page, ())]  # a domain has read a page before
        named = [(split_index_msg(kind, text), rest) for kind, text, *rest, _ in every]
        kept.setdefault(page, sorted((word, *rest) for words, rest in named for word in words))
    return []


def name(app):
    """Call a section in the index by its label, where its words lead, too: it is found once."""
    if not getattr(app.builder, "search", False):
        return []
    labels, titles = app.env.get_domain("std").labels, app.builder.indexer._all_titles
    places = [labels[label] for label in words(app.srcdir) if label in labels]
    named = {(page, heading): place for page, place, heading in places}
    for page, those in titles.items():
        titles[page] = [
            (title, place and named.get((page, title), place))
            for title, place in those
            if not title.startswith("Solution to ")
        ]
    return []


def thin(app):
    """Take numbers, the parts of formulas, and functions' second entries out of the index."""
    if getattr(app.builder, "search", False):
        found, entries = app.builder.indexer._mapping, app.builder.indexer._index_entries
        for word in [word for word in found if FROM_FORMULAS.fullmatch(word)]:
            del found[word]
        for page, those in entries.items():
            entries[page] = [entry for entry in those if not OBJECTS.match(entry[1])]
    return []


def setup(app):
    """Add the words when a page is read, and keep them when it is not."""
    app.connect("env-before-read-docs", begin)
    app.connect("doctree-read", add)
    app.connect("html-collect-pages", keep)
    app.connect("html-collect-pages", name)
    app.connect("html-collect-pages", thin)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
