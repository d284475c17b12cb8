"""A bank of questions: its files, the book that it belongs to, and the rules that it keeps."""

import functools
import json
import re
from collections import Counter
from pathlib import Path

from softmax_book.questions import values
from softmax_book.questions.model import KINDS, SEEDS, BadQuestions
from softmax_book.questions.parse import read

ROOT = Path(__file__).parents[2]
BANK = ROOT / "questions"
LABEL = re.compile(r"^\((?P<label>[\w-]+)\)=\n(?P<level>#+) ", re.MULTILINE)
HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
MOST = 8  # options: cards, quizzes and papers have the letters A to H
WORDS = {"question": 90, "option": 30, "reason": 90, "explanation": 110}


class Book:
    """The chapters and the bibliography that questions point at."""

    def __init__(self, folder=ROOT):
        self.folder = Path(folder)

    @functools.cached_property
    def sections(self):
        """The labels of each chapter's sections, by the stem of its notebook."""
        return {path.stem: _labels(path) for path in sorted(self.folder.glob("chapters/*.ipynb"))}

    def title(self, chapter):
        """Return the title of a chapter, by the stem of its notebook."""
        text = markdown(self.folder / "chapters" / f"{chapter}.ipynb")
        return next(line[2:] for line in text.splitlines() if line.startswith("# "))

    @functools.cached_property
    def keys(self):
        """The keys of the bibliography."""
        text = (self.folder / "references.bib").read_text(encoding="utf-8")
        return set(re.findall(r"^@\w+\{([^,\s]+),", text, re.MULTILINE))


def _labels(path):
    """Return the labels of a notebook's sections, without the chapter's own."""
    return [match["label"] for match in LABEL.finditer(markdown(path)) if len(match["level"]) > 1]


def markdown(path):
    """Return the Markdown of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def files(*folders):
    """Return the files of a bank: its Markdown but for README.md."""
    found = [path for folder in folders for path in sorted(Path(folder).glob("*.md"))]
    return [path for path in found if path.name != "README.md"]


def read_bank(*folders):
    """Return all questions of the book's bank, and of private folders beside it.

    Raises `BadQuestions` with what cannot be read and what is twice there.
    """
    questions, errors = [], []
    for path in files(*(folders or (BANK,))):
        try:
            questions += read(path)
        except BadQuestions as bad:
            errors += bad.errors
    errors += twice(questions)
    if errors:
        raise BadQuestions(errors)
    return questions


def twice(questions):
    """Return an error for each name that an earlier question has."""
    first, errors = {}, []
    for question in questions:
        other = first.setdefault(question.id, question)
        if other is not question:
            errors.append(question.error(f"the name is taken, {other.path}:{other.line}"))
    return errors


def problems(question, book, seeds=SEEDS):
    """Return what is wrong with a question, a line for each; its key is computed for each seed."""
    errors = [question.error(message, line) for message, line in _standing(question, book)]
    try:
        draws = question.draws()
    except Exception:
        draws = False  # asking says why
    try:
        asked = [question.ask(seed) for seed in (seeds if draws else [0])]
    except BadQuestions as bad:
        return errors + bad.errors
    for one in asked:
        found = [m if not draws else f"{m} (seed {one.seed})" for m in _wrong(one)]
        if found:
            return errors + [question.error(message) for message in found]
    return errors


def _standing(question, book):
    """Yield what is wrong whatever the numbers are, with the line of an option."""
    known = book.sections.get(question.chapter)
    if known is None:
        yield f"{question.path.name} has the name of no notebook in chapters/", None
    elif question.section not in known:
        accepted = ", ".join(known)
        yield f"{question.section} is no section of that chapter; accepted are {accepted}", None
    source = question.source
    labels = {label for labels in book.sections.values() for label in labels}
    if source.startswith("@") and source[1:] not in book.keys:
        yield f"{source} is not in references.bib", None
    if source.startswith("sec-") and source not in labels:
        yield f"there is no section {source}", None
    for option in question.options:
        if not option.right and not option.reason:
            yield f"the wrong option {option.text!r} has no reason below it", option.line
        for what, text in (("option", option.text), ("reason", option.reason)):
            if len(text.split()) > WORDS[what]:
                yield f"a {what} of {len(text.split())} words: at most {WORDS[what]}", option.line
    for what, text in (("question", question.stem), ("explanation", question.explanation)):
        if len(text.split()) > WORDS[what]:
            yield f"its {what} has {len(text.split())} words: at most {WORDS[what]}", None
    for message in _count(question):
        yield message, None


def _count(question):
    """Yield what is wrong with the number of options."""
    right = sum(option.right for option in question.options)
    wrong = len(question.options) - right
    if right + wrong > MOST:
        yield f"at most eight options, not {right + wrong}"
    if question.kind == "order":
        if not 3 <= right <= 7:
            yield f"three to seven things can be ordered, not {right}"
        return
    if question.kind == "choose all":
        if not (right >= 1 and wrong >= 1 and right + wrong >= 3):
            yield f"three options or more, right and wrong ones: here {right} and {wrong}"
        return
    if right != 1:
        yield f"exactly one option is right, not {right}"
    least = {"choose one": 2, "direction": 1, "faulty line": 2}.get(question.kind, 1)
    if wrong < least:
        yield f"{least} wrong options or more are wanted, not {wrong}"
    if question.kind in ("number", "formula") and not question.check:
        yield "a number or a formula is computed in ```python check"
    if question.kind == "faulty line":
        yield from _lines(question)
    if question.kind == "formula" and "[[?]]" not in question.stem:
        yield "the blank [[?]] is missing in the question"


def _lines(question):
    """Yield what is wrong with the lines of a listing."""
    count = len(question.listing.splitlines())
    if not 3 <= count <= 8:
        yield f"a listing has three to eight lines, not {count}"
    for option in question.options:
        match = re.fullmatch(r"line (\d+)", option.text)
        if not match or not 1 <= int(match[1]) <= count:
            yield f"{option.text!r} is none of line 1 to line {count}"


def _wrong(asked):
    """Yield what is wrong with a question's key for its seed."""
    texts = [option.text for option in asked.options]
    if len(set(texts)) < len(texts):
        yield f"two options read the same: {', '.join(texts)}"
    if asked.question.check:
        yield from RULES.get(asked.kind, _choice)(asked)


