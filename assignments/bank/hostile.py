"""Submissions that are broken or try to cheat, on problem set 1, and what each must lead to.

Each starts from the right notebook, which the tests give 26 points, or from the blank one, which
they give none.
"""

import copy
import json
from dataclasses import dataclass, field

FULL = 26


@dataclass(frozen=True)
class Hostile:
    """A submission: code that is put before the answers, or a function that rewrites the file."""

    name: str
    points: float  # what the tests must give
    base: str = "blank"  # or "right"
    first: str = ""  # a cell of code before the answers
    last: str = ""  # a cell of code at the end
    answers: dict = field(default_factory=dict)  # answer cells replaced
    rewrite: object = None  # from the notebook's dictionary to bytes
    says: str = ""  # a pattern, found in the report's doubts or errors
    needs: str = ""  # a guard without which the outcome is another one

    def apply(self, right, blank):
        """The bytes of the file."""
        notebook = copy.deepcopy(right if self.base == "right" else blank)
        cells = notebook["cells"]
        for cell in cells:
            if cell["id"] in self.answers:
                cell["source"] = self.answers[cell["id"]]
        given = next(place for place, cell in enumerate(cells) if cell["id"] == "given")
        if self.first:
            cells.insert(given + 1, _code(self.first))
        if self.last:
            cells.append(_code(self.last))
        if self.rewrite:
            return self.rewrite(notebook)
        return json.dumps(notebook).encode()


def _code(source):
    return {
        "cell_type": "code",
        "id": "my-own-cell",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }


def _tests(notebook):
    """The test cells of a notebook."""
    return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("points")]


def _edited_tests(notebook):
    for cell in _tests(notebook):
        if cell["cell_type"] == "code":
            cell["source"] = "assert True"
    return json.dumps(notebook).encode()


def _deleted_tests(notebook):
    tests = [cell["id"] for cell in _tests(notebook) if cell["cell_type"] == "code"]
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in tests]
    return json.dumps(notebook).encode()


