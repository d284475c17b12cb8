"""The page with the list of a chapter's questions, as MyST: it needs no script, and prints.

On the page each answer is folded below its question; on paper all of them follow the questions.
"""

import random
from pathlib import Path

from derivations import labels
from softmax_book.questions import Book, disordered

LETTERS = "ABCDEFGHIJ"
KINDS = {
    "choose one": "Choose one.",
    "choose all": "Choose all that are right.",
    "number": "A number",
    "order": "Put them in order.",
    "direction": "Does it go up, go down or stand still?",
    "faulty line": "Find the faulty line.",
    "formula": "Complete the formula.",
}


def anchor(section):
    """Return the label of a section's questions on their page."""
    return f"ask-{section}"


def blank(stem):
    """Return the text of a question with its blank, [[?]], as readers see it."""
    return stem.replace("[[?]]", "[\u00a0?\u00a0]")


def titles(chapter, book):
    """Return the title of a chapter and those of its sections by their labels."""
    return Book(book).title(chapter), labels(Path(book) / "chapters" / f"{chapter}.ipynb")


def page(chapter, questions, book, paper=False):
    """Return the MyST text of the list."""
    title, known = titles(chapter, book)
    lines = [f"# Questions: {title}", ""]
    if paper:
        lines += [f"On [{title}](/chapters/{chapter}.ipynb). The answers follow the questions.", ""]
    else:
        lines += [
            f"On [{title}](/chapters/{chapter}.ipynb), which asks them after each section; the "
            "headings lead to these. Answers are folded. [Practise](/front/practise.md) asks them "
            "again when they are due.",
            "",
        ]
    asked = [question.ask() for question in questions]
    numbers = {one.id: number for number, one in enumerate(asked, 1)}
    for section in dict.fromkeys(question.section for question in questions):
        lines += [f"({anchor(section)})="]
        title = f"[{known[section]}](#{section})"
        lines += [f"**{title}**" if paper else f"## {title}", ""]
        for one in asked:
            if one.question.section == section:
                lines += _question(one, numbers[one.id])
                lines += [] if paper else _folded(one, numbers[one.id])
    if paper:
        lines += ["**Answers**", ""]
        for one in asked:
            lines += [f"**{numbers[one.id]}.** " + "\n".join(_answer(one)), ""]
    return "\n".join(lines) + "\n"


def _question(asked, number):
    """Return the lines of a question without its answer."""
    lines = [f"(question-{asked.id})=", f"**{number}.** {blank(asked.stem)}", ""]
    if asked.listing:
        lines += ["```{code-block} python", ":linenos:", "", asked.listing, "```", ""]
    lines += [f"{{.ask-kind}}\n*{_task(asked)}*", ""]
    shown = _shown(asked)
    if shown:
        lines += ["{.ask-options}", *[f"- {mark} {text}".rstrip() for mark, text in shown], ""]
    return lines


def _task(asked):
    """Return what is to be done, in words."""
    unit = f", in {asked.unit}" if asked.unit else ""
    return KINDS[asked.kind] + (f"{unit}." if asked.kind == "number" else "")


def _order(asked):
    """Return the order in which an order is shown: always the same, and never the right one."""
    return disordered(range(len(asked.options)), random.Random(asked.id))


def _shown(asked):
    """Return mark and text of each option that the list shows."""
    if asked.kind in ("choose one", "choose all"):
        return [(f"**{LETTERS[i]}**", option.text) for i, option in enumerate(asked.options)]
    if asked.kind == "order":
        return [
            (f"**{LETTERS[i]}**", asked.options[place].text)
            for i, place in enumerate(_order(asked))
        ]
    return []


def _name(asked, option):
    """Return how an answer is called."""
    if asked.kind in ("choose one", "choose all"):
        return f"**{LETTERS[asked.options.index(option)]}**"
    if asked.kind == "formula":
        return f"`{option.text}`"
    unit = f" {asked.unit}" if asked.unit else ""
    return f"**{option.text}**{unit}"


def _answer(asked):
    """Return the lines of an answer: what is right, why, and why nothing else is."""
    if asked.kind == "order":
        shuffled = _order(asked)
        letters = [LETTERS[shuffled.index(place)] for place in range(len(shuffled))]
        return [f"**{', '.join(letters)}**. {asked.explanation}", ""]
    right = ", ".join(_name(asked, option) for option in asked.right)
    lines = [f"{right}. {asked.explanation}", ""]
    for option in (option for option in asked.options if option.reason):
        opening = "" if option.right else "Not "
        reason = option.reason.replace("\n\n", "\n\n  ")
        lines += [f"- {opening}{_name(asked, option)}: {reason}"]
    return [*lines, ""]


def _folded(asked, number):
    """Return the answer, folded."""
    opening = f'<details class="ask-answer"><summary>Answer to question {number}</summary>'
    return [opening, "", *_answer(asked), *_origin(asked), "</details>", ""]


def _origin(asked):
    """Return the source of what is not computed."""
    source = asked.question.source
    if not source:
        return []
    known = f"{{cite:t}}`{source[1:]}`" if source.startswith("@") else f"[](#{source})"
    return [f"Source: {known}.", ""]
