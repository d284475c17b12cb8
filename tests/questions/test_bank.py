"""The bank itself: every key recomputed, every rule of the whole kept."""

import re
from collections import Counter

import pytest

from softmax_book.questions import BANK, Book, problems, read, read_bank
from softmax_book.questions.bank import files, thin
from softmax_book.questions.values import HOLE
from tests.questions import sample
from tests.sources import ROOT

BOOK = Book()
FILES = files(BANK)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_question_keeps_the_rules_for_many_seeds(path):
    assert [line for question in read(path) for line in problems(question, BOOK)] == []


def test_no_explanation_counts_options_which_are_shuffled():
    counted = re.compile(
        r"\b[Tt]he ((first|last)( two| three| of the \w+)?|second|third|fourth|former|latter)"
        r"( one| option)? (is|are|has|have|gives?|does|returns?|takes?)\b|\b[Oo]ption [A-H]\b"
    )
    for question in read_bank():
        if question.kind.startswith(("choose", "order")):
            found = counted.search(question.explanation)
            assert not found, f"{question.id}: {found[0]}"


def test_names_are_unique_and_nearly_all_keys_are_computed():
    questions = read_bank()
    unchecked = [question.id for question in questions if not question.check]
    assert len(unchecked) <= len(questions) / 10, unchecked


def test_a_question_that_shows_what_it_draws_varies():
    drawing = [question for question in read_bank() if question.draws()]
    assert len(drawing) > 100
    shown = {
        question.id: [question.stem, question.listing]
        + [text for option in question.options for text in (option.text, option.reason)]
        for question in drawing
    }
    still = [question.id for question in drawing if not question.varies()]
    assert [name for name in still if HOLE.search("".join(shown[name]))] == []


def test_how_many_options_are_right_cannot_be_guessed():
    kind = [q for q in read_bank() if q.kind == "choose all" and len(q.options) == 4]
    counts = Counter(sum(option.right for option in question.options) for question in kind)
    assert set(counts) == {1, 2, 3}
    assert max(counts.values()) <= len(kind) / 2, counts


def test_a_reason_does_not_tell_wrong_options_from_the_right_one():
    reason = re.compile(r"\b(since|because|which)\b", re.IGNORECASE)
    told = [
        question.id
        for question in read_bank()
        if question.kind == "choose one"
        and any(reason.search(option.text) for option in question.options)
        and not any(reason.search(option.text) for option in question.options if option.right)
    ]
    assert told == []


def test_the_longest_option_is_not_mostly_the_right_one():
    asked = [question.ask() for question in read_bank() if question.kind == "choose one"]
    right = [max(one.options, key=lambda option: len(option.text)).right for one in asked]
    assert sum(right) <= len(right) / 3  # as chance would, of three options


def test_every_section_of_every_chapter_has_two_questions():
    assert thin(read_bank(), BOOK) == {}


def test_a_section_with_one_question_would_be_seen(tmp_path):
    path = tmp_path / "02-definition.md"
    path.write_text(sample.HEAD + sample.ORDER)
    assert "sec-def-shift" in thin(read(path), BOOK)["02-definition"]
    path.write_text(sample.HEAD + sample.ORDER + sample.DIRECTION)
    few = thin(read(path), BOOK)
    assert "sec-def-shift" not in few["02-definition"]
    assert "sec-def-simplex" in few["02-definition"]
    assert "ledger" not in few


def test_chapters_are_those_of_the_book():
    assert {path.stem for path in FILES} <= BOOK.sections.keys()
    assert len(BOOK.sections) == len(list((ROOT / "chapters").glob("*.ipynb")))
