"""Functions and the sections that derive them lead to each other."""

import re
from importlib import import_module

import pytest

import softmax_src
from derivations import ORIGIN, functions_by_section, labels, linked, public, target
from softmax_book.questions.bank import markdown
from tests.sources import ROOT, function_pages

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
DOCS = dict(public())
API = "\n".join(path.read_text(encoding="utf-8") for path in function_pages())


def on_the_page():
    """Return the names of what the API reference documents, as often as it does."""
    names = list(re.findall(r"auto(?:function|class):: (\w+)", API))
    for module, listed in re.findall(r"automodule:: (\S+)\n +:members:(.*)", API):
        own = {n for n, thing in vars(import_module(module)).items() if is_of(thing, module)}
        names += re.findall(r"\w+", listed) or own & set(DOCS)
    return sorted(names)


def is_of(thing, module):
    """Say whether a module defines a thing and does not only import it."""
    return getattr(thing, "__module__", None) == module


@pytest.mark.parametrize("name", on_the_page())
def test_docstring_names_a_section_that_exists(name):
    origin = ORIGIN.search(DOCS[name])
    assert origin, "no words such as: Derived in chapter 4 (sec-…)"
    assert origin["label"], "names a chapter without the label of a section"
    assert target(origin, ROOT), f"no section with the label {origin['label']!r} in that chapter"


def test_all_that_the_package_exports_is_on_the_page():
    assert set(softmax_src.__all__) <= set(on_the_page())
    assert {"two_diff", "Network", "load_digits"} <= set(on_the_page())


def test_every_function_is_linked_from_a_section_and_no_other():
    linked_names = [n for names in functions_by_section(ROOT).values() for n in names]
    assert sorted(linked_names) == on_the_page()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_labels_are_unique_in_a_chapter(path):
    """A docstring names a section by its label."""
    found = re.findall(r"^\(([\w-]+)\)=\n#+ .+$", markdown(path), re.M)
    assert len(found) == len(set(found)) == len(labels(path))


def test_words_become_links():
    text = "Derived in chapter 4\n(sec-loss-forms); see appendix A."
    assert linked(text, ROOT) == (
        "Derived in chapter 4, :ref:`sec-loss-forms`; "
        "see :doc:`appendix A </chapters/a-softmax-properties>`."
    )
    kept = "chapter 99, `chapter 4`, and chapter 4 (sec-no-such-label)"
    assert linked(kept, ROOT) == kept


def test_every_term_of_the_glossary_leads_to_a_section():
    glossary = (ROOT / "reference" / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"^(\S.*)\n  (.+)$", glossary, re.M)
    known = {label for path in CHAPTERS for label in labels(path)}
    assert len(entries) > 40
    for term, entry in entries:
        last = re.search(r"\[[^\]]*\]\(#([\w-]+)\)$", entry)
        assert last, f"{term!r} does not end with a link to a section: [](#sec-…)"
        assert last[1] in known, f"{term!r} leads to {last[1]!r}, which no chapter has"
    terms = [term.casefold() for term, _ in entries]
    assert terms == sorted(terms), "the glossary is in the order of the alphabet"
