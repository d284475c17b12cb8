"""A reader who searches finds the chapters."""

import json
import re
from types import SimpleNamespace

import pytest

from search_words import keep, names_given, words
from softmax_book.questions.bank import markdown
from tests.sources import ROOT, notebooks
from tools.weights import SCROLL

LIMIT = 1_000_000  # bytes of pages, for the first screen of a phone
DONE = "document.querySelector('#search-results [role=status]')?.textContent"


FIRST = {  # what is asked for, and the page and place that should come first
    "δ": "reference/notation",
    "σ": "reference/notation",
    "gradient check": "chapters/05-backpropagation#sec-bp-check",
    "Gradient checking": "chapters/05-backpropagation#sec-bp-check",
    "softmax gradient": "chapters/05-backpropagation#sec-bp-delta",
    "backprop": "chapters/05-backpropagation",
    "learning slowdown": "chapters/01-learning-slowdown",
    "vanishing gradient": "chapters/01-learning-slowdown",
    "Adam": "chapters/01-learning-slowdown",
    "simplex": "chapters/02-definition#sec-def-simplex",
    "maximum entropy": "chapters/03-probabilistic-interpretation#sec-prob-entropy",
    "log-odds": "chapters/03-probabilistic-interpretation#sec-prob-odds",
    "log-sum-exp": "chapters/04-softmax-loss#sec-loss-forms",
    "cross entropy": "chapters/04-softmax-loss#sec-loss-nll",
    "negative log-likelihood": "chapters/04-softmax-loss#sec-loss-nll",
    "label smoothing": "chapters/04-softmax-loss#sec-loss-smoothing",
    "perplexity": "chapters/04-softmax-loss#sec-loss-information",
    "KL divergence": "chapters/04-softmax-loss#sec-loss-information",
    "double softmax": "chapters/04-softmax-loss#sec-loss-double",
    "ROC": "chapters/06-evaluation#sec-eval-ranks",
    "one-vs-rest": "chapters/06-evaluation#sec-eval-rest",
    "class imbalance": "chapters/07-rare-shifted-unknown#sec-rare-weights",
    "out-of-distribution": "chapters/07-rare-shifted-unknown#sec-rare-none",
    "conformal prediction": "chapters/07-rare-shifted-unknown#sec-rare-sets",
    "mixed precision": "chapters/08-many-classes#sec-many-bits",
    "softmax bottleneck": "chapters/08-many-classes#sec-many-bottleneck",
    "flash attention": "chapters/09-attention#sec-att-onepass",
    "top-p": "chapters/10-choosing-comparing#sec-choose-sampling",
    "nucleus sampling": "chapters/10-choosing-comparing#sec-choose-sampling",
    "mixture of experts": "chapters/10-choosing-comparing#sec-choose-routing",
    "RLHF": "chapters/10-choosing-comparing#sec-choose-dpo",
    "sparsemax": "chapters/a-softmax-properties#sec-prop-limits",
    "compensated summation": "chapters/d-softmax-in-floats#sec-float-sums",
    "why log1p": "chapters/d-softmax-in-floats#sec-float-log",
    "PyTorch": "chapters/c-in-the-libraries",
    "softmax_jvp": "reference/api/jacobian#softmax_src.softmax_jvp",
    "temperature": "chapters/02-definition#sec-def-temperature",
    "nan": "front/first-aid#sec-aid-nan",
    "explodes": "front/first-aid#sec-aid-explodes",
    # As one asks in a hurry, with words that no page has all of
    "nan loss fp16 step 300": "front/first-aid#sec-aid-nan",
    "-inf mask": "front/first-aid#sec-aid-nan",
    "RuntimeWarning: overflow encountered in exp": "front/first-aid#sec-aid-nan",
    "device-side assert triggered": "front/first-aid#sec-aid-nan",
    "CrossEntropyLoss expects class indices": "front/first-aid#sec-aid-labels",
    "RuntimeError: expected scalar type Long but found Float": "front/first-aid#sec-aid-labels",
    "multi-target not supported": "front/first-aid#sec-aid-labels",
    "sparse_categorical_crossentropy": "front/first-aid#sec-aid-labels",
    "categorical_crossentropy": "front/first-aid#sec-aid-labels",
    "log of zero": "front/first-aid#sec-aid-nan",
    "my loss is negative": "front/first-aid#sec-aid-stuck",
    "loss negative": "front/first-aid#sec-aid-stuck",
    "loss is not decreasing": "front/first-aid#sec-aid-stuck",
    "2.3026": "front/first-aid#sec-aid-stuck",
    "why does my loss not decrease?": "front/first-aid#sec-aid-stuck",
    "flat loss": "front/first-aid#sec-aid-stuck",
    "dead ReLU": "front/first-aid#sec-aid-stuck",
    "loss goes up": "front/first-aid#sec-aid-explodes",
    "ln K": "chapters/04-softmax-loss#sec-loss-initial",
    "1e-7": "chapters/04-softmax-loss#sec-loss-clipping",
    "why does my loss overflow?": "chapters/02-definition#sec-def-floats",
    "softmax vs sigmoid": "chapters/03-probabilistic-interpretation#sec-prob-sigmoids",
    "what is a logit": "reference/glossary#term-logit",
    "logits": "chapters/02-definition#sec-def-layer",
    "loss is nan pytorch": "front/first-aid#sec-aid-nan",
    "why subtract max": "chapters/02-definition#sec-def-floats",
    "top p": "chapters/10-choosing-comparing#sec-choose-sampling",
    "calibrate": "chapters/03-probabilistic-interpretation#sec-prob-calibration",
    "syllabus": "front/teaching#one-week-or-three",
    "license": "front/teaching",
    "imbalanced classes": "chapters/07-rare-shifted-unknown#sec-rare-weights",
}


