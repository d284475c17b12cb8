"""One limit for a submission as a whole: memory and processes, however it spreads them.

Where the system gives us a control group (Linux, as root or with a delegated group), the kernel
counts every page, of files in memory too. Elsewhere a thread adds up what the processes hold, four
times a second, and ends them all when it is too much.
"""

import contextlib
import itertools
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
_number = itertools.count()


def own_group(controller):
    """The folder of the group that this process is in; raises `OSError` where there is none."""
    own = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    old = [path for _, names, path in own if controller in names.split(",")]
    new = [path for _, names, path in own if names == ""]
    if not old and not new:
        raise OSError(f"no {controller} group")
    return GROUPS / (f"{controller}{old[0]}" if old else new[0].lstrip("/"))


def sweep(older_than=60):
    """Remove the empty groups that marking processes have left which were killed.

    Young ones stay: their owner may live where we cannot see it, and be about to fill them.
    """
    with contextlib.suppress(OSError):  # no control groups here
        for folder in {own_group(controller) for controller in ("memory", "pids")}:
            for left in folder.glob("grader-*-*"):
                owner = Path("/proc", left.name.split("-")[1])
                with contextlib.suppress(OSError):  # one that is not empty refuses
                    if not owner.exists() and time.time() - left.stat().st_mtime > older_than:
                        left.rmdir()


class Group:
    """A control group of our own; raises `OSError` where the system does not give one."""

    def __init__(self, memory, processes):
        self.folders = []
        name = f"grader-{os.getpid()}-{next(_number)}"
        wanted = {
            "memory": {"memory.limit_in_bytes": memory, "memory.max": memory},
            "pids": {"pids.max": processes},
        }
        for controller, limits in wanted.items():
            folder = own_group(controller) / name
            try:
                if folder not in self.folders:
                    folder.mkdir()
                    self.folders.append(folder)
                set_any = [self._set(folder / file, value) for file, value in limits.items()]
            except OSError:
                self.close()
                raise
            if not any(set_any):
                self.close()
                raise OSError(f"no {controller} limit in this control group")

    @staticmethod
    def _set(path, value):
        """Write a limit where the kernel offers its file."""
        if not path.exists():
            return False
        path.write_text(str(value))
        return True

    def close(self):
        """End what is still in the group, and remove it."""
        for folder in self.folders:
            for _ in range(200):
                with contextlib.suppress(OSError, ValueError):
                    for pid in (folder / "cgroup.procs").read_text().split():
                        with contextlib.suppress(ProcessLookupError, PermissionError):
                            os.kill(int(pid), signal.SIGKILL)
                try:
                    folder.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.01)
        self.folders = []


def join(folders):
    """Move this process into the group with these folders."""
    for folder in folders:
        Path(folder, "cgroup.procs").write_text("0")


class Watch(threading.Thread):
    """Without control groups: end a family of processes that holds too much memory or disk."""

    def __init__(self, family, memory, folder, disk, end):
        super().__init__(daemon=True)
        self.family, self.memory, self.end = family, memory, end
        self.folder, self.disk = folder, disk
        self.over = threading.Event()
        self.base = max(map(resident, family()), default=0)  # what all share with the zygote
        self.start()

    def run(self):
        """Look until the process is closed."""
        while not self.over.wait(0.25):
            held = [resident(pid) for pid in self.family()]
            if sum(max(size - self.base, 0) for size in held) > self.memory or self.too_full():
                self.end()

    def too_full(self):
        """Whether the folder holds too much; `du`, because it goes as deep as folders do."""
        found = subprocess.run(["du", "-sk", "--", self.folder], capture_output=True, text=True)
        return found.stdout[:1].isdigit() and int(found.stdout.split()[0]) > self.disk >> 10


def resident(pid):
    """Bytes of memory that a process holds."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
