"""The entry of the API reference: every module with its page, what it is for, and its functions.

``{modules}`` takes a module a line. What a module is for is the first sentence of its text; its
functions are those in its ``__all__``, else those that say where they are derived. The reference
was one page once, so that the ids which its entries had then stay here: a browser without scripts
comes to the link, and the script on the page follows it. Words behind a module's name are ids of
its section.
"""

import importlib
import inspect
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from derivations import ORIGIN, public_of

# Between the parts of a formula, and where its source goes on with =
GAP = re.compile(r"(?P<comma>,\s*\\q?quad)\s*|\n\s*(?P<relation>=)")


def documented(module):
    """Return the names of what a module's page has: what it says itself, else what is derived."""
    said = getattr(importlib.import_module(module), "__all__", None)
    return said or [name for name, doc in public_of(module) if ORIGIN.search(doc)]


class Modules(SphinxDirective):
    """A list of modules."""

    has_content = True

    def run(self):
        self.moved = self.env.app.builder.name == "html"  # the single page has the entries itself
        items = [self.listed(*line.split()) for line in self.content]
        return [nodes.definition_list("", *items, classes=["modules"])]

    def listed(self, module, *old):
        """Return a module's link, its first sentence, and links to its functions."""
        term = nodes.term("", "", self.link("mod", module, module))
        source = importlib.import_module(module)
        self.env.note_dependency(source.__file__)
        purpose = source.__doc__.split("\n\n")[0]
        functions = nodes.paragraph()
        for name in documented(module):
            functions += nodes.Text(", " if len(functions) else "")
            entry = nodes.inline("", "", self.link("obj", name, name))
            functions += entry
            if self.moved:
                entry["ids"] = [f"{module.split('.')[0]}.{name}", f"{module}.{name}"]
        if self.moved:
            term["ids"] = [f"module-{module}", module, module.split(".")[1], *old]
        definition = nodes.definition("", nodes.paragraph("", purpose), functions)
        return nodes.definition_list_item("", term, definition)

    def link(self, kind, target, words):
        """Return a link to a module or function, as its name in code."""
        link = addnodes.pending_xref(
            "", refdomain="py", reftype=kind, reftarget=target, refspecific=kind == "obj",
            refdoc=self.env.docname,
        )  # fmt: skip
        link += nodes.literal("", words, classes=["xref", "py", f"py-{kind}"])
        return link


def signature(app, what, name, thing, options, arguments, returned):
    """Give a widget the signature of its own; autodoc finds that of what makes any."""
    if what == "class" and name.startswith("softmax_book.widgets."):
        return str(inspect.signature(thing)), returned
    return None


def breakable(app, page, template, context, doctree):
    """Let a module's name, as a page's title, break behind its dot, functions' and long names at a
    dot or a _, and a signature behind its bracket: else a mark behind could begin a line."""
    if "body" in context and page.startswith("reference/api"):
        title = re.compile(r"(<h1>softmax_\w+\.)")
        body = title.sub(r"\1<wbr>", context["body"], count=1)
        name = re.compile(r'(?<=<span class="pre">)(?:\w+\(\)|[\w.]{24,})')
        body = name.sub(lambda match: re.sub(r"(?<=\w[._])(?=\w)", "<wbr>", match[0]), body)
        context["body"] = body.replace('>(</span><em class="sig-', '>(</span><wbr><em class="sig-')
    for way in ("prev", "next"):
        if (beside := context.get(way)) and beside["title"].startswith("softmax_"):
            beside["title"] = beside["title"].replace(".", ".<wbr>")


class BreakFormulas(SphinxPostTransform):
    """Let a docstring's formula break between its parts, and there alone."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        """Brace each part, within which KaTeX then leaves no place for a line's end."""
        for entry in self.document.findall(addnodes.desc_content):
            for formula in entry.findall(nodes.math_block):
                if r"\begin" not in formula.astext():
                    parts = GAP.sub(_gap, formula.astext())
                    formula[:] = [nodes.Text(f"{{{parts}}}")]


def _gap(match):
    return rf"}}{match['comma'] or ''}\allowbreak{{{{}}{match['relation'] or ''} "


def belong(app, doctree):
    """Say that all nodes are of this page: those of docstrings name the document that they were
    parsed in, which holds the whole environment, and each page would be kept with a copy of it."""
    for node in doctree.findall():
        node.document = doctree


def setup(app):
    """Add the directive, and connect to the pages after contents.py chose their neighbours."""
    app.add_directive("modules", Modules)
    app.add_post_transform(BreakFormulas)
    app.connect("autodoc-process-signature", signature)
    app.connect("doctree-read", belong)
    app.connect("html-page-context", breakable, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
