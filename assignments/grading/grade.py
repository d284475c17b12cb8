"""Mark a folder of notebooks: `python -m assignments.grading.grade SUBMITTED GRADES.csv`.

SUBMITTED is what a learning platform delivers (`collect` knows the forms), or nbgrader's tree,
`STUDENT/psN/psN.ipynb`. Written are the table, one page of feedback a student, a page with all
answers that a person has to mark, and beside the table what `store` keeps for the next run.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from . import collect, feedback, notebook, pool, probe, sandbox, store, textfile

COURSE = Path(__file__).resolve().parents[1]
COLUMNS = ("student", "assignment", "question", "points", "maximum", "status")


def rows_of(student, name, report):
    """The table's rows for one submission."""
    if report is None:
        why = "could not be marked" if name else "which problem set is it?"
        return [(student, name or "", "", "", "", f"needs a human: {why}")]
    note = f" (unguarded: {', '.join(report.unguarded)})" if report.unguarded else ""
    return [
        (student, name, row.question, _short(row.points), _short(row.maximum), row.status + note)
        for row in report.rows
    ]


def _short(points):
    return "" if points is None else f"{points:g}"


def options_of(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("submitted", type=collect.delivered, help="a folder or a zip")
    parser.add_argument("grades", type=Path)
    parser.add_argument("--source", type=Path, default=COURSE / "source")
    parser.add_argument("--release", type=Path, default=COURSE / "release")
    parser.add_argument("--roster", type=Path, help="a table: a student, and the names for it")
    parser.add_argument("--marks", type=Path, help="a table with points entered by hand")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--without-nbgrader", action="store_true", help="our own mark alone")
    parser.add_argument("--unguarded", action="store_true", help="go on where guards do not hold")
    parser.add_argument("--part", default="1/1", help="2/3: the second third, to share the work")
    parser.add_argument("--again", action="store_true", help="mark what has not changed, too")
    options = parser.parse_args(arguments)
    part = re.fullmatch(r"(\d+)/(\d+)", options.part)
    if not part or not 1 <= int(part[1]) <= int(part[2]):
        raise SystemExit("--part K/N: K from 1 to N")
    options.part = int(part[1]) - 1, int(part[2])
    if options.grades.is_dir():
        raise SystemExit(f"{options.grades} is a folder; name the table to write, as grades.csv")
    if options.submitted.resolve() in options.grades.resolve().parents:
        raise SystemExit(
            f"{options.grades} lies inside {options.submitted}: the next run would take what is "
            "written beside it for submissions. Name a file outside."
        )
    return options


def main(arguments=None):
    """Collect, mark what has changed, write, say what is left. Returns the submissions' number."""
    options = options_of(arguments)
    notebook.check_markers(options.source)
    keys = notebook.read_keys(options.source)
    kept = store.Store(options.grades)
    keys = remember_handed_out(keys, kept, options.release)
    with tempfile.TemporaryDirectory(prefix="collected-") as scratch:
        found, notes = collect.find(options.submitted, keys, options.roster, scratch)
        for place, one in enumerate(found):
            other = one.assignment and collect.of_another_set(one, keys)
            if other:
                notes.append(f"{one.place} is called {one.assignment}, but its cells are {other}'s")
                found[place] = replace(one, assignment=None)
        for note in notes:
            print(f"  {textfile.plain(note)}", file=sys.stderr)
        if not found:
            raise SystemExit(f"no notebooks in {options.submitted}")
        compared = not options.without_nbgrader and bool(importlib.util.find_spec("nbgrader"))
        digests = {one: digest(one, options.source, compared, options.unguarded) for one in found}
        part, parts = options.part
        todo = [one for one in found if one.assignment][part::parts]
        if not options.again:
            before = {one: kept.load(one.student, one.assignment)[1] for one in todo}
            todo = [one for one in todo if before[one] != digests[one]]
        known = len([one for one in found if one.assignment][part::parts]) - len(todo)
        if known:
            print(f"{known} unchanged since they were marked", file=sys.stderr)
        changed = mark_todo(todo, options, keys, kept, digests, compared, Path(scratch))
    if parts > 1:
        print(f"part {part + 1} of {parts}: {len(todo)} marked; run without --part for the table")
        return len(todo)
    stay, left = kept.relist(found)
    if options.marks:
        from . import marks

        marks.enter(options.grades, options.marks, keys)
    reports, _ = kept.reports()
    write(options.grades, reports, keys)
    tell(reports, options.grades, compared)
    news = [*kept.unplaced(reports), *kept.outdated(reports)]
    for line in (*changed, *moves(stay, left), *news):
        print(f"  {line}")
    return len(found)


def remember_handed_out(keys, kept, release):
    """Note the texts of cells, so that a later repair makes no one an editor, or an author."""
    texts = kept.read("handed_out", {})
    for name, key in keys.items():
        released = [text.strip() for *_, text in collect.cells(release / name / f"{name}.ipynb")]
        texts[name] = sorted({*texts.get(name, []), *key.handed_out, *released})
    kept.write("handed_out", texts)
    return {n: replace(key, handed_out=frozenset(texts[n])) for n, key in keys.items()}


def digest(one, source, compared, unguarded):
    """What a mark depends on: the notebook, the key, the grader and two of the options."""
    if not one.assignment:
        return ""
    made = hashlib.sha256(f"{store.grader_digest()}{compared}{unguarded}".encode())
    made.update(Path(source, one.assignment, f"{one.assignment}.ipynb").read_bytes())
    with contextlib.suppress(PermissionError):  # which its row will say
        own = one.path.is_file() and not one.path.is_symlink()
        if own and one.path.stat().st_size <= notebook.MAX_FILE:
            made.update(one.path.read_bytes())
    return made.hexdigest()


def mark_todo(todo, options, keys, kept, digests, compared, scratch):
    """Mark these submissions and keep each as it is done; lines on marks that have changed."""
    if not todo:
        return []
    hidden = [COURSE, options.source, options.submitted, kept.folder, scratch]
    hidden += [folder / ".git" for folder in (COURSE.parent, options.grades.resolve().parent)]
    changed, started = [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        course = None
        if compared:
            from . import second_mark

            print("preparing nbgrader's course ...", file=sys.stderr)
            names = {one.assignment for one in todo}
            course = str(second_mark.prepare(options.source, names, folder))
        try:
            proofs = pool.prove(course, hidden, options.unguarded)
        except sandbox.Unguarded as error:
            raise SystemExit(str(error)) from error
        jobs = [(one.assignment, str(one.path)) for one in todo]
        marking = pool.mark_all(jobs, keys, options.workers, proofs, course, hidden)
        for done, (number, report) in enumerate(marking, 1):
            one = todo[number]
            before, _ = kept.load(one.student, one.assignment)
            if report:
                kept.save(one.student, one.assignment, report, digests[one], one.origin)
                changed += differences(one, before, report)
            else:
                kept.forget(one.student, one.assignment)
            if done % max(len(jobs) // 20, 1) == 0 or done == len(jobs):
                seconds = time.monotonic() - started
                left = seconds / done * (len(jobs) - done)
                print(f"{done} of {len(jobs)} marked, {seconds:.0f} s, {left:.0f} s left",
                      file=sys.stderr)  # fmt: skip
    return changed


def differences(one, before, report):
    """Whose marks have changed since the last run, and from what to what."""
    old = {row.question: row.points for row in before.rows} if before else {}
    return [
        f"changed: {one.student}, {one.assignment}, {row.question}: "
        f"{_short(old[row.question])} before, {_short(row.points)} now"
        for row in report.rows
        if row.question in old and old[row.question] != row.points
    ]


def moves(stay, left):
    """Lines on the submissions of earlier runs that stay in the table, and on those that left."""
    lines = [
        f"stays in the table, though not in this delivery: {name}, handed in by {number}"
        for name, number in Counter(name for _, name, _ in stay).items()
    ]
    for name in dict.fromkeys(name for _, name, _ in left):
        who = ", ".join(student for student, other, _ in left if other == name)
        lines.append(
            "no longer in the table, since this delivery has nothing under this name: "
            f"{name or 'an unclear set'} of {who}. Right if their notebook has another name now; "
            "else mark again with all notebooks of the set: their marks are kept, and come back"
        )
    return lines


def write(grades, reports, keys):
    """The table, and the pages beside it."""
    grades.parent.mkdir(parents=True, exist_ok=True)
    lines = [row for (student, name), r in reports.items() for row in rows_of(student, name, r)]
    textfile.write(grades, COLUMNS, lines)
    folder = grades.with_name(grades.stem + "-feedback")
    feedback.write(folder, reports, keys)


def tell(reports, grades, compared):
    """Say on the terminal what has been done, and what is left to do."""
    rows = [row for report in reports.values() if report for row in report.rows]
    count = Counter(row.status.split(":")[0] for row in rows)
    print(f"{len(reports)} submissions, {len(rows)} rows in {grades}")
    print("  " + ", ".join(f"{number} {status}" for status, number in count.most_common()))
    if not compared:
        print("  not compared with nbgrader's own mark")
    doubts = {}
    for (student, name), report in reports.items():
        for doubt in report.doubts if report and report.ran else ():
            doubts.setdefault((name, doubt), []).append(student)
    for (name, doubt), students in sorted(doubts.items()):
        print(f"  worth a look: {name}: {doubt}: {', '.join(students)}")
    missing = {guard for report in reports.values() if report for guard in report.unguarded}
    for guard in sorted(missing):
        print(f"  NOT GUARDED, while a student's code ran: {probe.GUARDS[guard]}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that all processes end
    main()
