"""The same page with less markup: what neither draws, nor is read out, nor is found, is left out.

KaTeX repeats each formula's source beside its MathML, which no browser shows and no screen reader
reads; the notebook behind each page holds it. The MathML itself is read out and never drawn, so how
to draw it goes too: lengths, sizes, columns; what a letter is (bold, a fence, an accent) stays.
KaTeX also writes margins of zero, and, on what is small, a class that no style names. Sphinx wraps
the words of a link in a span without a look. The highlighter starts each block with an empty span,
and wraps names, brackets and spaces in spans whose colour is the text's own. MyST-NB names each
fold of code otherwise than its words do, which are what a reader tells a browser that listens. The
boxes of all proofs, exercises and solutions have the same ids, by which no link could mean one.

The markup of formulas and code is most of a page: without this, chapter 3 would be 6 kB
heavier.
"""

import re

ANNOTATION = re.compile(r"<annotation[^>]*>.*?</annotation>", re.DOTALL)
MATH = re.compile(r"<math.*?</math>", re.DOTALL)
DRAWING = re.compile(
    r"</?mstyle[^>]*>|"
    r' (?:stretchy|separator|minsize|maxsize|[lr]space|rowspacing|column(?:spacing|align))="[^"]*"'
)
STYLE = re.compile(r'(<span(?: class="[^"]*")? style=")([^"]*)"')
CODE = re.compile(
    r'<div class="highlight-python [^>]*><div class="highlight"><pre>.*?</pre>',
    re.DOTALL,
)
# Names, operators, punctuation, spaces: they take the colour that pages.css gives to all code.
PLAIN = re.compile(r'<span class="(?:n|nn|o|p|w)">([^<]*)</span>')
# A citation's tooltip repeats the entry that its link leads to, and that a preview shows.
CITED = re.compile(r'(href="[^"]*bibliography\.html#[^"]*") title="[^"]*"')
# The words of a link, which may have a formula's spans in them: those stay wrapped.
WORDS = re.compile(r'<span class="(?:std std-\w+|doc)">([^<]*(?:<(?!/?span)[^<]*)*)</span>')
UNUSED = [
    "<semantics>",  # joins the MathML and the source
    "</semantics>",
    ' xmlns="http://www.w3.org/1998/Math/MathML"',  # for XML alone
    "<span></span>",
    " mtight",
    ' aria-label="Toggle hidden content"',  # in place of the words that stand there
    ' id="proof"',
    ' id="proof-content"',
    ' id="exercise-content"',
    ' id="solution-content"',
]


def lean_style(match):
    """Leave out margins of zero, which are the default, and the last semicolon."""
    parts = [part for part in match[2].split(";") if part]
    kept = [part for part in parts if part not in ("margin-left:0em", "margin-right:0em")]
    return f'{match[1]}{";".join(kept)}"'


def lean_markup(html):
    """Return the HTML without the marks that no reader needs."""
    html = ANNOTATION.sub("", html)
    for mark in UNUSED:
        html = html.replace(mark, "")
    html = MATH.sub(lambda math: DRAWING.sub("", math[0]), html)
    html = WORDS.sub(r"\1", CITED.sub(r"\1", STYLE.sub(lean_style, html)))
    return CODE.sub(lambda code: PLAIN.sub(r"\1", code[0]), html)


def shorten(app, page, template, context, doctree):
    """Shorten the body of a page."""
    if app.builder.name == "html" and "body" in context:
        context["body"] = lean_markup(context["body"])


def setup(app):
    """Connect to the pages, before the previews take pieces of them."""
    app.connect("html-page-context", shorten, priority=440)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