def _without_metadata(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return json.dumps(notebook).encode()


def _without_metadata_and_ids(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    notebook["nbformat_minor"] = 4
    return json.dumps(notebook).encode()


def _from_windows(notebook):
    for cell in notebook["cells"]:
        text = "".join(cell["source"]).replace("    ", "\t")
        cell["source"] = text.replace("\n", "\r\n").splitlines(keepends=True)
    return json.dumps(notebook, indent="\t").replace("\n", "\r\n").encode("utf-8-sig")


def _answer_twice(notebook):
    place = next(i for i, cell in enumerate(notebook["cells"]) if cell["id"] == "softmax")
    notebook["cells"].insert(place + 1, copy.deepcopy(notebook["cells"][place]))
    return json.dumps(notebook).encode()


def _points_raised(notebook):
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["points"] = 1000
    return json.dumps(notebook).encode()


def _other_language(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    return json.dumps(notebook).encode()


def _given_edited(notebook):
    given = next(cell for cell in notebook["cells"] if cell["id"] == "given")
    given["source"] = "".join(given["source"]) + "\nimport math\nclose = print"
    return json.dumps(notebook).encode()


READ_SOLUTION = """
import glob, json, os, sys
found = []
for top in ("/", os.path.expanduser("~"), os.getcwd()):
    for pattern in ("*/source/ps1/ps1.ipynb", "*/*/source/ps1/ps1.ipynb",
                    "*/*/*/source/ps1/ps1.ipynb", "*/*/*/*/source/ps1/ps1.ipynb",
                    "*/*/*/*/*/source/ps1/ps1.ipynb"):
        found += glob.glob(os.path.join(top, pattern))
for path in found:
    for cell in json.load(open(path))["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
            exec("".join(cell["source"]))
"""

# Applied before the answers, these would make every assert of a test in the same process pass.
LIAR = """
class Liar:
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __gt__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *arguments, **named): return self
    def __getitem__(self, place): return self
    def __len__(self): return 8
    def __array__(self, *arguments, **named): raise AttributeError
softmax = logsumexp = margin = tempered = saturation = half_point = Liar()
"""

ARRAY_LIAR = """
class Liar(np.ndarray):
    def __array_function__(self, function, types, arguments, named): return True
    def __array_ufunc__(self, *arguments, **named): return True
    def __eq__(self, other): return True
def softmax(z, axis=-1):
    return np.zeros(np.shape(z)).view(Liar)
"""

# In place of an answer: a call to a function of the test's, with a type that NumPy reads as code.
FORGED_CALL = """
import json, os, struct
array = {"array": "", "type": "(,)f4", "shape": []}
body = json.dumps({"call": 0, "arguments": [array]}).encode()
for n in range(3, 100):
    try: os.write(n, struct.pack("<Q", len(body)) + body)
    except OSError: pass
"""

# Well-formed calls to the test's own functions, without end: there is always more to read.
FLOOD = """
import json, os, stat, struct, threading
body = json.dumps({"call": 0, "arguments": []}).encode()
message = 100 * (struct.pack("<Q", len(body)) + body)
def flood(n):
    while True: os.write(n, message)
def drain(n):
    while True: os.read(n, 1 << 16)
for n in range(3, 20):
    try:
        if stat.S_ISSOCK(os.fstat(n).st_mode):
            threading.Thread(target=flood, args=(n,), daemon=True).start()
            drain(n)
    except OSError:
        pass
"""

# Python hashes a number by its remainder: these keys all meet in one place of the dictionary.
COLLIDING_KEYS = """
import sys
for module in list(sys.modules.values()):
    if hasattr(module, "Session"):
        pairs = [[i * (2**61 - 1), 0] for i in range(60_000)]
        module.Session.do_get = lambda self, m: {"value": {"dict": pairs}}
"""

# Whatever outlasts a process: the times, hints and attributes of what all notebooks can read.
SIGNS = """
import fcntl, os
made = []
def sign(name, attempt):
    try:
        attempt()
        made.append(name)
    except OSError:
        pass
library = os.open(os.__file__, os.O_RDONLY)
sign("times", lambda: os.utime("/dev/null"))
sign("times of a library", lambda: os.utime(os.__file__))
sign("hint", lambda: fcntl.fcntl(library, 1036, bytes([3] + 7 * [0])))
sign("attribute", lambda: os.setxattr(os.__file__, "user.sign", b"1"))
sign("forgotten pages", lambda: os.posix_fadvise(library, 0, 0, os.POSIX_FADV_DONTNEED))
sign("pages in memory", lambda: os.preadv(library, [bytearray(1)], 0, os.RWF_NOWAIT))
raise RuntimeError(f"signs left: {made}")
"""

# The worker is a copy of a process of the grader's: are the hidden tests in its memory?
SEARCHED_MEMORY = """
import re
found = 0
for line in open("/proc/self/maps"):
    start, end = (int(part, 16) for part in line.split()[0].split("-"))
    if " rw" in line and end - start < 1 << 28:
        with open("/proc/self/mem", "rb", 0) as memory:
            memory.seek(start)
            found += len(re.findall(rb"BEGIN HI[D]DEN TES[T]S", memory.read(end - start)))
raise RuntimeError(f"hidden tests found: {found}")
"""

KEPT_ARRAYS = """
kept = []
class Kept(np.ndarray):
    def __array_finalize__(self, other):
        kept.append(self)
def softmax(z, axis=-1):
    for old in kept:  # what earlier calls were given and have returned
        old[...] = 0.25
    kept.clear()
    kept.append(z)
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return (e / e.sum(axis=axis, keepdims=True)).view(Kept)
"""

DAEMON = """
import json, os, struct, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        body = json.dumps({"value": True, "passed": True, "points": 26}).encode()
        while True:
            for n in range(3, 20):
                try: os.write(n, struct.pack("<Q", len(body)) + body)
                except OSError: pass
            time.sleep(0.01)
    os._exit(0)
"""

HOSTILE = [
    Hostile("the right answers", FULL, "right"),
    Hostile("nothing done", 0),
    # crashes and resources: the rest keeps its marks
    Hostile("endless loop in a cell", FULL, "right", last="while True: pass", says="took too long"),
    Hostile(
        "endless loop in a function",
        12,  # all but softmax, what calls it, and the digits cell, which never ends
        "right",
        answers={"softmax": "def softmax(z, axis=-1):\n    while True: pass"},
    ),
    Hostile(
        "sleeping cell", FULL, "right", last="import time; time.sleep(1e6)", says="took too long"
    ),
    Hostile(
        "fork bomb",
        FULL,
        "right",
        first="import os\nwhile True: os.fork()",
        says="BlockingIOError|took too long",  # on a busy machine the clock ends it first
        needs="limits",
    ),
    Hostile(
        "children that outlive the cell",
        FULL,
        "right",
        first="import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1e6)",
    ),
    Hostile("huge memory", FULL, "right", first="hoard = np.ones(10**11)", says="MemoryError"),
    Hostile(
        "memory by and by",
        FULL,
        "right",
        first="hoard = []\nwhile True: hoard.append(np.ones(10**7))",
        says="my-own-cell",  # a MemoryError, or on a slow machine too long
    ),
    Hostile(
        "memory of many processes",
        FULL,
        "right",
        first="import os, time\n"
        "for _ in range(12):\n"
        "    if os.fork() == 0:\n"
        "        hoard = os.urandom(1 << 20) * 600\n"
        "        time.sleep(1e6)\n"
        "time.sleep(1)",
        needs="limits",
    ),
    Hostile(
        "a file in memory",
        FULL,
        "right",
        first="import os\nos.memfd_create('hoard')",
        says="PermissionError",
        needs="nothing left",
    ),
    Hostile(
        "folders in folders without end",
        FULL,
        "right",
        first="import os\nfor _ in range(3000):\n    os.mkdir('deeper')\n    os.chdir('deeper')",
    ),
    Hostile("os._exit in a cell", FULL, "right", last="import os; os._exit(0)", says="ended"),
    Hostile(
        "os._exit in a function",
        12,
        "right",
        answers={"softmax": "import os\ndef softmax(z, axis=-1):\n    os._exit(0)"},
    ),
    Hostile("crash of the interpreter", FULL, "right", last="import ctypes; ctypes.string_at(0)"),
    Hostile("SystemExit in a cell", FULL, "right", first="raise SystemExit", says="SystemExit"),
    Hostile(
        "SystemExit in a function",
        14,  # the digits cell stops halfway, its logits are there
        "right",
        answers={"softmax": "def softmax(z, axis=-1):\n    exit()"},
    ),
    Hostile("KeyboardInterrupt", FULL, "right", first="raise KeyboardInterrupt"),
    Hostile(
        "endless recursion",
        14,
        "right",
        answers={"softmax": "def softmax(z, axis=-1):\n    return softmax(z, axis)"},
    ),
    Hostile("megabytes printed", FULL, "right", first="print('x' * 50_000_000)"),
    Hostile(
        "disk filled",
        FULL,
        "right",
        first="with open('big', 'wb') as f:\n    while True: f.write(b'x' * 10**7)",
        says="OSError",
    ),
    Hostile(
        "an answer of 800 MB", 0, answers={"softmax": "def softmax(z): return np.zeros(10**8)"}
    ),
    Hostile(
        "an answer nested without end",
        0,
        answers={"softmax": "def softmax(z):\n    x = []\n    x.append(x)\n    return x"},
    ),
    Hostile(
        "an answer that is a generator", 0, answers={"half": "half_point = (x for x in [3.6])"}
    ),
    Hostile("closed channel", 0, first="import os; os.closerange(0, 100)"),
    Hostile(
        "noise on the channel",
        0,
        first="import os\nfor n in range(3, 100):\n"
        "    try: os.write(n, b'{\"value\": 1}' * 100)\n    except OSError: pass",
    ),
    Hostile("a forged call on the channel", FULL, "right", last=FORGED_CALL, says="ended"),
    Hostile("calls without end", FULL, "right", last=FLOOD, says="took too long"),
    Hostile("keys that collide", 0, "right", first=COLLIDING_KEYS),
    Hostile("a daemon that answers in our place", 0, first=DAEMON),
    Hostile(
        "os._exit from a hook of the interpreter",
        FULL,
        "right",
        last="import os, sys\nsys.setprofile(lambda *a: os._exit(0))",
        says="ended",
    ),
    Hostile(
        "os._exit in __float__",
        14,  # the digits cell stops halfway, its logits are there
        "right",
        answers={
            "softmax": "import os\nclass Bomb(float):\n    def __float__(self): os._exit(0)\n"
            "def softmax(z, axis=-1):\n    return Bomb(1.0)"
        },
    ),
    Hostile(
        "signals blocked and sent to parent, group and first process",
        FULL,
        "right",
        first="import os, signal\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
        "for target in (os.getppid(), 1):\n"
        "    for number in (signal.SIGSTOP, signal.SIGTERM):\n"
        "        try: os.kill(target, number)\n"
        "        except OSError: pass",
        needs="processes hidden",
    ),
    Hostile(
        "signs for the next notebook",
        FULL,
        "right",
        first=SIGNS,
        says=r"signs left: \[\]",
        needs="nothing left",
    ),
    Hostile(
        "the grader's memory searched",
        FULL,
        "right",
        first=SEARCHED_MEMORY,
        says="hidden tests found: 0|PermissionError",
    ),
    Hostile(
        "arrays kept and overwritten later",
        24,  # the mean confidences of the digits cell are of this kind, and lost to it as well
        "right",
        answers={"softmax": KEPT_ARRAYS},
    ),
    Hostile(
        "protocol modules replaced",
        0,
        "right",
        first="import base64, json, struct\njson.dumps = lambda *a: '{}'\n"
        "base64.b64encode = lambda data: b''",
    ),
    # cheats: nothing in the student's process decides on a mark
    Hostile(
        "patched numpy.testing and allclose",
        0,
        answers={
            "softmax": "np.allclose = np.testing.assert_allclose = lambda *a, **k: True\n"
            "def softmax(z, axis=-1):\n    return np.zeros(np.shape(z))"
        },
    ),
    Hostile(
        "replaced assert helper and builtins",
        0,
        first="import builtins\nclose = lambda *a, **k: True\nbuiltins.AssertionError = None\n"
        "builtins.all = builtins.any = lambda x: True",
        last="close = lambda *a, **k: True",
    ),
    Hostile(
        "input transformers",
        0,
        first="get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])",
    ),
    Hostile(
        "a compile that forgives",
        0,
        first="import builtins\nbuiltins.compile = lambda *a, **k: 'pass'\nbuiltins.exec = print",
    ),
    Hostile("objects with a lying __eq__", 0, last=LIAR, first=LIAR),
    Hostile("arrays that lie", 0, answers={"softmax": ARRAY_LIAR}),
    Hostile(
        "the worker taken over",
        0,
        first="import sys\nfor module in list(sys.modules.values()):\n"
        "    if hasattr(module, 'Session'):\n"
        "        module.Session.do_call = lambda self, m: {'value': True, 'passed': True}\n"
        "        module.Session.do_get = lambda self, m: {'function': True, 'passed': True}",
    ),
    Hostile(
        "the argument rewritten to fit",
        0,
        answers={"softmax": "def softmax(z, axis=-1):\n    z[...] = 0.5\n    return z * 0 + 0.25"},
    ),
    Hostile(
        "the solution read from disk",
        0,
        first=READ_SOLUTION,
        last=READ_SOLUTION,
        needs="files hidden",
    ),
    Hostile(
        "the book's own package",
        0,
        answers={
            "softmax": "from softmax_src import softmax",
            "logsumexp": "from softmax_src import logsumexp",
        },
        says="ModuleNotFoundError",
        needs="files hidden",
    ),
    Hostile(
        "a call home",
        FULL,
        "right",
        first="import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)",
        says="PermissionError|unreachable",
        needs="no network",
    ),
    Hostile(
        "signals to everyone",
        FULL,
        "right",
        first="import os, signal\nos.kill(-1, signal.SIGKILL)",
        needs="processes hidden",
    ),
    # changed notebooks
    Hostile("edited tests, nothing done", 0, rewrite=_edited_tests, says="edited"),
    Hostile("edited tests, right answers", FULL, "right", rewrite=_edited_tests, says="edited"),
    Hostile("deleted tests, nothing done", 0, rewrite=_deleted_tests, says="deleted"),
    Hostile("deleted tests, right answers", FULL, "right", rewrite=_deleted_tests, says="deleted"),
    Hostile("metadata lost", FULL, "right", rewrite=_without_metadata, says="metadata lost"),
    Hostile(
        "metadata and ids lost",
        FULL,
        "right",
        rewrite=_without_metadata_and_ids,
        says="metadata lost",
    ),
    Hostile("answer cell twice", FULL, "right", rewrite=_answer_twice, says="twice"),
    Hostile(
        "an import added to a given cell",
        FULL,
        "right",
        answers={"half": "half_point = math.log(sum(math.exp(v) for v in (2.5, -1.0, 3.2)))"},
        rewrite=_given_edited,
        says="given cell given edited",
    ),
    Hostile("marks and line ends of Windows", FULL, "right", rewrite=_from_windows),
    Hostile("UTF-16", FULL, "right", rewrite=lambda nb: json.dumps(nb).encode("utf-16")),
    Hostile("points raised in the metadata", 0, rewrite=_points_raised),
    Hostile("lines for IPython", FULL, "right", first="%matplotlib inline\n!ls\nnp.exp?"),
    # files that are no notebook
    Hostile("invalid JSON", 0, rewrite=lambda nb: json.dumps(nb).encode()[:-40], says="not JSON"),
    Hostile("an empty file", 0, rewrite=lambda nb: b"", says="an empty file"),
    Hostile("brackets without end", 0, rewrite=lambda nb: b"[" * 10**6, says="not JSON"),
    Hostile("a list", 0, rewrite=lambda nb: b"[1, 2]", says="not a notebook"),
    Hostile(
        "cells that are no cells", 0, rewrite=lambda nb: b'{"cells": [3]}', says="not a notebook"
    ),
    Hostile("not Unicode", 0, rewrite=lambda nb: b'{"cells": "d\xe9j\xe0"}', says="not Unicode"),
    Hostile("another language", 0, "right", rewrite=_other_language, says="not a Python notebook"),
]
