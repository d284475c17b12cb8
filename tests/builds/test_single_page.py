"""The pages offer PDF, EPUB, zip and cards where they are, and have no dead link elsewhere."""

import shutil
import zipfile

from bs4 import BeautifulSoup

from tools.offline import write

NAMES = ("softmax.pdf", "softmax.epub", "softmax-offline.zip", "softmax-cards.apkg")


def links(html):
    """Return the addresses of all links to files that can be taken along."""
    page = BeautifulSoup((html / "page.html").read_text(encoding="utf-8"), "html.parser")
    return [link["href"] for link in page.select("a[href]") if link["href"].endswith(NAMES)]


def test_what_was_made_is_offered_and_nothing_else(build, tmp_path):
    made = tmp_path / "dist"
    for names in (NAMES[:1], NAMES[1:], ()):
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        for name in names:
            (made / name).write_bytes(b"the book")
        code, messages, html = build("# Page\n")
        assert code == 0, messages
        assert links(html) == list(names) * 2, "in the menu and at the foot"
        assert [name for name in NAMES if (html / name).exists()] == list(names)


def test_the_zip_leaves_out_earlier_versions(tmp_path):
    for name in ("index.html", "1.2.0/index.html", "_static/softmax.js"):
        (tmp_path / "html" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "html" / name).write_text(name)
    write(tmp_path / "html", tmp_path / "book.zip")
    listed = zipfile.ZipFile(tmp_path / "book.zip").namelist()
    assert [name.removeprefix("softmax-offline/") for name in listed] == [
        "_static/softmax.js",
        "index.html",
    ]
