"""What is exported, read again by other programs' own parsers, says what the bank says."""

import functools
import html
import re
import shutil
import urllib.parse
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import moodle_xml_parser.parser
import pytest
import qti2latex
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from bs4 import BeautifulSoup
from onyx2moodle.parser import parse_item
from pypdf import PdfReader
from text2qti.config import Config
from text2qti.quiz import Quiz

from softmax_book.questions import parse, read_bank
from tests.questions import sample
from tools.exports import canvas, cards, exam, moodle, paper, plain, qti21, quiz
from tools.exports.html import renderer
from tools.exports.items import FORMS, LETTERS, bank, item, named_chapters, variants

SAMPLE = {q.id: q for q in parse(sample.BANK, "questions/02-definition.md")}
REAL = [
    q for q in read_bank() if q.chapter == "02-definition"
]  # all kinds but `faulty line`'s peers
QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
MATHML = "http://www.w3.org/1998/Math/MathML"


def words(markup):
    """Return the words in HTML or Markdown, however formulas and code are marked in it."""
    soup = BeautifulSoup(html.unescape(markup or ""), "html.parser")
    for image in soup.find_all("img"):  # Canvas's equations
        image.replace_with(image["data-equation-content"])
    text = html.unescape(soup.get_text(" ")).replace("```python", "")
    text = re.sub(r"^- ", "", text, flags=re.MULTILINE)
    return re.sub(r"\\\(|\\\)|[$`*\s\"'“”‘’]", "", text)


def grouped(questions, form, count=3):
    """Return the groups of items that a format is given."""
    return [[item(a, form.FORMS) for a in variants(q, count)] for q in questions]


def flat(groups):
    return [one for group in groups for one in group]


@pytest.fixture(scope="module")
def groups():
    """All kinds, from the sample and from a chapter, for each format."""
    questions = [*SAMPLE.values(), *REAL]
    return {form: grouped(questions, form) for form in (canvas, moodle, plain, qti21)}


def by_reason(choices):
    """Return {words of a choice: (right, words of its reason)}."""
    return {words(c.text): (c.right, words(c.reason)) for c in choices}


def test_each_kind_has_a_form_in_each_format():
    for form in (canvas, moodle, plain, qti21):
        for question in SAMPLE.values():
            one = item(question.ask(3), form.FORMS)
            assert one.form in form.FORMS
            assert sum(choice.right for choice in one.choices) == len(one.right) >= 1
            if one.form == "one":
                assert len(one.right) == 1
                assert len({choice.text for choice in one.choices}) == len(one.choices) > 1


def test_an_order_as_a_choice_names_the_right_order():
    asked = SAMPLE["try-order"].ask()
    one = item(asked, canvas.FORMS)
    (right,) = one.right
    things = dict(re.findall(r"^- ([A-H]): (.*)$", one.stem, re.MULTILINE))
    assert [things[letter] for letter in right.text.split(", ")] == [o.text for o in asked.options]


def test_sets_of_numbers_that_read_the_same_are_one():
    nudged = sample.NUMBER.replace("answer =", "answer = pick(0, 1, 2) * 1e-15 +")
    fixed, several = (nudged.replace("draw(4, 20, 2)", k) for k in ("4", "draw(4, 6, 2)"))
    (one,) = parse(sample.HEAD + fixed, "02-definition.md")
    assert not one.varies()
    (two,) = parse(sample.HEAD + several, "02-definition.md")
    assert len({two.ask(seed).options for seed in range(24)}) > 2
    assert len(variants(two, 5)) == 2


def test_a_right_number_comes_before_a_wrong_one():
    """Moodle and QTI 2.1 take the first answer within whose tolerance one lies."""
    right, wrong = SAMPLE["try-number"].options
    turned = replace(SAMPLE["try-number"], options=(wrong, right))
    for form in (moodle, qti21):
        one = item(turned.ask(), form.FORMS)
        assert [choice.right for choice in one.choices] == [True, False]


