"""What a running PostgreSQL says of itself in the `postmaster.pid` of its data folder."""

import os
from pathlib import Path

from msgspec import Struct


class Postmaster(Struct, frozen=True, kw_only=True):
    """A server that is alive; `ready` says that it takes connections."""

    process_id: int
    socket_folder: str
    ready: bool


def read_postmaster(data: Path) -> Postmaster | None:
    """Read who serves the folder `data`: nothing if nobody does, or if what is written there is an earlier life's.

    The file's lines are fixed by PostgreSQL (src/include/utils/pidfile.h): 1 process id, 5 socket folder, 8 status.
    """
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or not _serves(int(lines[0]), data):
        return None
    return Postmaster(process_id=int(lines[0]), socket_folder=lines[4], ready=lines[7].strip() == "ready")


def forget_stranger(data: Path) -> None:
    """Remove the file where its process id now belongs to another program, as after a power cut.

    PostgreSQL judges every other case itself, and better; in this one it would not start until a person removes it.
    """
    left = data / "postmaster.pid"
    try:
        process_id = int(left.read_text(encoding="utf-8").splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    if _program(process_id) not in ("", "postgres"):
        left.unlink()


def _serves(process_id: int, data: Path) -> bool:
    """Whether that process is a PostgreSQL in that folder and not a stranger who got its number."""
    # Not /proc/<id>/cwd: in a container even root may not read that of another user's process.
    return _program(process_id) == "postgres" and os.fsencode(data) in _proc(process_id, "cmdline").split(
        b"\0"
    )


def _program(process_id: int) -> str:
    """What the process runs, empty if there is none of that number."""
    return os.fsdecode(_proc(process_id, "comm")).strip()


def _proc(process_id: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{process_id}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
