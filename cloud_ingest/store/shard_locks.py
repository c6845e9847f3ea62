"""Shards claimed by PostgreSQL's advisory locks, which end with the session that holds them."""

from collections.abc import Collection
from typing import Final

import psycopg
from msgspec import Struct

from wire import SHARDS

_CLASS: Final = 0x6C69_6C6F
_PRESENT: Final = SHARDS
"""The lock after the last shard's: every worker holds it, shared, so that the workers can be counted."""
# A worker that stands still (stopped, swapped out, cut off) must lose its shards as surely as one that died. It looks
# at its locks every second: the server ends a session that is silent for ten seconds, the keepalives a dead peer's.
_BEGIN: Final = b"""
SET idle_session_timeout = '10s'; SET statement_timeout = '10s';
SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"""
_LOOK: Final = b"""
SELECT objid::int, pid = pg_backend_pid() FROM pg_locks
WHERE locktype = 'advisory' AND classid = %s AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_TAKE: Final = b"SELECT shard, pg_try_advisory_lock(%s, shard) FROM unnest(%s::int[]) AS shard"
_GIVE: Final = b"SELECT pg_advisory_unlock(%s, shard) FROM unnest(%s::int[]) AS shard"


class Locks(Struct, frozen=True, kw_only=True):
    """Who serves what: this session's shards, everybody's shards, and the number of workers."""

    mine: frozenset[int]
    taken: frozenset[int]
    workers: int


async def enter(conn: psycopg.AsyncConnection) -> None:
    """Make a session a worker's: it counts, and loses its locks when it falls silent."""
    await conn.execute(_BEGIN)
    await conn.execute("SELECT pg_advisory_lock_shared(%s, %s)", (_CLASS, _PRESENT))


async def look(conn: psycopg.AsyncConnection) -> Locks:
    """Return who serves what now."""
    rows = await (await conn.execute(_LOOK, (_CLASS,))).fetchall()
    return Locks(
        mine=frozenset(shard for shard, mine in rows if mine and shard < SHARDS),
        taken=frozenset(shard for shard, _ in rows if shard < SHARDS),
        workers=sum(1 for shard, _ in rows if shard == _PRESENT),
    )


async def take(conn: psycopg.AsyncConnection, shards: Collection[int]) -> frozenset[int]:
    """Try to take shards and return those that could be had; somebody may have been faster."""
    rows = await (await conn.execute(_TAKE, (_CLASS, sorted(shards)))).fetchall()
    return frozenset(shard for shard, taken in rows if taken)


async def give(conn: psycopg.AsyncConnection, shards: Collection[int]) -> None:
    """Give shards back."""
    await conn.execute(_GIVE, (_CLASS, sorted(shards)))
