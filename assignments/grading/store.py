"""What has been marked, kept beside the table, so that a run goes on where another stopped.

One file for each submission holds its report and a digest of all that led to it: the notebook, the
key, the grader itself. Who marks again marks only what has changed. Points entered by hand are kept
apart from the reports, so that they outlast every new marking.
"""

import hashlib
import json
import os
from dataclasses import asdict, fields
from pathlib import Path

from . import mark

HERE = Path(__file__).resolve().parent
MODULES = ("explain", "mark", "notebook", "sandbox", "second_mark", "wire", "worker", "written")


def grader_digest():
    """A digest of the modules that a mark depends on."""
    texts = [(HERE / f"{name}.py").read_bytes() for name in MODULES]
    return hashlib.sha256(b"".join(texts)).hexdigest()


class Store:
    """The folder `grades-state` beside `grades.csv`."""

    def __init__(self, grades):
        grades = Path(grades)
        self.folder = grades.with_name(grades.stem + "-state")
        self.folder.mkdir(parents=True, exist_ok=True)

    def _path(self, student, name):
        key = json.dumps([student, name]).encode()
        return self.folder / f"{hashlib.sha256(key).hexdigest()[:20]}.json"

    def save(self, student, name, report, digest, origin=""):
        """Keep a report; a reader sees the old file or the new one, never half of one."""
        made = {"student": student, "assignment": name, "digest": digest, "origin": origin}
        made["report"] = asdict(report)
        _write(self._path(student, name), made)

    def forget(self, student, name):
        """Drop a report that no longer says anything."""
        self._path(student, name).unlink(missing_ok=True)

    def load(self, student, name):
        """A report and its digest, or two Nones."""
        try:
            made = json.loads(self._path(student, name).read_text(encoding="utf-8"))
            return _report(made["report"]), made["digest"]
        except (OSError, ValueError, KeyError, TypeError):
            return None, None

    def read(self, name, otherwise):
        """One of the other files: what was listed, entered, handed out."""
        try:
            return json.loads((self.folder / f"_{name}.json").read_text(encoding="utf-8"))
        except OSError:
            return otherwise

    def write(self, name, value):
        """Write it."""
        _write(self.folder / f"_{name}.json", value)

    def entered(self):
        """Points, comment and answer as entered by hand, by (student, assignment, question)."""
        return {tuple(key): value for key, value in self.read("entered", [])}

    def enter(self, marks):
        """Add to them; no points, or no comment, leave those from before; None takes both back."""
        kept = self.entered()
        for key, value in marks.items():
            before, said, read = kept.pop(key, (None, "", ""))
            if value is not None:
                points, comment, now = value
                if read != now:  # for an answer that is the student's no more
                    before, said = None, ""
                kept[key] = [before if points is None else points, comment or said, now]
        self.write("entered", [[list(key), value] for key, value in kept.items()])

    def unplaced(self, reports):
        """Lines on points and comments entered by hand for which the table has no row any more."""
        rows = {(*key, row.question) for key, made in reports.items() if made for row in made.rows}
        return [
            f"entered by hand, but no row has it now: {', '.join(key)}: "
            + ", ".join(filter(None, ("" if points is None else f"{points:g} points", comment)))
            + ". Bring the notebook back under this name, or enter it for the row that is meant"
            for key, (points, comment, _) in self.entered().items()
            if key not in rows
        ]

    def outdated(self, reports):
        """Lines on points that were entered for an answer which is no longer the student's."""
        return [
            f"another answer since it was marked, so it is open again: {', '.join(key)}: "
            f"{points:g} points for the earlier one"
            for key, (points, _, read) in self.entered().items()
            for row in getattr(reports.get(key[:2]), "rows", ())
            if row.question == key[2] and points is not None and read != row.read
        ]

    def listed(self):
        """The submissions in the table: (student, assignment or None, origin) triples."""
        return [tuple(one) for one in self.read("listed", [])]

    def relist(self, found):
        """List these in place of all that was listed of their sets; those that stay, and left.

        Platforms deliver one set at a time, and a course has one table: other sets' stay.
        """
        now = [(one.student, one.assignment, one.origin) for one in found]
        sets = {name for _, name, _ in now} | {None}
        stay = [one for one in self.listed() if one[1] not in sets]
        delivered = {one[:2] for one in now}
        left = [one for one in self.listed() if one[1] in sets and one[:2] not in delivered]
        self.write("listed", sorted(stay + now, key=lambda one: (one[0], one[1] or "")))
        late = self.late() & {one[:2] for one in stay}
        late |= {(one.student, one.assignment) for one in found if one.late}
        self.write("late", sorted(late, key=str))
        return stay, left

    def late(self):
        """Those that were late, says the platform: a set of (student, assignment) pairs."""
        return {tuple(one) for one in self.read("late", [])}

    def reports(self):
        """All reports in the table with the points entered by hand, and their origins."""
        entered, made, origins = self.entered(), {}, {}
        for student, name, origin in self.listed():
            report = self.load(student, name)[0] if name else None
            for row in report.rows if report else ():
                if (student, name, row.question) in entered:
                    points, comment, read = entered[student, name, row.question]
                    if read != row.read:
                        continue
                    row.why = "\n".join(text for text in (row.why, comment) if text)
                    if points is not None:
                        before = "" if row.points is None else f" (was {row.points:g})"
                        row.points, row.status = points, "marked by hand" + before
            made[student, name], origins[student, name] = report, origin
        return made, origins


def _report(kept):
    known = {field.name for field in fields(mark.Report)}
    made = mark.Report(**{key: value for key, value in kept.items() if key in known})
    made.rows = [mark.Row(**row) for row in made.rows]
    return made


def _write(path, value):
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(value, ensure_ascii=True), encoding="utf-8")
    part.replace(path)
