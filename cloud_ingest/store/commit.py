"""The one transaction of ingest: watermarks, rows, roll-ups, gaps, and who was heard; all of it or nothing."""

from collections.abc import Sequence

import psycopg
from msgspec import Struct

from cloud_ingest.store.deposit import Deposit
from cloud_ingest.store.fit import fit_ms, fit_text
from cloud_ingest.store.put_rows import put_rows
from cloud_ingest.store.watermarks import LaneId, LaneMove, move_watermarks

_LONGEST_REASON = 200
_GAP = b"""
INSERT INTO gap (gateway, stream, epoch, first, "end", n, from_at, to_at, reason)
VALUES (%s, %s, %s, %s, %s, %s, to_timestamp(%s / 1000.0), to_timestamp(%s / 1000.0), %s)"""
_HEARD = b"""
UPDATE gateway AS g SET heard_at = now(), sent_at = to_timestamp(u.sent_ms / 1000.0), shard = u.shard
FROM unnest(%s::int[], %s::int2[], %s::int8[]) AS u (id, shard, sent_ms)
WHERE g.id = u.id"""


class GapRow(Struct, frozen=True, kw_only=True):
    """Numbers `first` to `end` (exclusive) of a lane that will never come; the times are None where nobody knows."""

    lane: LaneId
    first: int
    end: int
    from_ms: int | None
    to_ms: int | None
    reason: str


class Heard(Struct, frozen=True, kw_only=True):
    """A gateway that sent something, with its own clock's time."""

    gateway: int
    shard: int
    sent_ms: int


class Entry(Struct, frozen=True, kw_only=True):
    """What one transaction writes."""

    moves: tuple[LaneMove, ...]
    gaps: tuple[GapRow, ...]
    heard: tuple[Heard, ...]
    deposit: Deposit


async def commit(conn: psycopg.AsyncConnection, entry: Entry) -> bool:
    """Write an entry and commit; False, with nothing written, if a watermark was not where it was expected."""
    moved = False
    async with conn.transaction():
        moved = await move_watermarks(conn, entry.moves)
        if not moved:
            raise psycopg.Rollback
        await put_rows(conn, entry.deposit)
        await put_gaps(conn, entry.gaps)
        await put_heard(conn, entry.heard)
    return moved


async def put_gaps(conn: psycopg.AsyncConnection, gaps: Sequence[GapRow]) -> None:
    """Record what was lost."""
    if not gaps:
        return
    async with conn.cursor() as cursor:
        await cursor.executemany(_GAP, [_gap_values(gap) for gap in gaps])


async def put_heard(conn: psycopg.AsyncConnection, heard: Sequence[Heard]) -> None:
    """Take note of the gateways that were heard now."""
    ordered = sorted(heard, key=lambda one: one.gateway)
    ids = [one.gateway for one in ordered]
    shards = [one.shard for one in ordered]
    await conn.execute(_HEARD, (ids, shards, [fit_ms(one.sent_ms) for one in ordered]))


def _gap_values(gap: GapRow) -> tuple[int | str | None, ...]:
    lane = gap.lane
    return (
        *(lane.gateway, lane.stream, lane.epoch, gap.first, gap.end, gap.end - gap.first),
        None if gap.from_ms is None else fit_ms(gap.from_ms),
        None if gap.to_ms is None else fit_ms(gap.to_ms),
        fit_text(gap.reason[:_LONGEST_REASON]),
    )
