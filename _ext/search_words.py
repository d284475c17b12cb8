"""Words that lead the book's search to a section first, though its heading does not have them.

Headings here are questions, and formulas are not found by their signs: who looks for "gradient
check" or δ would find pages in the order of their names. ``reference/search_words.txt`` has a
section's label and such words on each line. They become entries of Sphinx's index, which its search
ranks first.

What nobody looks for is not in the index: formulas and numbers, the names that a cell gives to what
it computes, the little words of English; nor is what it would have twice: functions, which are in
its list of objects, and solutions, called as their exercises are.
"""

import ast
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.search import IndexBuilder
from sphinx.search.en import SearchEnglish
from sphinx.util.index_entries import split_index_msg

PLACE = "reference/search_words.txt"
UNASKED = re.compile(r"[\d_].*|[^\W_]_\w{0,2}|.*_")  # 0003, 2e07, z_j
# What a script says is no text, and tags stand between the words of two cells of a table.
TAG = re.compile(r"<(script|style)\b.*?</\1>|<(?!wbr)[^>]*>", re.DOTALL | re.IGNORECASE)
LITTLE = re.findall(r"\w+", """
    about above after again all along also always am among an another any because been before being
    below between beyond both can cannot could did do does during each either else even every few
    from had has have he her here him his how however i instead its itself just may me might more
    most much must my neither nor now often once only other others our ours over own per rather s
    same several shall she should since so some still than themselves those though through thus too
    toward towards under unless until upon very via was we were what whatever when where whether
    which while who whole whom whose why within without would yet you your
""")  # fmt: skip
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


class Words(SearchEnglish):
    """The words of the index, in the form in which a search asks for them."""

    stopwords = SearchEnglish.stopwords.union(LITTLE)

    def split(self, text):
        """Return the words of a text that somebody looks for; Sphinx would keep "The" and "ha"."""
        found = super().split(text)
        return [w for w in found if w.lower() not in self.stopwords and not UNASKED.fullmatch(w)]

    def word_filter(self, word):
        """Keep what `split` has left, whatever its stem: "near" is that of "nearness"."""
        return True


def names_given(code):
    """Return the names that a cell gives to what it computes and to what its functions take."""
    try:
        parts = [*ast.walk(ast.parse(code))]
    except SyntaxError:  # a command of a shell
        return set()
    stored = {p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Store)}
    return stored | {part.arg for part in parts if isinstance(part, ast.arg)}


def feed(indexer, page, file, title, doctree, whole=IndexBuilder.feed):
    """Read a page without formulas and the names in its code; tags of HTML there are spaces."""
    read = doctree.deepcopy()
    for math in [*read.findall(nodes.math), *read.findall(nodes.math_block)]:
        math.parent.remove(math)
    for raw in read.findall(nodes.raw):
        raw.children = [nodes.Text(TAG.sub(" ", raw.astext()))]
    blocks = [*read.findall(nodes.literal_block)]
    given = set().union(*(names_given(code.astext()) for code in blocks))
    for code in blocks:
        rest = [word for word in re.findall(r"\w+", code.astext()) if word not in given]
        code.children = [nodes.Text(" ".join(rest))]
    whole(indexer, page, file, title, read)


def thin(app):
    """Take functions' second entries out of the index."""
    if getattr(app.builder, "search", False):
        entries = app.builder.indexer._index_entries
        for page, those in entries.items():
            entries[page] = [entry for entry in those if not OBJECTS.match(entry[1])]
    return []


def write_shorter(app, error):
    """Write the index without spaces, and with letters where Sphinx has codes of six signs."""
    index = Path(app.outdir) / "searchindex.js"
    if not error and index.exists():
        start, end = "Search.setIndex(", ")"
        content = index.read_text(encoding="utf-8").removeprefix(start).removesuffix(end)
        shorter = json.dumps(json.loads(content), separators=(",", ":"), ensure_ascii=False)
        index.write_text(start + shorter + end, encoding="utf-8")


def setup(app):
    """Add the words when a page is read, and keep them when it is not."""
    app.add_search_language(Words)
    # Sphinx (7.4.7, pinned) has no event for it.
    IndexBuilder.feed = feed
    app.connect("env-before-read-docs", begin)
    app.connect("doctree-read", add)
    app.connect("html-collect-pages", keep)
    app.connect("html-collect-pages", name)
    app.connect("html-collect-pages", thin)
    app.connect("build-finished", write_shorter)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
