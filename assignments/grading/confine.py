"""Shut a process in before it runs a student's code.

On Linux, where the system allows namespaces (as root, or as a user who may make them), the process
gets a file system that holds the interpreter, its libraries and an empty folder, and nothing else;
no network; no view of other processes. Where it does not, as in most containers, Landlock hides the
files. A filter of system calls (`syscalls`) and a session keyring of its own keep it from leaving
anything behind. Everywhere on Unix it gets limits on memory, output, processes and processor time.
As root it also becomes an unprivileged user.

`confine` returns the means that it could set up. Whether they hold is not believed but tried, by
`probe`. It does not guard against a fault in the kernel itself: for notebooks from strangers, run
the grader in a virtual machine or a container of its own.
"""

import contextlib
import ctypes
import functools
import itertools
import os
import random
import resource
import signal
import socket
import sys
from pathlib import Path

from . import landlock, quota, syscalls

# from <sched.h>, <sys/mount.h>, <sys/prctl.h>
NEW_FILES, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NET = 1 << 17, 1 << 27, 1 << 28, 1 << 29, 1 << 30
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXEC, REMOUNT = 1, 2, 4, 8, 32
NO_ACCESS_TIME, BIND, RECURSIVE, PRIVATE, RELATIVE_TIME = (
    1 << 10,
    1 << 12,
    1 << 14,
    1 << 18,
    1 << 21,
)
DIE_WITH_PARENT, NO_NEW_PRIVILEGES = 1, 38

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/nix/store")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
# Unprivileged users that no one has: systemd keeps this range for passing services.
UIDS = range(61_184, 65_520)
_next_user = itertools.count(random.SystemRandom().randrange(len(UIDS)))


class Missing(Exception):
    """The system does not allow this guard."""


def _libc(name, *arguments):
    """Call the C library, or raise `Missing` with the system's reason."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if function is None:
        raise Missing(f"{name} does not exist here")
    if function(*arguments) != 0:
        raise Missing(f"{name}: {os.strerror(ctypes.get_errno())}")


def _mount(source, target, kind, flags, data=None):
    """mount(2)."""
    encode = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    flags = ctypes.c_ulong(flags)
    _libc("mount", encode[0], encode[1], encode[2], flags, encode[3])


def new_namespaces():
    """Leave the shared file system, network and process list; raises `Missing` where forbidden."""
    user, group = os.getuid(), os.getgid()
    spaces = NEW_FILES | NEW_PIDS | NEW_NET | NEW_IPC
    _libc("unshare", spaces if user == 0 else spaces | NEW_USER)
    if user != 0:
        try:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        except OSError as error:
            raise Missing(f"user namespace: {error}") from error


@functools.cache
def namespaces_work():
    """Whether this system lets us make namespaces and mount in them, tried in a child.

    Some systems let one make a user namespace and then forbid everything in it.
    """
    child = os.fork()
    if child == 0:
        try:
            new_namespaces()
            _mount("none", "/", None, RECURSIVE | PRIVATE)
            _mount("tmpfs", "/tmp", "tmpfs", NO_SETUID | NO_DEVICES)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def libraries():
    """The folders that Python and its packages are read from, outermost only."""
    places = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    places |= {Path(entry) for entry in sys.path if entry and "site-packages" in entry}
    places |= {Path(entry) for entry in SYSTEM}
    places = {place for place in places if place.exists() and place != Path("/")}
    return sorted(p for p in places if not any(o in p.parents for o in places))


def new_root(root, readable, hidden=(), megabytes=64):
    """Make a file system at the empty folder `root` and move into it.

    It holds the `readable` paths at their own names, read-only, and empty temporary folders of
    `megabytes` in all. A `hidden` folder inside a readable one is empty.
    """
    _mount("none", "/", None, RECURSIVE | PRIVATE)
    _mount(
        "tmpfs",
        root,
        "tmpfs",
        NO_SETUID | NO_DEVICES,
        f"size={megabytes}m,nr_inodes=100000,mode=755",
    )
    for path in readable:
        place = root + str(path)
        if Path(path).is_symlink():  # /bin on most systems
            os.symlink(os.readlink(path), place)
            continue
        if Path(path).is_dir():
            os.makedirs(place, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            Path(place).touch()
        _mount(str(path), place, None, BIND | RECURSIVE)
        if str(path) not in DEVICES:
            _mount(None, place, None, BIND | REMOUNT | READ_ONLY | _kept_flags(place))
    for folder in hidden:
        if os.path.isdir(root + str(folder)):
            _mount("tmpfs", root + str(folder), "tmpfs", READ_ONLY, "size=0,mode=755")
    for folder in ("/tmp", "/var/tmp", "/dev/shm"):
        os.makedirs(root + folder, exist_ok=True)
        os.chmod(root + folder, 0o1777)
    os.makedirs(root + "/proc", exist_ok=True)
    with contextlib.suppress(Missing):  # some containers forbid it, and Python does without
        _mount("proc", root + "/proc", "proc", NO_SETUID | NO_DEVICES | NO_EXEC)
    os.chroot(root)
    os.chdir("/tmp")


def _kept_flags(place):
    """The mount flags that an unprivileged remount must repeat."""
    now = os.statvfs(place).f_flag
    pairs = (
        (os.ST_NOSUID, NO_SETUID),
        (os.ST_NODEV, NO_DEVICES),
        (os.ST_NOEXEC, NO_EXEC),
        (os.ST_NOATIME, NO_ACCESS_TIME),
        (os.ST_RELATIME, RELATIVE_TIME),
    )
    return sum(flag for shown, flag in pairs if now & shown)


def become(uid):
    """Turn from root into an unprivileged user without groups."""
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except OSError as error:
        raise Missing(f"user {uid}: {error}") from error


def drop_powers():
    """Give up every capability, and the chance to get one back through a program."""
    _libc("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    _libc("capset", header, (ctypes.c_uint32 * 6)())


def limit(memory, processes, seconds, file_bytes):
    """Limits that hold on every Unix; some systems refuse single ones."""
    wanted = {
        "RLIMIT_AS": memory,
        "RLIMIT_NPROC": processes,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": file_bytes,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))


def processes_of(uid):
    """The numbers of a user's processes; empty where the system does not tell."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == uid:
                found.append(int(folder.name))
    return found