def test_no_question_and_no_chapter_is_left_out(tmp_path, monkeypatch):
    everything = read_bank()
    assert [q.id for q in bank()] == [q.id for q in everything]
    chapters = dict.fromkeys(q.chapter for q in everything)
    of = {name: [q for q in everything if q.chapter == name] for name in chapters}
    questions = [q for name in chapters for q in (*of[name][:2], of[name][-1])]  # all take long
    for form in (quiz, cards):
        monkeypatch.setattr(form, "bank", lambda *chosen: questions)
    quiz.main(["--variants", "1", "--to", str(tmp_path)])
    for form in quiz.FORMATS:
        files = {path.stem: path for path in (tmp_path / "quiz" / form).iterdir()}
        with zipfile.ZipFile(tmp_path / f"softmax-quiz-{form}.zip") as whole:
            inside = {Path(name).stem: whole.read(name) for name in whole.namelist()}
        assert inside == {name: path.read_bytes() for name, path in files.items()}
        assert files.keys() == {f"softmax-{chapter}" for chapter in chapters}
        for question in questions:
            written = _whole_text(files[f"softmax-{question.chapter}"])
            assert re.search(rf'["/>(]{question.id}(-0)?["<.)]', written), (form, question.id)
    cards.main([str(tmp_path / "cards.apkg")])
    learner = anki(tmp_path, tmp_path / "cards.apkg")
    names = [learner.get_note(note)["Name"] for note in learner.find_notes("")]
    learner.close()
    assert sorted(names) == sorted(question.id for question in questions)


@functools.cache
def _whole_text(path):
    """Return the text of a file or of all files in a package, with their names."""
    if not zipfile.is_zipfile(path):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as package:
        return "".join(f"/{name}\n{package.read(name).decode()}" for name in package.namelist())


# Canvas


def test_canvas_is_read_by_text2qti_and_by_qti2latex(groups, tmp_path):
    path = tmp_path / "quiz.zip"
    canvas.write(path, "Softmax", groups[canvas])
    quiz_ = Quiz(canvas.text("Softmax", groups[canvas]), config=Config())
    names = {one.name: one for group in groups[canvas] for one in canvas.distinct(group)}
    written = [q for q in quiz_.questions_and_delims if hasattr(q, "question_raw")]
    assert {q.title_raw for q in written} == names.keys()  # all of the text is there
    folder = qti2latex.extract_zip_to_tmp(path)
    try:
        (xml,) = (p for p in qti2latex.read_qti_dir(folder) if "meta" not in p.name)
        root = ET.parse(xml).getroot()
        items = qti2latex.findall_anyns(root, "item")
        assert len(items) == len(names)
        picks = [e.text for e in qti2latex.findall_anyns(root, "selection_number")]
        several = [group for group in groups[canvas] if len(canvas.distinct(group)) > 1]
        assert picks == ["1"] * len(several)
        for element in items:
            _compare_canvas(element, names[element.get("title")])
    finally:
        shutil.rmtree(folder)


def _compare_canvas(element, one):
    stem = words(qti2latex.get_item_stem(element))
    assert words(one.stem) in stem, one.name
    feedback = {
        e.get("ident"): words(qti2latex.text_of(qti2latex.first(
            qti2latex.findall_anyns(e, "mattext"))))
        for e in qti2latex.findall_anyns(element, "itemfeedback")
    }  # fmt: skip
    assert feedback["general_fb"] == words(one.asked.explanation)
    choices = qti2latex.get_choices(element)
    if one.form == "all" or not choices:  # a number that has become a choice needs no hint
        assert words(one.hint) in stem, one.name
    if not choices:
        assert one.form == "number"
        (low,) = (float(e.text) for e in qti2latex.findall_anyns(element, "vargte")[:1])
        (high,) = (float(e.text) for e in qti2latex.findall_anyns(element, "varlte")[:1])
        (right,) = one.right
        assert low == pytest.approx(right.value - one.asked.tolerance, abs=6e-5)
        assert high == pytest.approx(right.value + one.asked.tolerance, abs=6e-5)
        for choice in one.choices:
            assert choice.right or words(choice.reason) in feedback["general_incorrect_fb"]
            assert choice.right or not low <= choice.value <= high
        return
    right = qti2latex.get_correct_idents(element)
    if len(one.right) > 1 or one.form == "all":
        right = {
            e.text for a in qti2latex.findall_anyns(element, "and")
            for e in qti2latex.childall_anyns(a, "varequal")
        }  # fmt: skip
    else:  # a condition for the feedback of each choice, and one that sets the score
        right = {
            e.text
            for c in qti2latex.findall_anyns(element, "respcondition")
            if qti2latex.findall_anyns(c, "setvar")
            for e in qti2latex.findall_anyns(c, "varequal")
        }
    found = {
        words(text): (ident in right, feedback.get(f"{ident}_fb", "")) for ident, text in choices
    }
    assert found == by_reason(one.choices), one.name


