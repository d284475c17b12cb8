"""Print the book, built as one page, into one tagged PDF with bookmarks and page numbers.

    python -m tools.pdf _build/pdf/_build/singlehtml/index.html dist/softmax.pdf

It is printed at least twice: the first print says on which pages the chapters and sections begin,
and the second has a table of contents with these numbers. It has the same length, so they stay
true. A chapter that ends in a few lines on a page of their own is set a little tighter, twice at
most.
"""

import re
import sys
from pathlib import Path

import pikepdf
import segno
import yaml
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

import softmax_src
from tools.chromium import launch

BOOK = Path(__file__).parent.parent
PRINTS = 6  # at most: two, two more where chapters are set tighter, and two should a line move

STYLE = """
.bd-header, .bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .bd-footer,
.bd-footer-content, .prev-next-footer, .headerlink, .copybtn, .toggle-button, summary,
#pst-skip-link, .pst-scroll-pixel-helper, .back-to-top, #pst-back-to-top,
details.above-input, .ask-practise {
  display: none !important; }
#jb-print-docs-body { display: none !important; }
.bd-main, .bd-content, .bd-article-container, .bd-article, .bd-container__inner {
  display: block !important; max-width: none !important; width: auto !important;
  padding: 0 !important; margin: 0 !important; }
html { font-size: 12px; }
body { background: #fff !important; }
h1 { display: block !important; }
h2 { break-before: page; }
section:has(> .ask-practise) + span + section > h2 { break-before: auto; }
h2, h3, h4, h5, dt, .rubric, .admonition-title { break-after: avoid; }
dl.py > dd, dl.glossary > dd, .field-list > dd { margin-bottom: 0.4rem; }
dl.py .rubric { margin: 0.5rem 0 0.2rem; }
dl.py p { margin-bottom: 0.4rem; }
figure, img, tr, .math { break-inside: avoid; }
.katex-display, div.math, .highlight, pre, .pst-scrollable-table-container, .output, .text_html {
  overflow: visible !important; }
pre { white-space: pre-wrap !important; overflow-wrap: anywhere; orphans: 4; widows: 4; }
p, li { orphans: 3; widows: 3; }
img { max-width: 100% !important; height: auto; }
figure img, .cell_output img { max-height: 88mm; width: auto; max-width: 88% !important; }
.map img { max-height: 150mm !important; max-width: 100% !important; }
details > * { display: block; }
.paper-title { font-size: 1.25rem; color: #555; margin: 0 0 2rem; }
.paper-contents { columns: 2; column-gap: 2.5rem; font-size: 0.82rem; line-height: 1.2; }
.paper-contents p { display: flex; gap: 0.5em; margin: 0.15em 0; break-inside: avoid; }
.paper-contents p span:first-child { flex: 1; }
.paper-contents a { color: inherit; text-decoration: none; }
.paper-contents .paper-section { padding-left: 1.25em; }
.paper-contents .paper-chapter { font-weight: 600; margin-top: 0.6em; break-after: avoid; }
.paper-solution { text-align: right; margin: 0; }
.paper-tight { line-height: calc(1.65 - 0.05 * var(--tight));
  zoom: calc(1 - 0.015 * var(--tight)); }
.paper-tight :is(.cell, figure, .admonition) {
  margin-block: calc(1.2em - 0.2em * var(--tight)) !important; }
.paper-moves { display: flex; align-items: center; gap: 0.8em; margin-top: 0.4em !important;
  overflow-wrap: anywhere; }
.paper-moves img { width: 17mm !important; max-width: none !important; flex: none;
  margin: 0 !important; }
div.citation { display: block; padding-left: 2em; text-indent: -2em; }
div.citation p { margin: 0 0 0.4em; }
"""

