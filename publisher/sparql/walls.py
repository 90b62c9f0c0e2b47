"""What a worker process may not do: use more memory than its share, start programs, open network connections.

Two walls stand between a query and the network. The guard refuses SERVICE (publisher/sparql/guard.py); should it miss
one, the kernel refuses the socket. That is done by a seccomp filter (Linux, `seccomp(2)`, no privileges needed) or,
where there is none, by leaving the worker no free file descriptor.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06

# asm/unistd.h; io_uring would open sockets behind the filter's back.
_REFUSED: tuple[tuple[str, int, int], ...] = (
    # name              x86-64 arm64
    ("socket",             41, 198),
    ("connect",            42, 203),
    ("bind",               49, 200),
    ("listen",             50, 201),
    ("accept",             43, 202),
    ("accept4",           288, 242),
    ("socketpair",         53, 199),
    ("execve",             59, 221),
    ("execveat",          322, 281),
    ("ptrace",            101, 117),
    ("process_vm_readv",  310, 270),
    ("process_vm_writev", 311, 271),
    ("io_uring_setup",    425, 425),
    ("io_uring_enter",    426, 426),
    ("io_uring_register", 427, 427),
)  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, 1), "aarch64": (0xC00000B7, 2)}
"""By `uname -m`: the kernel's word for it (AUDIT_ARCH), and its column above."""
_X32 = 0x40000000
"""x86-64 numbers from here on are those of the x32 interface: a second door to the same calls."""


class _Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_char_p)]


def limit_memory(megabytes: int) -> None:
    """Let this process allocate at most `megabytes`; above, the engine aborts (signal 6). Leaves no core file."""
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # the kernel should take a worker before anything else on the machine
        Path("/proc/self/oom_score_adj").write_text("1000")


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)


def close_network() -> str:
    """Refuse this process every new network connection, for good; return which wall stands.

    "seccomp", or "descriptors" where the kernel offers no filter: then the process cannot open files any more either,
    which a store with more files than it keeps open does not survive, so such a system is worth a warning.
    """
    if _filter_system_calls():
        return "seccomp"
    _leave_no_descriptor()
    return "descriptors"


def _filter_system_calls() -> bool:
    architecture = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or architecture is None or struct.calcsize("P") != 8:
        return False
    word, column = architecture
    numbers = [int(call[column]) for call in _REFUSED]
    refuse = _ERRNO | errno.EACCES
    # struct seccomp_data: int nr at 0, u32 arch at 4. A jump counts the instructions that it skips.
    program = [(_LOAD_WORD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, word), (_RETURN, 0, 0, refuse), (_LOAD_WORD, 0, 0, 0)]
    program.append((_JUMP_AT_LEAST, len(numbers) + 1, 0, _X32))
    program += [(_JUMP_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    program += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, refuse)]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    filter_ = _Filter(len(program), code)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0) == 0)


def _leave_no_descriptor() -> None:
    lowest_free = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, lowest_free))
