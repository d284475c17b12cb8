"""Editing never loses work: as text, as notebook, in both at once, and in a real JupyterLab."""

import json
import os
import sys
from urllib.request import Request, urlopen

import nbformat
import pytest

from tests.sources import copy_repository
from tools import notebooks as tool
from tools.jupyterlab import started
from tools.messages import messages


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Return the path of a chapter of three cells, its text kept in a folder of its own."""
    monkeypatch.setattr(tool, "TEXT", tmp_path / ".text")
    path = tmp_path / "chapter.ipynb"
    cells = [nbformat.v4.new_markdown_cell(words) for words in ("# One", "Two", "Three")]
    nbformat.write(tool.normalised(nbformat.v4.new_notebook(cells=cells)), path)
    return path


def sources(path, keep=None):
    """Return what the cells of the form that would be run say."""
    return [cell.source for cell in tool.read_source(path, keep).cells]


def edit_text(path, old, new):
    text = tool.text_of(path).read_text()
    assert old in text
    tool.text_of(path).write_text(text.replace(old, new))


def edit_notebook(path, place, new):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[place].source = new
    nbformat.write(notebook, path)


def test_an_edited_text_is_taken_whichever_file_is_newer(chapter):
    tool.write_text(chapter)
    edit_text(chapter, "Two", "Zwei")
    os.utime(chapter)
    assert sources(chapter) == ["# One", "Zwei", "Three"]


def test_an_edited_notebook_is_taken_although_there_is_a_text(chapter):
    tool.write_text(chapter)
    edit_notebook(chapter, 1, "Deux")
    os.utime(tool.text_of(chapter))
    assert sources(chapter) == ["# One", "Deux", "Three"]


def test_what_was_edited_twice_waits_for_a_word(chapter):
    tool.write_text(chapter)
    edit_text(chapter, "Two", "Zwei")
    edit_notebook(chapter, 2, "Trois")
    with pytest.raises(SystemExit, match=r"(?s)both.*chapter\n.*KEEP=text` or KEEP=notebook"):
        tool.main(["run", str(chapter)])
    assert sources(chapter, keep="text") == ["# One", "Zwei", "Three"]
    assert sources(chapter, keep="notebook") == ["# One", "Two", "Trois"]


def test_writing_the_text_does_not_overwrite_an_edited_one(chapter):
    tool.write_text(chapter)
    edit_text(chapter, "Two", "Zwei")
    with pytest.raises(SystemExit, match=r"(?s)chapter\n.*make notebooks.*KEEP=notebook"):
        tool.main(["text", str(chapter)])
    assert "Zwei" in tool.text_of(chapter).read_text()
    tool.main(["text", "--keep", "notebook", str(chapter)])
    assert "Zwei" not in tool.text_of(chapter).read_text()


def test_a_notebook_that_is_not_there_is_named(chapter):
    for task in ("run", "text"):
        with pytest.raises(SystemExit, match="No notebook 02-definition: name it as in"):
            tool.main([task, str(chapter), "02-definition"])


def test_cells_keep_their_ids(chapter):
    before = [cell["id"] for cell in nbformat.read(chapter, as_version=4).cells]
    tool.write_text(chapter)
    edit_text(chapter, "# One", "# One\n\n+++\n\nOne and a half")
    after = tool.normalised(tool.read_source(chapter))
    ids = {cell.source: cell["id"] for cell in after.cells}
    assert [ids[words] for words in ("# One", "Two", "Three")] == before
    assert ids["One and a half"] not in before
    assert tool.normalised(after) == after


def shows(source, text, tags=(tool.OPTIONAL,)):
    """Return a code cell that has printed a text."""
    output = nbformat.v4.new_output("stream", text=text)
    return nbformat.v4.new_code_cell(source, outputs=[output], metadata={"tags": list(tags)})


def printed(notebook):
    return [cell.outputs[0].text for cell in notebook.cells]


def test_what_libraries_have_shown_stays_where_they_are_missing():
    book = nbformat.v4.new_notebook
    before = book(
        cells=[shows("find", "torch 2\n"), shows("ask", "0.5\n"), shows("own", "1\n", [])]
    )
    cells = [shows("find", "torch is missing\n"), shows("ask", ""), shows("own", "2\n", [])]
    tool.keep_optional(kept := book(cells=cells), before)
    assert printed(kept) == ["torch 2\n", "0.5\n", "2\n"]

    again = book(cells=[shows("find", "torch 3\n"), shows("ask", "0.6\n"), shows("own", "2\n", [])])
    tool.keep_optional(again, before)
    assert printed(again) == ["torch 3\n", "0.6\n", "2\n"]

    other = book(cells=[shows("find", "torch is missing\n"), shows("ask otherwise", "")])
    with pytest.raises(RuntimeError, match=r"(?s)ask otherwise.*make test-libraries"):
        tool.keep_optional(other, before)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve a copy of the repository in this environment's JupyterLab; return its address."""
    copy = copy_repository(tmp_path_factory.mktemp("editing") / "repository")
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.disable_check_xsrf=True"]
    with started(copy, tmp_path_factory.mktemp("lab"), command) as (address, _):
        yield f"{address}api/contents/"


def ask(address, body=None):
    """Return what JupyterLab's own interface answers, to a save where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address, data=data, method="PUT" if data else "GET")) as answer:
        return json.load(answer)


def test_jupyterlab_saves_a_chapter(lab):
    address = f"{lab}chapters/02-definition.ipynb"
    book = ask(address)
    book["content"]["cells"][0]["source"] += "\nAnd a line more."
    ask(address, {"type": "notebook", "format": "json", "content": book["content"]})
    assert ask(address)["content"]["cells"][0]["source"].endswith("\nAnd a line more.")
    listed = {item["name"] for item in ask(f"{lab}chapters")["content"]}
    assert "02-definition.ipynb" in listed


def test_a_failed_build_prints_its_messages_alone():
    log = "reading sources... [ 50%] page\n" * 500
    log += "\x1b[31mpage.md:3: WARNING: undefined label: 'x' [ref.ref]\x1b[39;49;00m\n" * 2
    assert messages(log) == ["page.md:3: WARNING: undefined label: 'x' [ref.ref]"]
    assert messages("one\ntwo") == ["one", "two"]
    assert messages("a.ipynb:230002: WARNING: no")[0] == "a.ipynb, cell 23, line 2: WARNING: no"
    of_a_fork = "sphinx.errors.SphinxParallelError: ValueError: no"
    assert messages(f"Traceback:\n{of_a_fork}") == [of_a_fork]
