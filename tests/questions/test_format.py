"""A file becomes questions, and whatever breaks a rule is named with its line and a way out."""

import dataclasses
import math
import subprocess
import sys

import pytest

from softmax_book.questions import BadQuestions, Book, parse, problems, read, read_bank
from softmax_book.questions.values import formula
from tests.questions import sample
from tests.sources import ROOT

FILE = "questions/02-definition.md"
BOOK = Book()


def one(text):
    """Return the only question of a text below the sample's section."""
    (question,) = parse(sample.HEAD + text, FILE)
    return question


def test_each_kind_is_read_and_passes():
    questions = parse(sample.BANK, FILE)
    assert [q.kind for q in questions] == [
        "choose one", "choose all", "number", "order", "direction", "faulty line", "formula",
    ]  # fmt: skip
    assert [line for q in questions for line in problems(q, BOOK)] == []
    first = questions[0]
    assert (first.id, first.section, first.chapter) == (
        "try-shift", "sec-def-shift", "02-definition",
    )  # fmt: skip
    assert [o.right for o in first.options] == [False, True, False]
    assert first.options[1].reason == ""
    assert first.explanation == "The factor $e^{[[c]]}$ cancels."
    assert questions[5].listing.splitlines()[1] == "    m = z.min()"
    assert "```" not in questions[5].stem


def test_a_seed_gives_the_same_numbers_and_another_seed_others():
    question = one(sample.NUMBER)
    assert question.varies()
    assert not one(sample.ORDER).draws()
    unseen = one(sample.CHOOSE_ONE.replace("[[c]]", "3"))  # drawn to try the key on many
    assert unseen.draws()
    assert not unseen.varies()
    assert question.ask(3) == question.ask(3)
    stems = {question.ask(seed).stem for seed in range(12)}
    assert len(stems) > 3
    asked = question.ask(3)
    classes = int(asked.stem.split("K = ")[1].split("$")[0])
    assert asked.right[0].value == pytest.approx(math.log(classes))
    assert asked.right[0].text == f"{math.log(classes):.3f}"
    assert asked.unit == "nats"
    assert asked.tolerance == pytest.approx(0.01 * math.log(classes))
    assert asked.accepts(1.009 * math.log(classes))
    assert not asked.accepts(1.011 * math.log(classes))
    assert f"$1/{classes}$" in asked.options[1].reason


def test_what_is_computed_is_in_the_key():
    key = {q.kind: q.ask() for q in parse(sample.BANK, FILE)}
    assert key["choose all"].key == (True, True, False)
    assert key["order"].key == tuple(sorted(key["order"].key))
    assert key["direction"].key == (False, True, False)
    assert key["formula"].accepts("-(z_c - m)")
    assert not key["formula"].accepts("m - z_c + 1e-4")
    assert key["formula"].targets == pytest.approx(key["formula"].truth)


MANY = "".join(f"- [x] Also {i}.\n" for i in range(6))

