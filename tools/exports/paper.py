"""Markdown on paper: one PDF of many papers, each with its own footer and page numbers."""

import io
import tempfile
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright
from pypdf import PdfWriter
from tqdm import tqdm

from tools.chromium import launch
from tools.exports.html import katex

ROOT = Path(__file__).parents[2]
STYLE = """
html { font: 11pt/1.45 Georgia, "DejaVu Serif", serif; }
body { margin: 0; }
h1 { font-size: 1.5rem; margin: 0 0 0.25rem; }
h2 { font-size: 1rem; margin: 1.4rem 0 0.2rem; }
section { break-inside: avoid; }
p { margin: 0.35rem 0; }
ul { list-style: none; margin: 0.3rem 0; padding-left: 1rem; }
li { margin: 0.2rem 0; padding-left: 1.6em; text-indent: -1.6em; }
li strong:first-child { display: inline-block; width: 1.6em; text-indent: 0; }
code, pre { font: 0.85em/1.4 "DejaVu Sans Mono", monospace; }
p code { white-space: nowrap; }
pre { border: 1px solid #999; padding: 0.4rem 0.6rem; white-space: pre-wrap; }
table { border-collapse: collapse; margin: 0.3rem 0 0.8rem; font-size: 0.9rem; }
td, th { padding: 0.1rem 0.8rem 0.1rem 0; text-align: left; vertical-align: top; }
td + td { border-left: 1px solid #bbb; padding-left: 0.6rem; }
"""
FOOTER = """<div style="width: 100%; font: 8px sans-serif; text-align: center; color: #444">
{} · page <span class="pageNumber"></span> of <span class="totalPages"></span></div>"""
# Puts a text on the page, with all that follows a heading kept together, and a formula with its
# full stop.
SHOW = """async (html) => {
  document.body.innerHTML = html;
  for (const heading of document.querySelectorAll("h2")) {
    const part = document.createElement("section");
    heading.before(part);
    for (let next = heading; next && (next === heading || next.localName !== "h2"); ) {
      const after = next.nextSibling;
      part.append(next);
      next = after;
    }
  }
  for (const formula of document.querySelectorAll(".katex")) {
    const closing = formula.nextSibling?.data?.match(/^[.,;:?!)]+/)?.[0];
    if (!closing) continue;
    formula.nextSibling.data = formula.nextSibling.data.slice(closing.length);
    const joined = document.createElement("span");
    joined.style.whiteSpace = "nowrap";
    formula.replaceWith(joined);
    joined.append(formula, closing);
  }
  await document.fonts.ready;
}"""
MARGIN = {"top": "16mm", "bottom": "18mm", "left": "20mm", "right": "20mm"}


def print_papers(texts, footers, target):
    """Print each text with its footer, and join them into one PDF."""
    html = katex(texts, "htmlAndMathml")
    style = (ROOT / ".cache" / "vendor" / "katex" / "katex.min.css").as_uri()
    writer = PdfWriter()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        frame = Path(folder) / "paper.html"  # a file, so that KaTeX's fonts can be read
        frame.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{target.stem}</title>'
            f'<link rel="stylesheet" href="{style}"><style>{STYLE}</style><body>',
            encoding="utf-8",
        )
        browser = launch(playwright)
        page = browser.new_page()
        page.set_default_timeout(300_000)
        page.goto(frame.as_uri())
        papers = list(zip(texts, footers, strict=True))
        for text, footer in tqdm(papers, f"Printing {target.name}", disable=len(papers) < 10):
            page.evaluate(SHOW, html(text))
            made = page.pdf(
                format="A4", tagged=True, display_header_footer=True, margin=MARGIN,
                header_template="<span></span>", footer_template=FOOTER.format(escape(footer)),
            )  # fmt: skip
            if len(writer.pages) % 2:  # printed on both sides, it starts on a sheet of its own
                writer.add_blank_page()
            writer.append(io.BytesIO(made))
        browser.close()
    writer.write(target)
