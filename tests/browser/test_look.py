"""What the book's own sheet draws is on the pages."""

import re

import tinycss2

from styles import NESTED, parsed, split
from tests.sources import HTML, ROOT, pages

# What scripts alone make: the sheet's other words are on the pages as they are built.
BY_SCRIPTS = re.compile(r"sx-used|tippy|more-right|th\b.* button|ask-open|discuss|\[open\]")
STATE = re.compile(r":(?:hover|focus(?:-\w+)?)\b")
UNSEEN = re.compile(r"::[\w-]+|\[data-theme=.*?\]")
UNMATCHED = """async ([selectors, addresses]) => {
  for (const address of addresses) {
    const text = await (await fetch(address)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    selectors = selectors.filter(([, selector]) => !page.querySelector(selector));
  }
  return selectors.map(([rule]) => rule);
}"""


def selectors(content):
    """Yield the selectors of a sheet, also of what stands within conditions."""
    for rule in parsed(content):
        if rule.type == "qualified-rule":
            yield from (tinycss2.serialize(part).strip() for part in split(rule.prelude))
        elif rule.at_keyword in NESTED:
            yield from selectors(rule.content)


def test_every_rule_of_the_books_sheet_has_something_to_draw(open_page, site):
    sheet = (ROOT / "_static" / "book.css").read_text(encoding="utf-8")
    asked = [s for s in selectors(sheet) if not BY_SCRIPTS.search(s)]
    assert len(asked) > 100
    plain = [(s, UNSEEN.sub("", STATE.sub(":not(x)", s))) for s in asked]
    page = open_page("index.html", asleep=True)
    addresses = [f"{site}/{path.relative_to(HTML)}" for path in pages()]
    assert page.evaluate(UNMATCHED, [plain, addresses]) == []


def test_a_proof_does_not_look_like_what_it_proves_and_its_end_is_marked(open_page):
    page = open_page("chapters/a-softmax-properties.html", asleep=True)
    ground = "boxes => boxes.map((box) => getComputedStyle(box).backgroundColor)"
    proofs = page.locator("div.proof:not(.proposition, .definition)")
    assert proofs.count() > 4
    claims = page.locator("div.proof.proposition")
    assert not {*proofs.evaluate_all(ground)} & {*claims.evaluate_all(ground)}
    mark = """boxes => boxes.map((box) => {
      const { width, height, backgroundColor } = getComputedStyle(box, "::after");
      const drawn = backgroundColor !== "rgba(0, 0, 0, 0)";
      return drawn && parseFloat(width) > 5 && parseFloat(height) > 5;
    })"""
    assert all(proofs.evaluate_all(mark))
    assert not any(claims.evaluate_all(mark))
