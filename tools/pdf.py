"""Print the book, built as one page, into one tagged PDF with bookmarks and page numbers.

    python tools/pdf.py _build/pdf/_build/singlehtml/index.html dist/softmax.pdf

It is printed twice: the first print says on which pages the chapters and sections begin, and the
second has a table of contents with these numbers. It has the same length, so they stay true.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from tools.chromium import installed

STYLE = """
.bd-header, .bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .bd-footer,
.bd-footer-content, .prev-next-footer, .headerlink, .copybtn, .toggle-button, summary,
#pst-skip-link, .pst-scroll-pixel-helper, .back-to-top, #pst-back-to-top {
  display: none !important; }
#jb-print-docs-body { display: none !important; }
.bd-main, .bd-content, .bd-article-container, .bd-article, .bd-container__inner {
  display: block !important; max-width: none !important; width: auto !important;
  padding: 0 !important; margin: 0 !important; }
html { font-size: 12px; }
body { background: #fff !important; }
h1, h2 { break-before: page; }
h1:first-of-type { break-before: auto; }
h2, h3, h4, h5, .admonition-title { break-after: avoid; }
figure, img, .cell_output, tr, .math { break-inside: avoid; }
.katex-display, div.math, .highlight, pre, .pst-scrollable-table-container, .output {
  overflow: visible !important; }
pre { white-space: pre-wrap !important; overflow-wrap: anywhere; }
img { max-width: 100% !important; height: auto; }
details > * { display: block; }
.paper-contents p { display: flex; gap: 0.5em; margin: 0.1em 0; }
.paper-contents p span:first-child { flex: 1; }
.paper-contents .paper-section { padding-left: 1.5em; }
.paper-contents .paper-chapter { font-weight: 600; margin-top: 0.5em; }
"""

# Opens what is folded, fetches every picture, lets wide formulas and tables shrink to the page,
# and puts a table of contents after the title: chapters are h2 on the single page, sections h3.
PREPARE = """async (pages) => {
  document.documentElement.dataset.theme = "light";
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  for (const folded of document.querySelectorAll(".toggle-hidden, .toggle")) {
    folded.classList.remove("toggle-hidden", "toggle", "dropdown");
  }
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;
  for (const link of document.querySelectorAll('a[href^="index.html#"]')) {
    link.setAttribute("href", link.getAttribute("href").slice("index.html".length));
  }
  const article = document.querySelector("article");
  for (const wide of article.querySelectorAll(".katex-display, table")) {
    const room = wide.parentElement.clientWidth;
    if (wide.scrollWidth > room + 1) wide.style.zoom = Math.max(0.5, room / wide.scrollWidth);
  }
  const contents = document.createElement("nav");
  contents.className = "paper-contents";
  contents.setAttribute("aria-label", "Contents");
  let index = 0;
  for (const heading of article.querySelectorAll("section > h2, section > h3")) {
    const text = heading.cloneNode(true);
    text.querySelector(".headerlink")?.remove();
    text.querySelector(".katex-html")?.remove();
    const line = document.createElement("p");
    line.className = heading.matches("h2") ? "paper-chapter" : "paper-section";
    const link = document.createElement("a");
    link.href = `#${heading.closest("section").id}`;
    link.textContent = text.textContent;
    const name = document.createElement("span");
    name.append(link);
    const number = document.createElement("span");
    number.textContent = pages[index++] ?? "000";
    line.append(name, number);
    contents.append(line);
  }
  article.querySelector("h1").after(contents);
}"""

FOOTER = """<div style="width: 100%; text-align: center; font-size: 8px; color: #555">
<span class="pageNumber"></span></div>"""


def print_page(browser, source, target, pages):
    """Print the single page, with these page numbers in the table of contents."""
    page = browser.new_page(viewport={"width": 700, "height": 1000}, color_scheme="light")
    page.goto(source.resolve().as_uri(), wait_until="load")
    page.emulate_media(media="print", color_scheme="light")
    page.add_style_tag(content=STYLE)
    page.evaluate(PREPARE, pages)
    page.pdf(
        path=target, format="A4", print_background=True, tagged=True, outline=True,
        display_header_footer=True, header_template="<span></span>", footer_template=FOOTER,
        margin={"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
    )  # fmt: skip
    page.close()


def starts(reader):
    """Return the page of every chapter and section, in order: the two levels below the title."""
    found = []

    def walk(items, depth):
        for item in items:
            if isinstance(item, list):
                walk(item, depth + 1)
            elif depth in (1, 2):
                found.append(reader.get_destination_page_number(item) + 1)

    walk(reader.outline, 0)
    return found


def main(source, target):
    """Print twice and say what came out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox"])
        print_page(browser, source, target, [])
        pages = starts(PdfReader(target))
        print_page(browser, source, target, [str(page) for page in pages])
        browser.close()
    again = PdfReader(target)
    if starts(again) != pages:
        sys.exit("The contents moved between the two prints: its page numbers are wrong")
    print(f"{target.resolve()}: {len(again.pages)} pages")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
