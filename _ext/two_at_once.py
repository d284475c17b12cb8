"""Write pages in forks while this process prepares the next ones: machines have two processors.
What else a build makes is made beside its other work, too (`beside`).

Sphinx does so where it is told to, and Jupyter Book cannot tell it. Two things want help: KaTeX's
server, to which each process needs a connection of its own, and what the extension of the previews
notes of each page, which would be lost with the fork that noted it.
"""

import atexit
import gc
import itertools
import os
import pickle
import socket
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import sphinx.builders
from sphinx.util.parallel import ParallelTasks
from sphinx_tippy import write_tippy_js

from katex_here import KaTeXServer  # sphinxcontrib's, which waits until it is heard

FEW = 5  # pages that are not worth a fork, as Sphinx judges for reading
WRITERS = 2  # beside this process, which ends first; more would take memory
FORKS = sys.platform == "linux"  # other systems do not always survive one


def chunks(pages, processes):
    """Share out pages in fours: Sphinx's own function would give all chapters to one fork.

    Of those that wait, Sphinx takes the latest. So the chapters that find no fork free come last,
    or one fork would be busy with them at the end, and no other.
    """
    pages = pages[:8] + pages[:7:-1]
    return [pages[start : start + 4] for start in range(0, len(pages), 4)]


def begin(app, env):
    """Have pages written in forks."""
    if app.builder.name == "html" and len(env.found_docs) > FEW and FORKS:
        app.parallel = 1 + WRITERS
        sphinx.builders.make_chunks = chunks
        KaTeXServer.get()  # started by this process, which also stops it
        app.notes = tempfile.TemporaryDirectory()
        app.builder.gen_pages_from_extensions = lambda: write_others(app)


def write_others(app):
    """Write the pages that extensions bring, as those of the code, while this process goes on."""
    brought = app.emit("html-collect-pages")  # here, for some change the search index then

    def write():
        for page in itertools.chain(*brought):
            app.builder.handle_page(*page)

    app.others = beside(write)


def beside(task):
    """Do a task in a fork while this process goes on; return what waits for its result."""
    if not FORKS:
        done = task()
        return lambda: done
    KaTeXServer.get()  # as above: a fork would leave its own behind
    tasks, found = ParallelTasks(1), []

    def give_way():
        os.nice(5)  # to this process, for which all others wait
        return task()

    tasks.add_task(give_way, None, lambda _, result: found.append(result))
    atexit.register(tasks.terminate)  # of a build that fails, or Python would wait for ever

    def result():
        tasks.join()
        return found[0]

    return result


def connect():
    """Give a fork a connection of its own; two that share one read each other's answers."""
    if server := KaTeXServer.katex_server:
        server.sock.close()
        server.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.sock.connect(str(server.rundir / "katex.sock"))


def keep(app, page, template, context, doctree):
    """Write down what the previews' extension has just noted of a page."""
    if doctree and hasattr(app, "notes"):
        path = Path(app.notes.name) / quote(page, safe="")
        path.write_bytes(pickle.dumps({page: app.env.tippy_data["pages"][page]}))


def gather(app, error):
    """Note it in this process, before the previews are written."""
    if hasattr(app, "notes") and not error:
        with app.notes as folder:
            for path in sorted(Path(folder).iterdir()):
                app.env.tippy_data["pages"] |= pickle.loads(path.read_bytes())


def previews_first(app):
    """Have the previews written beside the pages of code."""
    for listener in app.events.listeners["build-finished"]:
        if listener.handler is write_tippy_js:
            app.disconnect(listener.id)
            app.connect("build-finished", write_tippy_js, priority=200)
            break


def await_others(app, error):
    """Wait for the pages that extensions bring."""
    if hasattr(app, "others"):
        app.others()


def leave(app, error):
    """Let Python end at once: it would search all that a build made for what is in circles."""
    gc.freeze()


def setup(app):
    """Connect to the end of reading, to the pages right after the previews, and to the end."""
    gc.set_threshold(100_000, 50, 100)  # of a build's millions of objects few are in circles
    app.connect("builder-inited", previews_first)
    app.connect("env-check-consistency", begin)
    app.connect("html-page-context", keep, priority=460)
    app.connect("build-finished", gather, priority=100)
    app.connect("build-finished", await_others, priority=300)
    app.connect("build-finished", leave, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


os.register_at_fork(after_in_child=connect)
