"""Quick questions below the sections and on the page that deals them again: every kind, by keys
alone on a wide and a narrow window, without scripts, where nothing may be stored, a week later."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from softmax_book.questions import KINDS, Book, read_bank
from tests.browser.axe import ROOM, RULES
from tests.sources import HTML
from tools.exports.items import variants

BANK = read_bank()
FIRST = {kind: next((q for q in BANK if q.kind == kind), None) for kind in KINDS}
PRACTISE = "front/practise.html"
STORED = 'JSON.parse(localStorage.getItem("softmax-book-questions") ?? "null")'
REFUSE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); },
})"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError");
}"""


def opened(page, question):
    """Open the questions of a section and return the form of one of them."""
    in_chapter = [q.section for q in BANK if q.chapter == question.chapter]
    sections = [s for s in Book().sections[question.chapter] if s in in_chapter]
    button = page.locator(".ask-open").nth(sections.index(question.section))
    button.focus()
    page.keyboard.press("Enter")
    here = [q.id for q in BANK if q.section == question.section]
    form = page.locator(".ask-box:visible .ask-question").nth(here.index(question.id))
    form.wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    return form


def press(page, locator, key):
    """Press a key on a control, as who has no mouse; Tab must reach it."""
    locator.focus()
    page.keyboard.press(key)


def give(page, form, asked, right):
    """Answer with the right answer or a wrong one, by keys alone, and check it."""
    if asked.kind in ("number", "formula"):
        text = next(o.text for o in asked.options if o.right == right)
        form.locator("input").fill(text.replace(".", ",") if asked.kind == "number" else text)
    elif asked.kind == "order":
        arrange(page, form, len(asked.options), right)
    elif asked.kind == "faulty line":
        line = next(o.text for o in asked.options if o.right == right)
        press(page, form.locator("input").nth(int(line.split()[1]) - 1), "Space")
    else:
        for i, option in enumerate(asked.options):
            box = form.locator(f"input[value='{i}']")
            if box.is_checked() != (option.right == right):
                if asked.kind == "choose all" or option.right == right:
                    press(page, box, "Space")
                if asked.kind != "choose all" and not right:
                    break
    press(page, form.get_by_role("button", name="Check", exact=True), "Enter")


def arrange(page, form, count, right):
    """Sort the things, or leave them in an order that is not right: the last one first."""
    for at in range(count):
        thing = at if right else count - 1
        button = form.locator(f"button[id$='-Up-{thing}']")
        while places(form).index(thing) > (at if right else 0):
            press(page, button, "Enter")
            held = form.evaluate("(f) => f.contains(document.activeElement)")
            assert held, "the focus is lost when a thing moves"


def places(form):
    """Return the things of an order as they stand."""
    ids = form.locator(".ask-thing").evaluate_all("(things) => things.map((t) => t.id)")
    return [int(i.rsplit("-", 1)[1]) for i in ids]


def test_a_wrong_formula_is_told_by_how_much_and_a_wrong_order_how_far_it_is_right(open_page):
    named = {q.id: q for q in BANK}
    question = named["plus-and-minus"]
    page = open_page(f"chapters/{question.chapter}.html", asleep=True)
    form = opened(page, question)
    form.locator("input").fill("5*u")
    press(page, form.get_by_role("button", name="Check", exact=True), "Enter")
    at = question.ask(0).points[0]["u"]
    assert form.locator(".ask-said").inner_text().replace("−", "-").startswith(
        f"No: at u = {at:g} it should be {2 * at:g}, and yours is {5 * at:g}."
    )  # fmt: skip
    question = next(q for q in BANK if q.kind == "order" and len(q.ask(0).options) > 3)
    page = open_page(f"chapters/{question.chapter}.html", asleep=True)
    form = opened(page, question)
    last = len(question.ask(0).options) - 1
    arrange(page, form, last + 1, right=True)
    while places(form).index(last) > 2:
        press(page, form.locator(f"button[id$='-Up-{last}']"), "Enter")
    assert places(form)[:3] == [0, 1, last]
    press(page, form.get_by_role("button", name="Check", exact=True), "Enter")
    said = form.locator(".ask-said").inner_text()
    assert said.startswith("Not yet: the first 2 are right, and the next is not.")


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_the_focus_in_a_question_can_be_seen(open_page, kind):
    page = open_page(f"chapters/{FIRST[kind].chapter}.html", asleep=True)
    form = opened(page, FIRST[kind])
    controls = form.locator("input:visible, button:visible, summary:visible")
    assert controls.count() > 1
    for control in controls.all():
        if control.is_enabled():
            control.focus()
            page.keyboard.press("Shift")  # the reader has no mouse
            ring = control.evaluate("(c) => getComputedStyle(c).outlineStyle")
            assert ring not in ("none", "hidden"), control.evaluate("(c) => c.outerHTML")


