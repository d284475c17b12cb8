"""The decks' sources against the chapters that they take from: no build is needed."""

import json
import re
from urllib.parse import parse_qsl

import pytest

from softmax_book.questions.bank import markdown
from tests.sources import ROOT
from tools.slides.source import read

DECKS = sorted((ROOT / "slides").glob("*.md"))
LABEL = re.compile(r"^\(([\w-]+)\)=|^:(?:label|name): ([\w-]+)|\$\$ ?\(([\w-]+)\)", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:[.,]\d+)+|\d{3,}")


def notebook(deck):
    """Return the chapter of a deck, as a dictionary."""
    return json.loads((ROOT / "chapters" / f"{deck.stem}.ipynb").read_text(encoding="utf-8"))


def labels(deck):
    """Return all labels of the deck's chapter."""
    text = markdown(ROOT / "chapters" / f"{deck.stem}.ipynb")
    figures = [c["metadata"].get("mystnb", {}).get("figure", {}) for c in notebook(deck)["cells"]]
    written = {label for found in LABEL.findall(text) for label in found if label}
    return written | {figure["name"] for figure in figures if "name" in figure}


def own_words(slide):
    """Return what a slide says and has said with it, as plain text."""
    return "\n".join(t.content for t in slide.body + slide.notes if t.type == "inline")


def test_every_chapter_has_a_deck():
    chapters = [p.stem for p in sorted((ROOT / "chapters").glob("[0-9]*.ipynb"))]
    assert [deck.stem for deck in DECKS] == chapters


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_a_deck_takes_what_its_chapter_has(deck):
    known = labels(deck)
    taken = [(label, line) for slide in read(deck) for label, _, line in slide.labels()]
    assert [f"{deck}:{line}: no {label}" for label, line in taken if label not in known] == []
    assert len(taken) >= 15


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_a_slide_is_one_idea_with_a_question_to_ask(deck):
    slides = read(deck)
    assert 18 <= len(slides) <= 22
    assert [s.line for s in slides if s.words() > 25] == []
    assert [s.line for s in slides if s.minutes() is None] == []
    assert [s.line for s in slides if not re.search(r"\b[Aa]sk|\?|\b[Ll]et\b|vote", s.said())] == []
    assert 35 <= sum(s.minutes() for s in slides) <= 50


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_the_numbers_of_a_deck_are_those_of_its_chapter(deck):
    chapter = json.dumps(notebook(deck)["cells"], ensure_ascii=False)
    said = [(slide.line, n) for slide in read(deck) for n in NUMBER.findall(own_words(slide))]
    shown = {number.replace("{,}", ",") for number in NUMBER.findall(chapter.replace("{,}", ","))}
    assert [f"{deck}:{line}: {number}" for line, number in said if number not in shown] == []


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_the_notes_say_how_a_widget_is_set(deck):
    for slide in read(deck):
        settings = [parse_qsl(settings) for _, settings, _ in slide.labels()]
        values = {value.lstrip("-") for pairs in settings for _, value in pairs} - {"true", "false"}
        said = set(re.findall(r"[\w-]+(?:\.\d+)?", slide.said()))
        assert values <= said, f"{deck}:{slide.line}"


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_a_deck_does_not_repeat_its_chapter(deck):
    chapter = " ".join(markdown(ROOT / "chapters" / f"{deck.stem}.ipynb").split())
    for slide in read(deck):
        words = own_words(slide).split()
        runs = (" ".join(words[i : i + 12]) for i in range(len(words) - 11))
        assert [run for run in runs if run in chapter] == []
