"""The page of errata is the changelog's, and nothing is published that no reader needs."""

import changelog
from tests.book.test_pages import soup
from tests.sources import ROOT


def test_every_erratum_is_on_the_page_and_leads_to_its_section(book):
    page = soup(book / "reference" / "errata.html")
    errata = [e for r in changelog.read((ROOT / "CHANGELOG.md").read_text()) for e in r.errata()]
    terms = [term.get_text(strip=True) for term in page.select("dl.errata dt")]
    assert len(terms) == len(errata)
    for erratum, item in zip(errata, page.select("dl.errata dd"), strict=True):
        (link,) = item.select("a")
        assert f"Said since {erratum['since']}; mended in" in item.get_text()
        assert link.get_text() == erratum["where"]
        target, _, name = link["href"].partition("#")
        there = soup((book / "reference" / target).resolve())
        assert there.find(id=name), link["href"]


def test_nothing_is_published_that_no_reader_needs(book):
    left = [*book.rglob("*.map"), *book.rglob("tippy_*_cache.json")]
    assert left == []
