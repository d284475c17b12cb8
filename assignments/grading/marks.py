"""Enter points by hand and override marks, without marking again.

    python -m assignments.grading.marks GRADES.csv MARKS.csv

MARKS.csv has the columns student, assignment, question, points and, if you like, comment. An empty
cell leaves the points, or the comment, as they are; `take back` in place of points removes both. In
a column `answer`, as the lists to fill in have it, stands which answer was read. The whole file is
checked before anything is changed.
"""

import argparse
from pathlib import Path

from . import grade, notebook, store, textfile
from . import roster as rosters

NEEDED = ("student", "assignment", "question", "points")
TAKE_BACK = "take back"


def read(path, reports, entered):
    """The points and comments in a table, checked against the reports, and what stands already."""
    rows = {}
    for (student, name), report in reports.items():
        for row in report.rows if report else ():
            rows[textfile.plain(student), name, row.question] = (student, row)
    marks, same, faults, first = {}, [], [], {}
    for number, line in enumerate(textfile.records(path, NEEDED), 2):
        key = tuple(line[column].strip() for column in NEEDED[:3])
        comment = line.get("comment", "").strip()
        given = line["points"].strip()
        if not given and not comment:
            continue
        if first.setdefault(key, (given, comment)) != (given, comment):
            faults.append(f"line {number}: a second mark for {', '.join(key)}")
        if key not in rows:
            faults.append(f"line {number}: no row for {', '.join(key)}: {what_there_is(key, rows)}")
            continue
        student, row = rows[key]
        mine = student, key[1], key[2]
        if given.lower() == TAKE_BACK:
            if mine not in entered:
                faults.append(f"line {number}: nothing is entered for {', '.join(key)}")
            marks[mine] = None
            continue
        try:
            points = textfile.number(given) if given else None
        except ValueError:
            faults.append(f"line {number}: {given} is neither a number nor {TAKE_BACK}")
            continue
        if line.get("answer", "").strip() not in ("", row.read):
            faults.append(
                f"line {number}: {student} has another answer to {row.question} since this was "
                "read; read it, and empty the line's last column"
            )
            continue
        if points is not None and not 0 <= points <= row.maximum:
            said = f"{points:g} of {row.maximum:g} points; give 0 to {row.maximum:g}"
            faults.append(f"line {number}: {student}, {row.question}: {said}")
        elif comment or points != row.points:
            marks[mine] = (points, comment, row.read)
        elif mine not in entered:
            same.append(", ".join(key))
    if faults:
        raise SystemExit(f"{path}: nothing entered.\n" + "\n".join(faults[:20]))
    return marks, same


def what_there_is(key, rows):
    """What the first part of a key that no row has would have to be."""
    for place, kind in enumerate(("student", "assignment", "question")):
        known = {row[place] for row in rows if row[:place] == key[:place]}
        if key[place] not in known:
            return f"no {kind} is called {key[place]}{rosters.nearest(key[place], known)}"
    raise ValueError("there is a row")


def enter(grades, path, keys):
    """Check the table, keep what it says, write the table of grades and the feedback again.

    Returns what was entered, and the rows that have their points without being entered.
    """
    kept = store.Store(grades)
    reports, _ = kept.reports()
    if not reports:
        raise SystemExit(f"{grades}: nothing has been marked yet")
    marks, same = read(path, reports, kept.entered())
    kept.enter(marks)
    grade.write(grades, kept.reports()[0], keys)
    return marks, same


def main(arguments=None):
    """Enter, and say what has changed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("grades", type=Path)
    parser.add_argument("marks", type=Path)
    parser.add_argument("--source", type=Path, default=grade.COURSE / "source")
    options = parser.parse_args(arguments)
    marks, same = enter(options.grades, options.marks, notebook.read_keys(options.source))
    for (student, name, question), value in marks.items():
        points, comment, _ = value or (None, "taken back", "")
        given = "" if points is None else f"{points:g} points"
        print(f"{student}, {name}, {question}: {' – '.join(filter(None, (given, comment)))}")
    if same:
        print(
            f"{len(same)} not entered, since the marking gave these points; with a comment they "
            f"would hold against a later marking: {'; '.join(same[:9])}{' …' * (len(same) > 9)}"
        )
    print(f"{len(marks)} entered; table and feedback written again")


if __name__ == "__main__":
    main()
