"""Writes a deposit inside the caller's transaction: rows, hourly moments, newest values, events."""

from typing import Final

import msgspec
import psycopg

from cloud_ingest.rollup import HourKey, Moments, Newest
from cloud_ingest.store.binary import DATED_COLUMNS, ENDING, OPENING, UNDATED_COLUMNS
from cloud_ingest.store.deposit import Deposit, EventRow, fit_facts
from cloud_ingest.store.fit import fit_text

_HOURLY = b"""
INSERT INTO hourly AS h (gateway, property, hour, n, numbers, sum, min, max, last, last_at)
SELECT gateway, property, to_timestamp(hour / 1000.0), n, numbers, sum, min, max, last, to_timestamp(last_ms / 1000.0)
FROM unnest(%s::int[], %s::int[], %s::int8[], %s::int8[], %s::int8[], %s::float8[], %s::float8[], %s::float8[],
            %s::float8[], %s::int8[])
     AS u (gateway, property, hour, n, numbers, sum, min, max, last, last_ms)
ON CONFLICT (gateway, property, hour) DO UPDATE SET
    n = h.n + excluded.n,
    numbers = h.numbers + excluded.numbers,
    sum = h.sum + excluded.sum,
    min = least(h.min, excluded.min),
    max = greatest(h.max, excluded.max),
    last = CASE WHEN h.last_at > excluded.last_at OR excluded.last_at IS NULL THEN h.last ELSE excluded.last END,
    last_at = greatest(h.last_at, excluded.last_at)"""
_NEWEST = b"""
INSERT INTO latest AS l (device, property, at, value, text, trust, gateway)
SELECT device, property, to_timestamp(at / 1000.0), value, text, trust, gateway
FROM unnest(%s::int[], %s::int[], %s::int8[], %s::float8[], %s::text[], %s::int2[], %s::int[])
     AS u (device, property, at, value, text, trust, gateway)
ON CONFLICT (device, property) DO UPDATE SET
    at = excluded.at, value = excluded.value, text = excluded.text, trust = excluded.trust, gateway = excluded.gateway
WHERE CASE WHEN excluded.at > to_timestamp(%s / 1000.0)
           THEN l.at > to_timestamp(%s / 1000.0) AND excluded.at >= l.at
           ELSE l.at > to_timestamp(%s / 1000.0) OR excluded.at >= l.at END"""
_EVENT = b"""
INSERT INTO event (key, rule, place, device, phase, urgency, at, facts, gateway, stream, epoch, seq)
VALUES (%s, %s, %s, %s, %s, %s, to_timestamp(%s / 1000.0), %s::jsonb, %s, %s, %s, %s)"""
# Whoever shows boards listens; the payload is the community, whose lots are read again.
_BAYS = b"SELECT pg_notify(%s, community) FROM gateway WHERE id = ANY(%s) AND community IS NOT NULL"
BAY_CHANNEL: Final = "lilong_bay"
"""Notified, with the community's id, by a transaction in which something was decided about its bays."""


async def put_rows(conn: psycopg.AsyncConnection, deposit: Deposit) -> None:
    """Write everything that a deposit adds; the caller's transaction commits it."""
    async with conn.cursor() as cursor:
        if deposit.rows:
            await _copy(cursor, b"observation", DATED_COLUMNS, deposit.dated)
        if deposit.waiting:
            await _copy(cursor, b"undated", UNDATED_COLUMNS, deposit.undated)
        if deposit.hourly:
            await _put_hourly(cursor, deposit.hourly)
        if deposit.newest:
            await _put_newest(cursor, deposit.newest, deposit.limit_ms)
        if deposit.events:
            await cursor.executemany(_EVENT, [_event_values(row) for row in deposit.events])
        if deposit.bays_of:
            await cursor.execute(_BAYS, (BAY_CHANNEL, list(deposit.bays_of)))


async def _copy(cursor: psycopg.AsyncCursor, table: bytes, columns: bytes, rows: bytes) -> None:
    async with cursor.copy(b"COPY " + table + b" (" + columns + b") FROM STDIN (FORMAT BINARY)") as copy:
        await copy.write(OPENING)
        await copy.write(rows)
        await copy.write(ENDING)


async def _put_hourly(cursor: psycopg.AsyncCursor, hourly: dict[HourKey, Moments]) -> None:
    # In one order everywhere, so that two transactions cannot wait for each other's rows in a ring.
    keys = sorted(hourly, key=lambda key: (key.gateway, key.property, key.hour_ms))
    found = [hourly[key] for key in keys]
    await cursor.execute(
        _HOURLY,
        (
            [key.gateway for key in keys],
            [key.property for key in keys],
            [key.hour_ms for key in keys],
            [moments.n for moments in found],
            [moments.numbers for moments in found],
            [moments.sum for moments in found],
            [moments.least for moments in found],
            [moments.greatest for moments in found],
            [moments.last for moments in found],
            [moments.last_ms for moments in found],
        ),
    )


async def _put_newest(
    cursor: psycopg.AsyncCursor, newest: dict[tuple[int, int], Newest], limit_ms: int
) -> None:
    keys = sorted(newest)
    rows = [newest[key] for key in keys]
    at, number, text, trust, gateway = (list(column) for column in zip(*rows, strict=True))
    devices, properties = (list(column) for column in zip(*keys, strict=True))
    await cursor.execute(
        _NEWEST, (devices, properties, at, number, text, trust, gateway, limit_ms, limit_ms, limit_ms)
    )


def _event_values(row: EventRow) -> tuple[str | int, ...]:
    event = row.event
    return (
        *map(fit_text, (event.key, event.rule, event.place, event.device)),
        *(event.phase.value, event.urgency.value, row.at_ms),
        msgspec.json.encode(fit_facts(event.facts)).decode(),
        *(row.gateway, row.stream, row.epoch, row.seq),
    )
