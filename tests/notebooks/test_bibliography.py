"""The bibliography: complete entries, well-formed addresses, each cited and none missing."""

import re
from collections import Counter

import pytest
from pybtex.database import parse_file

from softmax_book.questions.bank import markdown
from tests.sources import ROOT, notebooks

ENTRIES = parse_file(str(ROOT / "references.bib")).entries
FORMS = {
    "doi": r"10\.\d{4,9}/\S+[^\s.,]",
    "eprint": r"\d{4}\.\d{4,5}",
    "url": r"https?://[\w.-]+(/\S*)?",
    "isbn": r"(978-)?[\d-]+[\dX]",
}


CITED = r"\{cite(?::\w+)?\}`[^`]+`"
SEVERAL = re.compile(rf"({CITED}(?:(?:,| and|, and) {CITED})*)")


def citations():
    """Return (key, words) of each citation: from the one before it in its paragraph to the next."""
    texts = [markdown(path) for path in notebooks()]
    texts += [p.read_text("utf-8") for p in (ROOT / "reference").glob("*.md")]
    texts += [p.read_text("utf-8") for p in (ROOT / "front").glob("*.md")]
    found = []
    for paragraph in re.split(r"\n\s*\n|\n- ", "\n\n".join(texts)):
        parts = SEVERAL.split(paragraph)
        for before, keys, after in zip(parts[:-2:2], parts[1::2], parts[2::2], strict=True):
            each = ",".join(re.findall("`([^`]+)`", keys)).split(",")
            found += [(key.strip(), before + after) for key in each]
    return found


def stems(text):
    """Return the beginnings of a text's words, which "calibrated" and "calibration" share."""
    return {word[:5] for word in re.findall(r"[a-z]{4,}", re.sub(r"[{}\\]", "", text.lower()))}


TITLES = {key: stems(entry.fields.get("title", "")) for key, entry in ENTRIES.items()}
COMMON = Counter(stem for title in TITLES.values() for stem in title)  # "learning", "with"


def about(key, words):
    """Say whether words share a rarer one with the title of an entry, or one of its keywords."""
    keywords = ENTRIES[key].fields.get("keywords", "").lower().split(", ")
    rare = {stem for stem in TITLES[key] if COMMON[stem] < 5}
    return bool(rare & stems(words)) or any(word and word in words.lower() for word in keywords)


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
    assert {key for key, _ in citations()} == set(ENTRIES)


def test_a_citation_stands_where_its_entry_is_spoken_of():
    # A book is cited for many things. Of the others, nine in ten would be noticed in a wrong place.
    places = [(key, words) for key, words in citations() if ENTRIES[key].type != "book"]
    strange = [(key, words[-300:]) for key, words in places if not about(key, words)]
    assert not strange, "another entry, or its keywords in references.bib lack what is said there"
    taken = [about(key, words) for cited, words in places for key in ENTRIES if key != cited]
    assert sum(taken) < 0.1 * len(taken)


def test_entries_stand_in_the_order_of_their_keys():
    assert list(ENTRIES) == sorted(ENTRIES)
