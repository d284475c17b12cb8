"""The numbers in a chapter's text are those that the cells beside it show."""

import json
import re

import numpy as np
import pytest

import softmax_src
from softmax_book import widgets
from tests.sources import ROOT

# Not appendix D, whose text proves bounds, nor the ledger, which has rules of its own.
CHAPTERS = sorted((ROOT / "chapters").glob("[0-9abc]*-*.ipynb"))
NUMBER = re.compile(r"(?<![\w.\\/-])(\d*\.\d+)(?: ?\\(?:times|cdot) ?10\^\{(-?\d+)\})?(?!\w|\.\d)")
SHOWN = re.compile(r"\d*\.?\d+(?:e[-+]?\d+)?")
VERSION = re.compile(r"\b(?:PyTorch|Keras|JAX|Optax) [\d.]+")
ASSERTED = re.compile(r"<!-- (assert .*?) -->")
NEAR = 3  # cells before and after
RECAP = "## Five-line recap"  # which repeats; after it, solutions are run by a test of their own


def said(text):
    """Return (number, decimals, as written) of a text's decimals; 0.9 or 0.01 is but chosen."""
    text = re.sub(r"```.*?```", "", VERSION.sub("", ASSERTED.sub("", text)), flags=re.DOTALL)
    for number, power in NUMBER.findall(text.partition(RECAP)[0]):
        if len(number.replace(".", "").lstrip("0")) > 1:
            exponent = int(power or 0)
            yield float(f"{number}e{exponent}"), len(number.partition(".")[2]) - exponent, number


def shown(cell):
    """Return the numbers in a cell: of code and its outputs as text, or of a text's assertions."""
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        text = " ".join(ASSERTED.findall(text))
    for output in cell.get("outputs", []):
        printed = "".join(output.get("text", output.get("data", {}).get("text/plain", "")))
        text += "\n" + printed.partition("<Figure of")[0]  # whose limits and places are no results
    return {float(number) for number in SHOWN.findall(text)}


def unknown(cells):
    """Return (cell, number) of the decimals that no cell near them shows, when rounded."""
    numbers, found = [shown(cell) for cell in cells], []
    for i, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            near = set().union(*numbers[max(0, i - NEAR) : i + NEAR + 1])
            for value, decimals, written in said("".join(cell["source"])):
                if all(abs(number - value) > 0.501 * 10.0**-decimals for number in near):
                    found.append((i, written))
    return found


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_decimal_in_the_text_is_one_that_a_cell_shows(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    recap = next(i for i, cell in enumerate(cells) if RECAP in "".join(cell["source"]))
    assert unknown(cells[: recap + 1]) == [], "print it near, or <!-- assert ... --> it there"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_a_text_asserts_holds(path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for assertion in ASSERTED.findall("".join(cell["source"])):
                exec(assertion, {"np": np, **vars(softmax_src), **vars(widgets)})


def test_a_changed_number_is_seen():
    text = {"cell_type": "markdown", "source": "more than 0.064, $2.06\\times10^{-9}$, rate 0.03"}
    code = {"cell_type": "code", "source": "", "outputs": [{"text": "0.0641 2.064e-09"}]}
    assert unknown([text, code]) == []
    text["source"] = text["source"].replace("064", "094").replace("2.06", "2.07")
    assert unknown([text, code]) == [(0, "0.094"), (0, "2.07")]