# (a question, what is changed in it, into what, words of the error)
BROKEN = [
    (sample.CHOOSE_ONE, "· choose one", "· choose 1", "kind one of choose one"),
    (sample.CHOOSE_ONE, "- [x] Nothing.", "- [ ] Nothing.\n\n  No.", "exactly one option is right"),
    (sample.CHOOSE_ONE, "- [x] Nothing.", "- Nothing.", "starts with [x] or [ ]"),
    (sample.CHOOSE_ONE, "- [x] Nothing.", "- [x] The largest takes everything.", "read the same"),
    (sample.CHOOSE_ONE, "  Each exponential does; so does their sum.\n", "", "has no reason"),
    (sample.CHOOSE_ONE, "> The factor $e^{[[c]]}$ cancels.", "", "no explanation"),
    (sample.CHOOSE_ONE, "np.allclose(a, b)", "(b > 2).all()", "marked right, and the check says"),
    (sample.CHOOSE_ONE, "(b > a).all()", "(b >= 0).all()", "marked wrong, and the check says"),
    (sample.CHOOSE_ONE, ", (b > a).all()]", "]", "2 entries for 3 options"),
    (sample.CHOOSE_ONE, "holds =", "hold =", "must set holds"),
    (sample.CHOOSE_ONE, "softmax(z + c)", "softmax(z + d)", "NameError"),
    (sample.CHOOSE_ONE, "add [[c]]", "add [[k]]", "[[k]] stands for nothing"),
    (sample.CHOOSE_ONE, "add [[c]]", "add <b>3</b>", "HTML"),
    (sample.CHOOSE_ONE, "add [[c]]", "add ![three](3.png)", "an image"),
    (sample.CHOOSE_ONE, "add [[c]]", "add {math}`3`", "a role"),
    (sample.CHOOSE_ONE, "You add [[c]] to", "Why " * 95, "words: at most"),
    (sample.CHOOSE_ONE, "```python check", "Source: sec-def-shift\n\n```python check", "not both"),
    (sample.CHOOSE_ALL, "- [x] The", "- [ ] The", "has no reason"),
    (sample.CHOOSE_ALL, "- [ ] Log", MANY + "- [ ] Log", "at most eight options, not 9"),
    (sample.NUMBER, "± 1 % nats", "nats", "the right answer reads"),
    (sample.NUMBER, "[[answer:.3f]] ± 1 %", "[[answer:.1f]] ± 0.1 %", "shown and would be refused"),
    (sample.NUMBER, "[[answer:.3f]]", "[[right:.3f]]", "the right answer reads"),
    (sample.NUMBER, "[[share:.3f]]", "[[answer:.4f]]", "a wrong one has another name"),
    (sample.NUMBER, "share = 1 / K", "share = 1.005 * answer", "too near to tell apart"),
    (sample.NUMBER, "share = 1 / K", "share = np.inf", "an answer is inf"),
    (sample.NUMBER, "share = 1 / K", "", "[[share]] stands for nothing"),
    (sample.ORDER, "(0, 1, 2)", "(0, 2, 1)", "grow strictly"),
    (sample.ORDER, "(0, 1, 2)", "(0, 1)", "2 entries for 3 things"),
    (sample.ORDER, "1. Two", "- Two", "1. 2. 3., in the right order"),
    (sample.DIRECTION, "- [ ] up", "- [ ] sideways", "none of up, down, still"),
    (sample.DIRECTION, "[1.1, 0, 0]", "[0.9, 0, 0]", "marked right, and the check says False"),
    (sample.DIRECTION, "[1.1, 0, 0]", "[1.0, 0, 0]", "marked right, and the check says False"),
    (sample.FAULTY_LINE, "line 4", "line 5", "none of line 1 to line 4"),
    (sample.FAULTY_LINE, "```python\ndef", "```text\ndef", "a listing, ```python, must stand"),
    (sample.FAULTY_LINE, '"max")', '"min")', "marked right, and the check says False"),
    (sample.FORMULA, "`[[?]]`", "this", "the blank [[?]] is missing"),
    (sample.FORMULA, "- [x] `m - z_c`", "- [x] m - z_c", "stands in backticks"),
    (sample.FORMULA, "- [x] `m - z_c`", "- [x] `m + z_c`", "where the truth is"),
    (sample.FORMULA, "- [ ] `z_c - m`", "- [ ] `-z_c + m`", "agree at all points"),
    (sample.FORMULA, "- [ ] `z_c - m`", "- [ ] `sin(m)`", "cannot stand in a formula"),
    (sample.FORMULA, "- [ ] `z_c - m`", "- [ ] `z_c -`", "cannot be read as a formula"),
    (sample.FORMULA, "[0, 0, 5], [-1, 4, 4]", "", "three or more dicts"),
    ("## sec-def\n\n" + sample.ORDER, "", "", "is no section of that chapter; accepted are"),
    ("## ch-definition\n\n" + sample.ORDER, "", "", "is no section of that chapter"),
    ("Words.\n\n" + sample.ORDER, "", "", "belongs to no question"),
    (sample.ORDER + "## sec-def-simplex\n\nMore.\n", "", "", "belongs to no question"),
    (sample.ORDER + "#### Deeper\n", "", "", "accepted are # Title"),
    (sample.ORDER + "Some words.\n", "", "", "after the options come"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "words"), BROKEN, ids=lambda value: str(value)[:30])
