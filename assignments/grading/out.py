"""After marking: totals, files for gradebooks, feedback to hand back, statistics, who reads what.

    python -m assignments.grading.out GRADES.csv [--roster ROSTER.csv] [--course COURSE.toml]

Into `GRADES-out/` go totals.csv, canvas.csv, moodle.csv, statistics.html, zips of feedback under
the names that Moodle or Canvas gave and, with --assistants, one list of derivations for each.
COURSE.toml may say:

    drop_lowest = 1             # sets that do not count
    [days_late]                 # STUDENT = { ps1 = 2 }: what you decided, after looking
    [late]
    free_days = 1               # for each student and set
    percent_a_day = 10          # of the points reached
    [adjust]                    # STUDENT = { ps2 = 14 }: further days allowed
"""

import argparse
import math
import statistics
import tomllib
import zipfile
from html import escape
from pathlib import Path

from . import collect, feedback, mark, marks, notebook, store, textfile
from . import roster as rosters

COLUMNS = (*marks.NEEDED, "comment", "answer")  # of a list to fill in
MINUTES = 4  # for one derivation, as a first guess; say --minutes after the first ten


def sums(reports):
    """Points, maxima and the number of questions without a mark yet, by student and set.

    There are no points, not 0, where there is no report.
    """
    made = {}
    for (student, name), report in reports.items():
        rows = report.rows if report else []
        made.setdefault(student, {})[name] = (
            sum(row.points or 0 for row in rows) if report else None,
            sum(row.maximum for row in rows),
            sum(row.points is None for row in rows) + (report is None),
        )
    return made


def read_course(path):
    """The course file. A misspelt word is refused, since nobody would miss what it should do."""
    try:
        course = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path}: {error}") from error
    tables = {name: course.get(name, {}) for name in ("late", "days_late", "adjust")}
    for place, table in tables.items():
        _check_table(path, place, table)
    for found, known in (
        (course, ("drop_lowest", *tables)),
        (tables["late"], ("free_days", "percent_a_day")),
    ):
        if odd := [word for word in found if word not in known]:
            raise SystemExit(f"{path}: {', '.join(odd)}? Known are {', '.join(known)}")
    drop = course.get("drop_lowest", 0)
    if type(drop) is not int or drop < 0:
        raise SystemExit(f"{path}: drop_lowest is a whole number from 0 on, not {drop!r}")
    numbers = {"late": tables["late"]}
    for place in ("days_late", "adjust"):
        numbers |= {f"{place} of {student}": days for student, days in tables[place].items()}
    for place, days in numbers.items():
        _check_table(path, place, days)
        for name, value in days.items():
            if type(value) not in (int, float) or not 0 <= value < math.inf:
                raise SystemExit(f"{path}: {place}: {name} is a number from 0 on, not {value!r}")
    return course


def _check_table(path, place, value):
    if not isinstance(value, dict):
        raise SystemExit(f"{path}: {place} is a table, as {{ ps1 = 2 }}, not {value!r}")


def settle(course, path, known, students, sets):
    """Put the roster's students for the names in the course file; lines on names of nobody.

    A misspelt set is refused.
    """
    lines = []
    for table in ("days_late", "adjust"):
        made = {}
        for name, days in course.get(table, {}).items():
            if odd := [one for one in days if one not in sets]:
                raise SystemExit(
                    f"{path}: {table} of {name}: {odd[0]}? Known are {', '.join(sorted(sets))}"
                )
            who = {name} & students or known.called.get(rosters.plain(name)) or known.named(name)
            if len(who) != 1:
                like = rosters.nearest(name, students)
                lines.append(
                    f"{path}: {'several are' if who else 'nobody is'} called {name}{like}; "
                    f"their days in {table} do not count"
                )
            elif min(who) in made:
                raise SystemExit(f"{path}: {table} has {min(who)} twice, once as {name}")
            else:
                made[min(who)] = days
        course[table] = made
    return lines


def lateness(late, course):
    """A line on those whom the platform calls late, and of whom the course file says nothing."""
    said = course.get("days_late", {})
    open_ones = sorted((one for one in late if one[1] not in said.get(one[0], {})), key=str)
    if not open_ones:
        return []
    return [
        f"late, says the platform, but not in [days_late]: {listed(open_ones)}. "
        "Write there how many days count, or 0"
    ]


