"""The code of each solution runs below its chapter's cells, and prints what stands beside it.

It stands in the text, where no kernel runs it.
"""

import re

import nbformat
import pytest

from tests.sources import ROOT

SOLUTION = re.compile(r"^:::\{solution\} ([\w-]+)$(.*?)^:::$", re.M | re.S)
CODE = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
# A comment in words says about what is printed, and is for people.
PRINTED = re.compile(r"print\(.*\)  # ([-\d.\[\] ]+|True|False)$", re.M)


def solutions(cells):
    """Return the labels of exercises, each with a block of code of its solution."""
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return [(name, code) for name, body in SOLUTION.findall(text) for code in CODE.findall(body)]


NOTEBOOKS = {path.stem: nbformat.read(path, 4).cells for path in (ROOT / "chapters").glob("*-*")}
CHAPTERS = sorted(stem for stem, cells in NOTEBOOKS.items() if solutions(cells))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_code_of_solutions(chapter, capsys):
    space = {}
    for cell in NOTEBOOKS[chapter]:
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", []):
            exec(cell.source, space)
    for label, code in solutions(NOTEBOOKS[chapter]):
        capsys.readouterr()
        exec(code, dict(space))
        printed = capsys.readouterr().out.splitlines()
        for said in PRINTED.findall(code):
            assert any(line.startswith(said) for line in printed), label


def test_most_solutions_of_numbers_are_found():
    assert len(CHAPTERS) > 5
    assert PRINTED.findall("print(x, 2)  # 43 1123\nprint(y)  # about 5\n") == ["43 1123"]
