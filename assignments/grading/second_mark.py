"""nbgrader's own mark, as a second opinion.

nbgrader runs a student's code and its tests in one kernel, so code that tampers with the tests can
give itself any mark there. We let it, in a confined process and a course folder that is thrown
away, and compare: where the two marks differ, a person should look.

Run as a module this is the process that forks a confined nbgrader for every submission.
"""

import contextlib
import functools
import os
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from . import release, sandbox, wire

SECONDS = 240  # for one submission; nbgrader gives a cell 30
PRELOADED = "nbgrader.apps nbgrader.plugins ipykernel nbconvert grading.nbgrader_parts"


def prepare(source, names, folder):
    """Make a course in `folder` whose gradebook knows the assignments, without their solutions."""
    course = release.new_course(folder)
    for name in names:
        release.generate(course, source, name)
        # Without its solutions; the folder stays, for nbgrader looks there for further files.
        (course / "source" / name / f"{name}.ipynb").unlink()
    return course


def second_mark(zygote, course, name, notebook):
    """What nbgrader gives: points by question, or the reason why there are none.

    The answer comes from a process in which the student's code has run, so it is a hint, never a
    mark.
    """
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        copy = Path(folder, "course")
        shutil.copytree(course, copy, ignore=shutil.ignore_patterns("release"))
        place = copy / "submitted" / "student" / name
        place.mkdir(parents=True)
        shutil.copy(notebook, place / f"{name}.ipynb")
        hand_over(folder, zygote.uid)
        process = None
        try:
            process = sandbox.Process(
                zygote,
                SECONDS,
                writable=[str(copy)],
                loopback=True,  # Jupyter talks to its kernel through the network
                memory=4 << 30,
                file_bytes=64 << 20,
                megabytes=256,
            )
            wire.send(process.channel, {"course": str(copy), "assignment": name})
            reply = process.receive(time.monotonic() + SECONDS)
        except (OSError, sandbox.Gone) as error:
            return {}, f"nbgrader {error}" if isinstance(error, sandbox.Gone) else "nbgrader ended"
        finally:
            if process is not None:
                process.close()
        points = reply.get("points")
        if not isinstance(points, dict):
            error = str(reply.get("error"))
            known = f" ({error})" if error.isidentifier() and len(error) < 40 else ""
            return {}, f"nbgrader gave no mark{known}"
        return {str(k): v for k, v in points.items() if isinstance(v, int | float | None)}, ""


def hand_over(folder, uid):
    """Give a folder and all in it to the user that the process becomes, and to nobody else."""
    for path in [Path(folder), *Path(folder).rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        with contextlib.suppress(OSError):  # who may not give it away does not become another user
            os.chown(path, uid, uid)


def serve(channel, options):
    """Shut in, autograde one submission, send the points."""
    from . import worker

    worker.shut_in(channel, options)
    request = wire.receive(channel)
    os.chdir(request["course"])
    try:
        reply = {"points": autograde(request["assignment"])}
    except BaseException as error:
        reply = {"error": type(error).__name__}
    wire.send(channel, reply)


def autograde(name):
    """Run `nbgrader autograde` in this folder; points by question, None where there are none."""
    from nbgrader import api, apps

    app = apps.AutogradeApp.instance()
    app.initialize([name, "--log-level=ERROR"])
    app.start()
    with api.Gradebook("sqlite:///gradebook.db") as book:
        submission = book.find_submission(name, "student")
        return {
            grade.cell.name: grade.auto_score
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def remember_schema():
    """Ask once, not at every opening of a gradebook, which schema nbgrader is at."""
    from nbgrader import api

    api.get_alembic_version = functools.cache(api.get_alembic_version)
    api.get_alembic_version()


if __name__ == "__main__":
    from grading import second_mark as this_module
    from grading import worker

    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    remember_schema()
    control = socket.socket(fileno=int(sys.argv[1]))
    worker.wait_for_work(control, this_module.serve, PRELOADED)
