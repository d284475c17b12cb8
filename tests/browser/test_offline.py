"""The offline copy: opened from a folder, with the network off, everything works."""

import re
import zipfile

import pytest

from tests.book.test_pages import dead_links, soup
from tools.offline import FOLDER, write


@pytest.fixture(scope="module")
def unpacked(book, tmp_path_factory):
    """Write the zip, unpack it elsewhere, and return the folder."""
    folder = tmp_path_factory.mktemp("offline copy")  # a blank, as in "My Documents"
    write(book, folder / "book.zip")
    with zipfile.ZipFile(folder / "book.zip") as archive:
        archive.extractall(folder)
    return folder / FOLDER


@pytest.fixture
def page(browser):
    """Return a page without a network; after the test, no error and no request elsewhere."""
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    page.trouble = []
    page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda r: r.url.startswith("http") and page.trouble.append(r.url))
    page.on("requestfailed", lambda r: page.trouble.append(r.url))
    yield page
    context.close()
    assert not page.trouble, "\n".join(page.trouble)


def test_a_chapter_works(page, unpacked):
    page.goto((unpacked / "index.html").as_uri())
    page.get_by_role("link", name=re.compile("Definition")).first.click()
    page.locator(".softmax-island").first.scroll_into_view_if_needed()
    page.locator(".softmax-island.sx-alive").first.wait_for()
    slider = page.get_by_label("z4", exact=True)
    outputs = page.locator("[data-widget=four_outputs] [data-output]")
    before = outputs.all_text_contents()
    slider.focus()
    page.keyboard.press("End")
    assert outputs.all_text_contents() != before
    assert page.locator(".katex-html").count() > 50

    faces = page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].map((f) => [f.family, f.status]))"
    )
    families = [family for family, status in faces if status == "loaded"]
    assert any("KaTeX" in family for family in families)


def test_the_theme_switches_and_stays(page, unpacked):
    page.goto((unpacked / "index.html").as_uri())
    theme = "document.documentElement.dataset.theme"
    seen = {page.evaluate(theme)}
    for _ in range(2):
        page.locator(".theme-switch-button:visible").first.click()
        seen.add(page.evaluate(theme))
    assert seen == {"light", "dark"}
    kept = page.evaluate(theme)
    page.reload()
    assert page.evaluate(theme) == kept


def test_search_finds_a_page(page, unpacked):
    page.goto((unpacked / "search.html").as_uri() + "?q=temperature")
    found = page.locator("#search-results ul.search li a")
    found.first.wait_for()
    addresses = [link.get_attribute("href") for link in found.all()]
    assert any("02-definition.html" in address for address in addresses)
    assert "What does a temperature do?" in found.first.inner_text()
    page.locator("#search-results [role=status]:not(:empty)").wait_for()
    assert page.locator(".context").count() == 0  # an excerpt would be fetched, and refused
    found.first.click()
    page.locator("main h1:visible").first.wait_for()


def test_no_link_in_it_is_dead_but_those_to_what_a_folder_cannot_run(unpacked):
    found = []
    for page in [unpacked / "index.html", *unpacked.glob("chapters/*.html")]:
        found += [link for link in dead_links(page, soup(page)) if "/lite/" not in f"/{link}"]
    assert found == []
    assert any((unpacked / "_sources" / "chapters").iterdir())
    assert len(list((unpacked / "widgets").glob("*.html"))) >= 14


def test_the_zip_is_reproducible(book, tmp_path):
    write(book, tmp_path / "one.zip")
    write(book, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
