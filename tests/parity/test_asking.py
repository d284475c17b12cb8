"""The program that asks: its numbers and formulas against Python's, its memory, what it deals."""

import json
import math

import pytest

from softmax_book.questions import parse
from softmax_book.questions.values import formula
from tests.questions import sample
from tests.sources import ROOT

LOGIC = "../../_ext/asking/logic.mjs"
FORMULAS = [
    "m - z_c", "-(z_c - m)", "2^m", "2**-z_c", "2**3**2", "-z_c**2", "m*z_c/3", "6/m/3", "1-2-3",
    "exp(m)/ (exp(m)+exp(z_c))", "log(exp(z_c))", "sqrt(m)**2", "−m·z_c", "1e-3*m", ".5 + 2.",
    "log(m - m)", "1/(m-m)", "exp(1000*m)", "sqrt(-m)", "--m", "+m - -z_c", "(m)", "2*-m", "1e3m*0",
    "", "m +", "(m", "m)", "x", "sin(m)", "m m", "exp m", "m..2", "exp()", "1;2", "m = 2",
    "constructor",
]  # fmt: skip
POINTS = [{"m": 2.5, "z_c": -1.25}, {"m": 0.75, "z_c": 3.0}, {"m": 4.0, "z_c": 1.0}]


def in_python(text, point):
    try:
        return formula(text, point)
    except ValueError:
        return "refused"


def test_a_formula_is_worth_the_same_in_both_languages(node):
    asked = """data.points.map((p) => data.texts.map((t) => {
      try { return m.evaluate(t, p); } catch (error) { return "refused"; }
    }))"""
    found = node(LOGIC, asked, {"texts": FORMULAS, "points": POINTS})
    for point, values in zip(POINTS, found, strict=True):
        for text, value in zip(FORMULAS, values, strict=True):
            wanted = in_python(text, point)
            if isinstance(wanted, str) or isinstance(value, str):
                assert value == wanted, text
            else:
                assert value == pytest.approx(wanted, rel=1e-12, nan_ok=True), text
    refused = [t for t in FORMULAS if in_python(t, POINTS[0]) == "refused"]
    assert len(refused) >= 13


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(1-2m)*z_c", "write * between “2” and “m”"),
        ("1/(2m)", "write * between “2” and “m”"),
        ("(m)(z_c)", "write * between “)” and “(”"),
        ("2exp(m)", "write * between “2” and “exp”"),
        ("mm", "“mm” is not one of m, z_c; write m*m"),
        ("e^m", "“e” is not one of m, z_c; write exp( )"),
        ("ln(m)", "“ln” is not one of m, z_c; write log( )"),
        ("constructor", "“constructor” is not one of m, z_c"),
        ("sin(m)", "“sin” is not one of m, z_c"),
        ("(m", "“)” is missing"),
        ("m)", "“)” stands in the wrong place"),
    ],
)
def test_what_is_no_formula_is_told_how_to_write_it(node, text, words):
    said = "(() => { try { m.evaluate(...data) } catch (error) { return error.message } })()"
    assert node(LOGIC, said, [text, POINTS[0]]) == words


def test_two_values_are_shown_with_the_digits_that_tell_them_apart(node):
    pairs = [[4, 4.00001], [6.0024757, 6.0024749], [1, 2], [0.5, 0.5]]
    wanted = [["4", "4.00001"], ["6.00248", "6.00247"], ["1", "2"], ["0.5", "0.5"]]
    assert node(LOGIC, "data.map((pair) => m.toldApart(...pair))", pairs) == wanted


def test_numbers_are_read_as_people_write_them(node):
    texts = ["2.5", "2,5", " −3 ", "1/3", "-1/4", "1e-3", "5 000", ".5", "+2", "x", "", "1/2/3",
             "1,000.5", "2.3 nats", "Infinity", "0x10", "40 %", "2,5%", "%"]  # fmt: skip
    nan = math.nan
    wanted = [2.5, 2.5, -3, 1 / 3, -0.25, 1e-3, 5000, 0.5, 2, nan, nan, nan, nan, nan, nan, nan,
              0.4, 0.025, nan]  # fmt: skip
    found = node(LOGIC, "data.map(m.readNumber)", texts)
    assert found == pytest.approx(wanted, nan_ok=True)


def data(text):
    """Return what the page's script would get of a sample question, as far as judging needs it."""
    (question,) = parse(sample.HEAD + text, "questions/02-definition.md")
    asked = question.ask(0)
    options = [
        {"right": o.right, "text": o.text, "reason": o.reason, "value": o.value}
        for o in asked.options
    ]
    more = {"tolerance": question.tolerance, "relative": question.relative}
    return asked, {"options": options, "points": asked.points, **more}


def judge(node, text, answer):
    asked, given = data(text)
    return node(LOGIC, "m.judge(...data)", [asked.kind, given, answer])


