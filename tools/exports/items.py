"""A question as a card, a course or a sheet of paper asks it.

Each format says which forms it has; a question whose own form is missing there becomes a choice of
one: an order among four orders, an expression or a number among those that the bank names.
"""

import functools
import random
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from softmax_book.questions import (
    BANK,
    Asked,
    BadQuestions,
    Book,
    Option,
    disordered,
    problems,
    read_bank,
)

FORMS = {
    "choose one": "one",
    "choose all": "all",
    "number": "number",
    "order": "order",
    "direction": "one",
    "faulty line": "one",
    "formula": "formula",
}
ALL_FORMS = frozenset(FORMS.values())
DIRECTIONS = {"up": "up", "down": "down", "still": "neither: it stays the same"}
LETTERS = "ABCDEFGH"
STANDS = {"direction", "faulty line"}  # their options have an order of their own


@dataclass(frozen=True)
class Item:
    """A question in one form.

    ``stem`` is Markdown. ``choices`` come in the file's order, those of an order in the right one;
    of a number and a formula they are the anticipated answers, of a number the right one first.
    """

    asked: Asked
    form: str
    stem: str
    choices: tuple[Option, ...]

    @property
    def name(self):
        """The question's name in the bank, with the seed where its numbers change."""
        many = varies(self.asked.question)
        return f"{self.asked.id}-{self.asked.seed}" if many else self.asked.id

    @property
    def right(self):
        """The choices that are right."""
        return [choice for choice in self.choices if choice.right]

    @property
    def shuffles(self):
        """Say whether the choices may stand in another order."""
        return self.asked.kind not in STANDS

    @property
    def tolerance(self):
        """How far off a number may be, in words."""
        question = self.asked.question
        if not question.tolerance:
            return "exactly"
        size = question.tolerance
        return f"±{100 * size:g} %" if question.relative else f"±{size:g}"

    @property
    def hint(self):
        """What is to be done, in Markdown."""
        unit = f", in {self.asked.unit}" if self.asked.unit else ""
        exact = self.tolerance == "exactly"
        number = f"an exact number{unit}" if exact else f"a number{unit} (within {self.tolerance})"
        return {
            "all": "Choose all that are right.",
            "number": f"Answer with {number}.",
            "order": "Put these in order.",
            "formula": "Write the expression that belongs in the box.",
        }.get(self.form, "")

    def shuffled(self, chance=None):
        """Return the choices in the order of a chance, by default one that the name fixes."""
        if not self.shuffles:
            return self.choices
        chance = chance or random.Random(f"{self.asked.id}/{self.asked.seed}")
        if self.form == "order":
            return tuple(disordered(self.choices, chance))
        return tuple(chance.sample(self.choices, len(self.choices)))


def item(asked, forms=ALL_FORMS):
    """Return the question in its own form if that is among them, else as a choice of one."""
    form = FORMS[asked.kind]
    stem = asked.stem.replace("[[?]]", "□")
    if asked.listing:
        stem += f"\n\n```python\n{asked.listing}\n```"
    choices = tuple(_choice(asked, option) for option in _standing(asked))
    if form in forms:
        return Item(asked, form, stem, choices)
    if form == "order":
        stem, choices = _orders(asked, stem)
    elif form == "formula":
        stem += "\n\nWhich expression belongs in the box?"
    return Item(asked, "one", stem, choices)


def _standing(asked):
    """Return the options, with lines and directions in their own order.

    The right number is first: courses mark by the first answer within whose tolerance one lies.
    """
    place = {
        "number": lambda option: not option.right,
        "direction": lambda option: list(DIRECTIONS).index(option.text),
        "faulty line": _line,
    }.get(asked.kind, lambda option: 0)
    return sorted(asked.options, key=place)


def _line(option):
    """Return the number of the line that an option names."""
    return int(re.search(r"\d+", option.text)[0])


def _choice(asked, option):
    """Return an option as a reader sees it."""
    text = option.text
    if asked.kind == "direction":
        text = DIRECTIONS[text]
    elif asked.kind == "formula":
        text = f"`{text}`"
    elif asked.kind == "number":
        text = f"{text} {asked.unit}".strip()
    elif asked.kind == "faulty line":
        number = _line(option)
        text = f"Line {number}: `{asked.listing.splitlines()[number - 1].strip()}`"
    return replace(option, text=text)


def _orders(asked, stem):
    """Return the stem with lettered things, and four orders of them to choose from."""
    chance = random.Random(f"{asked.id}/{asked.seed}")
    things = disordered(asked.options, chance)
    letters = {thing: LETTERS[i] for i, thing in enumerate(things)}
    right = [letters[option] for option in asked.options]
    orders = [right]
    while len(orders) < 4:
        other = chance.sample(right, len(right))
        if other not in orders:
            orders.append(other)
    listed = "\n".join(f"- {LETTERS[i]}: {thing.text}" for i, thing in enumerate(things))
    line = asked.question.line
    chosen = tuple(Option(order == right, ", ".join(order), "", line) for order in orders)
    return f"{stem}\n\n{listed}", chosen


@functools.cache
def varies(question):
    """Say whether a reader sees other numbers with another seed; asked often, found out once."""
    return question.varies()


def variants(question, count):
    """Return the question with the numbers of up to that many seeds, all different."""
    if count < 2 or not varies(question):
        return [question.ask(0)]
    return question.variants(range(8 * count), count)


def bank(chapters="", private="", public=True):
    """Return the questions of these chapters (all), with those of a private folder, or these alone.

    Ends the program with a message if there are none, or if a private question is wrong.
    """
    folders = [BANK]  # read in any case: a name must not be taken twice
    if private:
        folder = Path(private).expanduser()
        if not folder.is_dir():
            sys.exit(f"BANK={private} is no folder")
        if not list(folder.glob("*.md")):
            sys.exit(f"BANK={private} has no file *.md of questions")
        folders.append(folder)
    try:
        questions = read_bank(*folders)
    except BadQuestions as bad:
        sys.exit("\n".join(bad.errors))
    book = Book()
    if errors := [line for q in questions if q.path.parent != BANK for line in problems(q, book)]:
        sys.exit("\n".join(errors))
    if not public:
        questions = [question for question in questions if question.path.parent != BANK]
        if not questions:
            sys.exit("without the public questions there are none; name your own with BANK=folder")
    wanted = named_chapters(chapters, dict.fromkeys(q.chapter for q in questions))
    return [question for question in questions if question.chapter in wanted]


def named_chapters(given, known):
    """Return the chapters that are meant: 2, 02-definition, chapters/02-definition.ipynb, A."""
    found = []
    for word in re.split(r"[\s,]+", given.strip()):
        if not word:
            continue
        stem = re.sub(r"\.(ipynb|md)$", "", Path(word).name).lower()
        short = stem.zfill(2) if stem.isdigit() else stem
        names = {name: (name.lower(), name.lower().split("-")[0]) for name in known}
        matches = [name for name, forms in names.items() if short in forms]
        if not matches:
            sys.exit(f"CHAPTERS={word} has no questions; accepted are {', '.join(known)}")
        found += matches
    return found or list(known)
