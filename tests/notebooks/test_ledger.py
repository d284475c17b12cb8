"""The ledger: thirteen entries, each complete, each with five seeds that bear its verdict out."""

import re

import nbformat
import pytest

from tests.sources import ROOT

CELLS = nbformat.read(ROOT / "chapters" / "ledger.ipynb", as_version=4).cells
ENTRIES = [i for i, cell in enumerate(CELLS) if re.match(r"## \d+\. ", cell.source)]
PARTS = ["Who says so", "What is true", "Setting", "Rule", "Verdict", "Section"]


def test_there_are_thirteen_claims_in_order():
    counts = [int(re.match(r"## (\d+)\. ", CELLS[i].source)[1]) for i in ENTRIES]
    assert counts == list(range(1, 14))


@pytest.mark.parametrize("place", ENTRIES)
def test_entry_is_complete_and_its_seeds_speak(place):
    text, cell = CELLS[place].source, CELLS[place + 1]
    assert re.findall(r"^([A-Z][\w ]+)\n: \S", text, re.M) == PARTS
    assert re.search(r"\]\(#sec-", text)
    printed = "".join(output["text"] for output in cell.outputs)
    values = [line.split() for line in re.findall(r"^  (-?\d.*)$", printed, re.M)]
    assert values
    assert all(len(row) == 5 for row in values)
    contradicting = re.findall(r"against the claim: (\d) of 5 seeds", printed)
    assert contradicting
    assert set(contradicting) == {"5"}