@pytest.mark.parametrize(
    ("text", "answer", "right", "hits"),
    [
        (sample.CHOOSE_ONE, [1], True, [1]),
        (sample.CHOOSE_ONE, [2], False, [2]),
        (sample.CHOOSE_ALL, [0, 1], True, [0, 1]),
        (sample.CHOOSE_ALL, [0], False, [0]),
        (sample.CHOOSE_ALL, [0, 1, 2], False, [0, 1, 2]),
        (sample.ORDER, [0, 1, 2], True, []),
        (sample.ORDER, [0, 2, 1], False, []),
        (sample.DIRECTION, [1], True, [1]),
        (sample.FAULTY_LINE, ["line 2"], True, [0]),
        (sample.FAULTY_LINE, ["line 3"], False, [1]),
        (sample.FAULTY_LINE, ["line 1"], False, []),
        (sample.FORMULA, "-(z_c - m)", True, [0]),
        (sample.FORMULA, "z_c-m", False, [1]),
        (sample.FORMULA, "m", False, []),
    ],
)
def test_answers_of_each_kind_are_judged(node, text, answer, right, hits):
    assert judge(node, text, answer) == {"right": right, "hits": hits}


def test_a_number_is_judged_as_python_judges_it(node):
    asked, given = data(sample.NUMBER)
    value = asked.right[0].value
    tried = [value * (1 + d) for d in (0, 0.0099, 0.0101, -0.0099, -0.0101, 1)]
    tried.append(asked.options[1].value)
    found = node(LOGIC, 'data.tried.map((x) => m.judge("number", data.given, String(x)))',
                 {"tried": tried, "given": given})  # fmt: skip
    assert [f["right"] for f in found] == [asked.accepts(x) for x in tried]
    assert [f["right"] for f in found] == [True, True, False, True, False, False, False]
    assert found[-1]["hits"] == [1]


def test_what_is_shuffled_is_complete_and_never_as_it_was(node):
    found = node(LOGIC, "data.map((n) => [...Array(50)].map(() => m.disordered(n)))", [2, 3, 7])
    for n, lists in zip([2, 3, 7], found, strict=True):
        assert all(sorted(one) == list(range(n)) for one in lists)
        assert list(range(n)) not in lists


def test_a_right_option_stands_at_each_place_equally_often(node):
    """A key's place tells nothing: of 6,000 shuffles a place differs by less than five sigma."""
    found = node(
        LOGIC, "data.map((n) => [...Array(6000)].map(() => m.shuffled(n).indexOf(0)))", [3, 4]
    )
    for n, places in zip([3, 4], found, strict=True):
        for place in range(n):
            spread = (6000 * (1 / n) * (1 - 1 / n)) ** 0.5
            assert abs(places.count(place) - 6000 / n) < 5 * spread


def test_memory_is_written_read_and_joined(node):
    first = {"a": [[10, 1]], "b": [[20, 0], [30, 1]]}
    other = {"b": [[30, 1], [25, 1]], "c": [[5, 0]]}
    joined = {"a": [[10, 1]], "b": [[20, 0], [25, 1], [30, 1]], "c": [[5, 0]]}
    assert node(LOGIC, "m.merged(...data)", [first, other]) == joined
    assert node(LOGIC, "m.readAnswers(m.writeAnswers(data))", joined) == joined
    assert node(LOGIC, "m.noted(data, 'a', false, 99999)", first)["a"] == [[10, 1], [99, 0]]


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", '{"version":2,"answers":{}}', '{"version":1}',
     '{"version":1,"answers":{"<b>":[[1,1]]}}', '{"version":1,"answers":{"a":[[1,2]]}}',
     '{"version":1,"answers":{"a":[]}}', '{"version":1,"answers":{"a":[["1",1]]}}'],
)  # fmt: skip
def test_a_file_of_something_else_is_refused(node, text):
    read = "(() => { try { m.readAnswers(data); } catch (error) { return error.message; } })()"
    assert node(LOGIC, read, text) == "that is no file that this page saved"


INDEX = {"one": {"questions": ["a", "b"]}, "two": {"questions": ["c", "d"]}}
DEAL = "m.deal(data.index, data.answers, data.choice, 1000, (entries) => entries[0][0])"


@pytest.mark.parametrize(
    ("choice", "due", "fresh", "later"),
    [("met", ["a"], [], ["c"]), ("all", ["a"], ["b", "d"], ["c"]), (["two"], [], ["d"], ["c"])],
)
def test_what_is_due_comes_before_what_is_new(node, choice, due, fresh, later):
    answers = {"a": [[900, 1]], "c": [[1100, 1]], "gone": [[1, 1]]}
    found = node(LOGIC, DEAL, {"index": INDEX, "answers": answers, "choice": choice})
    assert {key: sorted(q["id"] for q in found[key]) for key in ("due", "fresh", "later")} == {
        "due": due, "fresh": fresh, "later": later,
    }  # fmt: skip


def test_what_was_known_waits_longer_each_time_and_what_was_not_comes_tomorrow(node):
    path = json.dumps(str(ROOT / ".cache" / "vendor" / "fsrs" / "index.umd.js"))
    require = f'process.getBuiltinModule("node:module").createRequire(import.meta.url)({path})'
    expression = f"((FSRS) => data.map((entries) => m.dueTime(entries, FSRS)))({require})"
    t, day = 1_700_000_000, 86400
    logs = [
        [[t, 0]],
        [[t, 1]],
        [[t, 1], [t + 3 * day, 1]],
        [[t, 1], [t + 3 * day, 1], [t + 13 * day, 1]],
        [[t, 1], [t + 3 * day, 1], [t + 13 * day, 0]],
    ]
    due = node(LOGIC, expression, logs)
    waits = [(d / 1000 - log[-1][0]) / day for d, log in zip(due, logs, strict=True)]
    assert waits[0] == 1
    assert 1 < waits[1] < 7
    assert waits[1] < waits[2] < waits[3]
    assert waits[4] < waits[2]
