"""The outbox's tables and the steps that bring an older file to them."""

import sqlite3
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
    if version > len(_STEPS):
        raise OutboxError(
            f"the outbox has version {version}, this program knows {len(_STEPS)}: install the newer program again"
        )
    if version == len(_STEPS):
        return
    if version == 0:
        make(conn)
        return
    raise_steps(conn, version)


def make(conn: sqlite3.Connection) -> None:
    """Fill an empty file with the newest tables at once, without sqlite-utils: it costs a gateway 6 MB to import."""
    script = NEWEST.read_text(encoding="utf-8")
    conn.executescript(f"BEGIN; {script} PRAGMA user_version = {len(_STEPS) * _STAMP}; COMMIT;")


def raise_steps(conn: sqlite3.Connection, version: int) -> None:
    """Take every step above a version, each in its own transaction."""
    from sqlite_utils import Database

    tables = Database(conn)
    for step in range(version, len(_STEPS)):
        with tables.atomic():
            _STEPS[step](tables)
            conn.execute(f"PRAGMA user_version = {(step + 1) * _STAMP}")


_BLOCK: Final = ({"id": int, "end": int, "offset": int, "rows": bytes}, "id", ("end", "offset", "rows"))
_FIRST: Final[dict[str, tuple[dict[str, type], str, tuple[str, ...]]]] = {
    "block_alarm": _BLOCK,
    "block_state": _BLOCK,
    "block_telemetry": _BLOCK,
    "lane": (
        {
            "number": int,
            "stream": str,
            "epoch": int,
            "oldest": int,
            "boot": str,
            "offset_ms": int,
            "seal": int,
        },
        "number",
        ("stream", "epoch", "oldest", "boot", "seal"),
    ),
    "gap": (
        {
            "id": int,
            "number": int,
            "first": int,
            "end": int,
            "from_ms": int,
            "to_ms": int,
            "reason": str,
            "seal": int,
        },
        "id",
        ("number", "first", "end", "from_ms", "to_ms", "reason", "seal"),
    ),
    "seen": ({"id": int, "hashes": bytes}, "id", ("hashes",)),
    "fact": ({"name": str, "value": str, "seal": int}, "name", ("value", "seal")),
    "total": ({"name": str, "total": int}, "name", ("total",)),
    "quarantine": ({"id": int, "size": int, "entry": bytes}, "id", ("size", "entry")),
}
"""The first version's tables: columns, primary key, columns that are never null."""


def _first(tables: "Database") -> None:
    """Rows in blocks by stream, lanes, gaps, identities seen, facts, totals and the quarantine."""
    for name, (columns, key, not_null) in _FIRST.items():
        tables.table(name).create(columns, pk=key, not_null=not_null, strict=True)


_STEPS: Final = (_first,)
