"""The outbox's tables and the steps that bring an older file to them."""

import sqlite3
from typing import TYPE_CHECKING, Final

from edge_agent.outbox.errors import OutboxDamagedError, OutboxError

_NO_VERSION: Final = 256
"""No program will ever write this version or a higher one: where it stands, the header is damaged."""

if TYPE_CHECKING:
    from sqlite_utils import Database


def migrate(conn: sqlite3.Connection) -> None:
    """Bring a file to the newest version, each step in its own transaction.

    Raises:
        OutboxDamagedError: no program ever wrote such a version.
        OutboxError: a newer program wrote the file.
        sqlite3.Error: the file cannot be read or written.
    """
    version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if not 0 <= version < _NO_VERSION:
        raise OutboxDamagedError(f"the outbox is damaged (version {version})")
    if version > len(_STEPS):
        raise OutboxError(
            f"the outbox has version {version}, this program knows {len(_STEPS)}: install the newer program again"
        )
    if version == len(_STEPS):
        return
    # Only here, because importing it costs an idle gateway several megabytes.
    from sqlite_utils import Database

    tables = Database(conn)
    for step in range(version, len(_STEPS)):
        with tables.atomic():
            _STEPS[step](tables)
            conn.execute(f"PRAGMA user_version = {step + 1}")


def _first(tables: "Database") -> None:
    """Rows in blocks by stream, lanes, gaps, identities seen, facts, totals and the quarantine."""
    for stream in ("alarm", "state", "telemetry"):
        tables.table(f"block_{stream}").create(
            {"id": int, "end": int, "offset": int, "rows": bytes},
            pk="id",
            not_null=("end", "offset", "rows"),
            strict=True,
        )
    tables.table("lane").create(
        {
            "number": int,
            "stream": str,
            "epoch": int,
            "oldest": int,
            "boot": str,
            "offset_ms": int,
            "seal": int,
        },
        pk="number",
        not_null=("stream", "epoch", "oldest", "boot", "seal"),
        strict=True,
    )
    tables.table("gap").create(
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
        pk="id",
        not_null=("number", "first", "end", "from_ms", "to_ms", "reason", "seal"),
        strict=True,
    )
    tables.table("seen").create({"id": int, "hashes": bytes}, pk="id", not_null=("hashes",), strict=True)
    tables.table("fact").create(
        {"name": str, "value": str, "seal": int},
        pk="name",
        not_null=("value", "seal"),
        strict=True,
    )
    tables.table("total").create({"name": str, "total": int}, pk="name", not_null=("total",), strict=True)
    tables.table("quarantine").create(
        {"id": int, "size": int, "entry": bytes},
        pk="id",
        not_null=("size", "entry"),
        strict=True,
    )


_STEPS: Final = (_first,)
