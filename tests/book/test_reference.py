"""The reference: a page a module, every function on exactly one, and old addresses that lead on."""

import inspect
import re

import pytest
from bs4 import BeautifulSoup

import softmax_src
from tests.book.test_pages import dead_links, soup
from tests.sources import ROOT

PAGES = sorted((ROOT / "reference" / "api").glob("*.md"))
# Types and names, which keep their underscores, are set apart: as terms, italics or code.
SET_APART = "code, pre, cite, em, dt, h1, script, .katex, .toctree-wrapper"
PLAIN = re.compile(r"\S*(?:\^|\w_\w|[<>]=|\*\*)\S*")


@pytest.fixture(scope="module")
def entries(book):
    """Return {page: ids of the functions, classes and methods that it describes}."""
    found = {}
    for path in (book / "reference" / "api").glob("*.html"):
        found[path.stem] = [e["id"] for e in soup(path).select("dl.py > dt[id]")]
    return found


def test_every_module_is_one_page_that_the_entry_lists(book, entries):
    assert sorted(entries) == [path.stem for path in PAGES]
    entry = soup(book / "reference" / "api.html")
    links = {a["href"] for a in entry.select("dl.modules dt a")}
    assert {link.split("#")[0] for link in links} == {f"api/{name}.html" for name in entries}
    listed = {a["href"].split("#")[1] for a in entry.select("dl.modules dd a")}
    functions = [i for page in entries.values() for i in page]
    assert len(set(functions)) == len(functions)
    assert listed <= set(functions)
    methods = set(functions) - listed
    assert all(any(m.startswith(f"{name}.") for name in listed) for m in methods), methods


def test_the_map_of_what_functions_take_is_whole():
    table = (ROOT / "reference" / "api.md").read_text(encoding="utf-8").split("here is the map")[1]
    named = set(re.findall(r"{func}`~[\w.]*\.(\w+)`", table))
    for name in softmax_src.__all__:
        function = inspect.isfunction(getattr(softmax_src, name))
        assert name in named or not function or name.endswith("_gradient"), name


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        ("reference/api", "glossary", "bibliography"),
        ("reference/api/activations", "../api", "calibration"),
        ("reference/api/widgets", "vocabulary", "../bibliography"),
        ("reference/bibliography", "api", "errata"),
        ("front/questions", "practise", "first-aid"),
    ],
)
def test_paging_and_contents_pass_over_the_pages_below_a_page(book, page, before, after):
    html = soup(book / f"{page}.html")
    for way, name in (("left-prev", before), ("right-next", after)):
        assert html.select_one(f"a.{way}")["href"] == f"{name}.html"
    assert not html.select(".bd-links a[href$='losses.html'], .bd-links a[href*='questions/']")


def plain_formulas(html):
    """Return what reads as a formula or a name in the text of a page, but is not set as one."""
    article = BeautifulSoup(str(html.select_one("article")), "html.parser")
    for part in article.select(SET_APART):
        part.decompose()
    return PLAIN.findall(article.get_text(" "))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_formulas_and_names_are_set_as_such(book, path):
    assert plain_formulas(soup(book / "reference" / "api" / f"{path.stem}.html")) == []


def test_a_plain_formula_would_be_seen():
    text = "<article><code>n_in</code> p_j and 2^27, x >= 0 by <em>array_like</em> a_b</article>"
    assert plain_formulas(BeautifulSoup(text, "html.parser")) == ["p_j", "2^27,", ">=", "a_b"]


def test_sources_and_entries_lead_to_each_other(book):
    pages = sorted((book / "_modules").rglob("*.html"))
    assert len(pages) > 25
    for page in pages:
        assert dead_links(page, soup(page)) == [], page.name
    for path in PAGES:
        html = soup(book / "reference" / "api" / f"{path.stem}.html")
        for entry in html.select("article dl.py > dt[id]"):
            assert entry.find_parent("dd") or entry.select_one("a[href*='_modules/']"), entry["id"]
