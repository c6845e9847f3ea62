"""Gives rows that waited for their boot's offset their date, with everything that follows from it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

import psycopg

from cloud_ingest.rollup import AHEAD_MS
from cloud_ingest.store.deposit import deposit_of, telling
from cloud_ingest.store.put_rows import put_rows
from cloud_ingest.store.sheet import Sheet, repaired

_CHUNK: Final = 5000
_DUE = b"""
SELECT gateway, epoch, offset_ms FROM boot_clock b
WHERE (%(gateway)s::int IS NULL OR gateway = %(gateway)s)
  AND EXISTS (SELECT FROM undated u WHERE u.gateway = b.gateway AND u.epoch = b.epoch)"""
_TAKE = b"""
DELETE FROM undated WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM undated WHERE gateway = %s AND epoch = %s ORDER BY stream, seq LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING gateway, stream, epoch, seq, device, property, boot_ms, trust, value, text"""
_PROPERTIES = b"SELECT name, id FROM property"
_Row = tuple[int, int, int, int, int, int, int, int, float | None, str | None]


async def repair(conn: psycopg.AsyncConnection, now_ms: Callable[[], int], gateway: int | None = None) -> int:
    """Date what can be dated, of one gateway or of all, and return how many rows that were."""
    due = await (await conn.execute(_DUE, {"gateway": gateway})).fetchall()
    total = 0
    for owner, epoch, offset_ms in due:
        while count := await _repair_chunk(conn, (owner, epoch), offset_ms, now_ms() + AHEAD_MS):
            total += count
    return total


async def _repair_chunk(
    conn: psycopg.AsyncConnection, whose: tuple[int, int], offset_ms: int, limit_ms: int
) -> int:
    async with conn.transaction():
        rows: Sequence[_Row] = await (await conn.execute(_TAKE, (*whose, _CHUNK))).fetchall()
        if not rows:
            return 0
        properties: dict[str, int] = dict(await (await conn.execute(_PROPERTIES)).fetchall())
        sheets = [repaired(sheet, offset_ms) for sheet in _sheets(rows)]
        await put_rows(conn, deposit_of(sheets, (), telling(properties), limit_ms))
    return len(rows)


def _sheets(rows: Sequence[_Row]) -> list[Sheet]:
    lanes: dict[tuple[int, int, int], list[_Row]] = defaultdict(list)
    for row in rows:
        lanes[row[:3]].append(row)
    return [_sheet(lane, sorted(found, key=lambda row: row[3])) for lane, found in sorted(lanes.items())]


def _sheet(lane: tuple[int, int, int], rows: Sequence[_Row]) -> Sheet:
    gateway, stream, epoch = lane
    return Sheet(
        gateway=gateway,
        stream=stream,
        epoch=epoch,
        seq=[row[3] for row in rows],
        device=[row[4] for row in rows],
        property=[row[5] for row in rows],
        at_ms=[row[6] for row in rows],
        trust=[row[7] for row in rows],
        number=[row[8] for row in rows],
        text=[row[9] for row in rows],
    )
