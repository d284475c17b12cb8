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


class Group:
    """A control group of our own; raises `OSError` where the system does not give one."""

    def __init__(self, memory, processes):
        self.folders = []
        name = f"grader-{os.getpid()}-{next(_number)}"
        wanted = {
            "memory": {"memory.limit_in_bytes": memory, "memory.max": memory},
            "pids": {"pids.max": processes},
        }
        own = [line.strip().split(":", 2) for line in open("/proc/self/cgroup")]  # noqa: SIM115
        for controller, limits in wanted.items():
            old = [path for _, names, path in own if controller in names.split(",")]
            new = [path for _, names, path in own if names == ""]
            top = f"{controller}{old[0]}" if old else new[0].lstrip("/")
            folder = GROUPS / top / name
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
