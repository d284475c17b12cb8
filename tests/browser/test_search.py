"""A reader who searches finds the chapters."""

import re
from types import SimpleNamespace

import pytest

from search_words import keep, words
from tests.sources import ROOT, markdown, notebooks

# Sphinx says so when all excerpts are there.
DONE = "/(finished|did not match)/.test(document.querySelector('#search-results')?.innerText ?? '')"


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
    "PyTorch": "chapters/c-in-the-libraries",
    "softmax_jvp": "reference/api/jacobian#softmax_src.softmax_jvp",
    "temperature": "chapters/02-definition#sec-def-temperature",
    "nan": "front/first-aid#sec-aid-nan",
    "explodes": "front/first-aid#sec-aid-explodes",
    # As one asks in a hurry, with words that no page has all of
    "nan loss fp16 step 300": "front/first-aid#sec-aid-nan",
    "-inf mask": "front/first-aid#sec-aid-nan",
    "2.3026": "front/first-aid#sec-aid-stuck",
    "why does my loss overflow?": "chapters/02-definition#sec-def-floats",
    "softmax vs sigmoid": "chapters/03-probabilistic-interpretation#sec-prob-sigmoids",
    "what is a logit": "reference/glossary#term-logit",
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
        env=SimpleNamespace(get_domain=lambda name: domain),
    ))  # fmt: skip
    assert index._index_entries == {"one": anew, "other": [("nan", "sec-aid-nan", "main")]}


@pytest.fixture(scope="module")
def found(browser, site):
    """Return a function from what is asked for to the addresses found, the best one first."""
    page = browser.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))

    def ask(asked):
        page.goto(f"{site}/search.html?q={asked}")
        page.wait_for_function(DONE)
        links = page.locator("#search-results li > a")
        return links.evaluate_all("(links) => links.map((a) => a.getAttribute('href'))")

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
    assert found(american) == found(here) != []


def test_search_for_nonsense_finds_nothing(open_page):
    page = open_page("search.html?q=xyzzyplugh")
    page.wait_for_selector("#search-results p")
    assert page.locator("#search-results li a").count() == 0


def test_an_excerpt_shows_a_formula_once(open_page):
    page = open_page("search.html?q=cancels")
    page.wait_for_selector("#search-results li a")
    text = page.evaluate("""async () => {
      const chapter = await fetch("chapters/05-backpropagation.html");
      return Search.htmlToText(await chapter.text(), "");
    }""")
    assert "a−y" in text
    assert "a−ya" not in text


def test_a_result_names_its_section(open_page):
    page = open_page("search.html?q=label smoothing")
    page.wait_for_function(DONE)
    links = page.locator("#search-results li .context > a")
    assert links.first.inner_text() == "Should the target be certain?"
    page.goto(links.nth(1).get_attribute("href"))  # of a page that was found by its words
    assert page.locator(":target :is(h2, h3)").count()