@pytest.mark.parametrize("width", [1200, 360])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_by_keys(open_page, kind, width):
    question = FIRST[kind]
    page = open_page(f"chapters/{question.chapter}.html", width=width, asleep=True)
    form = opened(page, question)
    asked = question.ask(0)
    said = form.locator(".ask-said")
    press(page, form.get_by_role("button", name="Check", exact=True), "Enter")
    if kind != "order":
        assert re.search("first|number", said.inner_text()), "an empty answer is asked for"
    give(page, form, asked, right=False)
    assert re.match(r"No\b|Not|One|\d|All|And", said.inner_text())
    assert "ask-wrong" in said.get_attribute("class")
    if kind not in ("order", "choose all"):
        reason = next(o.reason for o in asked.options if not o.right)
        plain = re.split(r"[$`*\[(’']", reason)[0].strip()
        assert plain[:40] in said.inner_text(), "the reason of what was chosen is not said"
    give(page, form, asked, right=True)
    assert said.inner_text().startswith("Right.")
    assert said.get_attribute("role") == "status"
    stored = page.evaluate(STORED)
    (entry,) = stored["answers"][question.id]
    assert entry[1] == 0, "the first answer was wrong"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_questions_that_do_not_come_leave_the_page_where_it_is_and_may_come_later(open_page):
    page = open_page("chapters/02-definition.html", asleep=True)
    page.context.set_offline(True)
    button = page.locator(".ask-open").first
    button.click()
    note = page.get_by_text("These questions could not be fetched.")
    note.wait_for()
    assert "questions/02-definition.html#ask-sec-def-" in note.locator("a").get_attribute("href")
    assert button.get_attribute("aria-expanded") == "false"
    page.context.set_offline(False)
    page.trouble.clear()  # the failure is what was tried
    button.click()
    page.locator(".ask-question").first.wait_for()
    assert note.count() == 0
    assert page.locator(".ask-box").count() == 1


def test_the_answer_is_shown_and_other_numbers_come(open_page):
    question = next(q for q in BANK if q.kind == "number" and q.varies())
    page = open_page(f"chapters/{question.chapter}.html", asleep=True)
    form = opened(page, question)
    stems = set()
    for asked in variants(question, 3):
        form.get_by_role("button", name="Show the answer").click()
        assert asked.right[0].text in form.locator(".ask-said").inner_text()
        stems.add(form.locator(".ask-stem").inner_text())
        form.get_by_role("button", name="Other numbers").click()
        assert form.locator(".ask-said").inner_text() == ""
        assert form.locator("input").evaluate("(input) => input === document.activeElement")
    assert len(stems) == 3


