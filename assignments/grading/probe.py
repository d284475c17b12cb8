"""Try, from where a student's code will run, what each guard forbids.

A guard holds when our own attempt to break it has failed, by whatever means it was set up. The
attempts run in a process like a student's, before any student's code does.
"""

import contextlib
import os
import socket
import tempfile
from pathlib import Path

from . import syscalls

GUARDS = {
    "files hidden": "the course folder and other submissions cannot be read or written",
    "no network": "there is no network",
    "processes hidden": "other processes cannot be seen into or signalled",
    "own user": "it runs as an unprivileged user who can read Python",
    "limits": "memory, output, processes and time are limited, for a submission as a whole",
    "nothing left": "nothing that it makes can be found by the next notebook",
}
HOW = """\
How to get them, on Linux, whichever is easiest:
  - allow namespaces: run as root outside a container, or in Docker with
    --cap-add SYS_ADMIN --security-opt apparmor=unconfined, or as an ordinary user on a system
    that lets users make namespaces;
  - or run as root with an interpreter that every user can read, on Linux 6.12 or later with
    Landlock (uv: UV_PYTHON_INSTALL_DIR=/opt/python; not pyenv or uv below root's home).
To go on without them, on a machine that you can lose and with notebooks that you trust, say
--unguarded; every row of the table will say so."""

# Each attempt returns what it could do, or raises.
ATTEMPTS = """
import ctypes, fcntl, importlib, mmap, os, signal, socket, sys, time
_libc = ctypes.CDLL(None, use_errno=True)
_broken = {}

def _try(guard, what, attempt):
    try:
        done = attempt()
    except BaseException:
        done = False
    if done:
        _broken.setdefault(guard, []).append(what)

def _call(*arguments):
    return _libc.syscall(*arguments) >= 0

def _connect(family, kind, address):
    with socket.socket(family, kind) as s:
        s.settimeout(1)
        s.connect(address)
        s.send(b"x")
    return True

def _forks(most):
    children = []
    try:
        while len(children) < most:
            child = os.fork()
            if child == 0:
                time.sleep(20)
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children) >= most

def _locks(path):
    with open(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True

def _hints(path):
    with open(path) as file:
        return fcntl.fcntl(file, 1036, bytes([3, *[0] * 7]))  # F_SET_RW_HINT: extreme

def _in_memory(path):
    with open(path, "rb") as file:
        try:
            return os.preadv(file.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT)
        except BlockingIOError:  # it is not, and we know
            return True

def _writes(path):
    with open(path, "a") as file:
        file.write("x")
    return True

def _overwrites(path):
    with open(path, "r+") as file:  # makes none where there is none
        file.write("x")
    return True

for _path in _files:
    _try("files hidden", f"read {_path}", lambda: open(_path, "rb").read(1) or True)
    _try("files hidden", f"write {_path}", lambda: _overwrites(_path))
_try("files hidden", "write into Python's library", lambda: _writes(os.__file__ + ".txt"))
_try("no network", "TCP", lambda: _connect(
    socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", _port)))
_try("no network", "UDP", lambda: not _loopback and _connect(
    socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.1", 9)))
_try("no network", "an abstract socket", lambda: _connect(
    socket.AF_UNIX, socket.SOCK_STREAM, _name))
_try("no network", "a raw socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
for _pid in _pids:
    _try("processes hidden", "signal", lambda: os.kill(_pid, 0) is None)
    _try("processes hidden", "environment", lambda: open(f"/proc/{_pid}/environ", "rb").read())
    _try("processes hidden", "memory", lambda: _call(_numbers["ptrace"], 16, _pid, 0, 0))
_try("own user", "it is root", lambda: os.getuid() == 0 or os.geteuid() == 0)
_try("own user", "become root", lambda: os.setuid(0) is None)
_try("own user", "get powers through a program", lambda: _libc.prctl(39, 0, 0, 0, 0) != 1)
_try("own user", "new namespaces", lambda: _libc.unshare(1 << 28) == 0)
for _module in ("colorsys", "sklearn.dummy", "xmlrpc.client"):
    try:
        importlib.import_module(_module)
    except BaseException:
        _broken.setdefault("own user", []).append("it cannot read Python's library")
_try("limits", "8 GB in one process", lambda: mmap.mmap(-1, 8 << 30))
_try("limits", "200 processes", lambda: _forks(200))
_try("limits", "a file of 200 MB", lambda: os.truncate(
    os.open("big", os.O_RDWR | os.O_CREAT), 200 << 20) is None)
for _name, _arguments in (
    ("add_key", (b"user", b"left", b"x", 1, -4)), ("keyctl", (0, -4, 0)), ("keyctl", (0, -3, 0)),
    ("shmget", (7, 64, 0o1666)), ("semget", (7, 1, 0o1666)), ("msgget", (7, 0o1666)),
    ("mq_open", (b"left", 0o102, 0o666, None)), ("memfd_create", (b"left", 0)),
    ("inotify_init1", (0,)),
):
    _try("nothing left", _name, lambda: _call(_numbers[_name], *_arguments))
_try("nothing left", "locks on shared files", lambda: _locks(os.__file__))
_try("nothing left", "the times of a device", lambda: os.utime("/dev/null") is None)
_try("nothing left", "hints on shared files", lambda: _hints(os.__file__))
_try("nothing left", "which files have been read", lambda: _in_memory(os.__file__))
for _folder in {"/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", os.getcwd()}:
    _path = os.path.join(_folder, "left-" + _mark)
    try:
        _found = os.path.exists(_path)
        if _found:
            _broken.setdefault("nothing left", []).append(f"files in {_folder}")
        else:
            _writes(_path)
    except OSError:
        pass
"""

