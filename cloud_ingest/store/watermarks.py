"""How far each lane is committed: loaded before judging, moved by compare-and-swap."""

from collections.abc import Collection, Sequence

import psycopg
from msgspec import Struct

# A lane's first batch must find a row to compare with; next = 0 is what an unknown lane means anyway.
_OPEN = b"""
INSERT INTO watermark (gateway, stream, epoch)
SELECT * FROM unnest(%s::int[], %s::int2[], %s::int8[]) ON CONFLICT DO NOTHING"""
_LOAD = b"""
SELECT gateway, stream, epoch, next FROM watermark
JOIN unnest(%s::int[], %s::int2[], %s::int8[]) AS u (gateway, stream, epoch) USING (gateway, stream, epoch)"""
# Not SELECT ... FOR UPDATE, which a distributed table (Citus) refuses across several gateways.
_MOVE = b"""
UPDATE watermark AS w
SET next = u.next, pending = greatest(0, w.pending - u.fresh), updated_at = now()
FROM unnest(%s::int[], %s::int2[], %s::int8[], %s::int8[], %s::int8[], %s::int8[])
     AS u (gateway, stream, epoch, expected, next, fresh)
WHERE w.gateway = u.gateway AND w.stream = u.stream AND w.epoch = u.epoch AND w.next = u.expected"""


_STAND = b"""
SELECT count(*) FROM watermark AS w
JOIN unnest(%s::int[], %s::int2[], %s::int8[], %s::int8[]) AS u (gateway, stream, epoch, expected)
  ON w.gateway = u.gateway AND w.stream = u.stream AND w.epoch = u.epoch AND w.next = u.expected"""


class LaneId(Struct, frozen=True, kw_only=True):
    """A lane as the database names it."""

    gateway: int
    stream: int
    epoch: int


class LaneMove(Struct, frozen=True, kw_only=True):
    """A watermark to be moved from `expected` to `next`, with `fresh` rows stored on the way; equal, only looked at."""

    lane: LaneId
    expected: int
    next: int
    fresh: int


async def load_watermarks(conn: psycopg.AsyncConnection, lanes: Collection[LaneId]) -> dict[LaneId, int]:
    """Return the next number wanted of each lane; a lane heard of for the first time begins at 0."""
    ordered = list(lanes)
    found = await _load(conn, ordered)
    missing = [lane for lane in ordered if lane not in found]
    if missing:
        await conn.execute(_OPEN, _columns(missing))
        found |= await _load(conn, missing)
    return found


async def move_watermarks(conn: psycopg.AsyncConnection, moves: Sequence[LaneMove]) -> bool:
    """Move watermarks inside the caller's transaction; False if one was not where it was expected.

    After False the transaction must be rolled back: another worker was there first, or the database was restored.
    """
    ordered = sorted(moves, key=lambda move: (move.lane.gateway, move.lane.stream, move.lane.epoch))
    moving = [move for move in ordered if move.next != move.expected]
    standing = [move for move in ordered if move.next == move.expected]
    return await _move(conn, moving) and await _stand(conn, standing)


async def _move(conn: psycopg.AsyncConnection, moves: Sequence[LaneMove]) -> bool:
    if not moves:
        return True
    cursor = await conn.execute(
        _MOVE,
        (
            *_columns([move.lane for move in moves]),
            [move.expected for move in moves],
            [move.next for move in moves],
            [move.fresh for move in moves],
        ),
    )
    return cursor.rowcount == len(moves)


async def _stand(conn: psycopg.AsyncConnection, moves: Sequence[LaneMove]) -> bool:
    if not moves:
        return True
    columns = (*_columns([move.lane for move in moves]), [move.expected for move in moves])
    row = await (await conn.execute(_STAND, columns)).fetchone()
    return row is not None and row[0] == len(moves)


async def _load(conn: psycopg.AsyncConnection, lanes: Sequence[LaneId]) -> dict[LaneId, int]:
    rows = await (await conn.execute(_LOAD, _columns(lanes))).fetchall()
    return {
        LaneId(gateway=gateway, stream=stream, epoch=epoch): next_ for gateway, stream, epoch, next_ in rows
    }


def _columns(lanes: Sequence[LaneId]) -> tuple[list[int], list[int], list[int]]:
    return (
        [lane.gateway for lane in lanes],
        [lane.stream for lane in lanes],
        [lane.epoch for lane in lanes],
    )
