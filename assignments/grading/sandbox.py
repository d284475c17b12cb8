"""The grader's end of the student's process: run a cell, fetch a value, call a function."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from . import confine, probe, quota, wire

HERE = Path(__file__).resolve().parent
TOTAL = 3 << 30  # bytes for a submission as a whole


class Unguarded(Exception):
    """A guard that is needed does not hold here; the message says which, and how to get it."""


class Gone(Exception):
    """The student's process has ended, overrun its time, or no longer speaks our language."""


class StudentError(Exception):
    """The student's code raised an exception."""


class Zygote:
    """A process with the libraries loaded, which forks one student's process after another."""

    def __init__(self, hidden=(), module="grading.worker", places=()):
        self.hidden = [str(Path(folder).resolve()) for folder in hidden]
        self.options, self.guards, self.means = {}, None, frozenset()
        ours, theirs = socket.socketpair()
        threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
        path = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
        code = f"import sys; sys.path[:0] = {[str(HERE.parent), *places]!r}; "
        code += f"import runpy; runpy.run_module({module!r}, run_name='__main__')"
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", code, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=threads | path,
            cwd="/",
        )
        theirs.close()
        self.control = ours

    def prove(self, unguarded=False):
        """Try what each guard forbids. Raises `Unguarded`, unless the caller accepts gaps."""
        quota.sweep()
        broken = probe.broken(self)
        self.guards = [guard for guard in probe.GUARDS if guard not in broken]
        if broken and not unguarded:
            raise Unguarded(probe.explain(broken))
        return self

    def trust(self, guards, means):
        """Take over what another zygote has proved here; every process must have the same means."""
        self.guards, self.means = list(guards), frozenset(means)
        return self

    def open(self, seconds, **options):
        """A new student's process, which has `seconds` in all."""
        if self.guards is None:
            raise Unguarded("the guards have not been tried")
        return Student(self, seconds, **options)

    def close(self):
        """End it."""
        self.control.close()
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Process:
    """A confined process, forked by a zygote, at the other end of a channel."""

    def __init__(self, zygote, seconds, total=TOTAL, **options):
        self.root = tempfile.mkdtemp(prefix="student-")
        self.channel, theirs = socket.socketpair()
        self.pid, self.means, self.watch, self.group = None, [], None, None
        self.uid, self.claim = confine.reserve_user()
        with contextlib.suppress(OSError):
            self.group = quota.Group(total, 128)
        options = zygote.options | options
        options |= {"root": self.root, "uid": self.uid, "hidden": zygote.hidden}
        options |= {"groups": [str(folder) for folder in self.group.folders] if self.group else []}
        options["seconds"] = int(seconds) + 1
        socket.send_fds(zygote.control, [json.dumps(options).encode()], [theirs.fileno()])
        theirs.close()
        until = time.monotonic() + 300  # our own code alone; a busy machine may take a minute
        try:
            facts = self.receive(until) | self.receive(until)  # its number and means, either first
            self.pid, self.means = facts["pid"], facts["means"]
            if not zygote.means <= set(self.means):
                raise Gone("lost a guard")
        except (Gone, KeyError):
            self.close()
            raise
        self.deadline = time.monotonic() + seconds  # the student's, who waits for no machine
        if not self.group or "namespaces" not in self.means:
            disk = options.get("megabytes", 64) << 20
            self.watch = quota.Watch(self.family, total, self.root, disk, self.kill)

    def family(self):
        """The numbers of its processes, as far as this system tells."""
        if "namespaces" in self.means:  # whoever loses a parent there becomes the first one's child
            return confine.descendants(self.pid)
        return confine.processes_of(self.uid) if "own user" in self.means else [self.pid]

    def receive(self, until):
        """The next message. Raises `Gone` when it has not come by that time."""
        try:
            return wire.receive(self.channel, until)
        except TimeoutError as error:
            raise Gone("took too long") from error
        except (EOFError, OSError, wire.WireError) as error:
            raise Gone("ended") from error

    def kill(self):
        """End the process and all that it has started."""
        if "namespaces" in self.means:  # the first of its process list: all of them end
            _kill(os.kill, self.pid)
        elif self.pid is not None:
            _kill(os.killpg, self.pid)
            if "own user" in self.means:
                for pid in confine.processes_of(self.uid):
                    _kill(os.kill, pid)

    def close(self):
        """End it, and remove its folder."""
        if self.watch:
            self.watch.over.set()
        self.channel.close()
        self.kill()
        if self.group:
            self.group.close()
        subprocess.run(["rm", "-rf", "--", self.root], stderr=subprocess.DEVNULL)  # however deep
        self.claim.close()


