"""On a phone and in the dark: labels are large enough to be read, of a picture's four versions the
right one comes, alone, and how `test_pages` sees what is cut off, crowded or too small to touch."""

import base64
import hashlib
import json

import pytest

from tests.sources import HTML, notebooks, pages_to_open
from tools.weights import SCROLL

SMALLEST = 9  # pixels
READ = [p.relative_to(HTML).as_posix() for p in pages_to_open()]
DEEP = "chapters/04-softmax-loss.html"

# Listings of source code scroll, and fade out where more follows; what is printed may not, nor may
# formulas.
CUT = """async () => {
  await document.fonts.ready;
  const shown = ".cell_output :is(pre, img), article table, article div.math";
  const printed = [...document.querySelectorAll(shown)]
    .filter((p) => p.checkVisibility() && !p.closest(".softmax-island, .highlight-python"));
  const cut = printed.filter((part) => {
    const box = part.closest(".pst-scrollable-table-container") ?? part;
    return box.scrollWidth > box.clientWidth || part.getBoundingClientRect().right > innerWidth;
  });
  return [printed.length, cut.map((part) => part.textContent.slice(0, 60))];
}"""


# Marks that end a clause, at a line's start: before them, on a line above, ends what they follow.
STRANDED = """async () => {
  await document.fonts.ready;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (text) =>
    text.parentElement.closest("article") && /^[,.;:?!)]/.test(text.data)
      && !text.parentElement.closest("pre, code, svg, .katex, .softmax-island") ? 1 : 2);
  const box = (range) => [...range.getClientRects()];
  const found = [];
  for (let text, range = new Range(); (text = texts.nextNode()); ) {
    let before = text.previousSibling;
    if (before?.nodeType !== 1 || !/^inline/.test(getComputedStyle(before).display)) continue;
    while (before.lastChild && !before.matches?.(".base")) before = before.lastChild;
    range.setStart(text, 0), range.setEnd(text, 1);
    const mark = box(range)[0];
    range.selectNode(before);
    if (mark && box(range).at(-1)?.bottom <= mark.top + 3) found.push(text.data.slice(0, 20));
  }
  return found;
}"""


# In a printed table: neighbouring words no further apart than those of a phrase, and numbers, with
# what puts their points below each other, on two lines.
CROWDED = """() => {
  const range = new Range(), number = /^[\\d.]+(e-\\d+)?\\*?\\s*$/;
  const box = (cell) => { range.selectNodeContents(cell); return range.getBoundingClientRect(); };
  const near = (left, right) => left?.matches(":not(:has(.katex), :empty)") && right.innerText
    && box(left).bottom > box(right).top && box(right).left - box(left).right < 7;
  const broken = (cell) => number.test(cell.textContent)
    && box(cell).height > 1.5 * parseFloat(getComputedStyle(cell).lineHeight);
  return [...document.querySelectorAll("article table.printed :is(th, td):not(:has(.katex))")]
    .filter((cell) => cell.checkVisibility()
      && (broken(cell) || near(cell.previousElementSibling, cell)))
    .map((cell) => `${cell.previousElementSibling?.innerText} ${cell.innerText}`);
}"""


def stranded(page):
    """Return the marks that stay at a line's start: for some frames after its window has changed,
    Chromium may lay a line out as no reader sees it."""
    if page.evaluate(STRANDED):
        page.wait_for_timeout(1000)
    return page.evaluate(STRANDED)


def test_a_stranded_mark_would_be_seen(open_page):
    page = open_page("chapters/a-softmax-properties.html", width=300, asleep=True)
    page.add_style_tag(content=".broad .base { display: inline-block !important }")
    widths = iter(range(300, 400, 5))  # where lines end depends on whether a bar to scroll is drawn
    while not (found := stranded(page)) and (width := next(widths, None)):
        page.set_viewport_size({"width": width, "height": 740})
    assert found


def test_a_cut_or_crowded_output_would_be_seen(open_page):
    page = open_page(DEEP, width=360, asleep=True)
    page.add_style_tag(content="table.table.stacked td { white-space: nowrap !important }")
    page.add_style_tag(content=".cell_output pre { white-space: pre !important }")  # it would break
    page.evaluate("document.querySelector('.cell_output pre').append('x'.repeat(60))")
    page.evaluate("document.querySelector('table.printed td').append('x'.repeat(60))")
    page.evaluate("document.querySelector('article div.math .base').append('x'.repeat(60))")
    assert len(page.evaluate(CUT)[1]) == 4
    assert page.evaluate(CROWDED) == []
    page.evaluate("document.querySelector('table.printed td').innerHTML = '0.<br>5'")
    assert len(page.evaluate(CROWDED)) == 1
    page.add_style_tag(content="table.printed :is(th, td) { padding-inline: 3px !important }")
    assert "bits perplexity" in page.evaluate(CROWDED)


