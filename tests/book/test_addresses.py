"""What somebody linked to in version 1.0.0 is still there, or its address leads on."""

from collections import defaultdict
from pathlib import Path

from tests.book.test_pages import soup

#: Every page of version 1.0.0 with what could be linked to: sections, figures, formulas, terms.
RELEASED = Path(__file__).with_name("addresses-1.0.0.txt").read_text(encoding="utf-8").split()


def test_every_released_address_leads_somewhere(book):
    released = defaultdict(set)
    for address in RELEASED:
        page, place = address.split("#")
        released[page].add(place)
    lost = set()
    for page, places in released.items():
        html = soup(book / page)
        if html.title.text == "This page has moved":  # it leads on as a whole
            continue
        here = {element["id"] for element in html.select("[id]")}
        if page == "reference/api.html":  # whose script also finds what is part of a name there
            here |= {p for p in places for place in here if p.startswith(f"{place}.")}
        lost |= {f"{page}#{place}" for place in places - here}
    assert not lost, "put (old-name)= above the heading that took its place"