def test_canvas_asks_a_number_of_all_students_or_a_choice_of_all():
    small = sample.NUMBER.replace("float(softmax_loss(np.zeros((1, K)), np.array([0])))", "K / 100")
    (question,) = parse(sample.HEAD + small, "02-definition.md")
    sizes = {question.ask(seed).tolerance >= canvas.LEAST for seed in range(24)}
    assert sizes == {True, False}  # some alone could be typed
    (group,) = grouped([question], canvas, 5)
    text = canvas.text("Softmax", [group])
    assert text.count("GROUP\npick: 1") == 1
    assert text.count("\n*") == len(canvas.distinct(group)) > 2
    assert "\n=" not in text


def test_formulas_are_canvas_s_own_images(tmp_path):
    path = tmp_path / "quiz.zip"
    canvas.write(path, "Softmax", grouped([SAMPLE["try-shift"]], canvas, 1))
    with zipfile.ZipFile(path) as package:
        text = "".join(package.read(n).decode() for n in package.namelist() if n.endswith(".xml"))
    assert "/equation_images/a_j" in urllib.parse.unquote(html.unescape(text))


# Moodle


def test_moodle_is_read_by_moodle_xml_parser_and_as_moodle_s_own_importer_does(groups, tmp_path):
    path = tmp_path / "quiz.xml"
    moodle.write(path, "Softmax 02", groups[moodle])
    items = {one.name: one for one in flat(groups[moodle])}
    elements = {
        q.findtext("name/text"): q for q in ET.parse(path).getroot() if q.get("type") != "category"
    }
    assert list(elements) == list(items)
    read = {q.name: q for q in moodle_xml_parser.parser.parse_file(path)["multichoice"]}
    kinds = {"one": "multichoice", "all": "multichoice", "number": "numerical", "order": "ordering"}
    for name, one in items.items():
        element = elements[name]
        assert element.get("type") == kinds[one.form]
        asked = words(element.findtext("questiontext/text"))
        assert asked == words(f"{one.stem}\n\n{one.hint}")
        assert words(element.findtext("generalfeedback/text")) == words(one.asked.explanation)
        if one.form in ("one", "all"):
            _compare_choices(read[name], one)
            continue
        answers = element.findall("answer")
        assert len(answers) == len(one.choices)
        for place, (answer, choice) in enumerate(zip(answers, one.choices, strict=True), 1):
            assert words(answer.findtext("feedback/text")) == words(choice.reason)
            if one.form == "number":
                assert answer.get("fraction") == ("100" if choice.right else "0")
                assert one.asked.accepts(float(answer.findtext("text")), choice)
                size = float(answer.findtext("tolerance"))
                if choice.right:
                    assert size == pytest.approx(one.asked.tolerance)
                elif one.asked.question.relative:
                    assert size == pytest.approx(one.asked.question.tolerance * abs(choice.value))
            else:
                assert answer.get("fraction") == str(place)
                assert words(answer.findtext("text")) == words(choice.text)


