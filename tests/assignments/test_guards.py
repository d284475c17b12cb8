"""The walls around a student's code: each is tried, and where one is missing nothing is marked."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from assignments.grading import confine, probe, quota, sandbox, syscalls
from tests.assignments.submissions import ROOT, answer_sources, submission


def test_all_guards_hold_here_or_the_grader_says_which_do_not(zygote):
    missing = [guard for guard in probe.GUARDS if guard not in zygote.guards]
    if missing:
        pytest.skip(f"this machine does not allow: {missing}")


def test_no_code_runs_before_the_guards_have_been_tried():
    with (
        sandbox.Zygote() as untried,
        pytest.raises(sandbox.Unguarded, match="have not been tried"),
    ):
        untried.open(10)


@pytest.mark.parametrize(
    ("wall", "guard"),
    [
        ("syscalls.refuse", "nothing left"),
        ("confine.become", "own user"),
        ("confine.limit", "limits"),
    ],
)
def test_a_wall_that_is_not_there_is_missed(wall, guard, guards, tmp_path):
    """Take one wall away in the zygote: the probe must name the guard."""
    if len(guards) < len(probe.GUARDS) or os.getuid() != 0:
        pytest.skip("not every guard holds here anyway")
    module, _, name = f"grading.{wall}".rpartition(".")
    (tmp_path / "broken_worker.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'assignments')!r})\n"
        f"import {module} as m\nm.{name} = lambda *a, **k: None\n"
        "import runpy\nrunpy.run_module('grading.worker', run_name='__main__')\n"
    )
    broken = sandbox.Zygote(module="broken_worker", places=[str(tmp_path)])
    with broken, pytest.raises(sandbox.Unguarded, match=guard):
        broken.prove()


def without_admin(tmp_path, *options):
    """`grade` as root in a container sees it: no CAP_SYS_ADMIN, and Python in root's home."""
    place = tmp_path / "in" / "ada" / "ps1"
    place.mkdir(parents=True)
    spy = f"open({str(tmp_path / 'ran')!r}, 'w')"
    (place / "ps1.ipynb").write_text(json.dumps(submission("ps1", {"softmax": spy})))
    command = [sys.executable, "-m", "assignments.grading.grade", "--without-nbgrader"]
    command += ["--workers", "1", *options, str(tmp_path / "in"), str(tmp_path / "grades.csv")]
    return subprocess.run(
        ["capsh", "--drop=cap_sys_admin", "--", "-c", " ".join(command)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


@pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("capsh") or confine._readable_by(confine.UIDS[0]),
    reason="needs root, capsh, and a Python that other users cannot read",
)
def test_a_container_without_walls_refuses_and_says_how_to_get_them(tmp_path):
    done = without_admin(tmp_path)
    assert done.returncode != 0
    assert "own user" in done.stderr
    assert "--cap-add SYS_ADMIN" in done.stderr
    assert not (tmp_path / "grades.csv").exists()
    assert not (tmp_path / "ran").exists()
    shutil.rmtree(tmp_path / "in")
    done = without_admin(tmp_path, "--unguarded")
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "grades.csv").read_text().splitlines()[1:]
    assert all("unguarded: " in row for row in rows)
    assert "NOT GUARDED" in done.stdout


LEAVE = """
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
for ring in (-4, -3, -1):  # of the user, of the session, of the thread
    libc.syscall({add_key}, b"user", b"left", b"hidden input", 12, ring)
libc.shmget(4711, 64, 0o1666)
libc.msgget(4711, 0o1666)
for folder in ("/tmp", "/var/tmp", "/dev/shm", os.getcwd()):
    try: open(folder + "/left", "w").write("hidden input")
    except OSError: pass
try: socket.socket(socket.AF_UNIX).bind("\\0left")
except OSError: pass
"""
FIND = """
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
found = [ring for ring in (-4, -3, -5) if libc.syscall({keyctl}, 10, ring, b"user", b"left", 0) > 0]
found += [n for n in ("shmget", "msgget") if getattr(libc, n)(4711, *[0] * (n == "shmget"), 0) >= 0]
found += [f for f in ("/tmp", "/var/tmp", "/dev/shm", ".") if os.path.exists(f + "/left")]
"""


def test_one_notebook_leaves_nothing_for_the_next(zygote, guards):
    if "nothing left" not in guards:
        pytest.skip("this machine does not allow it")
    numbers = syscalls.numbers(syscalls.here())
    users = set()
    for source in (LEAVE, FIND):
        student = zygote.open(30)
        users.add(student.uid)
        student.run(source.format(**numbers), "cell")
        if source == FIND:
            assert student.get("found") == []
        student.close()
    assert len(users) == 2, "each has a user of its own"


