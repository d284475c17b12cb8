"""Pages draw their icons without Font Awesome's script, and load nothing that does nothing."""

import re
import sys

from tests.book.test_pages import soup
from tests.sources import ROOT, pages
from tools.weights import table

sys.path.append(str(ROOT / "_ext"))
from lean import icon_styles


def test_every_icon_on_a_page_has_its_picture(book):
    drawn = set(
        re.findall(r"^\.fa-([\w-]+) \{ --icon", (book / "_static/icons.css").read_text(), re.M)
    )
    for page in pages():
        for icon in soup(page).select("[class*='fa-']"):
            names = {c.removeprefix("fa-") for c in icon["class"] if c.startswith("fa-")}
            names -= {"solid", "brands", "regular", "lg"}
            assert names <= drawn, (page.name, names - drawn)


def test_no_page_asks_for_a_script_that_is_gone(book):
    for page in pages():
        for script in soup(page).find_all("script", src=True):
            target = (page.parent / script["src"].split("?")[0]).resolve()
            if page.name != "404.html":
                assert target.exists(), (page.name, script["src"])
    assert not list(book.rglob("fontawesome.js"))


def test_only_what_is_used_is_taken():
    style = icon_styles(['<i class="fa-solid fa-bars"></i><i class="fab fa-github"></i>'])
    assert re.findall(r"^\.fa-(\w+) \{ --icon", style, re.M) == ["bars", "github", "xmark"]


def test_no_page_grows_beyond_its_budget(book):
    for name, first, later in table(book):
        assert first <= 700_000, f"{name}: {first / 1000:.0f} kB on a first visit"
        assert later <= 300_000, f"{name}: {later / 1000:.0f} kB on a later one"