def _compare_choices(read, one):
    assert read.shuffle_answers == one.shuffles
    found = {words(o.answer): (o.score_fraction > 0, words(o.feedback)) for o in read.options}
    assert found == by_reason(one.choices)
    assert sum(max(0, o.score_fraction) for o in read.options) == pytest.approx(100, abs=1e-4)
    assert read.single == (one.form == "one")
    if not read.single:  # ticking everything earns nothing
        assert sum(o.score_fraction for o in read.options) == pytest.approx(0, abs=1e-4)


def test_variants_have_a_category_of_their_own(groups, tmp_path):
    path = tmp_path / "quiz.xml"
    moodle.write(path, "Softmax 02", groups[moodle])
    inside, place = Counter(), None
    for question in ET.parse(path).getroot():
        if question.get("type") == "category":
            place = question.findtext("category/text")
        else:
            inside[place] += 1
    assert inside["$course$/top/Softmax 02/try-number"] == 3
    assert inside["$course$/top/Softmax 02"] > 5


# QTI 2.1


def test_qti_2_1_is_read_by_onyx2moodle(groups, tmp_path):
    path = tmp_path / "quiz.zip"
    qti21.write(path, "Softmax", groups[qti21])
    folder = tmp_path / "package"
    with zipfile.ZipFile(path) as package:
        package.extractall(folder)
    manifest = ET.parse(folder / "imsmanifest.xml").getroot()
    listed = {e.get("href") for e in manifest.iter() if e.tag.endswith("}file")}
    assert listed == {p.relative_to(folder).as_posix() for p in folder.rglob("*.xml")} - {
        "imsmanifest.xml"
    }
    for one in flat(groups[qti21]):
        _compare_qti21(parse_item(folder / "items" / f"{one.name}.xml"), one)
    test = ET.parse(folder / "test.xml").getroot()
    refs = {e.get("href") for e in test.iter(f"{QTI}assessmentItemRef")}
    assert refs == listed - {"test.xml"}
    picks = [e.get("select") for e in test.iter(f"{QTI}selection")]
    assert picks == ["1"] * sum(len(group) > 1 for group in groups[qti21])


def written(path, *groups):
    """Return the files of a package as QTI 2.1 writes it, by name."""
    qti21.write(path, "Softmax", groups)
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def declared(root, name):
    """Return the outcome that an item or a test declares under that name."""
    (found,) = (e for e in root.iter(f"{QTI}outcomeDeclaration") if e.get("identifier") == name)
    assert (found.get("cardinality"), found.get("baseType")) == ("single", "float")
    return found


def test_a_test_of_qti_2_1_adds_up_what_its_items_score(groups, tmp_path):
    files = written(tmp_path / "quiz.zip", *groups[qti21])
    test = ET.fromstring(files["test.xml"])
    # In the order that the schema asks for.
    parts = ["outcomeDeclaration", "testPart", "outcomeProcessing"]
    assert [part.tag for part in test] == [QTI + name for name in parts]
    assert declared(test, "SCORE").findtext(f"{QTI}defaultValue/{QTI}value") == "0"
    (rule,) = test.find(f"{QTI}outcomeProcessing")
    assert (rule.tag, rule.get("identifier")) == (f"{QTI}setOutcomeValue", "SCORE")
    (each,) = rule.findall(f"{QTI}sum/{QTI}testVariables")
    assert each.get("variableIdentifier") == "SCORE"
    for name in files:
        if name.startswith("items/"):
            one = ET.fromstring(files[name])
            assert declared(one, "MAXSCORE").findtext(f"{QTI}defaultValue/{QTI}value") == "1"
            gained = [
                e.findtext(f"{QTI}baseValue") for e in one.iter(f"{QTI}setOutcomeValue")
                if e.get("identifier") == "SCORE"
            ]  # fmt: skip
            assert gained == ["1"], name


