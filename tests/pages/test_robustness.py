"""What readers, links and broken pages can do to the widgets, and what is left then."""

import json
import re

import pytest

from softmax_book import widgets
from tools import soak
from tools.pages import with_widgets

CLASSES = {kind.widget_name: kind for kind in (getattr(widgets, n) for n in widgets.__all__)}
PAGES = with_widgets()
ISLAND = re.compile(
    r'(<div class="softmax-island" data-widget="(\w+)"><script type="application/json">)(.*?)'
    r"(</script>.*?</div>)",
    re.DOTALL,
)


def _inline(text, book):
    """Return the page with the states in it that it would fetch."""

    def held(match):
        script = (book / f"_static/islands/{match[1]}.js").read_text(encoding="utf-8")
        state = script.split(", ", 1)[1].rsplit(");", 1)[0]
        return f'><script type="application/json">{state}</script>'

    return re.sub(r' data-stored="([\w-]+)">', held, text)


def _ruined(state):
    """Yield what a page might hold in place of a widget's state."""
    yield from ("", "{", "null", "[]", "{}", json.dumps({"state": None}))
    for trait, value in state.items():
        others = {key: kept for key, kept in state.items() if key != trait}
        yield json.dumps({"state": others})
        wrong = [None, {}, "absurd"]
        if isinstance(value, int | float) and not isinstance(value, bool):
            wrong += [-1e308, [value]]
        if isinstance(value, list):
            wrong += [[None], ["absurd"]]
        for other in wrong:
            yield json.dumps({"state": {**others, trait: other}})


@pytest.mark.parametrize("path", PAGES)
def test_a_ruined_state_leaves_the_picture_and_one_message(open_page, book, path):
    text, count = _inline((book / path).read_text(encoding="utf-8"), book), 0

    def ruin(island):
        nonlocal count
        opening, _, held, closing = island.groups()
        copies = [f"{opening}{s}{closing}" for s in _ruined(json.loads(held)["state"])]
        copies.append(re.sub("<script.*?</script>", "", island[0], flags=re.DOTALL))
        count += len(copies)
        return "".join(copies)

    page = open_page(path, answers={f"**/{path}": ISLAND.sub(ruin, text)})
    islands = page.locator(".softmax-island")
    assert islands.count() == count > 20
    seen = "all => all.filter((i) => i.querySelector('img')?.checkVisibility()).length"
    assert islands.evaluate_all(seen) == count
    assert page.locator(".sx-widget").count() == 0
    assert len(page.trouble) == count, page.trouble
    assert all(re.match(r"The widget \w+ stays a picture: .", line) for line in page.trouble)
    page.trouble.clear()


FOLLOW = """(links) => links.forEach((link) => {
  location.hash = link;
  dispatchEvent(new HashChangeEvent("hashchange"));
})"""
ABSURD = ["nan", "1e999", "-1e308", "", "null", "NaN,1", "%", "%E0%A4", "[object Object]"]


@pytest.mark.parametrize("name", CLASSES)
def test_an_absurd_link_changes_nothing(open_page, name):
    path = f"widgets/{name}.html"
    page = open_page(path)
    widget = page.locator(f"[data-widget={name}] .sx-widget").first
    still = """(widget) => { // without the live region, which speaks when the reader has paused
      const copy = widget.cloneNode(true);
      copy.querySelectorAll("[aria-live]").forEach((node) => node.remove());
      return copy.innerHTML;
    }"""
    before = widget.evaluate(still)
    warnings = []
    page.on("console", lambda m: m.type == "warning" and warnings.append(m.text))
    for trait in [*CLASSES[name].rules(), "__proto__", "constructor"]:
        page.evaluate(FOLLOW, [f"{name}:{trait}={text}" for text in ABSURD])
    assert widget.evaluate(still) == before
    assert all("was left out" in line for line in warnings)
    assert any("1e999" in line for line in warnings)
    opened = open_page(f"{path}#{name}:{next(iter(CLASSES[name].rules()))}=%E0%A4&z=nan&T=-1")
    assert opened.locator(f"[data-widget={name}].sx-alive").first.is_visible()


def test_a_module_that_cannot_be_read_leaves_the_picture(open_page):
    script = "**/islands/four_outputs.js"
    page = open_page("chapters/02-definition.html", answers={script: "not { JavaScript"})
    island = page.locator("[data-widget=four_outputs]").first
    assert island.locator("img:visible").count() == 1
    assert page.locator(".sx-widget").count() == 0
    own = [line for line in page.trouble if "stays a picture" in line]
    assert own == ["The widget four_outputs stays a picture: four_outputs.js defines nothing"]
    page.trouble.clear()  # with the browser's own word on the syntax


@pytest.mark.parametrize("text", ["not { JavaScript", "softmaxIslands.hold('{}', null);", ""])
def test_a_stored_state_that_cannot_be_read_leaves_the_picture(open_page, book, text):
    path = "chapters/05-backpropagation.html"
    stored = re.search(r' data-stored="([\w-]+)">', (book / path).read_text(encoding="utf-8"))[1]
    page = open_page(path, answers={f"**/islands/{stored}.js": text.replace("{}", stored)})
    assert page.locator(".softmax-island:not(.sx-alive) img:visible").count() == 1
    assert page.locator(".sx-widget").count() == 1
    own = [line for line in page.trouble if "stays a picture" in line]
    assert len(own) == 1
    assert own[0].startswith("The widget pair_race stays a picture: ")
    page.trouble.clear()  # with the browser's own word on the syntax


@pytest.mark.parametrize("path", PAGES)
def test_a_monkey_breaks_nothing(browser, site, path):
    """`make soak` does the same ten thousand times."""
    soak.soak(browser, site, path, actions=30, seed=1)
