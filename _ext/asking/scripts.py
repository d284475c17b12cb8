"""What the pages' script fetches: the program that asks, and each chapter's questions.

Classic scripts, since a page that was opened from a folder can load nothing else. Texts are HTML,
with formulas rendered as those of the pages are; each formula stands once in a chapter's file, and
``⟦3⟧`` in a text is the fourth. A question whose numbers are drawn comes with those of eight seeds,
once for those that read alike.
"""

import functools
import json
import re
from html import escape
from pathlib import Path

import sphinxcontrib.katex as katex
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from asking import lists
from markup import lean_markup
from punctuation import LONGEST, symbols
from two_at_once import beside

HERE = Path(__file__).parent
MODULES = ("logic", "store", "ask", "practise", "program")
SEEDS = 8
IMPORT = re.compile(r"^import .*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=const|function|async)", re.MULTILINE)
LINK = re.compile(r'(<a href=\\")#([^"\\]+)')  # to a label of the book, in a script
CLOSED = re.compile(r"(⟦(\d+)⟧)([.,;:?!)]+)")


@functools.cache
def formula(latex, display):
    """Return a formula as the pages have it."""
    html = katex.render_latex(latex, {"displayMode": True} if display else {})
    tag = "div" if display else "span"
    return f'<{tag} class="math notranslate nohighlight">{lean_markup(html)}</{tag}>'


class Texts:
    """Markdown to HTML, with the formulas put aside."""

    def __init__(self):
        self.formulas = {}
        self._latex = []
        self._md = MarkdownIt("commonmark").use(dollarmath_plugin, double_inline=True)
        for name in ("math_inline", "math_inline_double", "math_block"):
            self._md.renderer.rules[name] = self._formula

    def _formula(self, tokens, i, options, env):
        token = tokens[i]
        display = token.type != "math_inline"
        html = formula(token.content.strip(), display)
        number = self.formulas.setdefault(html, len(self.formulas))
        if number == len(self._latex):
            self._latex.append(token.content)
        return f"⟦{number}⟧"

    def html(self, text, inline=False):
        """Return a text as HTML; ``inline`` without a paragraph around it."""
        html = self._md.renderInline(text) if inline else self._md.render(text)
        return CLOSED.sub(self._join, html).strip()

    def _join(self, match):
        """Keep punctuation with a short formula, as the pages do."""
        if symbols(self._latex[int(match[2])]) > LONGEST:
            return match[0]
        return f'<span class="joined">{match[0]}</span>'


def variant(asked, texts):
    """Return what the script needs of a question with one seed's numbers."""
    inline = asked.kind in ("choose one", "choose all", "order")
    found = {
        "stem": texts.html(lists.blank(asked.stem)),
        "explanation": texts.html(asked.explanation),
        "options": [_option(option, texts, inline) for option in asked.options],
    }
    if asked.kind == "number":
        q = asked.question
        size = f"{q.tolerance * 100:g} %" if q.relative else f"{q.tolerance:g}"
        found |= {
            "unit": texts.html(asked.unit, inline=True),
            "slack": size if q.tolerance else "",
            "tolerance": q.tolerance,
            "relative": q.relative,
        }
    if asked.kind == "formula":
        found["points"] = list(asked.points)
    if asked.listing:
        found["listing"] = [escape(line, quote=False) for line in asked.listing.splitlines()]
    return found


def _option(option, texts, inline):
    found = {"text": texts.html(option.text, inline=True) if inline else option.text}
    if option.right:
        found["right"] = 1
    if option.reason:
        found["reason"] = texts.html(option.reason)
    if option.value is not None:
        found["value"] = option.value
    return found


def chapter(name, questions, book):
    """Return what the script needs of a chapter's questions, and its formulas."""
    texts = Texts()
    title, known = lists.titles(name, book)
    asked = {
        q.id: {
            "kind": q.kind,
            "section": q.section,
            "asked": [variant(one, texts) for one in q.variants(range(SEEDS if q.varies() else 1))],
        }
        for q in questions
    }
    sections = {q.section: texts.html(known[q.section], inline=True) for q in questions}
    formulas = list(texts.formulas)
    return {
        "title": title,
        "sections": sections,
        "formulas": formulas,
        "questions": asked,
    }


def address(label, app):
    """Return where a label of the book is, for the script; of no label, itself as a fragment."""
    found = app.env.domains.standard_domain.anonlabels.get(label)
    return f"@/{app.builder.get_target_uri(found[0])}#{found[1]}" if found else f"#{label}"


def origin(question, app):
    """Return the source of what is not computed, as a link."""
    source = question.source
    if not source:
        return {}
    if not source.startswith("@"):
        return {"source": f'<a href="#{source}">the section</a>'}
    for cited in app.env.get_domain("cite").citations:
        if cited.key == source[1:]:
            page = app.builder.get_target_uri(cited.docname)
            return {"source": f'<a href="@/{page}#{cited.citation_id}">{cited.key}</a>'}
    return {"source": source[1:]}


def program():
    """Return the program that asks: its modules as one classic script."""
    texts = [IMPORT.sub("", (HERE / f"{m}.mjs").read_text(encoding="utf-8")) for m in MODULES]
    joined = "\n".join(EXPORT.sub("", text) for text in texts)
    return f'(() => {{\n{joined}\nsoftmaxQuestions.hold("program", {{ begin }});\n}})();\n'


def hold(name, value):
    """Return a script that hands a value to the page's script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f'softmaxQuestions.hold("{name}",{text});\n'


def begin(app, env, pages):
    """Have all questions asked while this process reads the pages, which takes one processor."""

    def ask():
        chapters = dict.fromkeys(question.chapter for question in app.questions)
        return {
            name: chapter(name, [q for q in app.questions if q.chapter == name], app.confdir)
            for name in chapters
        }

    if app.builder.name == "html":
        app.asked = beside(ask)


def write(app, error):
    """Write the scripts beside the pages, now that all links are known; note their formulas."""
    if error or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "_static" / "questions"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.js"):
        old.unlink()
    chapters = app.asked()
    for question in app.questions:
        chapters[question.chapter]["questions"][question.id] |= origin(question, app)
    for name, data in chapters.items():
        script = LINK.sub(lambda link: link[1] + address(link[2], app), hold(name, data))
        (folder / f"{name}.js").write_text(script, encoding="utf-8")
    index = {
        name: {"title": data["title"], "questions": list(data["questions"])}
        for name, data in chapters.items()
    }
    (folder / "index.js").write_text(hold("index", index), encoding="utf-8")
    (folder / "program.js").write_text(program(), encoding="utf-8")
    style = (HERE / "ask.css").read_text(encoding="utf-8")
    (folder / "ask.css").write_text(style, encoding="utf-8")
    app.question_formulas = [html for data in chapters.values() for html in data["formulas"]]
