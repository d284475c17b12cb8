"""The autograder's page for marking by hand: opened from a folder, with the network off."""

import pytest

from assignments.grading import feedback, mark, notebook, textfile
from tests.assignments.submissions import source_path

ADA, EVE = "Lovelace, Ada", "=eve"


@pytest.fixture
def page(browser):
    """A page without a network; after the test, no error and no request elsewhere."""
    context = browser.new_context(accept_downloads=True)
    context.set_offline(True)
    page = context.new_page()
    page.trouble = []
    page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda r: r.url.startswith("http") and page.trouble.append(r.url))
    yield page
    context.close()
    assert not page.trouble, "\n".join(page.trouble)


@pytest.fixture
def write(tmp_path):
    """Write the page anew, with points that have been entered for Ada."""

    def write(points=None, answer="Let $s$ be the LSE."):
        rows = [mark.Row("half-derivation", given, 6, "by hand", answer=answer)
                for given in (points, None)]  # fmt: skip
        reports = {
            (who, "ps1"): mark.Report([row]) for who, row in zip((ADA, EVE), rows, strict=True)
        }
        feedback.write(tmp_path, reports, {"ps1": notebook.read_key(source_path("ps1"))})
        return (tmp_path / "_by-hand.html").as_uri()

    return write


def saved(page, tmp_path):
    """The table that the page saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save marked.csv").press("Enter")
    assert download.value.suggested_filename == "marked.csv"
    download.value.save_as(tmp_path / "marked.csv")
    lines = textfile.records(tmp_path / "marked.csv", ())
    (read,) = {line.pop("answer") for line in lines}  # both have the same answer
    assert read == page.locator("section").first.get_attribute("data-answer")
    return [tuple(line.values()) for line in lines]


def test_ticked_points_add_up_stay_and_are_saved_as_a_table(page, write, tmp_path):
    page.goto(write())
    ada, eve = page.locator("section").all()
    for tick in (0, 1, 3):
        ada.get_by_role("checkbox").nth(tick).press("Space")  # 2 + 1 + 1 points
    ada.get_by_role("checkbox").nth(3).press("Space")
    assert ada.get_by_role("spinbutton").input_value() == "3"
    ada.get_by_role("textbox").fill('so "nearly", yes')
    eve.get_by_role("spinbutton").fill("0")
    assert page.locator("output").inner_text() == "2 of 2 to save"
    page.goto(write())  # as the next `make grade` does
    assert [box.is_checked() for box in ada.get_by_role("checkbox").all()[:4]] == [
        True, True, False, False
    ]  # fmt: skip
    assert saved(page, tmp_path) == [
        (ADA, "ps1", "half-derivation", "3", 'so "nearly", yes'),
        (f"'{EVE}", "ps1", "half-derivation", "0", ""),
    ]


def test_what_has_been_entered_is_saved_again_only_if_it_changes(page, write, tmp_path):
    page.goto(write())
    ada, eve = page.locator("section").all()
    ada.get_by_role("spinbutton").fill("3")
    eve.get_by_role("spinbutton").fill("2")
    page.goto(write(5))  # 3 was entered, and then 5 after an appeal
    assert "(entered: 5)" in ada.get_by_role("heading").inner_text()
    assert [row[0] for row in saved(page, tmp_path)] == [f"'{EVE}"]
    ada.get_by_role("spinbutton").fill("6")
    assert [row[3] for row in saved(page, tmp_path)] == ["6", "2"]


def test_a_comment_brings_no_points_from_before(page, write, tmp_path):
    page.goto(write())
    ada = page.locator("section").first
    ada.get_by_role("checkbox").first.check()
    page.goto(write(5))
    ada.get_by_role("textbox").fill("as we said")
    assert saved(page, tmp_path) == [(ADA, "ps1", "half-derivation", "", "as we said")]
    assert not ada.get_by_role("checkbox").first.is_checked()


def test_a_new_answer_has_no_ticks(page, write):
    page.goto(write())
    page.get_by_role("checkbox").first.check()
    page.goto(write(answer="Let $t$ be the LSE."))
    assert page.locator("output").inner_text() == "0 of 2 to save"
    assert not page.get_by_role("checkbox").first.is_checked()


def test_what_one_answer_defines_changes_no_other_formula(page, write):
    page.goto(write(answer=r"$\gdef\sum{\text{HACKED}}\gdef\tfrac#1#2{\text{HACKED}} \sum$"))
    assert [text.count("HACKED") > 0 for text in page.locator("section").all_inner_texts()] == [
        True, True
    ]  # fmt: skip
    model = page.locator("label, details .written")
    assert model.locator("math").count() > 4
    assert "HACKED" not in " ".join(model.all_text_contents())


def test_too_many_points_are_not_saved(page, write, tmp_path):
    page.goto(write())
    points = page.get_by_role("spinbutton").first
    points.fill("7")
    page.get_by_role("button", name="Save marked.csv").click()
    assert page.evaluate("document.activeElement.validity.rangeOverflow")
    ticks = page.locator("section").first.get_by_role("checkbox")
    for tick in ticks.all():
        tick.check()
    assert points.input_value() == "6"
    for tick in ticks.all():
        tick.uncheck()
    assert points.input_value() == ""  # 0 is not given by taking ticks back
