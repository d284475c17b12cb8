"""Refuse the system calls by which code could leave something behind, or reach out of its walls.

Seccomp (Linux): a small program in the kernel looks at the number of every system call, and for
three of them at an argument. What is refused falls into four kinds: things that outlive a process
(keyrings, System V and POSIX objects, anonymous files), ways to leave a sign on a file or a device
that others can read (locks, leases, watches, its times, hints and attributes, whether it is in
memory), ways into another process, and ways to new namespaces. Sockets are refused too, except to a
process that has a network of its own. A call that is newer than this table does not exist.
"""

import ctypes
import errno
import platform
import struct

# <asm/unistd.h> of the two processors, in one order; None: does not exist there
TABLE = """
    add_key 248 217         request_key 249 218     keyctl 250 219
    shmget 29 194           shmat 30 196            shmctl 31 195
    semget 64 190           semop 65 193            semctl 66 191       semtimedop 220 192
    msgget 68 186           msgsnd 69 189           msgrcv 70 188       msgctl 71 187
    mq_open 240 180         memfd_create 319 279    memfd_secret 447 447
    flock 73 32             inotify_init 253 None   inotify_init1 294 26
    fanotify_init 300 262   name_to_handle_at 303 264   open_by_handle_at 304 265
    ptrace 101 117          process_vm_readv 310 270    process_vm_writev 311 271
    pidfd_getfd 438 438     kcmp 312 272            perf_event_open 298 241
    bpf 321 280             userfaultfd 323 282     io_uring_setup 425 425
    unshare 272 97          setns 308 268           mount 165 40        umount2 166 39
    pivot_root 155 41       chroot 161 51           open_tree 428 428   move_mount 429 429
    fsopen 430 430          mount_setattr 442 442   quotactl 179 60     quotactl_fd 443 443
    utime 132 None          utimes 235 None         futimesat 261 None  utimensat 280 88
    setxattr 188 5          lsetxattr 189 6         fsetxattr 190 7     fadvise64 221 223
    preadv2 327 286         pwritev2 328 287        mincore 27 232
"""
PROCESSORS = ("x86_64", "aarch64")
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # <linux/audit.h>
CLONE3, CLONE, SOCKET, FCNTL = 435, (56, 220), (41, 198), (72, 25)
NEW_NAMESPACES = 0x7E020080  # CLONE_NEW*
NEWER = 451  # Linux 6.4 and later
# SETLK, SETLKW, OFD_SETLK, OFD_SETLKW, SETLEASE, NOTIFY, SET_RW_HINT, SET_FILE_RW_HINT
SIGNS = (6, 7, 37, 38, 1024, 1026, 1036, 1038)
FAMILIES = (1, 2, 10, 16)  # UNIX, INET, INET6, NETLINK: what a network namespace keeps apart

LOAD, JUMP_EQUAL, JUMP_FROM, JUMP_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ALLOW, ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24  # offsets in the kernel's record of a call


def numbers(processor):
    """The numbers of the calls that are refused whatever their arguments, by name."""
    words, place = TABLE.split(), 1 + PROCESSORS.index(processor)
    found = zip(words[::3], words[place::3], strict=True)
    return {name: int(number) for name, number in found if number != "None"}


def here():
    """This machine's processor, in the kernel's words."""
    return {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())


def program(processor, loopback):
    """The filter as (code, if true, if false, operand) instructions."""
    which = PROCESSORS.index(processor)
    no = (RETURN, 0, 0, ERRNO | errno.EPERM)
    made = [(LOAD, 0, 0, ARCHITECTURE), (JUMP_EQUAL, 1, 0, AUDIT[processor]), (RETURN, 0, 0, KILL)]
    made += [(LOAD, 0, 0, NUMBER)]
    unknown = (RETURN, 0, 0, ERRNO | errno.ENOSYS)  # libraries then use an older call
    made += [(JUMP_FROM, 0, 1, NEWER), unknown]  # and x86's second table of the same calls
    made += [(JUMP_EQUAL, 0, 1, CLONE3), unknown]
    for number in numbers(processor).values():
        made += [(JUMP_EQUAL, 0, 1, number), no]
    ends = [(RETURN, 0, 0, ALLOW)]
    bits = [(LOAD, 0, 0, FIRST), (JUMP_BITS, 0, 1, NEW_NAMESPACES), no, *ends]
    signs = [(LOAD, 0, 0, SECOND)]
    for command in SIGNS:
        signs += [(JUMP_EQUAL, 0, 1, command), no]
    sockets = [(LOAD, 0, 0, FIRST)]
    for family in FAMILIES if loopback else ():
        sockets += [(JUMP_EQUAL, 0, 1, family), *ends]
    for calls, part in ((CLONE, bits), (FCNTL, signs + ends), (SOCKET, [*sockets, no])):
        made += [(JUMP_EQUAL, 0, len(part), calls[which]), *part]
    return made + ends


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def refuse(loopback=False):
    """Install the filter in this process and its children to come; raises `OSError`."""
    processor = here()
    if processor not in PROCESSORS:
        raise OSError(f"no table of system calls for {processor}")
    made = program(processor, loopback)
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in made)
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "prctl"):
        raise OSError("no seccomp on this system")
    if libc.prctl(22, 2, ctypes.byref(_Program(len(made), code)), 0, 0) != 0:  # set the filter
        raise OSError(ctypes.get_errno(), "seccomp")
