"""Whether a file is sound, as far as can be told before its rows are read."""

import sqlite3
from pathlib import Path
from typing import Final

from edge_agent.outbox.errors import OutboxDamagedError

_QUICK_BYTES: Final = 256 * 1024 * 1024
"""A larger file would hold up the start for many seconds on a slow card: its rows are checked as they are read."""
_SMALL_TABLES: Final = ("lane", "gap", "seen", "fact", "total", "quarantine")


_MAGIC: Final = b"SQLite format 3\0"
_FORMS: Final = (b"\x10\x00\x01\x01", b"\x10\x00\x02\x02")
"""Pages of 4096 bytes, with a rollback journal or a write-ahead log."""


def check_header(path: Path) -> None:
    """See that a file which is there begins as an outbox does: SQLite takes some broken bytes for a read-only file.

    Raises:
        OutboxDamagedError: it does not.
        OSError: it cannot be read.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        header = file.read(20)
    if not header.startswith(_MAGIC) or header[16:] not in _FORMS:
        raise OutboxDamagedError(f"the outbox is damaged (it begins with {header.hex()})")


def check(conn: sqlite3.Connection, path: Path) -> None:
    """Look through a file that was just opened.

    Raises:
        OutboxDamagedError: it contradicts itself.
        sqlite3.Error: it cannot be read.
    """
    scopes = ("",) if path.stat().st_size <= _QUICK_BYTES else _SMALL_TABLES
    for scope in scopes:
        sql = f"PRAGMA quick_check({scope or 1})"
        found = [line for (line,) in conn.execute(sql)]
        if found != ["ok"]:
            raise OutboxDamagedError(f"the outbox is damaged ({str(found[0]) if found else 'no answer'})")
