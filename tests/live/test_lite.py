"""JupyterLite under the book's address, in a real Chromium: from the click to the mark."""

import json
import re

import pytest

from assignments.grading import grade, notebook
from tests.assignments.submissions import ROOT, answer_sources, source_path
from tests.sources import HTML
from tools.serve import served

PS1 = "assignments/release/ps1/ps1.ipynb"
# What the MyST extension says of references to other notebooks, which it cannot look up.
REFERENCES = re.compile(r"Cross reference target|No target for internal reference")
READY = """async () => {
  while (!window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  await kernel.requestExecute({ code: "1" }).done;
}"""
OUTPUTS = """() => [...jupyterapp.shell.currentWidget.content.model.cells].map((cell) => {
  const kinds = (cell.outputs?.toJSON() ?? []).map((o) => o.ename ?? o.name ?? o.output_type);
  return [cell.id, cell.executionCount ?? null, kinds];
})"""
RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"
SOURCE = """(name) => [...(window.jupyterapp?.shell.currentWidget?.content.model?.cells ?? [])]
  .find((cell) => cell.id === name)?.sharedModel.getSource()"""
ANSWER = """([name, source]) => {
  const cells = [...jupyterapp.shell.currentWidget.content.model.cells];
  cells.find((cell) => cell.id === name).sharedModel.setSource(source);
}"""

pytestmark = pytest.mark.skipif(
    not (HTML / "lite").is_dir(), reason="the book was built without `make live`"
)


@pytest.fixture(scope="module")
def site(book):
    """The built book on localhost."""
    with served(book) as address:
        yield address


@pytest.fixture(scope="module")
def open_page(site, browser):
    """Return open_page(path, script=None): a page of a fresh profile; nothing leaves the site."""
    opened = []

    def open_page(path, script=None):
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        context.set_default_timeout(240_000)
        trouble = []
        context.on("request", lambda r: r.url.startswith((site, "data:", f"blob:{site}"))
                   or trouble.append(r.url))  # fmt: skip
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda m: m.type == "error" and not REFERENCES.search(m.text)
                and trouble.append(m.text))  # fmt: skip
        page.trouble = trouble
        opened.append(page)
        page.goto(f"{site}/{path}")
        return page

    yield open_page
    for page in opened:
        assert not page.trouble, page.url


def test_a_problem_set_from_the_click_to_the_mark(open_page, tmp_path):
    page = open_page("front/teaching.html")
    page.get_by_role("link", name="ps1 in this browser").click()
    line = page.locator(".sx-kept")
    assert "kept in this browser, on this device, and nowhere else" in line.inner_text()
    page.evaluate(READY)
    key = notebook.read_key(source_path("ps1"))
    page.evaluate(ANSWER, ["softmax", answer_sources(key)["softmax"]])
    page.evaluate(RUN_ALL)
    ran = {name: kinds for name, count, kinds in page.evaluate(OUTPUTS) if count}
    assert ran["given"] == ran["softmax"] == ran["softmax-values"] == ran["softmax-axis"] == []
    assert "NotImplementedError" in str(ran["lse-values"])  # the next answer is not there yet

    got = marks_of_what_is_downloaded(page, tmp_path)
    first = [cell.name for cell in key.cells if cell.kind == "test" and "softmax-" in cell.name]
    assert first
    assert all(got[name][0] == got[name][1] > 0 for name in first), got

    page.wait_for_selector("body[data-offline=ready]", state="attached")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(".sx-kept")
    page.evaluate(READY)
    page.evaluate(RUN_ALL)
    ran = {name: kinds for name, count, kinds in page.evaluate(OUTPUTS) if count}
    assert ran["softmax-values"] == []  # which is so of the answer alone that was filled in
    # What it asked for in vain, such as newer lists of files, it did without.
    page.trouble[:] = [line for line in page.trouble if "net::ERR_" not in line]
    page.context.close()  # it would start Python again


def marks_of_what_is_downloaded(page, folder):
    """Hand in what the button saves; return {question: (points, of how many)}."""
    with page.expect_download() as waiting:
        page.locator(".sx-kept").get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename == "ps1.ipynb"
    collected, marks = folder / "collected", folder / "grades.csv"
    collected.mkdir()
    waiting.value.save_as(collected / "ada_ps1.ipynb")
    options = ["--without-nbgrader", "--workers", "1", "--unguarded"]
    grade.main([str(collected), str(marks), *options])
    rows = [row.split(",") for row in marks.read_text(encoding="utf-8").splitlines()[1:]]
    return {question: (float(had), float(most)) for _, _, question, had, most, *_ in rows}


def test_a_chapter_runs_with_its_widget_alive(open_page):
    page = open_page("chapters/02-definition.html")
    address = page.locator("a.btn-in-browser").first.get_attribute("href")
    page.goto(f"{page.url.rsplit('/', 1)[0]}/{address}")
    page.wait_for_selector(".sx-kept")
    page.evaluate(READY)
    page.evaluate(RUN_ALL)
    cells = [cell for cell in page.evaluate(OUTPUTS) if cell[1]]
    committed = json.loads((ROOT / "chapters/02-definition.ipynb").read_text(encoding="utf-8"))
    assert len(cells) == sum(cell["cell_type"] == "code" for cell in committed["cells"])
    shown = {"stream", "stdout", "display_data", "execute_result"}
    assert not [cell for cell in cells if {*cell[2]} - shown]
    slider = page.locator(".jp-OutputArea-output input[type=range]").first
    slider.scroll_into_view_if_needed()
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before

    # what was written over the book's own comes back, if one says so twice
    name = cells[-1][0]
    page.evaluate(ANSWER, [name, "overwritten"])
    back = page.locator(".sx-kept").get_by_role("button", name="Back to the book’s copy")
    back.click()
    page.locator(".jp-Dialog").get_by_role("button", name="Cancel").click()
    page.locator(".jp-Dialog").wait_for(state="detached")
    assert page.evaluate(SOURCE, name) == "overwritten"
    back.click()
    with page.expect_navigation():
        page.locator(".jp-Dialog").get_by_role("button", name="Back to the book’s copy").click()
    (own,) = ["".join(c["source"]) for c in committed["cells"] if c["id"] == name]
    page.wait_for_function(f"([name, own]) => ({SOURCE})(name) === own", arg=[name, own])
    page.context.close()  # it would start Python again


def test_a_browser_that_keeps_nothing_is_said_to(open_page):
    refuse = "indexedDB.open = () => { throw new DOMException('refused', 'SecurityError') }"
    page = open_page(f"lite/notebooks/index.html?path={PS1}", refuse)
    page.wait_for_selector(".sx-kept")
    assert "gone when you close it" in page.locator(".sx-kept").inner_text()
    page.get_by_role("heading", name="Problem set 1: Softmax and floats").wait_for()
    page.context.close()


def test_every_page_forbids_itself_to_ask_others():
    pages = [page.read_text(encoding="utf-8") for page in (HTML / "lite").rglob("*.html")]
    assert pages
    assert all("Content-Security-Policy" in text.split("<script", 1)[0] for text in pages)
    config = json.loads((HTML / "lite" / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = config["jupyter-config-data"]["litePluginSettings"]
    (settings,) = [value for name, value in kernel.items() if name.endswith("extension:kernel")]
    assert settings["disablePyPIFallback"]
    assert settings["pyodideUrl"].startswith("./")