def test_schemas_of_qti_2_1_are_named_where_they_are(tmp_path):
    files = written(tmp_path / "quiz.zip", *grouped([SAMPLE["try-shift"]], qti21, 1))
    where = {
        ET.fromstring(text).get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
        for text in files.values()
    }
    folder = "http://www.imsglobal.org/xsd/qti/qtiv2p1"
    assert where == {
        f"http://www.imsglobal.org/xsd/imsqti_v2p1 {folder}/imsqti_v2p1.xsd",
        f"http://www.imsglobal.org/xsd/imscp_v1p1 {folder}/qtiv2p1_imscpv1p2_v1p0.xsd",
    }


def _compare_qti21(read, one):
    response = read.response_decls["RESPONSE"]
    feedback = {f.identifier: f.html for f in read.feedback}
    assert feedback["always"]
    number = {f"choice-{i + 1}": choice for i, choice in enumerate(one.choices)}
    assert {i for i in feedback if i != "always"} == {i for i, c in number.items() if c.reason}
    for identifier, choice in number.items():
        prose = re.sub(r"\$[^$]*\$", " ", choice.reason)  # formulas have become MathML
        for part in prose.split("  "):
            assert words(part) in words(feedback.get(identifier, "")), one.name
    root = ET.fromstring(read.raw_xml)
    assert words(one.hint) in words("".join(root.itertext()))
    if one.form == "number":
        (right,) = one.right
        assert float(response.correct_values[0]) == right.value
        sizes = [e.get("tolerance") for e in root.iter(f"{QTI}equal")]
        values = [
            float(e.text) for e in root.iter(f"{QTI}baseValue") if e.get("baseType") == "float"
        ]
        for choice in one.choices:
            assert choice.value in values
        assert float(sizes[one.choices.index(right)].split()[0]) == pytest.approx(
            one.asked.tolerance
        )
        return
    keys = [i for i, choice in number.items() if choice.right]
    assert response.correct_values == keys
    shown = {e.get("identifier"): e for e in root.iter(f"{QTI}simpleChoice")}
    assert shown.keys() == number.keys()
    (shuffle,) = {e.get("shuffle") for e in root.iter() if e.get("shuffle")}
    assert shuffle == str(one.shuffles).lower()
    for identifier, choice in number.items():
        if "$" not in choice.text:
            assert words("".join(shown[identifier].itertext())) == words(choice.text)
    expected = {"one": "single", "all": "multiple", "order": "ordered"}
    assert response.cardinality == expected[one.form]


def test_formulas_of_qti_2_1_are_mathml(tmp_path):
    files = written(tmp_path / "quiz.zip", *grouped([SAMPLE["try-shift"]], qti21, 1))
    (text,) = (files[name].decode() for name in files if "try-shift" in name)
    # A browser's HTML parser, to which some programs hand the text, knows no prefixes.
    assert f'<math xmlns="{MATHML}"' in text
    assert re.findall(r"</?\w+:\w+", text) == []
    root = ET.fromstring(text.encode())
    formulas = list(root.iter(f"{{{MATHML}}}math"))
    assert "".join(formulas[0].itertext()) == "aj"
    assert not list(root.iter(f"{{{MATHML}}}annotation"))


# Text


def test_the_text_has_every_answer_and_reason(groups, tmp_path):
    path = tmp_path / "quiz.txt"
    plain.write(path, "Softmax", groups[plain])
    asked, answers = path.read_text(encoding="utf-8").split("\nAnswers\n")
    items = flat(groups[plain])
    blocks = re.split(r"^\d+\. ", answers, flags=re.MULTILINE)[1:]
    for one, block in zip(items, blocks, strict=True):
        assert one.stem in asked
        part = asked[asked.index(one.stem) + len(one.stem) :]
        assert part.startswith(f"\n\n   [{one.hint}]" if one.hint else "\n\n   A. ")
        told = block[: block.index(f" ({one.name})\n")]
        if one.form in ("number", "formula"):
            (right,) = one.right
            assert told.split(" (")[0] == right.text
            named = {choice: choice.text for choice in one.choices}
        else:
            named = {
                choice: re.search(rf"^   ([A-H])\. {re.escape(choice.text)}$", part, re.M)[1]
                for choice in one.choices
            }
            # Those of an order are all right, and stand in the right one.
            assert set(told.split(", ")) == {named[choice] for choice in one.right}
            assert one.form != "order" or told.split(", ") == list(named.values())
        for choice in one.choices:
            assert choice.right or f"\n   {named[choice]}: {choice.reason}".rstrip(" :") in block


