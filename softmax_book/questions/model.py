"""What a question is: a template as it is written, and the same with a seed's numbers."""

from dataclasses import dataclass, replace
from pathlib import Path

from softmax_book.questions import values

KINDS = (
    "choose one",
    "choose all",
    "number",
    "order",
    "direction",
    "faulty line",
    "formula",
)
SEEDS = range(24)  # on which a key is tried; a few can agree by chance
DIRECTIONS = ("up", "down", "still")
STILL = 1e-9  # a smaller change is none


class BadQuestions(ValueError):
    """What is wrong with a bank, a line for each; ``errors`` has the lines."""

    def __init__(self, errors):
        super().__init__("\n".join(errors))
        self.errors = list(errors)


@dataclass(frozen=True)
class Option:
    """One line of a question's list.

    ``text`` and ``reason`` are Markdown; a reason says why somebody would choose the option, and
    what shows that it is wrong ("" where none is given). Of a number, ``text`` is the number alone,
    and ``value`` what was computed; of a formula, ``text`` is the expression.
    """

    right: bool
    text: str
    reason: str
    line: int
    value: float | None = None


@dataclass(frozen=True)
class Question:
    """A question as it is written: ``[[name]]`` stands where a seed's value will.

    ``options`` come in the file's order, those of an order in the right one. ``listing`` is the
    code of a faulty line. ``tolerance`` belongs to a number: it is relative where ``relative``.
    Either ``check`` has the code that computes the key, or ``source`` says where the answer is
    from: ``@key`` of the bibliography, or a section's label.
    """

    id: str
    kind: str
    section: str
    stem: str
    options: tuple[Option, ...]
    explanation: str
    path: Path
    line: int
    listing: str = ""
    tolerance: float = 0.0
    relative: bool = False
    unit: str = ""
    check: str = ""
    source: str = ""

    @property
    def chapter(self):
        """The stem of the notebook that the question belongs to."""
        return self.path.stem

    def error(self, message, line=None):
        """Return the line that says what is wrong, and where."""
        return f"{self.path}:{line or self.line}: {self.id}: {message}"

    def draws(self):
        """Say whether the check draws numbers, be it only to try its key on many."""
        return bool(self.check) and values.run(self.check, self.id, 0)[1]

    def varies(self):
        """Say whether a reader sees other numbers with another seed."""
        texts = [text for option in self.options for text in (option.text, option.reason)]
        shown = "".join((self.stem, self.listing, *texts))
        if not values.HOLE.search(shown) or not self.draws():
            return False
        first = self.ask(SEEDS[0]).shown
        return any(self.ask(seed).shown != first for seed in SEEDS[1:])

    def variants(self, seeds, most=None):
        """Return what the seeds make of the question, once for those that read alike."""
        found = {}
        for seed in seeds:
            asked = self.ask(seed)
            found.setdefault(asked.shown, asked)
            if len(found) == most:
                break
        return list(found.values())

    def ask(self, seed=0):
        """Return the question with a seed's numbers; raises `BadQuestions`."""
        try:
            computed, _ = values.run(self.check, self.id, seed)
        except Exception as error:
            raise BadQuestions(
                [self.error(f"the check stops with {type(error).__name__}: {error}")]
            ) from error
        missing = {name for name in self._needs() if name not in computed}
        if missing:
            raise BadQuestions(
                [self.error(f"the check must set {', '.join(sorted(missing))}, and does not")]
            )
        try:
            return Asked.of(self, seed, computed)
        except ValueError as error:
            raise BadQuestions([self.error(str(error))]) from error

    def _needs(self):
        """Return the names that the check of this kind must set."""
        if not self.check:
            return ()
        return {
            "number": (),  # those that the answers name
            "order": ("values",),
            "direction": ("change",),
            "formula": ("points", "truth"),
        }.get(self.kind, ("holds",))


@dataclass(frozen=True)
class Asked:
    """A question with the numbers of one seed in all its texts.

    ``tolerance`` is absolute here. ``points`` are the values of a formula's variables, and
    ``targets`` those of the right expression there. ``key`` is what the check says of each option:
    True or False, or of an order a number; of a number and a formula it is empty.
    """

    question: Question
    seed: int
    stem: str
    listing: str
    options: tuple[Option, ...]
    explanation: str
    unit: str = ""
    tolerance: float = 0.0
    points: tuple[dict[str, float], ...] = ()
    targets: tuple[float, ...] = ()
    key: tuple = ()
    truth: tuple[float, ...] = ()

    @classmethod
    def of(cls, question, seed, computed):
        """Put the computed values into the texts."""

        def fill(text):
            return values.fill(text, computed)

        options = tuple(_filled(question, option, computed) for option in question.options)
        asked = cls(
            question=question,
            seed=seed,
            stem=fill(question.stem),
            listing=fill(question.listing),
            options=options,
            explanation=fill(question.explanation),
            unit=fill(question.unit),
        )
        if not question.check:
            return asked
        return replace(asked, **_computed(asked, computed))

    @property
    def id(self):
        """The question's own name in the bank."""
        return self.question.id

    @property
    def kind(self):
        """One of `KINDS`."""
        return self.question.kind

    @property
    def shown(self):
        """What a seed's numbers change for a reader, who does not see a value's last bit."""
        options = tuple((option.text, option.reason) for option in self.options)
        return self.stem, self.listing, options

    @property
    def right(self):
        """The options that are right; of an order all of them, in that order."""
        return tuple(option for option in self.options if option.right)

    def accepts(self, answer, option=None):
        """Say whether a number, or a formula as text, is what an option (the right one) says."""
        option = option or self.right[0]
        if self.kind == "number":
            slack = self._tolerance(option.value) + 1e-9 * abs(option.value)
            return abs(float(answer) - option.value) <= slack
        return all(
            values.close(values.formula(answer, point), values.formula(option.text, point))
            for point in self.points
        )

    def _tolerance(self, value):
        q = self.question
        return q.tolerance * (abs(value) if q.relative else 1)


def disordered(things, chance):
    """Return things in an order that is not the given one, by chance."""
    found = list(things)
    while found == list(things):
        chance.shuffle(found)
    return found


def _filled(question, option, computed):
    """Return an option with values in place of their names."""
    value = None
    if question.kind == "number":
        value = float(computed[values.name_in(option.text, computed)])
    return replace(
        option,
        text=values.fill(option.text, computed),
        reason=values.fill(option.reason, computed),
        value=value,
    )


def _computed(asked, computed):
    """Return what the check says of a question of its kind."""
    if asked.kind == "number":
        return {"tolerance": asked._tolerance(asked.right[0].value)}
    if asked.kind == "order":
        return {"key": tuple(float(value) for value in computed["values"])}
    if asked.kind == "direction":
        change = float(computed["change"])
        name = "still" if abs(change) < STILL else "up" if change > 0 else "down"
        return {"key": tuple(option.text == name for option in asked.options)}
    if asked.kind == "formula":
        points = tuple({k: float(v) for k, v in p.items()} for p in computed["points"])
        targets = tuple(values.formula(asked.right[0].text, point) for point in points)
        truth = tuple(float(value) for value in computed["truth"])
        return {"points": points, "targets": targets, "truth": truth}
    return {"key": tuple(bool(value) for value in computed["holds"])}
