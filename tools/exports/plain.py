"""Plain text: questions to read, copy and print, and the answers with their reasons at the end."""

from tools.exports.items import ALL_FORMS as FORMS
from tools.exports.items import LETTERS

SUFFIX = "txt"
__all__ = ["FORMS", "SUFFIX", "write"]


def write(path, title, groups):
    """Write groups of items, each group the variants of one question, into a text."""
    items = [one for group in groups for one in group]
    lines = [title, "=" * len(title), ""]
    for number, one in enumerate(items, 1):
        lines += [f"{number}. {one.stem}", ""]
        lines += [f"   [{one.hint}]", ""] if one.hint else []
        if one.form in ("one", "all", "order"):
            lines += [f"   {LETTERS[i]}. {c.text}" for i, c in enumerate(one.shuffled())] + [""]
    lines += ["Answers", "=======", ""]
    for number, one in enumerate(items, 1):
        lines += [f"{number}. {answer(one, one.shuffled())} ({one.name})", ""]
        for i, choice in enumerate(one.shuffled()):
            if not choice.right and choice.reason:
                named = choice.text if one.form in ("number", "formula") else LETTERS[i]
                lines.append(f"   {named}: {choice.reason}")
        lines += ["", f"   {one.asked.explanation}", ""]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def answer(one, shown):
    """Return the right answer in words, for choices shown in that order."""
    if one.form == "order":
        return ", ".join(LETTERS[shown.index(choice)] for choice in one.choices)
    if one.form in ("one", "all"):
        return ", ".join(LETTERS[i] for i, choice in enumerate(shown) if choice.right)
    (right,) = one.right
    return f"{right.text} ({one.tolerance})" if one.form == "number" else right.text
