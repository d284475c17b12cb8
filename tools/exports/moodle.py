"""Moodle XML: categories by chapter, and one for each question with several sets of numbers.

An import makes no quiz: a teacher adds one random question from each of these categories.

Formulas stand between brackets for Moodle's MathJax filter, which a new site has switched on.
"""

from xml.etree import ElementTree as ET

from tools.exports.html import renderer

FORMS = frozenset({"one", "all", "number", "order"})
SUFFIX = "xml"
html = renderer()


def write(path, title, groups):
    """Write groups of items, each group the variants of one question, into a file."""
    quiz = ET.Element("quiz")
    for items in groups:
        place = f"$course$/top/{title}"
        if len(items) > 1:  # a quiz can take one at random from here
            place += f"/{items[0].asked.id}"
        _text(_question(quiz, "category"), "category", place)
        for item in items:
            _write(quiz, item)
    ET.indent(quiz)
    ET.ElementTree(quiz).write(path, encoding="utf-8", xml_declaration=True)


def _question(quiz, kind):
    return ET.SubElement(quiz, "question", type=kind)


def _text(parent, name, text, **attributes):
    """Add <name><text>…</text></name>, the form of most things in this format."""
    made = ET.SubElement(parent, name, attributes)
    ET.SubElement(made, "text").text = text
    return made


def _html(parent, name, markdown, **attributes):
    return _text(parent, name, html(markdown) if markdown else "", format="html", **attributes)


def _write(quiz, item):
    kind = {"number": "numerical", "order": "ordering"}.get(item.form, "multichoice")
    made = _question(quiz, kind)
    _text(made, "name", item.name)
    _html(made, "questiontext", f"{item.stem}\n\n{item.hint}".strip())
    _html(made, "generalfeedback", item.asked.explanation)
    settings = {"defaultgrade": "1", "penalty": "0.3333333", "hidden": "0", "idnumber": item.name}
    settings |= SETTINGS[kind](item)
    for name, value in settings.items():
        ET.SubElement(made, name).text = value
    if kind != "numerical":
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            _html(made, name, "")
    for number, choice in enumerate(item.choices):
        _answer(made, item, number, choice)


SETTINGS = {
    "numerical": lambda item: {"unitgradingtype": "0", "showunits": "3"},
    "ordering": lambda item: {
        "layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": "0",
        "gradingtype": "ABSOLUTE_POSITION", "showgrading": "SHOW", "numberingstyle": "none",
        "shownumcorrect": "1",
    },
    "multichoice": lambda item: {
        "single": "false" if item.form == "all" else "true",
        "shuffleanswers": "true" if item.shuffles else "false",
        "answernumbering": "abc",
    },
}  # fmt: skip


def _answer(made, item, number, choice):
    """Add an answer with its share of the mark, and the reason as its feedback."""
    if item.form == "number":
        answer = _text(made, "answer", repr(choice.value), fraction=_fraction(item, choice))
        question = item.asked.question
        size = question.tolerance * (abs(choice.value) if question.relative else 1)
        ET.SubElement(answer, "tolerance").text = f"{size:.10g}"
    else:
        fraction = str(number + 1) if item.form == "order" else _fraction(item, choice)
        answer = _html(made, "answer", choice.text, fraction=fraction)
    _html(answer, "feedback", choice.reason)


def _fraction(item, choice):
    """Return per cent of the mark, as Moodle writes these; ticking all earns nothing."""
    if item.form != "all":
        return "100" if choice.right else "0"
    count = sum(other.right == choice.right for other in item.choices)
    return f"{(100 if choice.right else -100) / count:.7g}"
