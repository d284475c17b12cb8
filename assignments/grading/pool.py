"""Mark many submissions at once: one marking process for each core, each replaced if it fails."""

import contextlib
import multiprocessing
import resource
import time
from multiprocessing import connection
from pathlib import Path

from . import mark, sandbox

PATIENCE = 600  # seconds for one submission with everything; then its marking process is ended


def bound_memory():
    """A student's answer cannot make this process allocate more than it has now and 1 GiB."""
    with contextlib.suppress(ValueError, OSError, IndexError):  # where the system does not tell
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + (1 << 30)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _work(pipe, keys, course, hidden, proofs):
    """Mark what comes through the pipe, until it closes."""
    zygotes = contextlib.ExitStack()
    with zygotes:
        own = zygotes.enter_context(sandbox.Zygote(hidden)).trust(*proofs[0])
        second = None
        if course:
            from . import second_mark

            second_mark.remember_schema()
            second = zygotes.enter_context(second_mark.zygote(hidden, course))
            second.trust(*proofs[1])
        bound_memory()
        while True:
            try:
                name, path = pipe.recv()
            except EOFError:
                return
            report = mark.mark(keys[name], path, own)
            if second and report.ran:
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


def prove(course, hidden, unguarded=False):
    """Try the guards of both marks, once for all workers; raises `sandbox.Unguarded`."""
    zygotes = [sandbox.Zygote(hidden)]
    if course:
        from . import second_mark

        zygotes.append(second_mark.zygote(hidden, course))
    proofs = []
    for zygote in zygotes:
        with zygote:
            zygote.prove(unguarded)
            proofs.append((zygote.guards, zygote.means))
    return proofs


def mark_all(jobs, keys, workers, proofs, course=None, hidden=(), patience=PATIENCE):
    """Yield `(number, report)` for the `(assignment, path)` pairs of `jobs`, as they finish.

    `proofs` come from `prove`: no worker runs a student's code before the guards have been tried.

    A report is None where the marking process itself failed or overran `patience`.
    """
    context = multiprocessing.get_context("spawn")
    waiting = list(enumerate(jobs))[::-1]
    slots = []

    def start():
        ours, theirs = context.Pipe()
        arguments = (theirs, keys, course, hidden, proofs)
        process = context.Process(daemon=True, target=_work, args=arguments)
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
