"""Style sheets without the rules that no page can match.

A rule stays if each class, id, tag and attribute in its selector is on some page or is a word of
some script, since scripts add classes; what ``:is()``, ``:not()`` and the like hold is not judged.
A custom property stays if something names it. So a rule may stay for nothing, but none is missed.
The book's own sheets, whose names scripts may put together from parts, lose their comments alone.
"""

import re
from pathlib import Path

import sphinx_exercise
import sphinx_proof
import tinycss2
from myst_nb.sphinx_ext import add_global_html_resources
from tinycss2.ast import (
    HashToken,
    IdentToken,
    LiteralToken,
    QualifiedRule,
    SquareBracketsBlock,
)

OPENING = re.compile(
    r"<([a-zA-Z][\w-]*)((?:\s+[\w:@.-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)"
)
ATTRIBUTE = re.compile(r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))?")
WORD = re.compile(r"[\w-]+")
COMMENT = re.compile(r"\s*/\*.*?\*/", re.DOTALL)
OWN = {"book.css", "pages.css", "islands.css", "ask.css", "live.css"}
NESTED = {"media", "supports", "layer", "container"}


def words_of_page(html):
    """Return the tags, attributes, classes and ids of a page, and the words of its own scripts."""
    words = set()
    for tag, attributes in set(OPENING.findall(html)):
        words.add(tag.lower())
        for name, double, single in ATTRIBUTE.findall(attributes):
            words.add(name.lower())
            if name in ("class", "id"):
                words.update((double or single).split())
            elif name == "style":
                words.update(WORD.findall(double or single))
    for script in re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL):
        if not script.startswith("{"):  # a widget's numbers
            words.update(WORD.findall(script))
    return words


def split(tokens):
    """Return the parts between commas."""
    parts = [[]]
    for token in tokens:
        if isinstance(token, LiteralToken) and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def names(selector):
    """Return the names in one selector that must be there for it to match."""
    found, pseudo = set(), False
    for token in selector:
        if isinstance(token, LiteralToken):
            pseudo = token.value == ":"
            continue
        if isinstance(token, (IdentToken, HashToken)) and not pseudo:
            found.add(token.value)
        elif isinstance(token, SquareBracketsBlock):
            found.update(t.value for t in token.content[:1] if isinstance(t, IdentToken))
        pseudo = False
    return found


def parsed(content):
    """Return the rules in a sheet or in a block."""
    parse = tinycss2.parse_stylesheet if isinstance(content, str) else tinycss2.parse_rule_list
    return parse(content, skip_comments=True, skip_whitespace=True)


def declarations(content):
    """Return the declarations of a rule; what does not parse stays as it is."""
    body = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return content if any(part.type == "error" for part in body) else body


def prune(rules, words):
    """Return the rules that may match where there are these words."""
    kept = []
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            parts = [s for s in split(rule.prelude) if names(s) <= words]
            if not parts:
                continue
            rule.prelude = [token for part in parts for token in (*part, LiteralToken(0, 0, ","))]
            rule.prelude.pop()
            rule.content = declarations(rule.content)
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content:
            rule.content = prune(parsed(rule.content), words)
            if not rule.content:
                continue
        kept.append(rule)
    return kept


def without_properties(rules, words):
    """Return the rules without custom properties that nothing names, and without empty ones."""
    kept = []
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            rule.content = [p for p in rule.content if not is_unnamed_property(p, words)]
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content:
            rule.content = without_properties(rule.content, words)
        if rule.type == "error" or rule.content == []:
            continue
        kept.append(rule)
    return kept


def is_unnamed_property(part, words):
    """Say whether a part of a rule sets a custom property that no word names."""
    return part.type == "declaration" and part.name.startswith("--") and part.name not in words


def lean_sheets(sheets, words):
    """Return {name: text} with what may match; sheets may name each other's properties."""
    rules = {name: prune(parsed(text), words) for name, text in sheets.items()}
    texts = {}
    while True:  # what a dropped property named may be dropped next
        before, texts = texts, {name: tinycss2.serialize(sheet) for name, sheet in rules.items()}
        if texts == before:
            return texts
        named = words | set(re.findall(r"var\(\s*(--[\w-]+)", " ".join(texts.values())))
        rules = {name: without_properties(sheet, named) for name, sheet in rules.items()}


def write_styles(app, error):
    """Shrink the style sheets once all pages are there; Sphinx copies the whole ones each time."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    words = {"html", "body", "dark", "light"}
    for page in out.rglob("*.html"):
        if "_static" not in page.relative_to(out).parts:
            words |= words_of_page(page.read_text(encoding="utf-8"))
    for script in out.glob("_static/**/*.*js"):  # .mjs, too
        words.update(WORD.findall(script.read_text(encoding="utf-8")))
    sheets = {p: p.read_text(encoding="utf-8") for p in sorted(out.glob("_static/**/*.css"))}
    own = {path: sheets.pop(path) for path in list(sheets) if path.name in OWN}
    words.update(WORD.findall(" ".join(own.values())))
    bare = {path: COMMENT.sub("", text) for path, text in own.items()}
    for path, text in (lean_sheets(sheets, words) | bare).items():
        path.write_text(text, encoding="utf-8")


def copy_first(app):
    """Copy the extensions' sheets, which they do in the end: a page names a sheet with its checksum
    if the sheet is there, and pages of two builds would name it by two addresses."""
    if app.builder.name == "html":
        for copy in (sphinx_exercise.copy_asset_files, sphinx_proof.copy_asset_files):
            copy(app, None)
        add_global_html_resources(app, None)


def setup(app):
    """Connect to both ends of the build, the second after the icons and the previews."""
    app.connect("builder-inited", copy_first)
    app.connect("build-finished", write_styles, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
