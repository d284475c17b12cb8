"""The pages offer the PDF of the whole book where it was made, and have no dead link elsewhere."""

from bs4 import BeautifulSoup


def links(html):
    """Return the addresses of all links to the PDF on a page."""
    page = BeautifulSoup((html / "page.html").read_text(encoding="utf-8"), "html.parser")
    return [link["href"] for link in page.select("a[href]") if ".pdf" in link["href"]]


def test_the_pdf_is_offered_where_it_is(build, tmp_path):
    made = tmp_path / "dist" / "softmax.pdf"
    made.parent.mkdir()
    made.write_bytes(b"%PDF of the book")
    code, messages, html = build("# Page\n")
    assert code == 0, messages
    assert links(html) == ["softmax.pdf"] * 2, "in the menu and at the foot"
    assert (html / "softmax.pdf").read_bytes() == b"%PDF of the book"

    made.unlink()
    code, messages, html = build("# Page\n")
    assert code == 0, messages
    assert links(html) == []
    assert not (html / "softmax.pdf").exists()