# Opens what is folded, fetches every picture, and makes one book of the single page, whose title
# is h1, the preface's sections and the chapters are h2, the chapters' sections h3:
# - the preface becomes a chapter, and the solutions go to a chapter of their own at the end;
# - each id is the target of one thing: on the single page every chapter has an "exercises" and an
#   "id1", and a link finds the first of them;
# - wide formulas and tables shrink to the page; what is short stays on one page, the rest need not;
# - a table of contents follows the title.
# Returns what is wrong, and the headings as plain text: Chromium's bookmarks leave formulas out.
PREPARE = """async ({pages, edition, tight}) => {
  document.documentElement.dataset.theme = "light";
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  for (const folded of document.querySelectorAll(".toggle-hidden, .toggle")) {
    folded.classList.remove("toggle-hidden", "toggle", "dropdown");
  }
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;

  const make = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };
  const link = (id, ...children) => {
    const made = make("a", "reference internal", ...children);
    made.href = `#${id}`;
    return made;
  };
  // A formula in one line of plain text, from its MathML: 1/√d for a fraction with a root.
  const FORMS = {
    mfrac: (a, b) => `${a}/${b}`,
    msqrt: (...a) => `√${a.join("")}`,
    msup: (a, b) => `${a}^${b}`,
    msub: (a, b) => `${a}_${b}`,
    msubsup: (a, b, c) => `${a}_${b}^${c}`,
    annotation: () => "",
  };
  const plain = (node) => {
    if (node.nodeType === 3) return node.data;
    if (node.nodeType !== 1 || node.matches(".katex-html")) return "";
    const parts = [...node.childNodes].map(plain);
    return FORMS[node.localName]?.(...parts) ?? parts.join("");
  };
  const article = document.querySelector("article");
  const book = article.querySelector("h1").parentElement;
  const trouble = [];

  for (const each of article.querySelectorAll(".headerlink")) each.remove();
  // Links stay in the file; a file that lay beside the page is not beside the PDF.
  for (const each of article.querySelectorAll("a[href]")) {
    const href = each.getAttribute("href").replace(/^index\\.html#/, "#");
    each.setAttribute("href", href);
    if (!/^(#|https?:|mailto:)/.test(href)) each.removeAttribute("href");
  }
  for (const entry of article.querySelectorAll("div.citation[id]")) {
    if (/^id\\d+$/.test(entry.id)) entry.id = `reference-${entry.id}`;
  }
  for (const each of article.querySelectorAll("a[href^='#id']")) {
    if (/^#id\\d+$/.test(each.hash)) each.hash = `reference-${each.hash.slice(1)}`;
  }

  const opening = [];
  for (let next = article.querySelector("h1").nextSibling; next; next = next.nextSibling) {
    if (next.nodeType === 1 && next.matches(".toctree-wrapper")) break;
    opening.push(next);
  }
  if (opening.some((node) => node.nodeType === 1)) {
    const preface = make("section", "", make("h2", "", "Preface"), ...opening);
    for (const heading of preface.querySelectorAll("h2 ~ section > h2")) {
      heading.replaceWith(make("h3", "", ...heading.childNodes));
    }
    article.querySelector("h1").after(preface);
  }

  const solutions = make("section", "", make("h2", "", "Solutions"));
  for (const chapter of article.querySelectorAll("section")) {
    const heading = chapter.querySelector(":scope > h2");
    const found = heading ? chapter.querySelectorAll("div.solution") : [];
    if (!found.length) continue;
    const title = heading.cloneNode(true);
    const part = make("section", "", make("h3", "", ...title.childNodes));
    solutions.append(part);
    for (const solution of found) {
      const to = solution.querySelector(".admonition-title a")?.hash.slice(1);
      const exercise = to && document.getElementById(to);
      if (!exercise) {
        trouble.push(`a solution to no exercise: ${solution.textContent.slice(0, 80)}`);
        continue;
      }
      solution.id = `solution-to-${to}`;
      exercise.append(make("p", "paper-solution", link(solution.id, "Solution")));
      part.append(solution);
    }
  }
  if (solutions.children.length > 1) book.append(solutions);

  for (const label of article.querySelectorAll("div.citation > .label")) label.remove();

  const site = document.querySelector("link[rel=canonical]")?.href.replace(/index\\.html$/, "");
  const starts = [...article.querySelectorAll("[id^='document-']")];
  for (const picture of site ? article.querySelectorAll("img.widget-picture") : []) {
    const figure = picture.closest("figure");
    const above = starts.filter((each) => each.compareDocumentPosition(figure) & 4).pop();
    const page = above?.id.slice("document-".length);
    const address = `${site}${page && page !== "index" ? `${page}.html` : ""}#${figure.id}`;
    const code = make("img", "");
    code.src = await codeFor(address);
    code.alt = `Code for a phone's camera that opens ${address}`;
    const there = make("a", "", address);
    there.href = address;
    figure.append(make("p", "paper-moves", code, make("span", "", "Move it at ", there)));
    await code.decode();
  }

  for (const [index, heading] of article.querySelectorAll("section > h2").entries()) {
    if (!tight[index]) continue;
    heading.parentElement.classList.add("paper-tight");
    heading.parentElement.style.setProperty("--tight", tight[index]);
  }

  // All is read before anything is written: who asks for a size after a change of style has the
  // browser lay out the whole book again.
  const room = ({parentElement, scrollWidth}) => parentElement.clientWidth / scrollWidth;
  const wide = [...article.querySelectorAll(".katex-display, table")]
    .filter((each) => each.scrollWidth > each.parentElement.clientWidth + 1);
  const zooms = wide.map((each) => Math.max(0.5, room(each)));
  wide.forEach((each, index) => (each.style.zoom = zooms[index]));
  const whole = `.cell_input, .cell_output, div[class*=highlight], .admonition, .proof, table,
    dl.py > dt`;
  const blocks = [...article.querySelectorAll(whole)];
  const short = blocks.map((block) =>
    block.offsetHeight < (block.querySelector("pre") ? 520 : 400));
  blocks.forEach((block, index) => (block.style.breakInside = short[index] ? "avoid" : "auto"));

  const contents = make("nav", "paper-contents");
  contents.setAttribute("aria-label", "Contents");
  const headings = article.querySelectorAll("section > h2, section > h3");
  for (const [index, heading] of headings.entries()) {
    heading.id = `heading-${index}`;
    if (["Five-line recap", "Further reading"].includes(heading.textContent)) continue;
    const name = heading.matches("h2") ? "paper-chapter" : "paper-section";
    contents.append(make("p", name,
      make("span", "", link(heading.id, ...heading.cloneNode(true).childNodes)),
      make("span", "", pages[index] ?? "000")));
  }
  const line = make("p", "paper-title", edition);
  if (site) {
    const published = make("a", "", site);
    published.href = site;
    line.append(" Its figures move at ", published, ".");
  }
  article.querySelector("h1").after(line, contents);
  document.title = article.querySelector("h1").textContent;

  const ids = new Map();
  for (const each of document.querySelectorAll("[id]")) {
    ids.set(each.id, (ids.get(each.id) ?? 0) + 1);
  }
  for (const each of article.querySelectorAll("a[href^='#']")) {
    const id = decodeURIComponent(each.hash.slice(1));
    if (ids.get(id) !== 1) trouble.push(`#${id} names ${ids.get(id) ?? 0} places`);
  }
  const bookmarks = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((heading) => heading.checkVisibility())
    .map((heading) => plain(heading).replace(/\\s+/g, " ").trim());
  return {trouble, bookmarks};
}"""

