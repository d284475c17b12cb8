"""A class to try the grader's speed on: `python -m assignments.bank.cohort FOLDER 200`.

Of every ten notebooks for set 1, six are right, in all the styles of the bank, three are wrong, in
its ways, and one is blank.
"""

import itertools
import json
import sys
from pathlib import Path

from assignments.bank import ps1
from assignments.grading import notebook

SETS = Path(__file__).resolve().parents[1]


def write(folder, size):
    """Write so many students' notebooks as `FOLDER/sNNN/ps1/ps1.ipynb`."""
    released = (SETS / "release" / "ps1" / "ps1.ipynb").read_text(encoding="utf-8")
    key = notebook.read_key(SETS / "source" / "ps1" / "ps1.ipynb")
    answers = {cell.name: cell.source for cell in key.cells if cell.kind == "answer"}
    rights = itertools.cycle([answers, *(right.apply(answers) for right in ps1.RIGHT)])
    wrongs = itertools.cycle(wrong.apply(answers) for wrong in ps1.WRONG)
    for number in range(size):
        kind = number % 10
        sources = next(rights) if kind < 6 else next(wrongs) if kind < 9 else {}
        made = json.loads(released)
        for cell in made["cells"]:
            cell["source"] = sources.get(cell["id"], cell["source"])
        place = Path(folder, f"s{number:03}", "ps1", "ps1.ipynb")
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