def descendants(pid):
    """The numbers of a process and of all that it has started, their children included."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state = (folder / "stat").read_text().rpartition(")")[2].split()
            parents.setdefault(int(state[1]), []).append(int(folder.name))
    family = [pid]
    for parent in family:
        family += parents.get(parent, [])
    return family


def loopback_up():
    """Switch on the network's loopback, which is off in a new network namespace."""
    import fcntl
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh", b"lo", 0x1 | 0x40)  # up, running
        fcntl.ioctl(any_socket, 0x8914, request)  # set the interface's flags


def reserve_user():
    """An unprivileged user that no other process has, and the socket whose life reserves it."""
    for _ in UIDS:
        uid = UIDS[next(_next_user) % len(UIDS)]
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            if sys.platform == "linux":  # an abstract name ends with the process that holds it
                claim.bind(f"\0softmax-grader-user-{uid}")
        except OSError:
            claim.close()
            continue
        return uid, claim
    raise Missing("every user is taken")


def new_keyring():
    """Leave the keys of the shell that started the grader: a session keyring of our own."""
    if sys.platform != "linux" or syscalls.here() not in syscalls.PROCESSORS:
        raise Missing("keyrings")
    join = syscalls.numbers(syscalls.here())["keyctl"]
    if ctypes.CDLL(None, use_errno=True).syscall(join, 1, None) < 0:
        raise Missing("keyrings")


def confine(
    root,
    uid=UIDS[0],
    memory=2 << 30,
    processes=64,
    seconds=120,
    file_bytes=16 << 20,
    megabytes=64,
    hidden=(),
    groups=(),
    loopback=False,
    announce=lambda pid: None,
):
    """Shut this process in and return the means that it was given, as a list of names.

    `root` is an empty folder of our own; as root the process becomes the user `uid`; `groups` are
    folders of control groups to join. With namespaces the caller goes on in a child, whose number
    `announce` learns in the parent; the parent waits for it and leaves.
    """
    means = []
    was_root = os.getuid() == 0
    die_with_parent()
    if groups:
        quota.join(groups)
        means.append("control group")
    with contextlib.suppress(Missing):  # the filter below refuses keys whether this works or not
        new_keyring()
    apart = namespaces_work()
    if not apart:
        announce(os.getpid())
    if apart:
        new_namespaces()
        child = os.fork()  # the first process of the new process list
        if child:
            announce(child)
            os.waitpid(child, 0)
            os._exit(0)
        if loopback:
            loopback_up()
        new_root(root, [*libraries(), *DEVICES], hidden, megabytes)
        means.append("namespaces")
    elif not was_root:
        tasks = (Path(f"/proc/{pid}/task") for pid in processes_of(os.getuid()))
        processes += sum(len(os.listdir(folder)) for folder in tasks if folder.exists())
    if not apart:
        os.chdir(root)
        os.chmod(root, 0o777)
    limit(memory, processes, seconds, file_bytes)
    if was_root and (apart or _readable_by(uid)):
        with contextlib.suppress(Missing):
            become(uid)
            means.append("own user")
    with contextlib.suppress(Missing):
        drop_powers()
        means.append("no powers")
    if not apart:
        with contextlib.suppress(OSError):
            landlock.restrict(libraries(), [root], DEVICES)
            means.append("landlock")
    with contextlib.suppress(OSError):
        syscalls.refuse(loopback)
        means.append("system calls")
    die_with_parent()  # changing the user has cleared it
    return means


def die_with_parent():
    """Ask Linux to end this process when the one that made it ends."""
    with contextlib.suppress(Missing):
        _libc("prctl", DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _readable_by(uid):
    """Whether that user can read Python and its packages, tried in a child."""
    child = os.fork()
    if child == 0:
        try:
            become(uid)
            needed = [os.__file__, *(entry for entry in sys.path if "site-packages" in entry)]
            os._exit(0 if all(os.access(path, os.R_OK) for path in needed) else 1)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
