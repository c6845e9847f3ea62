"""Whether a file is sound, as far as can be told before its rows are read."""

import sqlite3
from pathlib import Path
from typing import Final

from edge_agent.outbox.errors import OutboxDamagedError

_QUICK_BYTES: Final = 256 * 1024 * 1024
"""A larger file would hold up the start for many seconds on a slow card: its rows are checked as they are read."""
_SMALL_TABLES: Final = ("lane", "gap", "seen", "fact", "total", "quarantine")


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
