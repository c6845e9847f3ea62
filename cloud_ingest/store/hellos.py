"""A gateway's account of itself: what it holds, how its clock is; answered with what the database wants."""

from collections.abc import Sequence

import msgspec
import psycopg

from cloud_ingest.store.commit import Heard, put_heard
from cloud_ingest.store.fit import fit_name, fit_whole
from cloud_ingest.store.sheet import STREAM_NUMBER
from cloud_ingest.store.watermarks import LaneId, load_watermarks
from wire import Hello, LaneHello

_GATEWAY = b"UPDATE gateway SET agent = %s, synced = %s, counts = %s::jsonb WHERE id = %s"
_LANES = b"""
UPDATE watermark AS w SET closed = u.closed, oldest_ms = u.oldest_ms, updated_at = now(),
    pending = greatest(0, u.next - greatest(w.next, u.oldest))
FROM unnest(%s::int2[], %s::int8[], %s::bool[], %s::int8[], %s::int8[], %s::int8[])
     AS u (stream, epoch, closed, oldest_ms, oldest, next)
WHERE w.gateway = %s AND w.stream = u.stream AND w.epoch = u.epoch"""
# A hello names every lane that its gateway holds: nothing more will come of one that it no longer names.
_LOST = b"""
UPDATE watermark AS w SET pending = 0
WHERE w.gateway = %s AND w.pending > 0 AND NOT EXISTS (
    SELECT FROM unnest(%s::int2[], %s::int8[]) AS u (stream, epoch)
    WHERE u.stream = w.stream AND u.epoch = w.epoch)"""
_CLOCKS = b"""
INSERT INTO boot_clock AS b (gateway, epoch, offset_ms)
SELECT DISTINCT ON (epoch) %s, epoch, offset_ms FROM unnest(%s::int8[], %s::int8[]) AS u (epoch, offset_ms)
ON CONFLICT (gateway, epoch) DO UPDATE SET offset_ms = excluded.offset_ms, heard_at = now()"""
_CLOCKS_OF = b"SELECT epoch, offset_ms FROM boot_clock WHERE gateway = %s"


async def put_hello(conn: psycopg.AsyncConnection, hello: Hello, heard: Heard) -> list[int]:
    """Take a hello in, in one transaction, and return the next number wanted of each of its lanes."""
    ids = {lane: _lane_id(heard.gateway, lane) for lane in hello.lanes}
    async with conn.transaction():
        counts = {fit_name(name): count for name, count in hello.counts.items()}
        text = msgspec.json.encode(counts).decode()
        wanted = await load_watermarks(conn, set(ids.values()))
        await _put_lanes(conn, heard.gateway, hello.lanes)
        if hello.clocks:
            epochs = [clock.epoch for clock in hello.clocks]
            offsets = [fit_whole(clock.offset_ms) for clock in hello.clocks]
            await conn.execute(_CLOCKS, (heard.gateway, epochs, offsets))
        await conn.execute(_GATEWAY, (fit_name(hello.agent), hello.synced, text, heard.gateway))
        await put_heard(conn, (heard,))  # last, as in every transaction: no two wait for each other in a ring
    return [wanted[ids[lane]] for lane in hello.lanes]


async def load_clocks(conn: psycopg.AsyncConnection, gateway: int) -> dict[int, int]:
    """Return the boot offsets known of a gateway's epochs, in milliseconds."""
    rows = await (await conn.execute(_CLOCKS_OF, (gateway,))).fetchall()
    return {int(epoch): int(offset) for epoch, offset in rows}


async def _put_lanes(conn: psycopg.AsyncConnection, gateway: int, lanes: Sequence[LaneHello]) -> None:
    await conn.execute(
        _LANES,
        (
            [STREAM_NUMBER[lane.stream] for lane in lanes],
            [lane.epoch for lane in lanes],
            [lane.closed for lane in lanes],
            [fit_whole(lane.oldest_ms) for lane in lanes],
            [lane.oldest for lane in lanes],
            [lane.next for lane in lanes],
            gateway,
        ),
    )
    await conn.execute(
        _LOST, (gateway, [STREAM_NUMBER[lane.stream] for lane in lanes], [lane.epoch for lane in lanes])
    )


def _lane_id(gateway: int, lane: LaneHello) -> LaneId:
    return LaneId(gateway=gateway, stream=STREAM_NUMBER[lane.stream], epoch=lane.epoch)
