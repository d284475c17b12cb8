"""Mark one submission: run the student's cells in their process and the tests in ours."""

import ast
import contextlib
import functools
import hashlib
import io
import time
import warnings
from dataclasses import dataclass, field

import numpy as np

from . import explain, notebook, probe, sandbox, written

SHOWN, PICTURES = 20_000, 20  # of an answer that a person marks
RESTARTS = 6  # after a crash or an endless loop, before the rest is given up


@dataclass(frozen=True)
class Limits:
    """Seconds for a run through a submission, for one of its cells, for one call by a test."""

    submission: float = 120
    cell: float = 30
    call: float = 15


@dataclass
class Row:
    """The mark of one question."""

    question: str
    points: float | None  # None: a person has to mark it
    maximum: float
    status: str  # passed, failed, by hand, not answered, or "needs a human: why"
    requirement: str = ""
    why: str = ""  # for the student; never from a hidden test
    answer: str = ""  # of a question that a person marks
    pictures: list[str] = field(default_factory=list)  # attached to it, as data: addresses
    stopped: bool = False  # the process ended or overran its time

    @property
    def read(self):
        """Letters that change with the answer that a person reads; none where there is none."""
        seen = "\n".join((self.answer, *self.pictures)).encode("utf-8", "backslashreplace")
        return f"v{hashlib.sha256(seen).hexdigest()[:11]}" if seen.strip() else ""


@dataclass
class Report:
    """The marks of one submission."""

    rows: list[Row]
    doubts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)  # of the student's own cells
    guards: list[str] = field(default_factory=list)  # those that held

    @property
    def unguarded(self):
        """The guards that did not hold while this submission ran."""
        return [guard for guard in probe.GUARDS if self.ran and guard not in self.guards]

    ran: bool = False  # whether any of its code has run


def unreadable(key, why):
    """The report for a file that is not a notebook: a row for every question all the same."""
    rows = [
        Row(
            cell.name,
            0,
            cell.points,
            f"no mark: {why}",
            cell.requirement if cell.kind == "test" else "",
        )
        for cell in key.questions
    ]
    return Report(rows, doubts=[why])


DEFAULT_LIMITS = Limits()


def mark(key, path, zygote, limits=DEFAULT_LIMITS):
    """Mark the notebook at `path`.

    The submission runs twice. The first time it meets the tests as students see them, and every
    word of the feedback comes from there. The second time it meets the hidden tests as well, and
    nothing but passed or failed leaves that process: code that has seen a hidden test's input
    cannot say so.
    """
    try:
        cells = notebook.read_submission(path)
    except notebook.Unreadable as error:
        return unreadable(key, str(error))
    steps = notebook.plan(key, cells)
    visible = {cell.name: cell.visible for cell in key.questions}
    first = _Run(key, zygote, limits, visible, shows_values=True)
    first.go(steps)
    open_tests = {c.name: c.source for c in key.questions if first.passed(c) and c.kind == "test"}
    second = _Run(key, zygote, limits, open_tests)
    second.left_out, second.stopped = first.left_out, dict(first.stopped)  # no need to wait again
    if open_tests:
        second.go(steps)
    rows = []
    for cell in key.questions:
        if cell.kind == "manual":
            rows.append(_by_hand(cell, cells, key.handed_out))
            continue
        row = first.rows[cell.name]
        if cell.name in open_tests and not second.passed(cell):
            row.points, row.status = 0, "failed"
            row.why = "What the cell shows is met; further checks fail, or do not end."
        rows.append(row)
    explain.follow_on(key, cells, rows)
    doubts = notebook.doubts(key, cells)
    for name in sorted(first.changed):  # of the second run, not even this
        doubts.append(f"{name} changes the array that it is given")
    return Report(rows, doubts, first.errors, zygote.guards, ran=True)


def _by_hand(cell, cells, handed_out):
    """The row of a question that a person marks; an empty answer is worth nothing.

    The answer, or a part of it, may be in cells that were not handed out. Where its own cell is
    as it was handed out, also in what the student has written into the others.
    """
    known = {*handed_out, "", notebook.TEXT_STUB}
    new = [o for o in cells if o.source.strip() not in known or o.pictures]
    own = [o for o in new if o.name == cell.name]
    places = [o for o in new if o not in own and (not own or o.kind in ("text", "code"))]
    others = [(o, words) for o in places if (words := written.words(o, handed_out)) or o.pictures]
    if not own and not others:
        return Row(cell.name, 0, cell.points, "not answered")
    texts = [other.source.strip() for other in own]
    if others:
        said = "" if own else "Its cell is empty or gone. "
        texts.append(f"[{said}Text that was not handed out:]")
    answer, inline = written.without_pictures("\n\n".join(texts + [words for _, words in others]))
    attached = [picture for other in own + [o for o, _ in others] for picture in other.pictures]
    row = Row(cell.name, None, cell.points, "by hand")
    row.answer = written.cut(answer, SHOWN)
    row.pictures = (inline + attached)[:PICTURES]
    if len(inline + attached) > PICTURES:
        row.answer += f"\n\n[{len(inline + attached)} pictures; the first {PICTURES} are shown]"
    return row