def test_what_breaks_a_rule_is_named(text, old, new, words):
    assert old in text
    try:
        questions = parse(sample.HEAD + text.replace(old, new), FILE)
        errors = [line for question in questions for line in problems(question, BOOK)]
    except BadQuestions as bad:
        errors = bad.errors
    assert any(words in line for line in errors), errors
    assert all(line.startswith(f"{FILE}:") for line in errors)


def test_an_error_names_the_option_s_line():
    text = sample.HEAD + sample.CHOOSE_ONE.replace(
        "  Each exponential does; so does their sum.", ""
    )
    (error,) = problems(parse(text, FILE)[0], BOOK)
    number = int(error.split(":")[1])
    assert text.splitlines()[number - 1].startswith("- [ ] All grow")
    assert "try-shift" in error


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("@bridle1990", None),
        ("sec-def-shift", None),
        ("@nobody", "not in"),
        ("sec-no", "no section"),
    ],
)
def test_a_source_exists(source, words):
    plain = sample.ORDER.split("```python")[0] + f"Source: {source}\n"
    errors = problems(one(plain), BOOK)
    assert [words in error for error in errors] == [True] * (words is not None)


def test_a_file_of_no_chapter_is_refused():
    question = dataclasses.replace(one(sample.ORDER), path=ROOT / "questions" / "99-none.md")
    assert "the name of no notebook" in problems(question, BOOK)[0]


def test_a_name_is_taken_once_in_all_folders(tmp_path):
    for folder in ("book", "private"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "02-definition.md").write_text(sample.HEAD + sample.ORDER)
        (tmp_path / folder / "README.md").write_text("How to write.")
    assert len(read_bank(tmp_path / "book")) == 1
    with pytest.raises(BadQuestions, match="the name is taken"):
        read_bank(tmp_path / "book", tmp_path / "private")


def test_all_errors_of_a_file_come_at_once(tmp_path):
    file = tmp_path / "02-definition.md"
    kinds = sample.BANK.replace("· order", "· sort").replace("> A larger lead", "A larger lead")
    file.write_text(kinds.replace("- [x] line 2", "- line 2"))
    with pytest.raises(BadQuestions) as caught:
        read(file)
    assert len(caught.value.errors) == 2


def test_a_file_of_any_editor_is_read_or_refused(tmp_path):
    file = tmp_path / "02-definition.md"
    file.write_text(sample.BANK, encoding="utf-8-sig")  # with a mark before the first letter
    assert len(read(file)) == 7
    file.write_text(sample.BANK, encoding="cp1252")
    with pytest.raises(BadQuestions, match=r"02-definition\.md:5: .* as UTF-8"):
        read(file)


@pytest.mark.parametrize("file", ["good", "bad"])
def test_the_command_prints_a_table_or_the_errors(tmp_path, file):
    path = tmp_path / "02-definition.md"
    path.write_text(sample.BANK if file == "good" else sample.BANK.replace("(0, 1, 2)", "(2, 1)"))
    command = [sys.executable, "-m", "softmax_book.questions", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == (file == "bad")
    assert "02-definition" in done.stdout
    assert "0 of 7 without a check" in done.stdout
    assert ("try-order: values must grow strictly" in done.stderr) == (file == "bad")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3*x", 8), ("-x**2", -4), ("2^x", 4), ("2**-1", 0.5), ("2**3**2", 512),
        ("exp(log(x))", 2), ("sqrt(x*8) − 1", 3), ("6/x/3", 1), ("1e-3·x", 0.002),
        ("1/(x-2)", math.nan), ("log(-x)", math.nan), ("exp(1000)", math.nan),
    ],
)  # fmt: skip
def test_a_formula_has_its_value(text, value):
    assert formula(text, {"x": 2.0}) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    "text", ["", "y", "x +", "x.real", "x[0]", "__import__('os')", "exp(x, x)", "True", "'x'"]
)  # fmt: skip
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match="formula"):
        formula(text, {"x": 2.0})
