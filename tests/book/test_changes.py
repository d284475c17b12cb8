"""The page of errata is the changelog's, and pages of earlier versions are kept where they are."""

import shutil

import pytest

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
        assert link.get_text() == erratum["where"]
        target, _, name = link["href"].partition("#")
        there = soup((book / "reference" / target).resolve())
        assert there.find(id=name), link["href"]


@pytest.mark.parametrize("versions", [[], ["1.9.0", "1.10.0"]], ids=["none", "two"])
def test_earlier_versions_are_beside_the_pages_and_listed(build, tmp_path, monkeypatch, versions):
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/course")
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    for version in versions:
        kept = tmp_path / "dist" / "versions" / version
        kept.mkdir(parents=True)
        (kept / "index.html").write_text(f"the book of {version}")
    code, messages, html = build("# Versions\n\n```{versions}\n```\n")
    assert code == 0, messages
    listed = [a["href"] for a in soup(html / "page.html").select("article li a")]
    home = "https://ada.github.io/course"
    assert listed == [f"{home}/{version}/index.html" for version in reversed(versions)]
    for version in versions:
        assert (html / version / "index.html").read_text() == f"the book of {version}"


def test_nothing_is_published_that_no_reader_needs(book):
    left = [*book.rglob("*.map"), *book.rglob("tippy_*_cache.json")]
    assert left == []