def after_policy(student, sets, course):
    """Points by set after the late policy, and the sets that are dropped."""
    late = course.get("late", {})
    points = {}
    for name, given in sets.items():
        days = course.get("days_late", {}).get(student, {}).get(name, 0)
        days -= late.get("free_days", 0) + course.get("adjust", {}).get(student, {}).get(name, 0)
        off = min(max(days, 0) * late.get("percent_a_day", 0), 100)
        points[name] = given * (1 - off / 100)
    return points


def totals(reports, course):
    """For each student: points by set, the sets dropped, percent of what counts, open questions."""
    made = sums(reports)
    found = {name: most for sets in made.values() for name, (_, most, _) in sets.items() if most}
    maxima = dict(sorted(found.items()))
    drop = min(course.get("drop_lowest", 0), max(len(maxima) - 1, 0))
    table = {}
    for student, sets in made.items():
        marked = {n: s[0] for n, s in sets.items() if n in maxima and s[0] is not None}
        points = after_policy(student, marked, course)
        share = {name: points.get(name, 0) / most for name, most in maxima.items()}
        dropped = sorted(share, key=share.get)[:drop]
        counted = [name for name in maxima if name not in dropped]
        reached = sum(points.get(name, 0) for name in counted)
        percent = 100 * reached / sum(maxima[name] for name in counted) if counted else 0
        left = sum(count for _, _, count in sets.values())
        table[student] = (points, dropped, percent, left)
    return table, maxima


def strays(reports, students):
    """The notebooks of nobody on the roster, if there is one."""
    return [key for key in reports if students and key[0] not in students]


def complete(reports, students):
    """Give each of the roster's students every set.

    Who handed nothing in has 0, but not while a notebook is unclear that may be theirs.
    """
    unclear = {name for _, name in strays(reports, students)}
    for name in sorted({name for _, name in reports if name}):
        for student in students:
            unsure = {name, None} & unclear or (student, None) in reports
            reports.setdefault((student, name), None if unsure else mark.Report([]))


def remarks(reports, students):
    """Lines on those to whom the gradebooks give no points, and on what to do."""
    nobodys = strays(reports, students)
    empty = [key for key, made in reports.items() if made is None and key not in nobodys]
    nothing = [key for key, made in reports.items() if made and not made.rows]
    lines = []
    if nobodys:
        lines.append(
            f"in no gradebook, as not on the roster: {listed(nobodys)}. "
            "Leave one notebook of each student, or complete the roster, and mark again"
        )
    if empty:
        lines.append(
            f"empty in all tables, 0 in the percentage: {listed(empty)}. "
            "Their notebook could not be marked, or an unclear one may be theirs. Clear that up, "
            "and mark again"
        )
    if nothing:
        lines.append(
            f"0, as nothing of theirs is in the table: {listed(nothing)}. "
            "If they handed in, mark again with all notebooks of the set"
        )
    return lines


def listed(keys):
    """Students and sets for one line, set by set."""
    sets = {}
    for student, name in keys:
        sets.setdefault(name or "an unclear set", []).append(student)
    return "; ".join(f"{name} of {', '.join(students)}" for name, students in sets.items())


def question_statistics(reports):
    """Mean share, discrimination and shares by set and question.

    Discrimination is the correlation of a question's points with those of all other questions.
    """
    columns = {}
    for (_, name), report in reports.items():
        for row in report.rows if report else ():
            if row.points is not None:
                rest = sum(other.points or 0 for other in report.rows if other is not row)
                columns.setdefault((name, row.question), []).append(
                    (row.points / row.maximum, rest)
                )
    made = {}
    for key, pairs in columns.items():
        shares, rests = zip(*pairs, strict=True)
        varied = len(set(shares)) > 1 and len(set(rests)) > 1
        apart = statistics.correlation(shares, rests) if varied else None
        made[key] = (statistics.mean(shares), apart, shares)
    return made


