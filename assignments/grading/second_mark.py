"""nbgrader's own mark, as a second opinion.

nbgrader runs a student's code and its tests in one kernel, so code that tampers with the tests can
give itself any mark there. We let it, and compare: where the two marks differ, a person should
look. nbgrader prepares the notebook and reads the marks off the outputs in our process, which has
the gradebook; only the kernel, and who talks to it, are behind the same walls as in the first mark,
and what they write has a quota and vanishes with them.

Run as a module this is the process that forks a confined kernel's client for every submission.
"""

import functools
import json
import os
import socket
import sys
import time
from pathlib import Path

from . import notebook, release, sandbox, wire, worker

SECONDS = 240  # for one submission; nbgrader gives a cell 30
PRELOADED = "nbgrader.preprocessors ipykernel nbconvert nbformat"
# Jupyter talks to its kernel through the network; this one has no other end.
OPTIONS = {"loopback": True, "memory": 4 << 30, "file_bytes": 64 << 20, "megabytes": 256}
MAX_NOTEBOOK = 20_000_000  # bytes of code to send; as much as we read


def prepare(source, names, folder):
    """Make a course in `folder` whose gradebook knows the assignments."""
    course = release.new_course(folder)
    for name in names:
        release.generate(course, source, name)
    return course


def zygote(hidden, course):
    """The process that forks the confined ones."""
    made = sandbox.Zygote([*hidden, course], module="grading.second_mark")
    made.options = OPTIONS
    return made


def sanitised(course, name, path):
    """The submission as nbgrader would run it: its own tests in place of the student's copies."""
    import nbformat
    from nbgrader import preprocessors

    made = nbformat.reads(json.dumps(notebook.load(path)), 4)
    resources = {"notebook": name, "assignment": name, "student": "student"}
    resources["db_url"] = f"sqlite:///{Path(course, 'gradebook.db')}"
    for step in ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells",
                 "CheckCellMetadata"):  # fmt: skip
        made, _ = getattr(preprocessors, step)().preprocess(made, {"nbgrader": resources})
    return made


def second_mark(zygote, course, name, path):
    """What nbgrader gives: points by question, or the reason why there are none.

    The outputs come from a process in which the student's code has run, so the mark is a hint.
    """
    from nbgrader.utils import determine_grade, is_grade

    try:
        made = sanitised(course, name, path)
    except Exception as error:
        return {}, f"nbgrader gave no mark ({type(error).__name__})"
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    process = None
    try:
        process = sandbox.Process(zygote, SECONDS, total=4 << 30)
        sources = [[cell.source, is_grade(cell)] for cell in code]
        wire.send(process.channel, {"do": "execute", "cells": sources}, MAX_NOTEBOOK)
        reply = process.receive(time.monotonic() + SECONDS)
    except (OSError, sandbox.Gone, wire.WireError) as error:
        return {}, f"nbgrader {error}" if isinstance(error, sandbox.Gone) else "nbgrader ended"
    finally:
        if process is not None:
            process.close()
    if "outputs" not in reply:
        known = str(reply.get("error")).split(":")[0]
        return {}, f"nbgrader gave no mark ({known if known.isidentifier() else 'error'})"
    points = {}
    try:
        for cell, outputs in zip(code, reply["outputs"], strict=True):
            if is_grade(cell):
                cell.outputs = [_output(*output) for output in outputs]
                points[cell.metadata.nbgrader.grade_id] = determine_grade(cell)[0]
    except (TypeError, ValueError, KeyError, AttributeError):
        return {}, "nbgrader gave no mark (outputs)"
    return points, ""


def _output(kind, text):
    """An output that nbgrader reads a mark off."""
    import nbformat

    if kind not in ("error", "execute_result"):
        raise ValueError("not an output that counts")
    known = {"ename": "", "evalue": "", "traceback": []} if kind == "error" else {}
    if kind == "execute_result":
        known = {"data": {"text/plain": str(text)[:100]}, "metadata": {}, "execution_count": None}
    return nbformat.from_dict({"output_type": kind, **known})


class Session(worker.Session):
    """The confined end: what the probe asks, and a notebook to execute."""

    def do_execute(self, message):
        """Execute cells of code in a kernel; of the graded ones, the outputs that count.

        What a test prints does not count, to stderr neither: nbgrader would take its points for it.
        """
        import nbformat
        from nbgrader.preprocessors import Execute

        cells = [nbformat.v4.new_code_cell(source) for source, _ in message["cells"]]
        made = nbformat.v4.new_notebook(cells=cells)
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": ""}
        place = {"metadata": {"path": os.getcwd()}, "nbgrader": {}}
        done, _ = Execute(timeout=30).preprocess(made, place)
        outputs = []
        for cell, (_, graded) in zip(done.cells, message["cells"], strict=True):
            kept = [o for o in cell.outputs if o.output_type in ("error", "execute_result")]
            text = [[o.output_type, o.get("data", {}).get("text/plain", "")[:100]] for o in kept]
            outputs.append(text if graded else [])
        return {"outputs": outputs}


def serve(channel, options):
    """Shut in, then do what the grader asks until it hangs up."""
    worker.shut_in(channel, options)
    session = Session(channel)
    while True:
        reply = session.answer(wire.receive(channel, most=MAX_NOTEBOOK))
        wire.send(channel, reply)


def remember_schema():
    """Ask once, not at every opening of a gradebook, which schema nbgrader is at."""
    from nbgrader import api

    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    api.get_alembic_version = functools.cache(api.get_alembic_version)
    api.get_alembic_version()


if __name__ == "__main__":
    from grading import second_mark as this_module
    from grading import worker as worker_here

    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    control = socket.socket(fileno=int(sys.argv[1]))

    worker_here.shell()
    worker_here.wait_for_work(control, this_module.serve, PRELOADED)
