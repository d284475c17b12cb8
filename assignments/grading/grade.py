"""Mark a folder of notebooks: `python -m assignments.grading.grade SUBMITTED GRADES.csv`.

SUBMITTED holds nbgrader's tree, `STUDENT/psN/psN.ipynb`, or just notebooks whose names contain the
student and the problem set, as a learning platform's download does: `curie_ps1.ipynb`. Written are
the table, one page of feedback a student, and a page with all answers that a person has to mark.
"""

import argparse
import csv
import importlib.util
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from . import feedback, notebook, pool, probe, sandbox

COURSE = Path(__file__).resolve().parents[1]
COLUMNS = ("student", "assignment", "question", "points", "maximum", "status")


def find(submitted, keys):
    """The submissions in a folder: (student, assignment or None, path) triples, in order."""
    submitted = Path(submitted)
    found = []
    for entry in sorted(submitted.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            for name in sorted(keys):
                folder = entry / name
                if folder.is_dir() and not folder.is_symlink():
                    inside = sorted(folder.glob("*.ipynb"))
                    exact = folder / f"{name}.ipynb"
                    path = inside[0] if len(inside) == 1 and exact not in inside else exact
                    found.append((entry.name, name, path))
        elif entry.suffix == ".ipynb":
            found.append((*name_parts(entry, keys), entry))
    count = Counter((student, name) for student, name, _ in found)
    return [
        (student if count[student, name] == 1 else f"{student} ({path.name})", name, path)
        for student, name, path in found
    ]


def name_parts(path, keys):
    """The student and the problem set from a file's name; the set, failing that, from its cells."""
    for name in sorted(keys):
        match = re.search(rf"(?:^|[\s_.-]+){name}(?:[\s_.-]+|$)", path.stem, re.IGNORECASE)
        if match:
            rest = f"{path.stem[: match.start()]} {path.stem[match.end() :]}".strip()
            return rest or path.stem, name
    try:
        cells = {cell.name for cell in notebook.read_submission(path)}
    except notebook.Unreadable:
        return path.stem, None
    shared = {name: sum(cell.name in cells for cell in key.questions) for name, key in keys.items()}
    best = max(shared, key=shared.get)
    return path.stem, best if shared[best] else None


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


def apply_marks(reports, path):
    """Take over the points that a person has entered: a table with our columns."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        entered = {
            (line["student"], line["assignment"], line["question"]): float(line["points"])
            for line in csv.DictReader(file)
            if line["points"].strip()
        }
    for (student, name), report in reports.items():
        for row in report.rows if report else ():
            points = entered.get((_plain(student), name, row.question))  # as the table has it
            open_row = row.points is None or row.status.startswith(("needs", "no mark", "by hand"))
            if points is not None and open_row:
                if not 0 <= points <= row.maximum:
                    why = f"{points:g} of {row.maximum:g} points; give 0 to {row.maximum:g}"
                    raise SystemExit(f"{path}: {student}, {row.question}: {why}")
                row.points, row.status = points, "marked by hand"


def main(arguments=None):
    """Mark, write, say what is left for a person. Returns the number of submissions."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("submitted", type=Path)
    parser.add_argument("grades", type=Path)
    parser.add_argument("--source", type=Path, default=COURSE / "source")
    parser.add_argument("--marks", type=Path, help="a table with points entered by hand")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--without-nbgrader", action="store_true", help="our own mark alone")
    parser.add_argument("--unguarded", action="store_true", help="go on where guards do not hold")
    options = parser.parse_args(arguments)
    if not options.submitted.is_dir():
        raise SystemExit(f"{options.submitted} is not a folder")
    names = sorted(folder.name for folder in options.source.iterdir() if folder.is_dir())
    keys = {n: notebook.read_key(options.source / n / f"{n}.ipynb") for n in names}
    found = find(options.submitted, keys)
    if not found:
        raise SystemExit(f"no notebooks in {options.submitted}")
    compared = not options.without_nbgrader and importlib.util.find_spec("nbgrader")
    hidden = [COURSE, options.source, options.submitted, options.grades.resolve().parent / ".git"]
    hidden.append(COURSE.parent / ".git")
    started = time.monotonic()
    reports = {(student, name): None for student, name, _ in found}
    jobs = [(name, str(path)) for _, name, path in found if name]
    owners = [(student, name) for student, name, _ in found if name]
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        course = None
        if compared:
            from . import second_mark

            print("preparing nbgrader's course ...", file=sys.stderr)
            course = str(second_mark.prepare(options.source, {n for n, _ in jobs}, folder))
        try:
            proofs = pool.prove(course, hidden, options.unguarded)
        except sandbox.Unguarded as error:
            raise SystemExit(str(error)) from error
        marking = pool.mark_all(jobs, options.source, options.workers, proofs, course, hidden)
        for done, (number, report) in enumerate(marking, 1):
            reports[owners[number]] = report
            if done % max(len(jobs) // 20, 1) == 0 or done == len(jobs):
                seconds = time.monotonic() - started
                print(f"{done} of {len(jobs)} marked, {seconds:.0f} s", file=sys.stderr)
    if options.marks:
        apply_marks(reports, options.marks)
    write(options.grades, reports, keys)
    tell(reports, options.grades, compared)
    return len(found)


def write(grades, reports, keys):
    """The table, and the pages beside it."""
    grades.parent.mkdir(parents=True, exist_ok=True)
    # A name that is not text, as from another system's archive, must not cost everyone the table.
    with open(grades, "w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for (student, name), report in reports.items():
            for row in rows_of(student, name, report):
                table.writerow([_plain(value) for value in row])
    folder = grades.with_name(grades.stem + "-feedback")
    feedback.write(folder, reports, keys)


def _plain(value):
    """Text that a spreadsheet does not take for a formula."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def tell(reports, grades, compared):
    """Say on the terminal what has been done, and what is left to do."""
    rows = [row for report in reports.values() if report for row in report.rows]
    count = Counter(row.status.split(":")[0] for row in rows)
    print(f"{len(reports)} submissions, {len(rows)} rows in {grades}")
    print("  " + ", ".join(f"{number} {status}" for status, number in count.most_common()))
    if not compared:
        print("  not compared with nbgrader's own mark")
    missing = {guard for report in reports.values() if report for guard in report.unguarded}
    for guard in sorted(missing):
        print(f"  NOT GUARDED, while a student's code ran: {probe.GUARDS[guard]}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that all processes end
    main()
