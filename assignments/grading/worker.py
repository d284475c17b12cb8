"""The student's process: it runs their cells, calls their functions, and knows no test.

One process imports NumPy and scikit-learn once and then waits; for every submission it forks a
child, which shuts itself in (`confine`) before it sees a line of the student's code. The grader
talks to the child in the messages of `wire`.
"""

import ast
import asyncio
import contextlib
import functools
import gc
import importlib
import inspect
import json
import os
import socket
import sys
import tempfile
import traceback

import numpy as np

from . import confine, wire

# What students use, and what NumPy and scikit-learn would otherwise load late.
PRELOADED = """
    IPython.core.interactiveshell IPython.display
    collections contextlib copy dataclasses fractions functools itertools math numpy.fft
    numpy.linalg numpy.ma numpy.polynomial numpy.random numpy.testing random scipy.optimize
    scipy.special
    sklearn.datasets sklearn.linear_model sklearn.metrics statistics time timeit typing
    warnings
"""


def wait_for_work(control, serve, preloaded):
    """Fork a child for every channel that arrives on the socket `control`, until it closes.

    The child runs `serve(channel, options)` with its standard streams leading nowhere.
    """
    for name in preloaded.split():
        importlib.import_module(name)
    confine.namespaces_work()  # found out once, for all children
    gc.freeze()  # the children then share these pages
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not message:
            return
        child = os.fork()
        if child == 0:
            control.close()
            _silence()
            with contextlib.suppress(EOFError, OSError):
                serve(socket.socket(fileno=descriptors[0]), json.loads(message))
            os._exit(0)
        os.close(descriptors[0])
        os.waitpid(child, os.WNOHANG)
        _reap()


def _reap():
    """Collect the children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _silence():
    """Leave the grader's terminal; what students print reaches no one."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def shut_in(channel, options):
    """Confine this process, and tell the grader its number and the means that it was given."""
    means = confine.confine(announce=lambda pid: wire.send(channel, {"pid": pid}), **options)
    path = os.environ.get("PATH", "")
    os.environ.clear()
    os.environ.update(HOME=os.getcwd(), PATH=path, LANG="C.UTF-8", OPENBLAS_NUM_THREADS="1")
    os.environ.update(MPLBACKEND="agg", TERM="dumb")
    wire.send(channel, {"means": means})


def serve(channel, options):
    """Shut in, then do what the grader asks until it hangs up."""
    shut_in(channel, options)
    session = Session(channel)
    while True:
        wire.send(channel, session.answer(wire.receive(channel)))


class Session:
    """One student's namespace."""

    def __init__(self, channel):
        self.channel = channel
        self.shell = shell()
        self.names = self.shell.user_ns
        self.pid = os.getpid()

    def answer(self, message):
        """Do what a message asks; every exception of the student's becomes part of the answer."""
        try:
            reply = getattr(self, "do_" + message["do"])(message)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too
            reply = {"error": describe(error)}
        if os.getpid() != self.pid:
            os._exit(0)  # a copy that the student's code has forked: one of us answers
        return reply

    def do_run(self, message):
        """Run a cell, as IPython would: its own lines, and `await` at the top level."""
        name = f"<{message['cell']}>"
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        source = self.shell.transform_cell(message["source"])
        code = compile(source, name, "exec", flags, dont_inherit=True)
        with self.shell.builtin_trap:  # get_ipython and display
            waits = eval(code, self.names)
            if inspect.iscoroutine(waits):
                asyncio.run(waits)
        return {}

    def do_get(self, message):
        """Fetch a variable, or say that it is a function."""
        value = self.names.get(message["name"], ...)
        if value is ...:  # what the problem set puts where an answer belongs
            return {"missing": True}
        return {"function": True} if callable(value) else {"value": wire.pack(value)}

    def do_call(self, message):
        """Call a function, and return its result and those arrays that it has changed."""
        arguments = [wire.unpack(item, self.function) for item in message["arguments"]]
        named = {key: wire.unpack(item, self.function) for key, item in message["named"].items()}
        before = [np.copy(a) if isinstance(a, np.ndarray) else None for a in arguments]
        result = self.names[message["name"]](*arguments, **named)
        changed = [
            [place, wire.pack(argument)]
            for place, argument in enumerate(arguments)
            if before[place] is not None
            and not np.array_equal(argument, before[place], equal_nan=argument.dtype.kind in "fc")
        ]
        return {"value": wire.pack(result), "changed": {"dict": changed}}

    def function(self, packed):
        """A function among the arguments: one of the student's, or one that the test defines."""
        if "student" in packed:
            return self.names[packed["student"]]
        number = packed["test"]

        def call_back(*arguments):
            wire.send(
                self.channel, {"call": number, "arguments": [wire.pack(a) for a in arguments]}
            )
            reply = wire.receive(self.channel)
            if "value" not in reply:
                raise RuntimeError("the function that the test passed has failed")
            return wire.unpack(reply["value"])

        return call_back


@functools.cache
def shell():
    """IPython's shell, which keeps no history and writes nothing to disk."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    quiet = Config()
    quiet.HistoryManager.enabled = False
    quiet.InteractiveShell.xmode = "Minimal"
    quiet.InteractiveShell.colors = "NoColor"
    with tempfile.TemporaryDirectory() as folder:  # it insists on one
        quiet.BaseIPythonApplication.ipython_dir = folder
        made = InteractiveShell.instance(config=quiet, ipython_dir=folder)
    made.system = made.system_raw  # no terminal here
    made.enable_gui = lambda gui=None: None  # nor a window
    return made


def describe(error):
    """An exception in one line: its type, its message and the line of the cell."""
    try:
        text = f"{type(error).__name__}: {error}"
    except BaseException:
        text = "an exception that cannot be shown"
    places = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith("<cell ")
    ]
    where = f" ({places[-1].filename[1:-1]}, line {places[-1].lineno})" if places else ""
    return str(text)[:300] + where


if __name__ == "__main__":
    from grading.worker import serve as serve_here
    from grading.worker import shell as shell_here

    shell_here()  # made once: the children inherit it
    wait_for_work(socket.socket(fileno=int(sys.argv[1])), serve_here, PRELOADED)