HOARD = """
import os, time
children = []
for _ in range(6):
    child = os.fork()
    if child == 0:
        hoard = bytearray(os.urandom(1 << 20)) * 100
        time.sleep(1)
        os._exit(7)
    children.append(child)
survived = sum(os.waitpid(child, 0)[1] == 7 << 8 for child in children)
"""


def files_in(folders):
    """A few files of each folder, and all files among them."""
    found = []
    for folder in folders:
        if os.path.isfile(folder):
            found.append(str(folder))
        for top, _, names in os.walk(folder):
            found += [os.path.join(top, name) for name in names[:2]]
            if len(found) > 60:
                break
    return [path for path in found if os.path.isfile(path)][:60]


def broken(zygote):
    """What could be done that a guard forbids: a dictionary from guards to lists of deeds."""
    from . import sandbox

    found = {}
    with contextlib.ExitStack() as stack:
        secret = stack.enter_context(tempfile.NamedTemporaryFile("w", prefix="other-"))
        secret.write("another student's notebook")
        secret.flush()
        os.chmod(secret.name, 0o666)  # as a careless download is
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        names = {
            "_files": [secret.name, *files_in(zygote.hidden)],
            "_port": tcp.getsockname()[1],
            "_name": f"\0grader-{os.getpid()}",
            "_pids": [os.getpid(), zygote.process.pid],
            "_numbers": syscalls.numbers(syscalls.here()),
            "_loopback": bool(zygote.options.get("loopback")),
            "_mark": f"{os.getpid()}-{Path(secret.name).name}",
        }
        with contextlib.suppress(OSError):
            abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
            abstract.bind(names["_name"])
            abstract.listen()
        given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        for _ in range(2):  # the second finds what the first has left
            student = sandbox.Student(zygote, 300)  # ours: on a busy machine a minute is short
            try:
                student.run(given + ATTEMPTS, "probe", 300)
                for guard, deeds in student.get("_broken").items():
                    found.setdefault(guard, []).extend(deeds)
            except (sandbox.Gone, sandbox.StudentError) as error:
                found.setdefault("limits", []).append(f"the attempts themselves: {error}")
            finally:
                means = student.means
                student.close()
        zygote.means = frozenset(means)
        student = sandbox.Student(zygote, 30, total=300 << 20)
        try:
            student.run(HOARD, "probe")
            if student.get("survived") == 6:
                found.setdefault("limits", []).append("six times 100 MB where 300 are allowed")
        except (sandbox.Gone, sandbox.StudentError):
            pass  # ended, as it should
        finally:
            student.close()
    return found


def explain(found):
    """For the instructor: the guards that do not hold, why, and how to get them."""
    lines = ["Not marked: on this machine a student's code could break out. What does not hold:"]
    for guard, deeds in found.items():
        lines.append(f"  {guard} ({GUARDS[guard]}): {'; '.join(sorted(set(deeds))[:4])}")
    return "\n".join([*lines, HOW])
