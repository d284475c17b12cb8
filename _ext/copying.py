"""The TeX of each page's formulas, in their order, for a reader who copies them.

A rendered formula copies as its letters, one a line. The sources stand in a file of their own,
which ``_static/copying.js`` fetches once something is selected.
"""

import json
from pathlib import Path

from docutils import nodes

FORMULAS = (nodes.math, nodes.math_block)
RENDERED = '<span class="katex">'


def write_sources(app, page, template, context, doctree):
    """Write a page's sources, unless what it shows does not come from them one by one."""
    if app.builder.name != "html" or doctree is None:
        return
    formulas = doctree.findall(lambda node: isinstance(node, FORMULAS))
    sources = [" ".join(formula.astext().split()) for formula in formulas]
    if sources and len(sources) == context["body"].count(RENDERED):
        path = Path(app.outdir) / "_static" / "tex" / f"{page}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(sources, ensure_ascii=False)
        path.write_text(f"softmaxTex({text});\n", encoding="utf-8")
        address = context["pathto"](f"_static/tex/{page}.js", 1)
        context["metatags"] += f'<meta name="tex" content="{address}" />'


def setup(app):
    """Connect to the pages."""
    app.connect("html-page-context", write_sources, priority=300)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