FOOTER = """<div style="width: 100%; text-align: center; font-size: 8px; color: #555">
<span class="pageNumber"></span></div>"""


def print_page(browser, source, target, pages, tight):
    """Print the single page, with these page numbers in the contents; return its headings.

    ``tight`` says of chapters, by their place, how many steps closer their lines are set.
    """
    # As wide as the paper between its margins, so that what fits here fits there.
    page = browser.new_page(viewport={"width": 658, "height": 986}, color_scheme="light")
    page.set_default_timeout(300_000)
    page.expose_function("codeFor", lambda address: segno.make(address).png_data_uri(scale=4))
    # Scripts would make buttons of what are links and headings on paper.
    page.route(re.compile(r"\.js(\?|$)"), lambda route: route.abort())
    page.goto(source.resolve().as_uri(), wait_until="load")
    page.emulate_media(media="print", color_scheme="light")
    page.add_style_tag(content=STYLE)
    found = page.evaluate(PREPARE, {"pages": pages, "edition": edition(), "tight": tight})
    if found["trouble"]:
        sys.exit("The PDF would have links that lead nowhere:\n" + "\n".join(found["trouble"]))
    page.pdf(
        path=target, format="A4", print_background=True, tagged=True, outline=True,
        display_header_footer=True, header_template="<span></span>", footer_template=FOOTER,
        margin={"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
    )  # fmt: skip
    page.close()
    return found["bookmarks"]


def edition():
    """Return which version is printed."""
    return f"Version {softmax_src.__version__}."


def starts(reader):
    """Return the pages of every chapter and section, in order, and those of chapters alone."""
    found = []

    def walk(items, depth):
        for item in items:
            if isinstance(item, list):
                walk(item, depth + 1)
            elif depth in (1, 2):
                found.append((depth, reader.get_destination_page_number(item) + 1))

    walk(reader.outline, 0)
    return [page for _, page in found], [page for depth, page in found if depth == 1]


def nearly_empty(reader):
    """Return the pages, from 1, that hold no picture and fewer than ten lines."""
    found = []
    for number, page in enumerate(reader.pages, 1):
        code = page.get_contents().get_data()
        # Reading a text takes long: a page that shows hundreds of pieces of text is not looked at.
        if b" Do" not in code and code.count(b"Tj") + code.count(b"TJ") < 250:
            lines = {round(y) for y in baselines(page)}
            if len(lines) <= 10:  # the number of the page is one
                found.append(number)
    return found


def baselines(page):
    """Return the height at which each piece of text of a page stands."""
    heights = []

    def note(text, matrix, text_matrix, font, size):
        if text.strip():
            heights.append(text_matrix[5] * matrix[3] + matrix[5])

    page.extract_text(visitor_text=note)
    return heights


def finish(target, titles):
    """Write what Chromium leaves out, and write it small.

    The headings' plain text as bookmarks, formulas and all; author and title, also as XMP. A figure
    with its caption is a group, and the picture in it the figure, which has the alternative text.
    """
    with pikepdf.open(target, allow_overwriting_input=True) as pdf:
        bookmarks = list(walk_bookmarks(pdf.Root.Outlines.First))
        if len(bookmarks) != len(titles):
            sys.exit(f"The PDF has {len(bookmarks)} bookmarks for {len(titles)} headings")
        for bookmark, title in zip(bookmarks, titles, strict=True):
            bookmark.Title = title
        for figure in figures(pdf.Root.StructTreeRoot):
            if "/Alt" not in figure:
                figure.S = pikepdf.Name.Div
        with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
            about.load_from_docinfo(pdf.docinfo)  # when, and with what
            about["dc:title"] = titles[0]
            about["dc:creator"] = [yaml.safe_load((BOOK / "_config.yml").read_text())["author"]]
            about["dc:language"] = [str(pdf.Root.get("/Lang", "en"))]
            about["dc:description"] = edition()
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        packed = pikepdf.ObjectStreamMode.generate
        pdf.save(target, force_version="1.7", object_stream_mode=packed)


def walk_bookmarks(item):
    """Yield each bookmark, those below it, and those after it."""
    while item is not None:
        yield item
        if "/First" in item:
            yield from walk_bookmarks(item.First)
        item = item.get("/Next")


def figures(root):
    """Yield the elements of the tag tree that are figures."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend(element)
        elif isinstance(element, pikepdf.Dictionary):
            if element.get("/S") == "/Figure":
                yield element
            waiting.append(element.get("/K"))


def main(source, target):
    """Print until the contents are right and no page is nearly empty; say what came out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    pages, tight = [], {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for attempt in range(PRINTS):
            titles = print_page(browser, source, target, [str(page) for page in pages], tight)
            before, (pages, chapters) = pages, starts(reader := PdfReader(target))
            empty = nearly_empty(reader)
            ends = [page for page in empty if page not in chapters]
            if ends and attempt < 2:
                for page in ends:
                    place = sum(start < page for start in chapters) - 1
                    tight[place] = tight.get(place, 0) + 1
            elif pages == before:
                break
        browser.close()
    if pages != before:
        sys.exit("The contents moved between two prints: its page numbers are wrong")
    finish(target, titles)
    print(f"{target.resolve()}: {len(reader.pages)} pages")
    if empty:
        print(f"Nearly empty: {', '.join(map(str, empty))}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
