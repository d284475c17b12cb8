"""Links follow the repository that is being built, whatever its remote looks like."""

import re
import subprocess
from types import SimpleNamespace

import pytest
import yaml

from repository import Repository, find, launch_nothing
from tests.sources import ROOT


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path):
    """Return clone(remote, branch): a repository with that remote and branch."""

    def clone(remote, branch="main"):
        git(tmp_path, "init", f"--initial-branch={branch}")
        if remote:
            git(tmp_path, "remote", "add", "origin", remote)
        return tmp_path

    return clone


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/ada/softmax.git", Repository("github.com", "ada/softmax", "autumn")),
        ("https://token@github.com/ada/softmax", Repository("github.com", "ada/softmax", "autumn")),
        ("git@github.com:ada/softmax.git", Repository("github.com", "ada/softmax", "autumn")),
        ("ssh://git@gitlab.com/ada/softmax", Repository("gitlab.com", "ada/softmax", "autumn")),
        ("/srv/git/softmax", None),
        (None, None),
    ],
)
def test_the_remote_says_where_the_book_is(clone, remote, expected):
    assert find(clone(remote, "autumn"), {}) == expected


def test_github_says_it_before_the_remote(clone):
    folder = clone("https://github.com/ada/softmax")
    told = {"GITHUB_REPOSITORY": "grace/course", "GITHUB_REF_NAME": "spring"}
    assert find(folder, told) == Repository("github.com", "grace/course", "spring")
    pull_request = {**told, "GITHUB_REF_NAME": "12/merge"}
    assert find(folder, pull_request).branch == "main"
    tag = {**told, "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.0"}
    assert find(folder, tag).branch == "main"


@pytest.mark.parametrize(("builder", "left"), [("html", {"colab_url": "there"}), ("epub", None)])
def test_an_epub_has_no_launch_buttons(builder, left):
    """The theme looks for their repository where only pages for browsers have it, and stops."""
    options = {"launch_buttons": {"colab_url": "there"}}
    config = SimpleNamespace(html_theme_options=options)
    launch_nothing(SimpleNamespace(builder=SimpleNamespace(name=builder), config=config))
    assert options.get("launch_buttons") == left


@pytest.mark.parametrize(
    ("path", "pages"),
    [
        ("Ada/Softmax", "https://ada.github.io/Softmax/"),
        ("Ada/ada.github.io", "https://ada.github.io/"),
    ],
)
def test_the_address_of_its_pages(path, pages):
    assert Repository("github.com", path, "main").pages == pages
    assert Repository("gitlab.com", path, "main").pages == ""


@pytest.mark.parametrize(
    ("environment", "links"),
    [
        ({"GITHUB_REPOSITORY": "ada/softmax", "GITHUB_REF_NAME": "autumn"}, True),
        ({}, False),
    ],
    ids=["a fork", "no repository"],
)
def test_the_pages_show_these_links_or_none(build, monkeypatch, environment, links):
    for name in ("GITHUB_REPOSITORY", "GITHUB_REF_NAME", "GITHUB_REF_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    code, messages, html = build("# A page\n\nText.\n")
    assert code == 0, messages
    page = (html / "page.html").read_text()
    found = [part in page for part in (
        "https://github.com/ada/softmax/edit/autumn/page.md", "https://github.com/ada/softmax/issues",
        'rel="canonical" href="https://ada.github.io/softmax/page.html"',
    )]  # fmt: skip
    assert found == [links] * 3
    assert (html / "sitemap.xml").exists() == links
    name = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["project"]
    assert f'property="og:site_name" content="{name}"' in page
    if links:
        home = "https://ada.github.io/softmax"
        listed = re.findall("<loc>(.*?)</loc>", (html / "sitemap.xml").read_text())
        assert f"{home}/page.html" in listed
        assert all(address.startswith(f"{home}/") for address in listed)
        assert not [a for a in listed if a.endswith(("404.html", "search.html", "genindex.html"))]
        assert f'property="og:url" content="{home}/page.html"' in page
        (card,) = re.findall(f'property="og:image" content="{home}/(.*?)"', page)
        assert (html / card).exists()
    home = "/softmax/index.html" if links else "/index.html"
    assert f'href="{home}"' in (html / "404.html").read_text()


def test_a_page_that_moved_leads_on(build, tmp_path):
    settings = tmp_path / "_config.yml"
    moved = "redirects: {chapters/old-name: ../page.html}"
    text = re.sub(r"redirects: \{.*\}", moved, settings.read_text(encoding="utf-8"))
    assert moved in text
    settings.write_text(text, encoding="utf-8")
    code, messages, html = build("# A page\n\nText.\n")
    assert code == 0, messages
    old = (html / "chapters" / "old-name.html").read_text(encoding="utf-8")
    assert 'http-equiv="refresh" content="0; url=../page.html"' in old
