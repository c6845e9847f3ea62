"""The outbox's tables and the steps that bring an older file to them."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.outbox.errors import OutboxDamagedError, OutboxError

_STAMP: Final = 0x01010101
"""The version stands in all four bytes of the header's field, so that a damaged byte is not taken for a version."""

NEWEST: Final = Path(__file__).with_name("newest.sql")
"""The tables of the newest version; a test holds it to what the steps make."""

if TYPE_CHECKING:
    from sqlite_utils import Database


def migrate(conn: sqlite3.Connection) -> None:
    """Bring a file to the newest version, each step in its own transaction.

    Raises:
        OutboxDamagedError: no program ever wrote such a version.
        OutboxError: a newer program wrote the file.
        sqlite3.Error: the file cannot be read or written.
    """
    stamp = int(conn.execute("PRAGMA user_version").fetchone()[0])
    version = stamp // _STAMP
    if stamp % _STAMP or version < 0:
        raise OutboxDamagedError(f"the outbox is damaged (version {stamp:#010x})")
    if version > VERSION:
        raise OutboxError(
            f"the outbox has version {version}, this program knows {VERSION}: install the newer program again"
        )
    if version == VERSION:
        return
    if version == 0:
        make(conn)
    else:
        raise_steps(conn, version)


def make(conn: sqlite3.Connection) -> None:
    """Fill an empty file with the newest tables at once, without sqlite-utils: it costs a gateway 6 MB to import."""
    script = NEWEST.read_text(encoding="utf-8")
    conn.executescript(f"BEGIN; {script} PRAGMA user_version = {VERSION * _STAMP}; COMMIT;")


def raise_steps(conn: sqlite3.Connection, version: int) -> None:
    """Take every step above a version, each in its own transaction."""
    from sqlite_utils import Database

    tables = Database(conn)
    for step in range(version, VERSION):
        with tables.atomic():
            _STEPS[step](tables)
            conn.execute(f"PRAGMA user_version = {(step + 1) * _STAMP}")


_BLOCKS: Final[Mapping[str, type]] = {"id": int, "end": int, "offset": int, "rows": bytes}
_FIRST: Final[Mapping[str, Mapping[str, type]]] = {
    "block_alarm": _BLOCKS,
    "block_state": _BLOCKS,
    "block_telemetry": _BLOCKS,
    "lane": {
        "number": int,
        "stream": str,
        "epoch": int,
        "oldest": int,
        "boot": str,
        "offset_ms": int,
        "seal": int,
    },
    "gap": {
        "id": int,
        "number": int,
        "first": int,
        "end": int,
        "from_ms": int,
        "to_ms": int,
        "reason": str,
        "seal": int,
    },
    "seen": {"id": int, "hashes": bytes},
    "fact": {"name": str, "value": str, "seal": int},
    "total": {"name": str, "total": int},
    "quarantine": {"id": int, "size": int, "entry": bytes},
}
"""The tables of the first version; the first column is the key."""
_EMPTY: Final = frozenset({"offset_ms"})
"""The columns that may be empty: a boot's clock offset may not be known yet."""


def _first(tables: "Database") -> None:
    """Rows in blocks by stream, lanes, gaps, identities seen, facts, totals and the quarantine."""
    for name, columns in _FIRST.items():
        key, *others = columns
        filled = [column for column in others if column not in _EMPTY]
        tables.table(name).create(dict(columns), pk=key, not_null=filled, strict=True)


_STEPS: Final = (_first,)
VERSION: Final = len(_STEPS)
"""The version that this program writes."""
