"""Brings a database's schema to this program's version, one numbered file and one transaction at a time."""

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

import psycopg
from msgspec import Struct

from cloud_ingest.store.errors import NewerSchemaError, SchemaError

_FILE: Final = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
_LOCK: Final = 0x6C69_6C6F  # "lilo": one starter at a time works on a database's schema
_BOOK: Final = b"""
CREATE TABLE IF NOT EXISTS migration (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)"""


class Migration(Struct, frozen=True, kw_only=True):
    """One step of the schema: its place in the order, what it is called, and its SQL."""

    number: int
    name: str
    sql: str


def migrations() -> tuple[Migration, ...]:
    """Return every step that this program knows, in order."""
    found = []
    for entry in files("cloud_ingest.store").joinpath("migrations").iterdir():
        match = _FILE.fullmatch(entry.name)
        if match:
            sql = entry.read_text(encoding="utf-8")
            found.append(Migration(number=int(match["number"]), name=match["name"], sql=sql))
    return tuple(sorted(found, key=lambda step: step.number))


async def schema_version(conn: psycopg.AsyncConnection) -> int:
    """Return the number of the newest step applied to the database, 0 where there is none."""
    row = await (await conn.execute("SELECT to_regclass('migration')")).fetchone()
    if row is None or row[0] is None:
        return 0
    row = await (await conn.execute("SELECT coalesce(max(number), 0) FROM migration")).fetchone()
    return int(row[0]) if row else 0


async def check_schema(conn: psycopg.AsyncConnection, steps: Sequence[Migration] | None = None) -> None:
    """Return if the database is at exactly this program's version.

    Raises:
        SchemaError: it is older or newer; says which and what to do.
    """
    known = max((step.number for step in (migrations() if steps is None else steps)), default=0)
    version = await schema_version(conn)
    _refuse_newer(version, known)
    if version < known:
        raise SchemaError(
            f"the database's schema is version {version}, this program needs {known}; run: lilong cloud migrate"
        )


async def migrate(
    conn: psycopg.AsyncConnection, steps: Sequence[Migration] | None = None
) -> tuple[Migration, ...]:
    """Apply the steps that the database lacks and return them; safe when several programs start at once.

    Raises:
        NewerSchemaError: the database is newer than this program; nothing was changed.
    """
    wanted = migrations() if steps is None else tuple(steps)
    known = max((step.number for step in wanted), default=0)
    applied = []
    for step in wanted:
        async with conn.transaction():
            await conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            version = await schema_version(conn)
            _refuse_newer(version, known)
            if step.number > version:
                await _apply(conn, step)
                applied.append(step)
    return tuple(applied)


async def _apply(conn: psycopg.AsyncConnection, step: Migration) -> None:
    await conn.execute(_BOOK)
    await conn.execute(step.sql.encode())
    await conn.execute("INSERT INTO migration (number, name) VALUES (%s, %s)", (step.number, step.name))


def _refuse_newer(version: int, known: int) -> None:
    if version > known:
        raise NewerSchemaError(
            f"the database's schema is version {version}, newer than this program knows ({known}); "
            "install the newer lilong, or point DATABASE_URL at another database"
        )