def test_every_section_with_words_of_its_own_is_there():
    pages = [*ROOT.glob("front/*.md"), *ROOT.glob("reference/*.md")]
    texts = [page.read_text(encoding="utf-8") for page in pages] + [*map(markdown, notebooks())]
    there = set(re.findall(r"^\(([\w-]+)\)=$", "\n".join(texts), re.MULTILINE))
    assert len(words(ROOT)) > 50
    assert not set(words(ROOT)) - there


def test_a_page_that_is_not_built_anew_keeps_its_words():
    anew, stayed = [("Adam", "sec", "main")], [("single", "nan", "sec-aid-nan", "main", None)]
    index = SimpleNamespace(_index_entries={"one": anew})
    domain = SimpleNamespace(entries={"one": stayed, "other": stayed})
    keep(SimpleNamespace(
        builder=SimpleNamespace(search=True, indexer=index),
        env=SimpleNamespace(get_domain=lambda name: domain, words_added={"other": stayed}),
    ))  # fmt: skip
    assert index._index_entries == {"one": anew, "other": [("nan", "sec-aid-nan", "main")] * 2}


def test_the_index_has_no_words_that_nobody_looks_for_or_finds(book):
    text = (book / "searchindex.js").read_text(encoding="utf-8")
    found = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    terms = {*found["terms"], *found["titleterms"]}
    glued = {"meanleastlargest", "float32exp", "true2"}  # of neighbouring cells of a table
    of_scripts = {"queryselector", "decodeuricompon"}
    assert not terms & {*glued, *of_scripts, "operatornam", "tfrac", "many_a", "ha", "which", ""}
    assert not [term for term in terms if term != term.lower() or term[0].isdecimal()]


@pytest.mark.parametrize("asked", ["one", "used", "nearness", "evening"])
def test_a_word_is_found_whose_stem_is_short_or_a_little_word(found, asked):
    assert found(asked)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("spread = np.ptp(z)", {"spread"}),
        ("for z in rows: print(z)", {"z"}),
        ("def nll(z, t=1): return log_softmax(z / t)", {"z", "t"}),
        ("pip install rows", set()),
    ],
)
def test_a_name_of_a_cell_is_no_word(code, names):
    assert names_given(code) == names


# Ask again on a page of results, which need not load its index anew.
ASK = """(asked) => {
  document.getElementById("search-results").replaceChildren();
  Search.performSearch(asked);
}"""


@pytest.fixture(scope="module")
def found(browser, site):
    """Return a function from what is asked for to the addresses found, the best one first."""
    page = browser.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(f"{site}/search.html")

    def ask(asked):
        page.evaluate(ASK, asked)
        page.wait_for_function(DONE)
        links = page.locator("#search-results li > a")  # an excerpt may yet give one its section
        return links.evaluate_all("(links) => links.map((a) => a.pathname.slice(1) + a.hash)")

    yield ask
    page.close()
    assert not trouble  # an empty excerpt is one


@pytest.mark.parametrize(("asked", "place"), FIRST.items(), ids=FIRST)
def test_the_page_that_one_looks_for_comes_first(found, asked, place):
    name, _, anchor = place.partition("#")
    first = found(asked)[0]
    assert first.startswith(f"{name}.html")
    assert first.endswith(anchor)


@pytest.mark.parametrize(("american", "here"), [("color", "colour"), ("gray", "grey")])
def test_american_spelling_finds_what_the_book_writes(found, american, here):
    pages = [[address.split("#")[0] for address in found(asked)] for asked in (american, here)]
    assert pages[0] == pages[1] != []


