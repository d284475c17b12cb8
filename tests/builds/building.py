"""jupyter-book in a process of its own, forked from one that has loaded it: none loads it again."""

import atexit
import multiprocessing
import os
import sys

FORKS = multiprocessing.get_context("forkserver")
# Nothing of the book's own _ext: a test changes it.
FORKS.set_forkserver_preload(
    ["jupyter_book.sphinx", "myst_nb.sphinx_ext", "sphinx.builders.html", "softmax_book.widgets"]
)


def build(folder, *options):
    """Build the book in a folder; return the exit code and what was printed."""
    process = FORKS.Process(target=_build, args=(folder, options, dict(os.environ)))
    process.start()
    process.join(timeout=300)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError("the build does not end")
    return process.exitcode, (folder / "messages").read_text(encoding="utf-8")


def _build(folder, options, environment):
    os.chdir(folder)
    os.environ.clear()  # what the fork brings is older than what a test has set
    os.environ.update(environment)
    # The folder's own _ext is to be read, and not the one that pytest has on its path.
    sys.path[:] = [place for place in sys.path if os.path.basename(place) != "_ext"]
    messages = os.open("messages", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(messages, 1)
    os.dup2(messages, 2)
    from jupyter_book.cli.main import main

    try:
        main(["build", "-W", "-n", "--keep-going", *options, "."])
    finally:
        atexit._run_exitfuncs()  # multiprocessing does not; the server of formulas would live on
