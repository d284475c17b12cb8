"""QTI 1.2 as Canvas imports it, written by text2qti from its own plain text.

Formulas become Canvas's equation images, which Canvas itself draws and reads out. Its quizzes take
no order from a file, and text2qti writes numbers with four digits behind the point; where these
would change a number, its question becomes a choice of one among the anticipated answers, for all
students: to choose is easier.
"""

import re

from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from tools.exports.items import Item

FORMS = frozenset({"one", "all", "number"})
SUFFIX = "zip"
LEAST = 1e-3  # a tolerance below it would be changed by rounding to four digits


def write(path, title, groups):
    """Write groups of items, each group the variants of one question, into a package."""
    QTI(Quiz(text(title, groups), config=Config(), source_name=path.name)).save(path)


def text(title, groups):
    """Return a quiz in text2qti's format."""
    lines = [f"Quiz title: {title}", "Shuffle answers: true", ""]
    for items in groups:
        several = distinct(items)
        if len(several) > 1:
            lines += ["GROUP", "pick: 1", "points per question: 1", ""]
        exact = all(one.form != "number" or _fits(one) for one in several)
        for one in several:
            lines += _question(one if exact else _choice(one))
        if len(several) > 1:
            lines += ["END_GROUP", ""]
    return "\n".join(lines) + "\n"


def distinct(items):
    """Return one item for each stem: text2qti takes no two questions that read the same."""
    return list({one.stem: one for one in items}.values())


def _fits(one):
    """Say whether text2qti can write the number and its tolerance."""
    (right,) = one.right
    size = one.asked.tolerance
    if abs(right.value) - size < 1e-3:  # it refuses what is near 0
        return False
    return size >= LEAST or (size == 0 and float(right.value).is_integer())


def _choice(one):
    return Item(one.asked, "one", one.stem, one.choices)


def _block(marker, markdown):
    """Return Markdown after a marker, with what follows indented below it."""
    markdown = re.sub(r"\$\$\s*(.+?)\s*\$\$", r"$\1$", markdown, flags=re.DOTALL)
    first, *rest = markdown.splitlines()
    room = " " * (len(marker) + 1)
    return [f"{marker} {first}", *(f"{room}{line}".rstrip() for line in rest)]


def _question(one):
    lines = [f"Title: {one.name}", *_block("1.", f"{one.stem}\n\n{one.hint}".strip())]
    lines += _block("...", one.asked.explanation)
    if one.form == "number":
        wrong = [f"- {c.text}: {c.reason}" for c in one.choices if not c.right]
        (right,) = one.right
        size = one.asked.tolerance
        lines += _block("-", "Where other answers come from:\n\n" + "\n".join(wrong))
        lines += [f"=   {right.value:.10g} +- {size:.10g}" if size else f"=   {right.value:.0f}"]
        return [*lines, ""]
    for letter, choice in zip("abcdefgh", one.shuffled(), strict=False):
        if one.form == "all":
            marker = "[*]" if choice.right else "[ ]"
        else:
            marker = f"*{letter})" if choice.right else f"{letter})"
        lines += _block(marker, choice.text)
        if choice.reason:
            lines += _block("...", choice.reason)
    return [*lines, ""]
