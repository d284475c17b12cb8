"""Pages of earlier versions are kept beside the new ones."""

import shutil

import pytest

from tests.book.test_pages import soup
from tests.sources import ROOT


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