# What stands alone is as large as a finger needs; links within a text are as large as its lines.
SMALL = """() => [...document.querySelectorAll(
    "article :is(button, summary, select), .genindex-jumpbox a")]
  .filter((part) => part.checkVisibility() && Math.min(part.offsetWidth, part.offsetHeight) < 24)
  .map((part) => part.outerHTML.slice(0, 60))"""


def versions():
    """Return {name of a file: (its version, its smallest text as a part of its width)}."""
    found = {}
    for path in notebooks():
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in (output for cell in cells for output in cell.get("outputs", [])):
            kinds = output.get("metadata", {}).get("versions", {})
            label = kinds.get("label", {})
            for kind in kinds.keys() - {"label"}:
                digest = hashlib.sha256(base64.b64decode(kinds[kind])).hexdigest()
                width = "narrow" if "narrow" in kind else "wide"
                found[f"{digest[:8]}.webp"] = kind, label[width]
    return found


SIZES = """() => [...document.querySelectorAll("picture")].map((picture) => {
  const image = picture.querySelector("img");
  const shown = picture.checkVisibility() && image.getBoundingClientRect().width;
  return [picture.querySelector("source").srcset.split("/").pop(), shown];
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_labels_are_large_enough_without_scripts(open_page, site, theme):
    known, smallest = versions(), {}
    how = {"width": 360, "height": 740, "theme": theme, "java_script_enabled": False}
    page = open_page("404.html", asleep=True, **how)
    for path in READ:
        if "<picture" in (HTML / path).read_text(encoding="utf-8"):
            page.goto(f"{site}/{path}", wait_until="load")
            shown = [(name, width) for name, width in page.evaluate(SIZES) if width]
            smallest |= {name: known[name][1] * width for name, width in shown}
    assert len(smallest) > 45
    assert min(smallest.values()) >= SMALLEST


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_one_version_comes(open_page, theme, width):
    page = open_page("404.html", theme=theme, width=width)
    fetched = set()
    page.on("request", lambda r: "_images/" in r.url and fetched.add(r.url.rsplit("/", 1)[1]))
    page.goto(page.url.replace("404.html", DEEP))
    page.evaluate(SCROLL)
    page.wait_for_load_state("networkidle")
    kind = "-".join(["narrow"] * (width == 360) + ["dark"] * (theme == "dark"))
    known = versions()
    assert len(fetched) > 5
    assert {known.get(name, ("",))[0] for name in fetched} == {kind}


READ_NOW = """() => {
  scrollTo(0, document.documentElement.scrollHeight / 2);
  const shown = (line) => line.checkVisibility() && line.getBoundingClientRect().top > 80;
  return [...document.querySelectorAll("article section > p")].find(shown);
}"""


def test_turning_the_phone_keeps_the_place(open_page):
    page = open_page(DEEP, width=360, height=740, asleep=True, is_mobile=True, has_touch=True)
    line = page.evaluate_handle(READ_NOW).as_element()
    height = line.bounding_box()["y"]
    assert 80 < height < 740
    page.set_viewport_size({"width": 740, "height": 360})
    turned = "([line, height]) => Math.abs(line.getBoundingClientRect().top - height) < innerHeight"
    page.wait_for_function(turned, arg=[line, height])


SHOWN = """() => ["light", "dark"].filter((theme) =>
  document.querySelector(`figure .sx-${theme}`).checkVisibility())"""


def test_the_theme_chooses_and_paper_is_light(open_page):
    page = open_page(DEEP, theme="dark")
    assert page.evaluate(SHOWN) == ["dark"]
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN) == ["light"]
    page.emulate_media(media="screen")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert page.evaluate(SHOWN) == ["light"]


def test_a_long_table_can_be_sorted(open_page):
    page = open_page("chapters/09-attention.html")
    table = page.locator("table.sortable").first
    assert table.get_by_role("button", name="scores, d").count() == 1  # read with its formula
    column = (
        "(table) => [...table.tBodies[0].rows].map((row) => parseFloat(row.cells[1].innerText))"
    )
    before = table.evaluate(column)
    name = table.locator("thead th").nth(1)
    name.get_by_role("button").press("Enter")
    assert table.evaluate(column) == sorted(before)
    assert name.get_attribute("aria-sort") == "ascending"
    name.get_by_role("button").click()
    assert table.evaluate(column) == sorted(before, reverse=True)


def test_numbers_are_sorted_by_their_size(open_page):
    page = open_page("chapters/09-attention.html")
    table = page.locator("table.sortable").first
    order = table.evaluate("""(table) => {
      const given = ["9e15", "513.0", "−2", "6e03", "−10.5", "1,200", "0.9"];
      const rows = [...table.tBodies[0].rows];
      rows.forEach((row, k) => (row.cells[1].textContent = given[k] ?? "7e99"));
      table.querySelectorAll("th button")[1].click();
      return [...table.tBodies[0].rows].map((row) => row.cells[1].textContent).slice(0, 7);
    }""")
    assert order == ["−10.5", "−2", "0.9", "513.0", "1,200", "6e03", "9e15"]