class _Run:
    """One run through a submission with some tests: the student's process, our rows so far."""

    def __init__(self, key, zygote, limits, tests, shows_values=False):
        self.key, self.zygote, self.limits, self.tests = key, zygote, limits, tests
        self.shows_values = shows_values
        self.until = time.monotonic() + limits.submission
        self.rows, self.errors = {}, []
        self.raised = {}  # by cell
        self.changed = set()  # functions that overwrite what they are given
        self.done = []  # cells to run again after a restart
        self.stopped = {}  # functions that ended the process or overran, with how they did
        self.left_out = set()  # cells that did the same, by identity
        self.restarts = 0
        self.process = None

    def go(self, steps):
        """Run everything in order."""
        try:
            for what, cell in steps:
                if what == "test" and cell.name in self.tests:
                    self.test(cell)
                elif what in ("given", "student") and id(cell) not in self.left_out:
                    self.student(cell)
        finally:
            self.close()

    def passed(self, cell):
        """Whether a test has passed."""
        return cell.name in self.rows and self.rows[cell.name].points == cell.points

    def close(self):
        """End the student's process; the next step starts a new one."""
        if self.process is not None:
            self.process.close()
            self.process = None

    def alive(self):
        """The student's process, where all that ran before has run."""
        if self.process is None:
            left = self.until - time.monotonic()
            if left <= 0 or self.restarts > RESTARTS:
                raise sandbox.Gone("took too long" if left <= 0 else "was stopped too often")
            self.restarts += 1
            self.process = self.zygote.open(left)
            for cell in self.done:
                with contextlib.suppress(sandbox.StudentError):
                    self.process.run(cell.source, f"cell {cell.name}", self.limits.cell)
        return self.process

    def student(self, cell):
        """Run a cell in the student's process."""
        try:
            self.alive().run(cell.source, f"cell {cell.name}", self.limits.cell)
            self.done.append(cell)
        except sandbox.StudentError as error:
            self.done.append(cell)  # it may have defined something before it failed
            self.errors.append(f"{cell.name}: {error}")
            self.raised[cell.name] = str(error)
        except sandbox.Gone as error:
            self.errors.append(f"{cell.name}: the cell {error} and was left out")
            self.left_out.add(id(cell))
            self.close()

    def test(self, cell):
        """Run a test in a namespace of its own, with the student's answers under their names."""
        source = self.tests[cell.name]
        row = self.rows[cell.name] = Row(cell.name, 0, cell.points, "failed", cell.requirement)
        wanted = sorted(notebook.used_names(source) & self.key.answers)
        before = next((name for name in wanted if name in self.stopped), None)
        if before:
            row.why, row.stopped = f"Your `{before}` {self.stopped[before]}.", True
            return
        seen = explain.Seen()
        try:
            process = self.alive()
            # What a test expects must not come from an array that the answer has overwritten: in
            # the first pass the test keeps its arrays. In the second it finds them as a call in
            # one process would have left them. An answer has to pass both.
            for write_back in (False, True):
                process.write_back, process.changed, process.last_call = write_back, set(), None
                process.call_seconds = self.limits.call
                self.execute(cell, source, wanted, seen)
                if not process.changed:
                    break
        except sandbox.Gone as error:
            if self.process is not None and self.process.last_call:
                self.stopped[self.process.last_call] = error
            row.why, row.stopped = f"Your code {error}.", True
            self.close()
        except sandbox.StudentError as error:
            blank = str(error).startswith("NotImplementedError")
            row.why = "Not answered." if blank else f"Your code raised {error}."
        except NameError as error:
            before = self.raised.get(notebook.answer_before(self.key, cell), "")
            blank = not before or before.startswith("NotImplementedError")
            row.why = f"Not answered: {error}" + ("." if blank else f", its cell raised {before}.")
        except AssertionError as error:
            row.why = f"Not met: {error or 'see the cell'}.{seen}"[:700]
            if process.write_back:
                row.why += " It changed the array that it was given."
        except Exception as error:  # a result of another type or shape than the test can use
            row.why = f"{type(error).__name__}: {error}."[:300]
        else:
            row.points, row.status = cell.points, "passed"
            self.changed |= process.changed

    def execute(self, cell, source, wanted, seen):
        """Run a test's text once, with fresh copies of all that it is given."""
        names = given_names(self.key)
        for name in wanted:
            names[name] = self.process.get(name, self.limits.call)
        tree = ast.parse(source)
        if self.shows_values:
            tree, names[explain.NAME] = explain.watched(tree), seen
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            exec(compile(tree, f"<{cell.name}>", "exec"), names)


@functools.cache
def _given(key):
    """What the given cells define."""
    names = {"__name__": "given"}
    for cell in key.cells:
        if cell.kind == "given":
            exec(compile(cell.source, f"<{cell.name}>", "exec"), names)
    return names


def given_names(key):
    """What the given cells define, with arrays that no submission has touched."""
    return {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in _given(key).items()}
