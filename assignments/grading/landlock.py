"""A file system that a process cannot see out of, where no new one can be mounted.

Landlock (Linux 5.13 and later) asks for no privilege, so it holds in a container as well. Paths
outside the given folders can neither be opened, listed nor written; from Linux 6.12 on abstract
sockets and signals stay inside too.
"""

import ctypes
import os
import struct

CREATE, ADD, RESTRICT = 444, 445, 446  # system calls, the same on all processors
READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, list a folder
WRITE = 1 << 1 | 1 << 2 | 1 << 3 | 3 << 4 | 3 << 7 | 1 << 14  # files and folders; no other kinds

ON_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14


def _call(*arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syscall"):
        raise OSError("no Landlock on this system")
    value = libc.syscall(*arguments)
    if value < 0:
        raise OSError(ctypes.get_errno(), "Landlock")
    return value


def restrict(readable, writable, devices):
    """Leave this process those paths alone; raises `OSError` where the kernel cannot do it."""
    version = _call(CREATE, None, 0, 1)
    if version < 3:
        raise OSError("this kernel's Landlock cannot forbid to truncate a file")
    handled = (1 << 16) - 1 if version >= 5 else (1 << 15) - 1
    scoped = 3 if version >= 6 else 0
    network = 3 if version >= 4 else 0
    record = struct.pack("=QQQ", handled, network, scoped)[: 24 if scoped else 16 if network else 8]
    rules = _call(CREATE, record, ctypes.c_size_t(len(record)), 0)
    for paths, allowed in ((readable, READ), (writable, WRITE), (devices, 1 << 1 | 1 << 2)):
        for path in paths:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rights = allowed & handled
            if not os.path.isdir(path):
                rights &= ON_FILES
            _call(ADD, rules, 1, struct.pack("=Qi", rights, place), 0)
            os.close(place)
    _call(RESTRICT, rules, 0)
    os.close(rules)
