"""QTI 2.1: a package of items and a test, whose sections take one of each question's variants.

Formulas are MathML, which the format has for them. It asks for no expressions; these are chosen.
"""

import re
import zipfile
from xml.etree import ElementTree as ET

from tools.exports.html import katex

FORMS = frozenset({"one", "all", "number", "order"})
SUFFIX = "zip"
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MATHML = "http://www.w3.org/1998/Math/MathML"
TYPES = {"item": "imsqti_item_xmlv2p1", "test": "imsqti_test_xmlv2p1"}


def write(path, title, groups):
    """Write groups of items, each group the variants of one question, into a package."""
    items = [one for group in groups for one in group]
    html = katex([text for one in items for text in _texts(one)], "mathml")
    files = {f"items/{one.name}.xml": _item(one, html) for one in items}
    files["test.xml"] = _test(path.stem, title, groups)
    files["imsmanifest.xml"] = _manifest(path.stem, items)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, root in files.items():
            package.writestr(name, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _texts(one):
    """Yield all Markdown of an item."""
    yield from (one.stem, one.hint, one.asked.explanation)
    for choice in one.choices:
        yield from (choice.text, choice.reason)


def _root(name, namespace=QTI, schema="imsqti_v2p1.xsd", **attributes):
    where = f"{namespace} http://www.imsglobal.org/xsd/qti/qtiv2p1/{schema}"
    return ET.Element(
        name, {"xmlns": namespace, "xmlns:xsi": XSI, "xsi:schemaLocation": where, **attributes}
    )


def _add(parent, name, text=None, **attributes):
    made = ET.SubElement(parent, name, attributes)
    made.text = text
    return made


def _content(parent, html):
    """Put HTML into an element, as the elements of the same names that QTI has.

    KaTeX's wrapping spans go, and an annotation too: its TeX is no content of this format. So does
    the namespace, for which ElementTree would invent a prefix; `_qualify` gives it back.
    """
    html = html.replace(f' xmlns="{MATHML}"', "")
    html = re.sub(r'<span class="katex(?:-display)?">(<math.*?</math>)</span>', r"\1", html)
    html = re.sub(r"<annotation.*?</annotation>", "", html)
    html = re.sub(r' (class="|style="text-align:)[^"]*"', "", html)  # a column's side too
    part = ET.fromstring(f"<div>{html}</div>")
    parent.text = part.text
    parent.extend(part)


def _id(number):
    return f"choice-{number + 1}"


def _item(one, html):
    """Return an assessmentItem; its feedback comes from the response itself."""
    root = _root(
        "assessmentItem", identifier=f"q-{one.name}", title=one.asked.id, adaptive="false",
        timeDependent="false",
    )  # fmt: skip
    many = one.form == "all"
    cardinality = {"all": "multiple", "order": "ordered"}.get(one.form, "single")
    kind = "float" if one.form == "number" else "identifier"
    response = _add(
        root, "responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=kind
    )
    correct = _add(response, "correctResponse")
    for number, choice in enumerate(one.choices):
        if one.form == "number" and choice.right:
            _add(correct, "value", repr(choice.value))
        elif one.form != "number" and (choice.right or one.form == "order"):
            _add(correct, "value", _id(number))
    _outcome(root, "SCORE", "0")
    _outcome(root, "MAXSCORE", "1")
    for name, size in (("FEEDBACK", "multiple" if many else "single"), ("EXPLAIN", "single")):
        _add(root, "outcomeDeclaration", identifier=name, cardinality=size, baseType="identifier")
    body = _add(root, "itemBody")
    _content(_add(body, "div"), html(one.stem))
    _interaction(body, one, html)
    _processing(_add(root, "responseProcessing"), one)
    for number, choice in enumerate(one.choices):
        if choice.reason:
            shown = _feedback(root, "FEEDBACK", _id(number))
            _content(shown, html(choice.reason))
    _content(_feedback(root, "EXPLAIN", "always"), html(one.asked.explanation))
    _qualify(root)
    return root


def _outcome(root, name, value):
    """Declare a number that an item or a test gives, with its value before any answer."""
    made = _add(root, "outcomeDeclaration", identifier=name, cardinality="single", baseType="float")
    _add(_add(made, "defaultValue"), "value", value)


def _qualify(root):
    """Give formulas their namespace."""
    for math in list(root.iter("math")):
        math.set("xmlns", MATHML)


def _feedback(root, outcome, identifier):
    return _add(
        root, "modalFeedback", outcomeIdentifier=outcome, identifier=identifier, showHide="show"
    )


def _interaction(body, one, html):
    if one.form == "number":
        line = _add(body, "p", f"{one.hint} ")
        _add(line, "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength="12")
        return
    name = "orderInteraction" if one.form == "order" else "choiceInteraction"
    shuffle = "true" if one.shuffles else "false"
    made = _add(body, name, responseIdentifier="RESPONSE", shuffle=shuffle)
    if one.form != "order":
        made.set("maxChoices", "0" if one.form == "all" else "1")
    if one.hint:
        _add(made, "prompt", one.hint)
    for number, choice in enumerate(one.choices):
        _content(_add(made, "simpleChoice", identifier=_id(number)), html(choice.text, inline=True))


def _processing(made, one):
    """Score what is right, and choose the feedback."""
    condition = _add(made, "responseCondition")
    for number, choice in enumerate(one.choices):
        if one.form == "number":
            branch = _add(condition, "responseElseIf" if len(condition) else "responseIf")
            question = one.asked.question
            size = question.tolerance * (abs(choice.value) if question.relative else 1)
            equal = _add(
                branch, "equal", toleranceMode="absolute", tolerance=f"{size:.10g} {size:.10g}"
            )
            _add(equal, "variable", identifier="RESPONSE")
            _add(equal, "baseValue", repr(choice.value), baseType="float")
            if choice.right:
                _set(branch, "SCORE", "float", "1")
            else:
                _set(branch, "FEEDBACK", "identifier", _id(number))
    if one.form != "number":
        branch = _add(condition, "responseIf")
        match = _add(branch, "match")
        _add(match, "variable", identifier="RESPONSE")
        _add(match, "correct", identifier="RESPONSE")
        _set(branch, "SCORE", "float", "1")
    if one.form in ("one", "all"):
        _add(
            _add(made, "setOutcomeValue", identifier="FEEDBACK"), "variable", identifier="RESPONSE"
        )
    _set(made, "EXPLAIN", "identifier", "always")


def _set(parent, outcome, kind, value):
    _add(_add(parent, "setOutcomeValue", identifier=outcome), "baseValue", value, baseType=kind)


def _test(name, title, groups):
    """Return a test whose sections take one variant of each question, and which adds up scores.

    Without the sum a test has no score of its own, and some programs then give no mark.
    """
    root = _root("assessmentTest", identifier=f"test-{name}", title=title)
    _outcome(root, "SCORE", "0")
    part = _add(
        root, "testPart", identifier="part", navigationMode="nonlinear",
        submissionMode="individual",
    )  # fmt: skip
    whole = _add(part, "assessmentSection", identifier="questions", title=title, visible="true")
    for items in groups:
        section = whole
        if len(items) > 1:
            section = _add(
                whole, "assessmentSection", identifier=f"one-of-{items[0].asked.id}",
                title=items[0].asked.id, visible="false",
            )  # fmt: skip
            _add(section, "selection", select="1")
        for one in items:
            _add(
                section,
                "assessmentItemRef",
                identifier=f"q-{one.name}",
                href=f"items/{one.name}.xml",
            )
    total = _add(_add(root, "outcomeProcessing"), "setOutcomeValue", identifier="SCORE")
    _add(_add(total, "sum"), "testVariables", variableIdentifier="SCORE")
    return root


def _manifest(name, items):
    root = _root("manifest", PACKAGE, "qtiv2p1_imscpv1p2_v1p0.xsd", identifier=f"package-{name}")
    data = _add(root, "metadata")
    _add(data, "schema", "QTIv2.1 Package")
    _add(data, "schemaversion", "1.0.0")
    _add(root, "organizations")
    resources = _add(root, "resources")
    test = _add(resources, "resource", identifier="test", type=TYPES["test"], href="test.xml")
    _add(test, "file", href="test.xml")
    for one in items:
        href = f"items/{one.name}.xml"
        _add(test, "dependency", identifierref=f"q-{one.name}")
        resource = _add(
            resources, "resource", identifier=f"q-{one.name}", type=TYPES["item"], href=href
        )
        _add(resource, "file", href=href)
    return root
