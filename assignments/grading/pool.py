"""Mark many submissions at once: one marking process for each core, each replaced if it fails."""

import contextlib
import multiprocessing
import resource
import time
from multiprocessing import connection
from pathlib import Path

from . import mark, notebook, sandbox

PATIENCE = 600  # seconds for one submission with everything; then its marking process is ended


def _work(pipe, source, course, hidden):
    """Mark what comes through the pipe, until it closes."""
    with contextlib.suppress(ValueError, OSError):  # a student's answer cannot fill our memory
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    keys, zygotes = {}, contextlib.ExitStack()
    with zygotes:
        own = zygotes.enter_context(sandbox.Zygote(hidden))
        second = None
        if course:
            from . import second_mark

            second = zygotes.enter_context(sandbox.Zygote(hidden, module="grading.second_mark"))
        while True:
            try:
                name, path = pipe.recv()
            except EOFError:
                return
            if name not in keys:
                keys[name] = notebook.read_key(Path(source, name, f"{name}.ipynb"))
            report = mark.mark(keys[name], path, own)
            if second and not any(row.status.startswith("no mark") for row in report.rows):
                compare(report, *second_mark.second_mark(second, course, name, path))
            pipe.send(report)


def compare(report, points, reason):
    """Where nbgrader gives other points than we do, ask for a person."""
    for row in report.rows:
        if not row.requirement or row.status.startswith("needs a human"):
            continue
        theirs = points.get(row.question)
        if reason or theirs is None:
            row.status = f"needs a human: {reason or 'nbgrader gave no mark'}"
        elif theirs != row.points:
            row.status = f"needs a human: nbgrader gives {theirs:g}"


def mark_all(jobs, source, workers, course=None, hidden=(), patience=PATIENCE):
    """Yield `(number, report)` for the `(assignment, path)` pairs of `jobs`, as they finish.

    A report is None where the marking process itself failed or overran `patience`.
    """
    context = multiprocessing.get_context("spawn")
    waiting = list(enumerate(jobs))[::-1]
    slots = []

    def start():
        ours, theirs = context.Pipe()
        process = context.Process(daemon=True, target=_work, args=(theirs, source, course, hidden))
        process.start()
        theirs.close()
        return {"pipe": ours, "process": process, "job": None, "since": 0.0}

    def give(worker):
        if waiting:
            worker["job"], job = waiting.pop()
            worker["since"] = time.monotonic()
            worker["pipe"].send(job)

    try:
        for _ in range(min(workers, len(waiting))):
            slots.append(start())
            give(slots[-1])
        while any(worker["job"] is not None for worker in slots):
            busy = [worker for worker in slots if worker["job"] is not None]
            ready = connection.wait([worker["pipe"] for worker in busy], timeout=1)
            for worker in busy:
                number, report, alive = worker["job"], None, True
                if worker["pipe"] in ready:
                    try:
                        report = worker["pipe"].recv()
                    except (EOFError, OSError):
                        alive = False
                elif time.monotonic() - worker["since"] > patience:
                    alive = False
                else:
                    continue
                if not alive:
                    _end(worker)
                    worker.update(start())
                worker["job"] = None
                yield number, report
                give(worker)
    finally:
        for worker in slots:
            _end(worker)


def _end(worker):
    """End a marking process; its students' processes end with it."""
    worker["pipe"].close()
    worker["process"].join(timeout=2)
    worker["process"].kill()
    worker["process"].join()
