"""Write the bank as an Anki deck: python -m tools.exports.cards [dist/softmax-cards.apkg].

A card keeps its identity, made of the question's name, so a newer deck that is imported updates a
learner's cards and leaves their history. Numbers are those of one seed for the same reason.
"""

import argparse
from pathlib import Path

import genanki

from tools.exports.html import renderer
from tools.exports.items import LETTERS, bank, item
from tools.exports.plain import answer

# Chosen once: Anki knows the kind of note and the deck by these numbers.
MODEL, DECK = 1607451889, 2059311741
FIELDS = ["Name", "Question", "Options", "Answer", "Reasons", "Explanation"]
FRONT = '<div class="question">{{Question}}</div>{{Options}}'
BACK = """{{FrontSide}}<hr id="answer"><div class="answer">{{Answer}}</div>
<div class="explanation">{{Explanation}}</div>{{Reasons}}"""
STYLE = """.card { font: 1.15rem/1.5 system-ui, sans-serif; text-align: left; max-width: 40rem;
  margin: 0 auto; padding: 0.75rem; }
ol { list-style: upper-alpha; padding-left: 1.75rem; }
li { margin: 0.4rem 0; }
pre { overflow-x: auto; padding: 0.5rem; background: #8882; }
code { font-family: ui-monospace, monospace; }
.hint { font-style: italic; }
.answer { font-weight: 600; }
.reasons { border-left: 3px solid #8888; padding-left: 0.75rem; }"""
html = renderer()


def note(question):
    """Return the card of a question, with the numbers of its first seed."""
    one = item(question.ask(0))
    shown = one.shuffled()
    hint = f'<p class="hint">{one.hint}</p>' if one.hint else ""
    named = one.form in ("number", "formula")  # what these would be called, as LETTERS elsewhere
    options = "" if named else f"<ol>{''.join(f'<li>{_line(c.text)}</li>' for c in shown)}</ol>"
    return genanki.Note(
        model=genanki.Model(
            MODEL, "Softmax book: question", [{"name": name} for name in FIELDS],
            [{"name": "Card", "qfmt": FRONT, "afmt": BACK}], STYLE,
        ),
        fields=[
            question.id, html(one.stem), hint + options, _answer(one, shown), _reasons(one, shown),
            html(one.asked.explanation),
        ],
        tags=[f"softmax::{question.chapter}::{question.section}", f"kind::{_tag(question.kind)}"],
        guid=genanki.guid_for("softmax-book", question.id),
    )  # fmt: skip


def _line(markdown):
    return html(markdown, inline=True)


def _tag(text):
    return text.replace(" ", "-")


def _answer(one, shown):
    """Return what is right, with its letter and its words."""
    told = answer(one, shown)
    if one.form in ("one", "all"):
        parts = [f"{LETTERS[i]}: {_line(c.text)}" for i, c in enumerate(shown) if c.right]
        return "<br>".join(parts)
    if one.form == "order":
        return f"{told}<br>" + "<br>".join(_line(choice.text) for choice in one.choices)
    return _line(told)


def _reasons(one, shown):
    """Return why the wrong ones are wrong; "" if there is nothing to say."""
    named = one.form in ("number", "formula")
    lines = [
        f"<p><b>{_line(choice.text) if named else LETTERS[i]}</b>: {_line(choice.reason)}</p>"
        for i, choice in enumerate(shown)
        if choice.reason and not choice.right
    ]
    return f'<div class="reasons">{"".join(lines)}</div>' if lines else ""


def write(path, questions):
    """Write a deck with a card for each question."""
    deck = genanki.Deck(DECK, "The softmax output layer")
    for question in questions:
        deck.add_note(note(question))
    path.parent.mkdir(parents=True, exist_ok=True)
    genanki.Package(deck).write_to_file(path)


def main(arguments=None):
    """Write the deck and say how many cards it has."""
    parser = argparse.ArgumentParser(prog="make cards")
    parser.add_argument("path", nargs="?", default=Path("dist/softmax-cards.apkg"), type=Path)
    parser.add_argument("--chapters", default="")
    parser.add_argument("--bank", default="")
    given = parser.parse_args(arguments)
    questions = bank(given.chapters, given.bank)
    write(given.path, questions)
    print(f"{given.path}: {len(questions)} cards")


if __name__ == "__main__":
    main()