@pytest.mark.skipif(sys.platform != "linux", reason="keyrings are Linux's")
def test_keys_of_the_instructors_shell_cannot_be_read(zygote, guards):
    if "nothing left" not in guards:
        pytest.skip("this machine does not allow it")
    numbers = syscalls.numbers(syscalls.here())
    ours = ctypes.CDLL(None, use_errno=True)
    key = ours.syscall(numbers["add_key"], b"user", b"instructor", b"secret", 6, -3)
    if key < 0:
        pytest.skip("no session keyring here")
    student = zygote.open(30)
    student.run(
        "import ctypes\nlibc = ctypes.CDLL(None)\nroom = ctypes.create_string_buffer(9)\n"
        f"got = libc.syscall({numbers['keyctl']}, 11, {key}, room, 9)",
        "cell",
    )
    assert student.get("got") == -1
    student.close()
    ours.syscall(numbers["keyctl"], 9, key, -3)


def test_a_submission_has_one_memory_however_many_processes_it_starts(zygote, guards):
    if "limits" not in guards:
        pytest.skip("this machine does not allow it")
    student = sandbox.Student(zygote, 30, total=300 << 20)
    try:
        student.run(probe.HOARD, "cell")
        assert student.get("survived") < 6
    except sandbox.Gone:
        pass
    finally:
        student.close()


def test_a_machine_that_is_slow_to_start_a_process_costs_the_student_no_time(zygote):
    os.kill(zygote.process.pid, signal.SIGSTOP)
    busy = threading.Timer(3.5, os.kill, (zygote.process.pid, signal.SIGCONT))
    busy.start()
    student = zygote.open(3)
    student.run("x = 1", "cell")
    assert student.get("x") == 1
    student.close()
    busy.join()


def test_what_the_folder_holds_is_removed_however_deep(zygote):
    student = zygote.open(60)
    student.run(
        "import os\nfor _ in range(3000):\n    os.mkdir('deeper')\n    os.chdir('deeper')", "cell"
    )
    student.close()
    assert not os.path.exists(student.root)


def test_an_answer_cannot_make_the_marking_process_allocate():
    made = subprocess.run(
        [sys.executable, "-c", "from assignments.grading import pool; import numpy as np\n"
         "pool.bound_memory(); column = np.zeros(40_000)\n"
         "try: column[:, None] + column\nexcept MemoryError: print('refused')"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert made.stdout.strip() == "refused", made.stderr


def test_expected_values_come_from_arrays_that_no_answer_has_touched(keys, zygote, tmp_path):
    """An answer that empties its argument meets a test that uses the array again."""
    from assignments.grading import mark, notebook

    key = keys["ps1"]
    cells = [
        cell if cell.name != "softmax-values" else notebook.Cell(
            "test", cell.name, "# Asks.\nz = np.array([1.0, 2.0])\na = softmax(z)\n"
            "assert close(a, np.exp(z) / np.exp(z).sum())", 2)
        for cell in key.cells
    ]  # fmt: skip
    careless = notebook.Key(key.assignment, tuple(cells), key.answers, key.title)
    emptied = "def softmax(z, axis=-1):\n    z[...] = 0\n    return z + 1 / z.shape[axis]"
    right = answer_sources(key)["softmax"].replace("e = np.exp", "z -= 1\n    e = np.exp")
    for source, points in ((emptied, 0), (right, 2)):
        path = tmp_path / "n.ipynb"
        path.write_text(json.dumps(submission("ps1", {"softmax": source})))
        rows = {row.question: row for row in mark.mark(careless, path, zygote).rows}
        assert rows["softmax-values"].points == points, rows["softmax-values"].why


def test_groups_of_killed_marking_processes_are_swept():
    try:
        group = quota.Group(1 << 30, 8)
    except OSError:
        pytest.skip("no control groups here")
    left = [folder.with_name("grader-4194305-0") for folder in group.folders]  # above pid_max
    try:
        for folder in left:
            folder.mkdir()
        quota.sweep()
        assert all(folder.exists() for folder in left), "too young"
        quota.sweep(older_than=-1)
        assert not any(folder.exists() for folder in left)
        assert all(folder.exists() for folder in group.folders), "its owner is alive"
    finally:
        group.close()


SPY = """

def softmax(z, axis=-1):
    given = np.array(z, dtype=float)
    if given.shape == (2, 4):  # a hidden input: say so in whatever way there is
        {say}
    e = np.exp(given - given.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""


@pytest.mark.parametrize("say", ["z[...] = 0", "import os; os._exit(0)", "while True: pass"])
def test_what_meets_hidden_inputs_can_only_pass_or_fail(say, keys, zygote, tmp_path):
    from assignments.grading import mark

    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(submission("ps1", {"softmax": SPY.format(say=say)})))
    limits = mark.Limits(submission=30, cell=5, call=2)
    report = mark.mark(keys["ps1"], path, zygote, limits)
    row = report.rows[0]
    if row.points:
        assert (row.why, report.doubts) == ("", [])
    else:
        assert row.why == "What the cell shows is met; further checks fail, or do not end."
    assert not report.doubts
