"""Day partitions of the observations: made ahead, made where strays wait, dropped when they are old."""

import logging
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import psycopg
from psycopg import sql

log = logging.getLogger(__name__)
_NAME: Final = re.compile(r"observation_(\d{4})(\d{2})(\d{2})")
_LIST: Final = b"""
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'observation'::regclass ORDER BY c.relname"""
_STRAYS: Final = b"""
SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM observation_default
WHERE at >= %s AND at < %s ORDER BY 1 LIMIT %s"""
_LOCK_WITHIN: Final = b"SET LOCAL lock_timeout = '5s'"
_MOST_STRAY_DAYS: Final = 32
"""Partitions made for strays in one round; the rest has time until the next."""


def days_wanted(today: date, *, back: int, ahead: int) -> tuple[date, ...]:
    """Return the days that should have a partition, from `back` days ago to `ahead` days from now."""
    return tuple(today + timedelta(days=step) for step in range(-back, ahead + 1))


def partition_of(day: date) -> str:
    """Return the name of a day's partition."""
    return f"observation_{day:%Y%m%d}"


def day_of(partition: str) -> date | None:
    """Return the day of a partition's name; None for the default partition."""
    found = _NAME.fullmatch(partition)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


async def partition_days(conn: psycopg.AsyncConnection) -> tuple[date, ...]:
    """Return the days that have a partition."""
    rows = await (await conn.execute(_LIST)).fetchall()
    return tuple(day for (name,) in rows if (day := day_of(name)) is not None)


async def make_partitions(conn: psycopg.AsyncConnection, days: Sequence[date]) -> list[date]:
    """Make the partitions that are missing, each in its own transaction, and return their days."""
    known = set(await partition_days(conn))
    made = [day for day in days if day not in known]
    for day in made:
        await _make(conn, day)
    return made


async def stray_days(conn: psycopg.AsyncConnection, first: date, end: date) -> list[date]:
    """Return days from `first` to `end` (exclusive) whose rows lie in the default partition, the oldest first."""
    bounds = (_midnight(first), _midnight(end), _MOST_STRAY_DAYS)
    return [row[0] for row in await (await conn.execute(_STRAYS, bounds)).fetchall()]


async def drop_partitions(conn: psycopg.AsyncConnection, before: date) -> list[date]:
    """Drop the partitions of days before a day and return those days."""
    old = [day for day in await partition_days(conn) if day < before]
    for day in old:
        async with conn.transaction():
            await conn.execute(_LOCK_WITHIN)
            await conn.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(partition_of(day))))
    return old


async def _make(conn: psycopg.AsyncConnection, day: date) -> None:
    """Make a day's partition beside the table, move the day's strays into it, then attach it.

    CREATE TABLE ... PARTITION OF would stop all ingest while it waits for its lock, and fails where the default
    partition holds rows of the day. The default partition is locked, so that no stray slips in between.
    """
    name, bounds = sql.Identifier(partition_of(day)), (_midnight(day), _midnight(day + timedelta(days=1)))
    async with conn.transaction():
        await conn.execute(_LOCK_WITHIN)
        await conn.execute(
            sql.SQL("CREATE TABLE {} (LIKE observation INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(
                name
            )
        )
        await conn.execute("LOCK TABLE observation_default IN ACCESS EXCLUSIVE MODE")
        moved = await conn.execute(
            sql.SQL(
                "WITH stray AS (DELETE FROM observation_default WHERE at >= %s AND at < %s RETURNING *) "
                "INSERT INTO {} SELECT * FROM stray"
            ).format(name),
            bounds,
        )
        await conn.execute(
            sql.SQL("ALTER TABLE observation ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                name, *map(sql.Literal, bounds)
            )
        )
    if moved.rowcount:
        log.info("store: %d rows moved from the default partition to %s", moved.rowcount, partition_of(day))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
