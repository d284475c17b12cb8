"""The ledger: thirteen entries, each complete, each with five seeds that bear its verdict out."""

import re

import nbformat
import pytest

from tests.sources import ROOT, markdown

CELLS = nbformat.read(ROOT / "chapters" / "ledger.ipynb", as_version=4).cells
HEADING = re.compile(r"\(claim-(\d+)\)=\n## (\d+)\. (.*)")
ENTRIES = [i for i, cell in enumerate(CELLS) if HEADING.match(cell.source)]
PARTS = ["Who says so", "What is true", "Setting", "Rule", "Verdict", "Section"]


def printed_by(place):
    """Return what the test below an entry printed."""
    return "".join(output["text"] for output in CELLS[place + 1].outputs)


def test_there_are_thirteen_claims_in_order():
    counts = [HEADING.match(CELLS[i].source).groups()[:2] for i in ENTRIES]
    assert counts == [(str(n), str(n)) for n in range(1, 14)]


@pytest.mark.parametrize("place", ENTRIES)
def test_entry_is_complete_and_its_seeds_speak(place):
    text, printed = CELLS[place].source, printed_by(place)
    assert re.findall(r"^([A-Z][\w ]+)\n: \S", text, re.M) == PARTS
    assert re.search(r"\]\(#sec-", text)
    values = [line.split() for line in re.findall(r"^  (-?\d.*)$", printed, re.M)]
    assert values
    assert all(len(row) == 5 for row in values)
    contradicting = re.findall(r"against the claim: (\d) of 5 seeds", printed)
    assert contradicting
    assert set(contradicting) == {"5"}


# The table at the top is the last cell's output; nbval compares it with a fresh run.
TABLE = CELLS[-1].outputs[0]["data"]["text/markdown"]
ROWS = [re.split(r" ?\| ?", line)[1:-1] for line in TABLE.splitlines()[2:]]


def test_the_page_opens_with_the_table():
    name = CELLS[-1].outputs[0]["metadata"]["scrapbook"]["name"]
    assert f"```{{glue:md}} {name}\n" in CELLS[0].source


def test_every_entry_is_in_the_table():
    entries = [HEADING.match(CELLS[i].source).groups() for i in ENTRIES]
    claims = [f"{number}. [{claim}](#claim-{number})" for number, _, claim in entries]
    assert [row[0] for row in ROWS] == claims


@pytest.mark.parametrize(("place", "row"), list(zip(ENTRIES, ROWS, strict=True)))
def test_row_says_what_its_entry_says(place, row):
    _, verdict, measured, section = row
    text = CELLS[place].source
    assert verdict == re.search(r"^Verdict\n: \*\*(.*)\*\*$", text, re.M)[1]
    spreads = re.findall(r"mean (\S+), sd (\S+)", printed_by(place))
    found = re.findall(r"(-?[\d.]+)\s±\s([\d.]+)", measured)
    assert found
    assert set(found) <= set(spreads)
    chapter, label = re.fullmatch(r"\[Chapter (\d+)\]\(#([\w-]+)\)", section).groups()
    assert f"(#{label})" in text
    (path,) = (ROOT / "chapters").glob(f"{int(chapter):02d}-*.ipynb")
    assert f"({label})=" in markdown(path)