def statistics_page(reports, table):
    """The page of statistics, with the histogram of the percentages."""
    counts = [0] * 10
    for _, _, percent, _ in table.values():
        counts[min(int(percent // 10), 9)] += 1
    most = max(counts, default=0) or 1
    bars = "".join(
        f"<tr><th scope='row'>{10 * place} to {10 * place + 10} %</th><td><div style='background:"
        f"#2a6f97;height:1rem;width:{90 * count / most:.0f}%'></div></td><td>{count}</td></tr>"
        for place, count in enumerate(counts)
    )
    lines = "".join(
        f"<tr><th scope='row'>{escape(name)} {escape(question)}</th><td>{len(shares)}</td>"
        f"<td>{mean:.0%}</td><td>{'–' if apart is None else f'{apart:.2f}'}</td></tr>"
        for (name, question), (mean, apart, shares) in question_statistics(reports).items()
    )
    head = "<th>Question</th><th>Marked</th><th>Mean</th><th>Discrimination</th>"
    return f"""<h2>Students by percent reached</h2><table>{bars}</table>
<h2>Questions</h2><p>Discrimination is the correlation of a question's points with the points of
all other questions of its set; look at a question where it is near 0 or negative.</p>
<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"""


def gradebooks(folder, table, maxima, roster):
    """canvas.csv and moodle.csv. Numbers and addresses come from the roster's columns."""
    facts = {}
    if roster:
        heading = [name.strip().lower() for name in textfile.rows(roster)[0]]
        for row in textfile.rows(roster)[1:]:
            facts[row[0].strip()] = dict(zip(heading, row, strict=False))
    names = list(maxima)
    canvas, moodle = [["    Points Possible", "", "", "", *[f"{m:g}" for m in maxima.values()]]], []
    for student, (points, _, _, _) in table.items():
        if roster and student not in facts:  # no gradebook would know it; `remarks` says so
            continue
        known = facts.get(student, {})
        scores = [f"{points[name]:.2f}" if name in points else "" for name in names]
        login = known.get("sis login id", known.get("login", ""))
        name = known.get("name", student)
        canvas.append([name, known.get("id", ""), login, known.get("section", ""), *scores])
        moodle.append([known.get("id number", known.get("id", "")), known.get("email", ""), name,
                       *scores])  # fmt: skip
    textfile.write(
        folder / "canvas.csv", ["Student", "ID", "SIS Login ID", "Section", *names], canvas
    )
    textfile.write(
        folder / "moodle.csv", ["ID number", "Email address", "Full name", *names], moodle
    )


def feedback_zips(folder, reports, origins, keys):
    """Zip the pages under the names by which Moodle and Canvas know the submissions; the zips.

    Moodle's are folders. Canvas takes files of one set at a time, by the numbers in their names.
    """
    for path in (*folder.glob("moodle-feedback.zip"), *folder.glob("canvas-feedback-*.zip")):
        path.unlink()
    zips, taken = {}, {}  # names by folder, since a student may have handed in two notebooks
    for (student, name), report in reports.items():
        origin = origins.get((student, name), "")
        used = taken.setdefault(origin, set())
        if name and origin.endswith(collect.MOODLE_FOLDER):
            place = f"{origin}/{feedback.file_name(f'{name}-feedback', used)}"
            path = folder / "moodle-feedback.zip"
        elif name and collect.CANVAS.match(origin):
            place = feedback.file_name(collect.bare(origin), used)
            path = folder / f"canvas-feedback-{name}.zip"
        else:
            continue
        body = feedback.section(name, keys.get(name), report)
        page = feedback.page(f"Feedback for {student}", body)
        zips.setdefault(path, []).append((place, page.encode("utf-8", "backslashreplace")))
    for path, pages in zips.items():
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, page in pages:
                archive.writestr(place, page)
    return list(zips)


def deal(paths, reports, entered):
    """Derivations still to be read for each list, and what not to enter of lists with news.

    Lists with news hold what is not entered yet. They stay as they are, also those of assistants
    who are not in `paths`; of their lines, those whose row has other points since are listed.
    Whose list has a derivation keeps it. The others are dealt out evenly, one question after
    another, to those whose lists may be written again; what nobody can be given is under None.
    """
    todo = {
        (textfile.plain(student), name, row.question)
        for (student, name), report in reports.items()
        for row in (report.rows if report else ())
        if row.points is None
    }
    entered = {(textfile.plain(key[0]), *key[1:]): value for key, value in entered.items()}
    rows, left = {path: [] for path in paths}, {}
    others = sorted({*paths[0].parent.glob("by-hand-*.csv")} - {*paths})
    for path in others + paths:
        lines = textfile.records(path, marks.NEEDED) if path.is_file() else []
        news = [line for line in lines if _is_news(line, entered)]
        if news:
            left[path] = [_key(line) for line in lines if _is_stale(line, entered)]
        own = lines if path in paths else news
        rows[path] = [key for line in own if (key := _key(line)) in todo]
        todo -= set(rows[path])
    free = [path for path in paths if path not in left] or [None]
    # who reads one question of many students marks them alike
    new = sorted(todo, key=lambda key: (key[1], key[2], key[0]))
    size = -(-len(new) // len(free)) or 1
    for place, path in enumerate(free):
        rows[path] = rows.get(path, []) + new[place * size : (place + 1) * size]
    return rows, left


def _key(line):
    return tuple(line[column].strip() for column in marks.NEEDED[:3])


def _is_news(line, entered):
    """Whether a line holds points or a comment for a row that has no points entered."""
    points, comment, _ = entered.get(_key(line), (None, "", ""))
    given = line["points"].strip(), line.get("comment", "").strip()
    return points is None and (bool(given[0]) or given[1] not in ("", comment))


def _is_stale(line, entered):
    """Whether a line holds other points than its row has since, as after an appeal."""
    points = entered.get(_key(line), [None])[0]
    if points is None or not line["points"].strip():
        return False
    try:
        return textfile.number(line["points"]) != points
    except ValueError:
        return True


def main(arguments=None):
    """Write everything, and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("grades", type=Path)
    parser.add_argument("--source", type=Path, default=feedback.COURSE / "source")
    parser.add_argument("--roster", type=Path)
    parser.add_argument("--course", type=Path)
    parser.add_argument("--assistants", nargs="*", default=[])
    parser.add_argument("--minutes", type=float, default=MINUTES)
    options = parser.parse_args(arguments)
    course = read_course(options.course) if options.course else {}
    kept = store.Store(options.grades)
    reports, origins = kept.reports()
    if not reports:
        raise SystemExit(f"{options.grades}: nothing has been marked yet")
    roster = rosters.read(options.roster) if options.roster else rosters.Roster()
    complete(reports, roster.students)
    keys = notebook.read_keys(options.source)
    students, sets = ({key[place] for key in reports} for place in (0, 1))
    lines = settle(course, options.course, roster, students, {*keys, *sets} - {None})
    lines += [*kept.unplaced(reports), *kept.outdated(reports), *remarks(reports, roster.students)]
    for line in lines + lateness(kept.late(), course):
        print(line)
    folder = options.grades.with_name(options.grades.stem + "-out")
    folder.mkdir(exist_ok=True)
    table, maxima = totals(reports, course)
    lines = []
    for student, (points, dropped, percent, left) in table.items():
        scores = [f"{points[name]:.2f}" if name in points else "" for name in maxima]
        lines.append([student, *scores, " ".join(dropped), f"{percent:.1f}", left])
    textfile.write(folder / "totals.csv", ["student", *maxima, "dropped", "percent", "open"], lines)
    gradebooks(folder, table, maxima, options.roster)
    if not feedback_zips(folder, reports, origins, keys):
        print(
            "no zip of feedback, since neither Moodle nor Canvas gave the notebooks their names: "
            f"give each student the page in {options.grades.stem}-feedback"
        )
    body = statistics_page(reports, table)
    (folder / "statistics.html").write_text(feedback.page("Statistics", body), encoding="utf-8")
    lists = {folder / f"by-hand-{rosters.plain(who)}.csv": who for who in options.assistants}
    dealt, left = deal(list(lists), reports, kept.entered()) if lists else ({}, {})
    reads = {
        (textfile.plain(student), name, row.question): row.read
        for (student, name), report in reports.items()
        for row in (report.rows if report else ())
    }
    for path, who in lists.items():
        rows = dealt[path]
        print(f"{who}: {len(rows)} derivations, about {len(rows) * options.minutes / 60:.1f} hours")
        if path not in left:
            textfile.write(path, COLUMNS, [[*key, "", "", reads[key]] for key in rows])
    for path, stale in left.items():
        print(
            f"{path} holds what is not entered, so it stays as it is: "
            f"make enter-marks GRADES={options.grades} MARKS={path}"
        )
        for key in stale:
            print(f"  but first take out its line on {', '.join(key)}: other points are entered")
    if dealt.get(None):
        print(f"on no list, since all of them hold what is not entered: {len(dealt[None])}")
    waiting = sum(row.points is None for r in reports.values() if r for row in r.rows)
    if waiting:
        print(f"still to be marked by hand, 0 until then: {waiting} (column open of totals.csv)")
    print(f"{len(table)} students in {folder}")


if __name__ == "__main__":
    main()
