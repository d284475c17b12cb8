"""Have the previews' extension read a page without its formulas, which are most of its markup.

It parses each page, and keeps pieces of it, into which the formulas are put back afterwards; and
each piece again for each folder whose pages show it, to lead its links from there.
"""

import functools
import re

import sphinx_tippy

FORMULA = '<span class="katex">'
SPAN = re.compile(r"<(/?)span\b[^>]*>")
MARK = re.compile(r'<x-formula n="(\d+)"></x-formula>')


def end_of(html, start):
    """Return where the span that begins at ``start`` ends."""
    depth = 0
    for tag in SPAN.finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    raise ValueError(f"a formula has no end: {html[start : start + 200]}")


def set_aside(html):
    """Return the HTML with a mark for each formula, and the formulas."""
    pieces, formulas, at = [], [], 0
    while (start := html.find(FORMULA, at)) >= 0:
        pieces += [html[at:start], f'<x-formula n="{len(formulas)}"></x-formula>']
        at = end_of(html, start)
        formulas.append(html[start:at])
    return "".join(pieces) + html[at:], formulas


def put_back(html, formulas):
    """Return the HTML with its formulas."""
    return MARK.sub(lambda mark: formulas[int(mark[1])], html)


def before(app, page, template, context, doctree):
    """Take the formulas out of a page that is going to be read."""
    if doctree and app.builder.name == "html":
        context["body"], context["formulas_aside"] = set_aside(context["body"])


def after(app, page, template, context, doctree):
    """Put them back, and into the pieces that were kept of it."""
    formulas = context.pop("formulas_aside", [])
    if formulas:
        context["body"] = put_back(context["body"], formulas)
        kept = app.env.tippy_data["pages"][page]["id_to_html"]
        kept.update({place: put_back(html, formulas) for place, html in kept.items()})


def leading(rewrite):
    """Return the extension's function that leads a piece's links from another folder, but without
    the formulas, which have none, and once for each piece and folder."""

    @functools.cache
    def led(html, folder):
        bare, formulas = set_aside(html)
        return put_back(rewrite(bare, folder), formulas)

    return led


def setup(app):
    """Connect right before and after the previews, which take a page at 450."""
    app.connect("html-page-context", before, priority=449)
    app.connect("html-page-context", after, priority=451)
    if not hasattr(sphinx_tippy.rewrite_local_attrs, "cache_info"):
        sphinx_tippy.rewrite_local_attrs = leading(sphinx_tippy.rewrite_local_attrs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