def _choice(asked):
    """Does the check say of each option what the file says?"""
    marks = tuple(option.right for option in asked.options)
    if len(asked.key) != len(marks):
        yield f"holds has {len(asked.key)} entries for {len(marks)} options"
    for option, says in zip(asked.options, asked.key, strict=False):
        if option.right != says:
            told = "right" if option.right else "wrong"
            yield f"{option.text!r} is marked {told}, and the check says {says}"


def _ordered(asked):
    """Do the values grow strictly?"""
    if len(asked.key) != len(asked.options):
        yield f"values has {len(asked.key)} entries for {len(asked.options)} things to order"
    if not all(a < b for a, b in zip(asked.key, asked.key[1:], strict=False)):
        yield f"values must grow strictly in the right order: {asked.key}"


def _number(asked):
    """Is each answer a number, the shown one accepted, and each wrong one apart?"""
    for i, option in enumerate(asked.options):
        if option.value - option.value != 0:
            yield f"an answer is {option.value}"
        try:
            shown = float(option.text.replace("−", "-"))
        except ValueError:
            yield f"{option.text!r} cannot be read as a number again"
            continue
        if not asked.accepts(shown, option):
            yield f"{option.text} is shown and would be refused: {option.value} is computed"
        for other in asked.options[i + 1 :]:
            if asked.accepts(shown, other) or asked.accepts(float(other.value), option):
                yield f"{option.text} and {other.text} are too near to tell apart"


def _formulas(asked):
    """Does the right expression compute the truth, and does each wrong one differ from all?"""
    if len(asked.points) < 3 or len({frozenset(point) for point in asked.points}) != 1:
        yield "points are three or more dicts with the same variables"
        return
    if len(asked.truth) != len(asked.points):
        yield f"truth has {len(asked.truth)} entries for {len(asked.points)} points"
    try:
        for target, truth in zip(asked.targets, asked.truth, strict=False):
            if not values.close(target, truth):
                yield f"{asked.right[0].text} is {target} where the truth is {truth}"
        for i, option in enumerate(asked.options):
            for other in asked.options[i + 1 :]:
                if asked.accepts(option.text, other):
                    yield f"{option.text} and {other.text} agree at all points"
    except ValueError as error:
        yield str(error)


RULES = {"order": _ordered, "number": _number, "formula": _formulas}


def count(questions):
    """Return {chapter: {kind: number of questions}}, all kinds in the order of `KINDS`."""
    found = Counter((q.chapter, q.kind) for q in questions)
    chapters = dict.fromkeys(q.chapter for q in questions)
    return {chapter: {kind: found[chapter, kind] for kind in KINDS} for chapter in chapters}


def thin(questions, book, least=2):
    """Return the sections of the book's chapters with fewer questions than that, by chapter.

    Recaps ask nothing new; claims of the ledger and old names of headings are no sections.
    """
    found = Counter(q.section for q in questions)
    return {
        chapter: few
        for chapter, labels in book.sections.items()
        if (few := [x for x in labels if found[x] < least and re.match("sec-.*(?<!-recap)$", x)])
    }
