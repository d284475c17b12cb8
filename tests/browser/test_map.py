"""The map of the book: each of its boxes is the link to its page, wide and narrow."""

import pytest

from softmax_book.figures.chapter_map import CHAPTERS, DOORS, places

LINKS = """() => [...document.querySelectorAll(".map li")].map((entry) => {
  entry.scrollIntoView({ block: "center" });
  const [box, whole] = [entry, entry.closest(".map")].map((e) => e.getBoundingClientRect());
  const link = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const name = entry.innerText.split(":")[0];
  return [name, entry.contains(link) && link.href, (box.x - whole.x) / whole.width,
    (box.y - whole.y) / whole.height];
})"""


@pytest.mark.parametrize("width", [360, 1200])
def test_every_box_is_a_link(open_page, width):
    page = open_page("index.html", width=width)
    links = page.evaluate(LINKS)
    assert [name.split()[0] for name, *_ in links[: -len(DOORS)]] == list(CHAPTERS)
    assert [name for name, *_ in links[-len(DOORS) :]] == list(DOORS)
    assert len({href for _, href, *_ in links if href}) == len(links)
    for (_, href, left, top), inset in zip(links, places(width == 360).values(), strict=True):
        assert (left, top) == pytest.approx((inset[3], inset[0]), abs=0.01), href