# Cards


def anki(folder, *decks):
    """Import decks into a fresh collection of Anki's and return it."""
    collection = Collection(str(folder / "learner.anki2"))
    for deck in decks:
        bring(collection, deck)
    return collection


def bring(collection, deck):
    options = ImportAnkiPackageOptions(merge_notetypes=True)
    request = ImportAnkiPackageRequest(package_path=str(deck), options=options)
    return collection.import_anki_package(request).log


def test_anki_imports_the_cards(tmp_path):
    path = tmp_path / "cards.apkg"
    cards.write(path, list(SAMPLE.values()))
    learner = anki(tmp_path, path)
    assert learner.note_count() == learner.card_count() == len(SAMPLE)
    for question in SAMPLE.values():
        (found,) = learner.find_notes(f"Name:{question.id}")
        note = learner.get_note(found)
        one = item(question.ask())
        shown = BeautifulSoup(note["Options"], "html.parser")
        assert words(str(shown.find(class_="hint") or "")) == words(one.hint)
        places = {words(str(line)): LETTERS[i] for i, line in enumerate(shown.find_all("li"))}
        assert places.keys() == ({words(c.text) for c in one.choices} if places else set())
        told = [words(line) for line in note["Answer"].split("<br>")]
        right = [words(choice.text) for choice in one.right]
        if one.form == "order":
            assert told == [",".join(places[thing] for thing in right), *right]
        elif places:
            assert set(told) == {f"{places[thing]}:{thing}" for thing in right}
        else:
            assert told[0].split("(")[0] == right[0]
        for choice in one.choices:
            name = places.get(words(choice.text), words(choice.text))
            reason = f"{name}:{words(choice.reason)}" if choice.reason else ""
            assert choice.right or reason in words(note["Reasons"])
        assert words(note["Explanation"]) == words(one.asked.explanation)
        assert f"softmax::02-definition::{question.section}" in note.tags
        front = note.cards()[0].render_output().question_text
        assert words(one.stem) in words(front)
        assert not any(words(c.reason) and words(c.reason) in words(front) for c in one.choices)
    learner.close()


def test_a_newer_deck_updates_cards_and_keeps_their_history(tmp_path, monkeypatch):
    old, new = tmp_path / "old.apkg", tmp_path / "new.apkg"
    cards.write(old, list(SAMPLE.values()))
    learner = anki(tmp_path, old)
    (found,) = learner.find_cards("Name:try-shift")
    card = learner.get_card(found)
    card.start_timer()
    learner.sched.answerCard(card, 3)
    history = learner.card_stats_data(found).reviews
    text = sample.BANK.replace("What happens to the outputs", "What becomes of the outputs")
    now = cards.genanki.package.time.time
    monkeypatch.setattr(cards.genanki.package.time, "time", lambda: now() + 5)
    cards.write(
        new, parse(text + sample.ORDER.replace("try-order", "try-more"), "02-definition.md")
    )
    log = bring(learner, new)
    assert (len(log.new), len(log.updated)) == (1, len(SAMPLE))
    (again,) = learner.find_cards("Name:try-shift")
    assert "What becomes of" in learner.get_card(again).note()["Question"]
    assert again == found
    assert learner.card_stats_data(again).reviews == history == 1
    learner.close()


# Exams


@pytest.fixture(scope="module")
def papers():
    """Two hundred papers from three chapters."""
    pool = bank("2 4 a")
    return exam.exam(pool, 12, "a seed", exam.students("", 200))


