"""Try an instructor's own problem sets: `python -m assignments.grading.check_source SOURCE`.

Every marker is one, and has its other half. For each set: its own solution has full marks, a blank
notebook none, and each wrong answer of the bank that still fits the solution's text fails exactly
the tests that it failed before.
"""

import importlib
import json
import sys
import tempfile
from pathlib import Path

from . import grade, mark, notebook, pool, sandbox


def filled(source, answers):
    """A notebook with these answers in place of the source's, as a student would hand it in."""
    made = json.loads(Path(source).read_text(encoding="utf-8"))
    for cell in made["cells"]:
        own = notebook._cell(cell)
        cell["source"] = answers.get(own.name, notebook.released(own))
    return made


def cases(key):
    """(what, answers, tests that fail or None for all) for one set."""
    answers = {cell.name: cell.source for cell in key.cells if cell.kind == "answer"}
    tests = {cell.name for cell in key.cells if cell.kind == "test"}
    made = [("its own solution", answers, set()), ("a blank notebook", {}, tests)]
    try:
        bank = importlib.import_module(f"assignments.bank.{key.assignment}").WRONG
    except ModuleNotFoundError:
        return made, ["no bank of wrong answers for this set"]
    left_out = []
    for wrong in bank:
        fails = set(wrong.fails.split())
        try:
            if not fails <= tests:
                raise ValueError(f"{wrong.name}: a test that it fails is gone")
            made.append((f"wrong answer: {wrong.name}", wrong.apply(answers), fails))
        except (ValueError, KeyError) as error:
            left_out.append(f"not tried: {error}")
    return made, left_out


def check(source, workers=2):
    """Print what does not come out as it should; the number of such cases."""
    notebook.check_markers(source)
    keys, faults, jobs, wanted = notebook.read_keys(source), 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        for name, key in keys.items():
            tried, left_out = cases(key)
            for line in left_out:
                print(f"{name}: {line}")
            for what, answers, fails in tried:
                path = Path(folder, f"{len(jobs)}.ipynb")
                path.write_text(json.dumps(filled(Path(source, name, f"{name}.ipynb"), answers)))
                jobs.append((name, str(path)))
                wanted.append((what, fails))
        proofs = pool.prove(None, [])
        for number, report in pool.mark_all(jobs, keys, workers, proofs):
            (what, fails), rows = wanted[number], report.rows if report else []
            failed = {row.question for row in rows if row.requirement and not row.points}
            if failed != fails or not report:
                faults += 1
                found = sorted(failed - fails), sorted(fails - failed)
                print(f"{jobs[number][0]}: {what}: fails besides {found[0]}, passes {found[1]}")
        print(f"{len(jobs)} notebooks tried, {faults} not as they should be")
    return faults


if __name__ == "__main__":
    try:
        sys.exit(bool(check(*sys.argv[1:2] or [grade.COURSE / "source"])))
    except (sandbox.Unguarded, mark.notebook.Unreadable) as error:
        sys.exit(str(error))
