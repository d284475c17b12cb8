"""The bibliography: complete entries, well-formed addresses, each cited and none missing."""

import re

import pytest
from pybtex.database import parse_file

from tests.sources import ROOT, markdown, notebooks

ENTRIES = parse_file(str(ROOT / "references.bib")).entries
FORMS = {
    "doi": r"10\.\d{4,9}/\S+[^\s.,]",
    "eprint": r"\d{4}\.\d{4,5}",
    "url": r"https?://[\w.-]+(/\S*)?",
    "isbn": r"(978-)?[\d-]+[\dX]",
}


def cited():
    """Return the keys that the pages cite."""
    texts = [markdown(path) for path in notebooks()]
    texts += [p.read_text("utf-8") for p in (ROOT / "reference").glob("*.md")]
    texts += [p.read_text("utf-8") for p in (ROOT / "front").glob("*.md")]
    keys = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", "\n".join(texts))
    return {key.strip() for group in keys for key in group.split(",")}


@pytest.mark.parametrize("key", ENTRIES)
def test_entry_is_complete(key):
    entry = ENTRIES[key]
    assert entry.persons.get("author")
    assert entry.fields.get("title")
    assert re.fullmatch(r"(19|20)\d\d", entry.fields.get("year", ""))
    assert re.fullmatch(r"[a-z]+" + entry.fields["year"], key)
    assert FORMS.keys() & entry.fields.keys(), "needs a doi, eprint, url or isbn"
    for field in FORMS.keys() & entry.fields.keys():
        assert re.fullmatch(FORMS[field], entry.fields[field]), field


@pytest.mark.parametrize("key", [key for key in ENTRIES if "isbn" in ENTRIES[key].fields])
def test_check_digit(key):
    digits = [int(d) for d in ENTRIES[key].fields["isbn"].replace("-", "")]
    assert sum(d * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0


def test_each_entry_is_cited_and_each_citation_is_there():
    assert cited() == set(ENTRIES)


def test_entries_stand_in_the_order_of_their_keys():
    assert list(ENTRIES) == sorted(ENTRIES)
