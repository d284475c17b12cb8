"""The ledger: each entry complete, in one table or both, and contradicted by what it prints.

To add an entry: `make text CHAPTERS=ledger`, put a Markdown cell "(claim-N)=" and
a code cell where its number belongs, `make notebooks CHAPTERS=ledger`. What is
proved has a "Counterexample" and calls ``counterexample``; what is measured has "Setting" and
"Rule" and calls ``five_seeds``; an entry may have both. ``row`` puts it into its table. Numbers
need not be consecutive, but rise. The cells are counted, so where two branches add entries, take
one branch's notebook and put the other's entry in again.
"""

import re

import nbformat
import pytest

from softmax_book.questions.bank import markdown
from tests.sources import ROOT

CELLS = nbformat.read(ROOT / "chapters" / "ledger.ipynb", as_version=4).cells
HEADING = re.compile(r"\(claim-(\d+)\)=\n## (\d+)\. (.*)")
ENTRIES = {
    int(match[1]): i for i, cell in enumerate(CELLS) if (match := HEADING.match(cell.source))
}
PROOF, MEASUREMENT = ["Counterexample"], ["Setting", "Rule"]
KINDS = {"proved": PROOF, "measured": MEASUREMENT}


def parts_of(number):
    """Return the names of an entry's parts, in order."""
    return re.findall(r"^([A-Z][\w ]+)\n: \S", CELLS[ENTRIES[number]].source, re.M)


def printed_by(number):
    """Return what the cell below an entry printed."""
    return "".join(output["text"] for output in CELLS[ENTRIES[number] + 1].outputs)


def entries_of(kind):
    """Return the numbers of the entries that are proved, or measured."""
    return [number for number in ENTRIES if set(KINDS[kind]) <= set(parts_of(number))]


def test_labels_and_headings_count_alike_and_rise():
    places = [i for i, cell in enumerate(CELLS) if HEADING.match(cell.source)]
    counts = [HEADING.match(CELLS[i].source).groups()[:2] for i in places]
    assert all(label == heading for label, heading in counts)
    numbers = [int(label) for label, _ in counts]
    assert numbers == sorted(set(numbers))
    assert set(range(1, 14)) <= set(numbers)


@pytest.mark.parametrize("number", ENTRIES)
def test_entry_is_complete(number):
    evidence = parts_of(number)[2:-2]
    assert parts_of(number) == ["Who says so", "What is true", *evidence, "Verdict", "Section"]
    assert evidence in (PROOF, MEASUREMENT, PROOF + MEASUREMENT)
    assert re.search(r"\]\(#sec-", CELLS[ENTRIES[number]].source)


@pytest.mark.parametrize("number", ENTRIES)
def test_chapter_of_an_entry_leads_back(number):
    labels = re.findall(r"\]\(#(sec-[\w-]+)\)", CELLS[ENTRIES[number]].source)
    texts = [markdown(path) for path in (ROOT / "chapters").glob("*-*.ipynb")]
    chapters = [text for text in texts if any(f"({label})=" in text for label in labels)]
    assert chapters
    assert all(f"(#claim-{number})" in text for text in chapters)


def headings():
    """Return {label: heading} of the chapters' sections."""
    texts = (markdown(path) for path in (ROOT / "chapters").glob("*-*.ipynb"))
    found = (re.findall(r"^\(([\w-]+)\)=\n#+ (.*)$", text, re.MULTILINE) for text in texts)
    return {label: heading for pairs in found for label, heading in pairs}


@pytest.mark.parametrize("number", ENTRIES)
def test_a_section_is_called_by_its_heading(number):
    # Only the page could fill in the heading of another notebook; Jupyter and GitHub could not.
    sections = CELLS[ENTRIES[number]].source.partition("\nSection\n")[2]
    known = {label: heading.replace("*", "").lower() for label, heading in headings().items()}
    for words, label in re.findall(r"\[([^]]*)\]\(#([\w-]+)\)", sections):
        assert words.lower() == known[label], "write the heading as it is now"


@pytest.mark.parametrize("number", entries_of("proved"))
def test_counterexample_contradicts_the_claim(number):
    verdicts = re.findall(r"against the claim: (True|False)$", printed_by(number), re.M)
    assert verdicts
    assert set(verdicts) == {"True"}


@pytest.mark.parametrize("number", entries_of("measured"))
def test_seeds_contradict_the_claim(number):
    printed = printed_by(number)
    values = [line.split() for line in re.findall(r"^  (-?\d.*)$", printed, re.M)]
    assert values
    assert all(len(row) == 5 for row in values)
    contradicting = re.findall(r"against the claim: (\d) of 5 seeds", printed)
    assert contradicting
    assert set(contradicting) == {"5"}


@pytest.mark.parametrize("number", ENTRIES)
def test_what_is_printed_fits_a_phone(number):
    assert max(map(len, printed_by(number).splitlines())) <= 38


# The tables at the top are the last cell's outputs; nbval compares them with a fresh run.
TABLES = {out["metadata"]["scrapbook"]["name"]: out for out in CELLS[-1].outputs}


def rows(kind):
    """Return the rows of a table: claim, verdict, evidence, section."""
    lines = TABLES[f"ledger-{kind}"]["data"]["text/markdown"].splitlines()[2:]
    return [re.split(r" ?\| ?", line)[1:-1] for line in lines]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_opens_with_the_table(kind):
    assert f":::{{glue:md}} ledger-{kind}\n" in CELLS[0].source


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_of_a_kind_is_in_its_table(kind):
    titles = {n: HEADING.match(CELLS[i].source)[3] for n, i in ENTRIES.items()}
    claims = [f"{n}. [{titles[n]}](#claim-{n})" for n in entries_of(kind)]
    assert [row[0] for row in rows(kind)] == claims


@pytest.mark.parametrize("kind", KINDS)
def test_rows_say_what_their_entries_say(kind):
    for number, (_, verdict, evidence, section) in zip(entries_of(kind), rows(kind), strict=True):
        text, printed = CELLS[ENTRIES[number]].source, printed_by(number)
        assert verdict == re.search(r"^Verdict\n: \*\*(.*)\*\*$", text, re.M)[1]
        place, label = re.fullmatch(r"\[\w+ (\w+)\]\(#([\w-]+)\)", section).groups()
        assert f"(#{label})" in text
        name = f"{int(place):02d}" if place.isdigit() else place.lower()
        (path,) = (ROOT / "chapters").glob(f"{name}-*.ipynb")
        assert f"({label})=" in markdown(path)
        if kind == "measured":
            found = re.findall(r"(-?[\d.]+)\s±\s([\d.]+)", evidence)
            assert set(found) <= set(re.findall(r"mean (\S+), sd (\S+)", printed))
        else:
            found = re.findall(r"\d+(?:\.\d+(?:e-\d+)?)?", evidence)
            assert all(n in printed or n in text for n in found)
        assert found