def test_the_button_closes_what_it_opened_and_nothing_comes_before(open_page):
    page = open_page("chapters/02-definition.html", asleep=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_load_state("networkidle")
    assert not any("_static/questions/" in address for address in asked)
    button = page.locator(".ask-open").first
    name = "Two quick questions on this section " + page.locator("article h2").first.inner_text()
    assert page.get_by_role("button", name=name, exact=True).count() == 1
    button.click()
    page.locator(".ask-question").first.wait_for()
    assert any("_static/questions/02-definition.js" in address for address in asked)
    button.click()
    assert not page.locator(".ask-question").first.is_visible()
    assert button.get_attribute("aria-expanded") == "false"


def test_without_scripts_a_line_leads_to_the_list_with_folded_answers(open_page):
    page = open_page("chapters/02-definition.html", java_script_enabled=False)
    page.locator("p.ask a").first.click()
    assert "/questions/02-definition.html#ask-sec-def-" in page.url
    answer = page.locator("details.ask-answer").first
    question = next(q for q in BANK if q.chapter == "02-definition")
    assert not answer.locator("p").first.is_visible()
    answer.locator("summary").click()
    assert answer.locator("p").first.is_visible()
    assert page.locator("details.ask-answer").count() == sum(
        q.chapter == question.chapter for q in BANK
    )
    names = page.locator(".bd-article :is(summary, a.reference)").all_inner_texts()
    assert len(set(names)) == len(names)  # in a list of links or folds, each says which it is
    page = open_page(PRACTISE, java_script_enabled=False)
    page.get_by_role("link", name="lists of all questions").click()
    assert page.url.endswith("front/questions.html")


# Of every second question all that can be shown, of the others what is said to an empty answer.
SHOW = """(forms) => forms.forEach((form, i) => {
  const what = i % 2 ? "Show the answer" : "Check";
  [...form.querySelectorAll("button")].find((b) => b.textContent.trim() === what).click();
  if (i % 2) form.querySelectorAll("summary").forEach((summary) => summary.click());
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_questions_are_accessible(open_page, theme):
    page = open_page("chapters/02-definition.html", theme=theme, width=360, asleep=True)
    page.locator(".ask-open").evaluate_all("(buttons) => buttons.forEach((b) => b.click())")
    page.wait_for_function("document.querySelectorAll('.ask-box .ask-where').length > 7")
    page.locator(".ask-question").evaluate_all(SHOW)
    assert page.locator(".ask-question details[open]").count() > 5
    page.evaluate(ROOM)
    changed = {"include": [[".ask-box"]]}
    result = Axe().run(page, context=changed, options=RULES)
    assert result.violations_count == 0, result.generate_report()
    small = page.locator(".ask-box :is(button, label, summary, input[type=text])").evaluate_all(
        "(parts) => parts.map((p) => p.getBoundingClientRect()).filter((b) => b.height < 24).length"
    )
    assert small == 0
    page.emulate_media(forced_colors="active")
    shape = "(b) => getComputedStyle(b).borderTopStyle"
    assert page.locator(".ask-check").first.evaluate(shape) == "solid"


def dealt(page):
    """Return the id of the question that the page asks."""
    link = page.locator(".ask-table .ask-where a").get_attribute("href")
    return link.split("#")[1]


@pytest.fixture
def practise(open_page):
    """Return practise(**context): the page, ready."""

    def practise(init=None, **context):
        page = open_page("404.html", asleep=True, **context)
        if init:
            page.add_init_script(init)
        page.goto(page.url.replace("404.html", PRACTISE))
        page.locator(".ask-choice").wait_for()
        return page

    return practise


def state(page):
    return page.locator(".ask-state").inner_text()


def test_what_was_met_comes_back_a_week_later(practise):
    page = practise()
    page.clock.install(time="2026-03-02T10:00:00")
    page.reload()
    page.get_by_label("these chapters").check()
    page.get_by_label("Definition (").check()
    assert re.match(r"0 met; \d+ new\.", state(page))
    page.get_by_role("button", name="Ask me").click()
    seen = []
    for _ in range(3):
        seen.append(page.locator(".ask-table .ask-stem").inner_text())
        page.get_by_role("button", name="Show the answer").click()
        page.get_by_role("button", name="Next question").click()
        page.wait_for_function("!document.querySelector('.ask-table .ask-said').textContent")
    assert len(set(seen)) == 3
    page.reload()
    assert state(page) == "3 met, the next due tomorrow."
    page.clock.set_fixed_time("2026-03-09T10:00:00")
    page.reload()
    assert state(page) == "3 met, 3 of them due."
    page.get_by_role("button", name="Ask me").click()
    for _ in range(3):
        page.get_by_role("button", name="Show the answer").click()
        page.get_by_role("button", name="Next question").click()
    page.get_by_text("That is all for now. The next is due tomorrow.").wait_for()
    assert page.evaluate("document.activeElement.textContent").startswith("That is all")


def test_the_memory_is_saved_loaded_and_wiped(practise, tmp_path):
    page = practise()
    page.get_by_label("everything, mixed").check()
    page.get_by_role("button", name="Ask me").click()
    page.get_by_role("button", name="Show the answer").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save to a file").click()
    path = tmp_path / "mine.json"
    saved.value.save_as(path)
    assert json.loads(path.read_text())["answers"] == page.evaluate(STORED)["answers"]
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("button", name="Yes, forget all").click()
    assert page.evaluate(STORED) is None
    assert re.match("0 met", state(page))
    assert page.get_by_role("button", name="file").count() == 2  # to save and to load
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Load a file").click()
    asked.value.set_files(path)
    page.get_by_text("Loaded, and joined").wait_for()
    assert re.match("1 met", state(page))
    (tmp_path / "other.json").write_text("{}")
    page.locator("input[type=file]").set_input_files(tmp_path / "other.json")
    page.get_by_text("Nothing was loaded: that is no file that this page saved.").wait_for()
    assert re.match("1 met", state(page))


@pytest.mark.parametrize("storage", [REFUSE, FULL], ids=["refused", "full"])
def test_where_nothing_can_be_stored_it_asks_and_says_so(practise, storage):
    page = practise(storage)
    stacks = []
    page.on("pageerror", lambda error: stacks.append(error.stack))
    said = page.locator(".ask-memory").inner_text()
    assert "refuses to, as in a private window or in a frame, or its storage is full" in said
    assert "forgotten when you leave" in said
    page.get_by_label("everything, mixed").check()
    page.get_by_role("button", name="Ask me").click()
    page.get_by_role("button", name="Show the answer").click()
    assert re.match("1 met", state(page))
    page.get_by_role("button", name="Next question").click()
    page.reload()
    page.locator(".ask-choice").wait_for()
    assert re.match("0 met", state(page))
    assert not [stack for stack in stacks if "questions" in stack]
    page.trouble.clear()  # the theme's own complaints


def test_what_a_full_storage_has_is_read(practise):
    page = practise()
    page.get_by_label("everything, mixed").check()
    page.get_by_role("button", name="Ask me").click()
    page.get_by_role("button", name="Show the answer").click()
    page.add_init_script(FULL)
    page.reload()
    page.locator(".ask-choice").wait_for()
    assert re.match("1 met", state(page))
    page.trouble.clear()  # the theme's own complaints


def test_it_works_from_a_folder(browser):
    page = browser.new_context().new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((HTML / PRACTISE).as_uri())
    page.get_by_label("everything, mixed").check()
    page.get_by_role("button", name="Ask me").click()
    page.get_by_role("button", name="Show the answer").click()
    assert "1 met" in state(page)
    assert {address.split(":")[0] for address in asked} <= {"file", "data"}
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_accessible_in_use(practise, theme):
    page = practise(theme=theme, width=360)
    page.get_by_label("these chapters").check()
    page.locator(".ask-chapters input").first.check()
    page.get_by_role("button", name="Ask me").click()
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("button", name="Forget").click()
    page.evaluate(ROOM)
    result = Axe().run(page, options=RULES)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# Options stand in an order of chance, so every two of a question may be neighbours: the least way
# from one's box to the next one's, in pixels.
NEAREST = """() => Math.min(...[...document.querySelectorAll(".ask-options")].flatMap((options) => {
  const gap = parseFloat(getComputedStyle(options).rowGap) || 0;
  const rows = [...options.querySelectorAll(".ask-option")].map((row) => {
    const [outer, box] = [row, row.querySelector("input")].map((x) => x.getBoundingClientRect());
    return [outer.bottom - box.top, box.top - outer.top];
  });
  const ways = ([below], i) => rows.map(([, above], j) => (i === j ? 99 : below + gap + above));
  return rows.flatMap(ways);
}))"""


def test_boxes_are_apart_in_any_order(open_page):
    page = open_page("chapters/05-backpropagation.html", width=360)
    for button in page.locator("button.ask-open").all():
        button.click()
    page.wait_for_function(
        "document.querySelectorAll('.ask-box').length ==="
        " document.querySelectorAll('button.ask-open').length"
    )
    assert 24 <= page.evaluate(NEAREST) < 99
