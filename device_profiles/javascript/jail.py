"""What the process of the codecs gives up before it takes the first: files, sockets, processes, system calls."""

import contextlib
import ctypes
import platform
import resource
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ADDRESS_SPACE: Final = 200_000_000
"""What the process may map, in bytes."""
_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS of linux/prctl.h
_SECCOMP: Final = 22  # PR_SET_SECCOMP
_FILTER: Final = 2  # SECCOMP_MODE_FILTER
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h: LD|W|ABS, JMP|JEQ|K, RET|K
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050001  # SECCOMP_RET_ERRNO with EPERM
_NUMBER_AT, _MACHINE_AT = 0, 4  # in struct seccomp_data
# Its audit name (linux/audit.h) and the calls that remain: reading and writing what is open, memory, time, signals'
# return, the end. Nothing opens, connects, executes, forks, signals or looks at anybody.
_CALLS: Final[Mapping[str, tuple[int, Sequence[int]]]] = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 7, 9, 10, 11, 12, 13, 14, 15, 25, 28, 38, 44, 45, 60, 96, 98, 100, 131, 202, 219, 228, 231, 271, 318),
    ),
    "aarch64": (
        0xC00000B7,
        (57, 63, 64, 73, 93, 94, 98, 103, 113, 128, 132, 134, 135, 139, 153, 165, 169, 206, 207, 214, 215, 216, 222,
         226, 233, 278),
    ),
}  # fmt: skip


def lock_down() -> None:
    """Give up all but an open pipe, and be the first to go when memory runs out."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    limits = {
        resource.RLIMIT_NOFILE: 3,  # the pipe, and two that lead nowhere: nothing more can be opened
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: ADDRESS_SPACE,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    known = _CALLS.get(platform.machine())
    if known is not None:
        _filter_calls(libc, *known)


def _filter_calls(libc: ctypes.CDLL, machine: int, calls: Sequence[int]) -> None:
    """Let the kernel refuse all other system calls; a kernel without seccomp leaves it at the limits."""
    after = len(calls)
    steps = [(_LOAD, 0, 0, _MACHINE_AT), (_EQUAL, 0, after + 1, machine), (_LOAD, 0, 0, _NUMBER_AT)]
    steps += [(_EQUAL, after - place, 0, call) for place, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(steps), ctypes.addressof(held))
    libc.prctl(_SECCOMP, _FILTER, ctypes.create_string_buffer(head, len(head)), 0, 0)
