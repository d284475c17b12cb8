"""The committed notebooks: run, in order, normalised, described. nbval itself compares outputs.

nbval skips a cell that has no execution count, and never compares pictures; what it cannot see is
checked here. Each check is a function of one notebook, and is shown to find what it looks for.
"""

import copy
import re

import nbformat
import pytest

from tests.sources import ROOT, notebooks
from tools.notebooks import normalised


def code_cells(notebook):
    """Return the cells that have code in them."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def not_run(notebook):
    """Cells without a count, or out of order: nbval would skip them."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts {counts}"]


def failed_or_noisy(notebook):
    """Outputs that are errors, or text on stderr."""
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    errors = [o.ename for o in outputs if o.output_type == "error"]
    return errors + [o.text for o in outputs if o.get("name") == "stderr"]


def not_normalised(notebook):
    """Whatever `make notebooks` would take out: widget state, views, timings, versions."""
    if notebook == normalised(notebook):
        return []
    return ["it is not as `make notebooks` leaves it"]


def undescribed_pictures(notebook):
    """Pictures without an alt text that says something, or without a caption and a name."""
    found = []
    for cell in code_cells(notebook):
        pictures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
        if not pictures or "remove-output" in cell.metadata.get("tags", []):
            continue
        about = cell.metadata.get("mystnb", {})
        alt = about.get("image", {}).get("alt", "")
        figure = about.get("figure", {})
        start = cell.source[:40]
        if len(alt.split()) < 6 or re.search(r"\.(png|svg|jpe?g)\b", alt):
            found.append(f"no alt text that says what is seen: {start}")
        if not figure.get("caption") or not figure.get("name", "").startswith("fig-"):
            found.append(f"no caption, or no name fig-…: {start}")
        if alt == figure.get("caption"):
            found.append(f"alt text repeats the caption: {start}")
    return found


def words(text):
    """Return the longer words of a text, and its decimals; no commands of formulas."""
    found = re.findall(r"[a-z]{4,}|\d+\.\d+", re.sub(r"\\[a-z]+", " ", text.lower()))
    return set(found) - {"each", "from", "have", "left", "right", "that", "this", "with"}


def exchanged_descriptions(notebook):
    """Figures whose caption and alt text have fewer than two words in common: one is another's."""
    found = []
    for cell in code_cells(notebook):
        about = cell.metadata.get("mystnb", {})
        alt, caption = (about.get("image", {}).get("alt"), about.get("figure", {}).get("caption"))
        if alt and caption and len(words(alt) & words(caption)) < 2:
            found.append(about["figure"]["name"])
    return found


def machine_paths(notebook):
    """Outputs or sources that name a folder of the machine or a memory address."""
    text = "\n".join(cell.source for cell in notebook.cells)
    text += "\n".join(str(o.get("text", o.get("data", {}).get("text/plain", "")))
                      for c in code_cells(notebook) for o in c.outputs)  # fmt: skip
    return re.findall(r"/home/\w+|/root/\S+|/tmp/\S+| at 0x[0-9a-f]{6,}", text)


CHECKS = [
    not_run, failed_or_noisy, not_normalised, undescribed_pictures, exchanged_descriptions,
    machine_paths,
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_notebook(path, check):
    assert check(nbformat.read(path, as_version=4)) == []


def labels(path):
    """Return the labels of a notebook: of sections, propositions, formulas, tables, figures."""
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.findall(r"^\(([\w-]+)\)=|^:(?:label|name): *([\w-]+)|\$\$ *\(([\w-]+)\)", text, re.M)
    about = [cell.metadata.get("mystnb", {}).get("figure", {}) for cell in code_cells(notebook)]
    return ["".join(label) for label in found] + [one["name"] for one in about if "name" in one]


def test_no_label_is_given_twice():
    places = [(label, path.stem) for path in notebooks() for label in labels(path)]
    found = {label: [place for one, place in places if one == label] for label, _ in places}
    assert len(found) > 500
    assert {label: where for label, where in found.items() if len(where) > 1} == {}


def test_every_notebook_is_in_the_table_of_contents():
    contents = (ROOT / "_toc.yml").read_text()
    listed = set(re.findall(r"(?:file|root): (\S+)", contents))
    stems = {str(path.relative_to(ROOT).with_suffix("")) for path in notebooks()}
    assert stems <= listed


def break_count(notebook):
    code_cells(notebook)[0].execution_count = None


def break_stderr(notebook):
    output = nbformat.v4.new_output("stream", name="stderr", text="a warning")
    code_cells(notebook)[0].outputs.append(output)


def break_state(notebook):
    notebook.metadata["widgets"] = {"state": {}}


def break_alt(notebook):
    cell = next(c for c in code_cells(notebook) if "image" in c.metadata.get("mystnb", {}))
    cell.metadata["mystnb"]["image"]["alt"] = "figure-1.png"


def break_captions(notebook):
    captioned = [c for c in code_cells(notebook) if "figure" in c.metadata.get("mystnb", {})]
    one, other = (cell.metadata["mystnb"]["figure"] for cell in (captioned[2], captioned[-1]))
    one["caption"], other["caption"] = other["caption"], one["caption"]


def break_path(notebook):
    notebook.cells[0].source += "\n<Thing at 0x7f3a5c2d10>"


HARMS = [break_count, break_stderr, break_state, break_alt, break_captions, break_path]


@pytest.mark.parametrize(
    ("harm", "check"),
    list(zip(HARMS, CHECKS, strict=True)),
)
def test_each_check_finds_what_it_looks_for(harm, check):
    notebook = nbformat.read(ROOT / "chapters" / "02-definition.ipynb", as_version=4)
    harmed = copy.deepcopy(notebook)
    harm(harmed)
    assert check(notebook) == []
    assert check(harmed) != []