def test_two_hundred_papers_differ_and_are_balanced(papers):
    assert len({paper.code for paper in papers}) == 200
    assert len({exam.paper_text(paper).split("Name:")[1] for paper in papers}) == 200
    for paper_ in papers:
        chapters = Counter(one.asked.question.chapter for one, _ in paper_.questions)
        assert set(chapters.values()) == {4}
        assert len({one.asked.id for one, _ in paper_.questions}) == 12
    shared, same = exam.overlap(papers)
    assert shared < 4  # of 12: neighbours have mostly other questions
    assert same < 1.5
    used = Counter(one.asked.id for paper in papers for one, _ in paper.questions)
    assert len(used) == len(bank("2 4 a"))  # no question is left out of all papers
    assert max(used.values()) < 130  # and none is on nearly every paper


def test_the_keys_are_right_when_asked_again(papers):
    """Read papers and keys as a marker would, and ask the bank again with the key's own seed."""
    questions = {question.id: question for question in read_bank()}
    for paper_ in papers[::20]:
        parts = re.split(r"^## \d+$", exam.paper_text(paper_), flags=re.MULTILINE)[1:]
        rows = re.findall(
            r"^\| (\d+) \| (.*) \| ([\w-]+) \| (\d+|–) \|$", exam.key_text(paper_), re.MULTILINE
        )
        assert len(rows) == len(parts) == 12
        for (_, told, name, seed), part in zip(rows, parts, strict=True):
            asked = questions[name].ask(0 if seed == "–" else int(seed))
            assert item(asked).hint in part
            shown = dict(re.findall(r"^- \*\*([A-H])\*\* (.*)$", part, re.MULTILINE))
            form = FORMS[asked.kind]
            if form == "number":
                assert asked.accepts(float(told.split(" ")[0]))
            elif form == "formula":
                assert asked.accepts(told.strip("`"))
            elif form == "order":
                assert [shown[x] for x in told.split(", ")] == [o.text for o in asked.options]
                assert told != ", ".join(LETTERS[: len(shown)])
            else:
                chosen = {shown[x] for x in told.split(", ")}
                assert chosen == {c.text for c in item(asked).choices if c.right}
                if asked.question.check and asked.kind.startswith("choose"):
                    by_text = dict(zip((o.text for o in asked.options), asked.key, strict=True))
                    assert {text for text, holds in by_text.items() if holds} == chosen


def test_a_seed_is_a_paper_and_names_do_not_disturb_each_other(tmp_path, capsys):
    names = tmp_path / "names.txt"
    names.write_text("Ada Lovelace\nEmmy Noether\n")
    command = ["--seed", "9", "--length", "5", "--chapters", "2", "--markdown"]
    texts = []
    for folder, line in (("one", ""), ("two", ""), ("more", "Sofja Kowalewskaja\n")):
        names.write_text(names.read_text() + line)
        exam.main([*command, "--students", str(names), "--to", str(tmp_path / folder)])
        both = [(tmp_path / folder / f"{name}.md").read_bytes() for name in ("papers", "keys")]
        texts.append(both)
    assert texts[0] == texts[1]
    assert texts[2][0].startswith(texts[0][0].rstrip())  # Ada and Emmy have what they had
    assert b"Ada Lovelace" in texts[0][1]
    printed = capsys.readouterr()
    assert "2 papers of 5 questions" in printed.out
    assert printed.err.count("A seed of fewer than 16 characters") == 3
    exam.main([*command, "--seed", "0123456789abcdef", "--to", str(tmp_path / "long")])
    assert "fewer" not in capsys.readouterr().err


def test_a_paper_does_not_depend_on_the_editor_of_the_list(tmp_path):
    names = tmp_path / "names.txt"
    for raw in (
        "Ren\u00e9\nBob\n".encode(),
        "\ufeffRene\u0301\r\nBob\r\n".encode(),
        b"Ren\xe9\nBob",
    ):
        names.write_bytes(raw)
        assert exam.students(str(names), 0) == ["Ren\u00e9", "Bob"]


