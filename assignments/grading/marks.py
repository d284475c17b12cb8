"""Enter points by hand and override marks, without marking again.

    python -m assignments.grading.marks GRADES.csv MARKS.csv

MARKS.csv has the columns student, assignment, question, points and, if you like, comment. An empty
cell leaves the points, or the comment, as they are. The whole file is checked before anything is
changed.
"""

import argparse
from pathlib import Path

from . import grade, notebook, store, textfile
from . import roster as rosters

NEEDED = ("student", "assignment", "question", "points")


def read(path, reports):
    """The points and comments in a table, checked against the reports."""
    rows = {}
    for (student, name), report in reports.items():
        for row in report.rows if report else ():
            rows[textfile.plain(student), name, row.question] = (student, row)
    marks, faults = {}, []
    for number, line in enumerate(textfile.records(path, NEEDED), 2):
        key = tuple(line[column].strip() for column in NEEDED[:3])
        comment = line.get("comment", "").strip()
        if not line["points"].strip() and not comment:
            continue
        if key not in rows:
            faults.append(f"line {number}: no row for {', '.join(key)}: {what_there_is(key, rows)}")
            continue
        student, row = rows[key]
        try:
            points = textfile.number(line["points"]) if line["points"].strip() else None
        except ValueError:
            faults.append(f"line {number}: {line['points']} is not a number")
            continue
        if points is not None and not 0 <= points <= row.maximum:
            said = f"{points:g} of {row.maximum:g} points; give 0 to {row.maximum:g}"
            faults.append(f"line {number}: {student}, {row.question}: {said}")
        elif comment or points != row.points:
            mine = student, key[1], key[2]
            if mine in marks and marks[mine] != (points, comment):
                faults.append(f"line {number}: a second mark for {', '.join(key)}")
            marks[mine] = (points, comment)
    if faults:
        raise SystemExit(f"{path}: nothing entered.\n" + "\n".join(faults[:20]))
    return marks


def what_there_is(key, rows):
    """What the first part of a key that no row has would have to be."""
    for place, kind in enumerate(("student", "assignment", "question")):
        known = {row[place] for row in rows if row[:place] == key[:place]}
        if key[place] not in known:
            return f"no {kind} is called {key[place]}{rosters.nearest(key[place], known)}"
    raise ValueError("there is a row")


def enter(grades, path, keys):
    """Check the table, keep what it says, write the table of grades and the feedback again."""
    kept = store.Store(grades)
    reports, _ = kept.reports()
    if not reports:
        raise SystemExit(f"{grades}: nothing has been marked yet")
    marks = read(path, reports)
    kept.enter({key: list(value) for key, value in marks.items()})
    grade.write(grades, kept.reports()[0], keys)
    return marks


def main(arguments=None):
    """Enter, and say what has changed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("grades", type=Path)
    parser.add_argument("marks", type=Path)
    parser.add_argument("--source", type=Path, default=grade.COURSE / "source")
    options = parser.parse_args(arguments)
    marks = enter(options.grades, options.marks, notebook.read_keys(options.source))
    for (student, name, question), (points, comment) in marks.items():
        given = "" if points is None else f" {points:g} points"
        print(f"{student}, {name}, {question}:{given}{' – ' + comment if comment else ''}")
    print(f"{len(marks)} entered; table and feedback written again")


if __name__ == "__main__":
    main()