RESULTS = """() => [...document.querySelectorAll("#search-results li:has(.context)")].map((li) => ({
  page: li.querySelector("a").href.split("#")[0],
  place: li.querySelector("a").hash.slice(1),
  name: li.querySelector("a").textContent,
  text: li.querySelector(".context").textContent,
  marks: [...li.querySelectorAll("mark")].map((mark) => mark.textContent.toLowerCase()),
}))"""


ALL = "![...document.querySelectorAll('.context')].some((p) => !p.textContent)"
# What a browser would show there, and what it is called.
THERE = """async ({ page, place }) => {
  const html = new DOMParser().parseFromString(await (await fetch(page)).text(), "text/html");
  const unread = "script, style, .headerlink, .katex-html, details.hide > summary";
  html.querySelectorAll(unread).forEach((part) => part.remove());
  const it = place ? html.getElementById(place) : html.querySelector("article");
  const part = it.matches("dt, div, article") ? it : it.closest("section");
  if (part.matches("dt")) return { heading: part.textContent, text: part.parentNode.textContent };
  const heading = part.querySelector("h1, h2, h3, h4, .admonition-title").textContent;
  return { heading, text: part.textContent };
}"""


def letters(text):
    """Return a text without what stands between its words, which excerpts set anew."""
    return re.sub(r"[\W_]+", "", text)


@pytest.fixture
def search(open_page):
    """Return a function from what is asked for to the page of results and the pages it fetches."""

    def ask(asked, **how):
        page = open_page("search.html", asleep=True, **how)
        fetched = []
        page.on("request", lambda r: r.resource_type == "fetch" and fetched.append(r.url))
        page.goto(f"{page.url}?q={asked}", wait_until="networkidle")
        page.wait_for_function(DONE)
        return page, fetched

    return ask


@pytest.mark.parametrize("asked", ["xyzzyplugh", "constructor"])  # each object in JS has one
def test_search_for_what_is_not_there_finds_nothing(search, asked):
    page, fetched = search(asked)
    assert page.locator("#search-results li a").count() == 0
    assert "Nothing" in page.get_by_role("status").inner_text()
    assert fetched == []


def test_the_page_can_be_used_before_its_index_has_come(open_page):
    page = open_page("search.html", asleep=True)
    held = []
    page.route("**/searchindex.js", lambda route: held.append(route))
    page.goto(f"{page.url}?q=temperature", wait_until="commit")
    page.get_by_text("Searching …").wait_for()
    page.get_by_role("main").get_by_role("searchbox").fill("logit")
    held[0].continue_()
    page.wait_for_function(DONE)
    field = page.get_by_role("main").get_by_role("searchbox")
    assert field.input_value() == "logit"
    assert field.evaluate("field => field === document.activeElement")


@pytest.mark.parametrize(("asked", "marked"), [("temperature", True), ("qwxzv", False)])
def test_a_page_that_is_read_after_a_search_offers_to_hide_only_marks_that_it_has(
    search, site, asked, marked
):
    page, _ = search(asked)
    page.goto(f"{site}/chapters/02-definition.html")
    assert bool(page.locator("article .highlighted").count()) == marked
    assert page.get_by_role("link", name="Hide Search Matches").count() == marked


def test_pages_are_fetched_for_the_results_in_sight_alone_and_once(search, book, site):
    page, fetched = search("label smoothing", width=360, height=740)
    size = sum((book / url.removeprefix(f"{site}/")).stat().st_size for url in fetched)
    assert 0 < size < LIMIT
    page.evaluate(SCROLL)
    page.wait_for_function(ALL)
    assert len(fetched) == len(set(fetched)) > 10


def test_the_keyboard_goes_on_from_the_results(open_page):
    page = open_page("search.html", asleep=True)
    page.get_by_role("main").get_by_role("searchbox").fill("label smoothing")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=label**")
    page.wait_for_function(DONE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#search-results li:first-child > a')")


def test_the_count_is_that_of_results_and_pages(search):
    page, _ = search("label smoothing")
    links = page.locator("#search-results li > a")
    pages = {a.split("#")[0] for a in links.evaluate_all("(all) => all.map((a) => a.href)")}
    said = page.get_by_role("status").inner_text()
    assert said == f"{links.count()} results on {len(pages)} pages"


@pytest.mark.parametrize("asked", ["label smoothing", "gumbel"])
def test_an_excerpt_is_of_the_section_that_the_link_leads_to_and_marks_the_words(search, asked):
    page, _ = search(asked)
    page.evaluate(SCROLL)
    page.wait_for_function(ALL)
    results = page.evaluate(RESULTS)
    assert len(results) > 5
    for one in results:
        assert one["marks"], one
        there = page.evaluate(THERE, one)
        assert letters(one["name"].split(" › ")[-1]).lower() in letters(there["heading"]).lower()
        assert letters(one["text"]) in letters(there["text"])