def test_a_name_stands_on_paper_and_key_as_it_is_in_the_list():
    name = r"O_a_ *b* `c` $d$ <b>e</b> [f](g) \*h\* &amp; !"
    (one,) = exam.exam(bank("2"), 1, "a seed", [name])
    for text in (exam.paper_text(one), exam.key_text(one)):
        shown = BeautifulSoup(renderer()(text), "html.parser")
        assert f"Paper {one.code} · {name}" in [e.get_text() for e in shown.find_all(["p", "h2"])]


def test_a_private_bank_joins_in(tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    text = sample.HEAD + sample.NUMBER.replace("try-number", "secret-number")
    (private / "02-definition.md").write_text(text)
    assert "secret-number" in {q.id for q in bank("2", private)}
    assert "secret-number" not in {q.id for q in bank("2")}
    assert {q.id for q in bank("", private, public=False)} == {"secret-number"}
    quiz.main(["moodle", "--chapters", "2", "--bank", str(private), "--to", str(tmp_path)])
    written = (tmp_path / "quiz/moodle/softmax-02-definition.xml").read_text(encoding="utf-8")
    assert "secret-number" in written
    (private / "02-definition.md").write_text(text.replace("share = 1 / K", "share = answer"))
    with pytest.raises(SystemExit, match="too near to tell apart"):
        bank("2", private)


@pytest.mark.parametrize(
    ("command", "words_"),
    [
        (lambda: bank("99"), "CHAPTERS=99 has no questions; accepted are 01-"),
        (lambda: bank("2.9"), "CHAPTERS=2.9 has no questions; accepted are 01-"),
        (lambda: quiz.main(["text", "--variants", "0"]), "VARIANTS=0 writes no question"),
        (lambda: bank("2", "/no/such/folder"), "is no folder"),
        (lambda: quiz.main(["blackboard"]), "accepted are canvas, qti21, moodle, text"),
        (lambda: exam.main(["--seed", "1", "--private"]), "name your own with BANK=folder"),
        (lambda: exam.main([]), "SEED=… is wanted: a long random word of your own"),
        (lambda: exam.main(["--seed", "1", "--students", "/none.txt"]), "is no file"),
        (lambda: exam.main(["--seed", "1", "--length", "99", "--chapters", "2"]), "LENGTH=99"),
    ],
)
def test_an_error_says_what_is_accepted(command, words_):
    with pytest.raises(SystemExit, match=re.escape(words_)):
        command()


@pytest.mark.parametrize("name", ["2", "02", "02-definition", "chapters/02-definition.ipynb"])
def test_a_chapter_can_be_named_in_many_ways(name):
    known = ["01-learning-slowdown", "02-definition", "a-softmax-properties"]
    assert named_chapters(name, known) == ["02-definition"]
    for letter in ("a", "A"):
        assert named_chapters(f"{name}, {letter}", known) == [known[1], known[2]]
    assert named_chapters("", known) == known


def printed(path, texts, footers):
    """Return the words on each page of a PDF of these texts."""
    if not (paper.ROOT / ".cache/vendor/katex/katex.min.css").exists():
        pytest.skip("KaTeX's style is not there; make assets")
    with ThreadPoolExecutor(1) as apart:  # from a browser that another test may have open
        apart.submit(paper.print_papers, texts, footers, path).result()
    return [page.extract_text() for page in PdfReader(path).pages]


def test_a_paper_printed_on_both_sides_starts_on_a_sheet_of_its_own(tmp_path):
    pages = printed(tmp_path / "papers.pdf", ["# One", "# Two"], ["first", "second"])
    assert [page.split("\n")[0] for page in pages] == ["One", "", "Two"]


def test_papers_are_printed_each_with_its_footer(papers, tmp_path):
    two = papers[:2]
    texts, codes = [exam.paper_text(p) for p in two], [p.code for p in two]
    pages = printed(tmp_path / "papers.pdf", texts, codes)
    for one in two:
        own = [text for text in pages if f"{one.code} · page" in text]
        assert len(own) >= 2
        assert f"page 1 of {len(own)}" in own[0]
        assert all(f"\n{number}\n" in "\n".join(own) for number in (2, 12))