class Student(Process):
    """One student's process."""

    def __init__(self, zygote, seconds, **options):
        super().__init__(zygote, seconds, **options)
        self.last_call, self.call_seconds = None, 15
        self.changed, self.write_back = set(), False

    def run(self, source, cell, seconds=30):
        """Run a cell of code. Raises `StudentError` for its exceptions."""
        self._ask({"do": "run", "source": source, "cell": cell}, seconds)

    def get(self, name, seconds=10):
        """A variable's value, a function that calls the student's, or `NameError`."""
        reply = self._ask({"do": "get", "name": name}, seconds)
        if "missing" in reply:
            raise NameError(f"`{name}` has no value")
        if "function" in reply:
            return Function(self, name)
        return self._value(reply)

    def call(self, name, arguments, named):
        """Call a student's function; gives its result, and the arrays that it has changed."""
        self.last_call = name
        functions = []

        def name_of(function):
            if isinstance(function, Function):
                return {"student": function.name}
            functions.append(function)
            return {"test": len(functions) - 1}

        message = {
            "do": "call",
            "name": name,
            "arguments": [wire.pack(a, name_of) for a in arguments],
            "named": {key: wire.pack(a, name_of) for key, a in named.items()},
        }
        reply = self._ask(message, self.call_seconds, functions)
        return self._value(reply), dict(self._value({"value": reply.get("changed")}) or {})

    def _value(self, reply):
        """The value in an answer."""
        try:
            return wire.unpack(reply["value"])
        except (KeyError, wire.WireError) as error:
            raise Gone("spoke out of turn") from error

    def _ask(self, message, seconds, functions=()):
        """Send a message and wait for its answer, serving calls to the test's own functions."""
        until = min(time.monotonic() + seconds, self.deadline)
        try:
            wire.send(self.channel, message)
            while "call" in (reply := self.receive(until)):
                arguments = [wire.unpack(a) for a in reply["arguments"]]
                try:
                    answer = {"value": wire.pack(functions[reply["call"]](*arguments))}
                except Exception:
                    answer = {"failed": True}
                wire.send(self.channel, answer)
        except TimeoutError as error:  # it does not read what we send
            raise Gone("took too long") from error
        except (OSError, wire.WireError, KeyError, TypeError) as error:
            raise Gone("ended") from error
        if "error" in reply:
            raise StudentError(str(reply["error"])[:400])
        if not reply.keys() <= {"value", "changed", "missing", "function"}:
            raise Gone("spoke out of turn")
        return reply


def _kill(how, pid):
    """End a process or a group that may already have ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        how(pid, signal.SIGKILL)


class Function:
    """A student's function, called across the border."""

    def __init__(self, student, name):
        self.student, self.name = student, name

    def __call__(self, *arguments, **named):
        result, changed = self.student.call(self.name, arguments, named)
        for place, new in changed.items():
            if type(place) is not int or not 0 <= place < len(arguments):
                raise Gone("spoke out of turn")
            old = arguments[place]
            if not isinstance(new, np.ndarray) or not isinstance(old, np.ndarray):
                raise Gone("spoke out of turn")
            if (old.shape, old.dtype) != (new.shape, new.dtype):
                raise Gone("spoke out of turn")
            self.student.changed.add(self.name)
            if self.student.write_back:
                old[...] = new  # as a call in one process would have done
        return result
