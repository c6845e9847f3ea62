"""How long the cloud keeps what, and the upkeep that makes it so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import psycopg
from msgspec import Meta, Struct

from chassis import Days, Some
from cloud_ingest.store.partitions import days_wanted, drop_partitions, make_partitions, stray_days
from cloud_ingest.store.refusals import cap_refusals
from cloud_ingest.store.repair import repair

_ALONE = 0x6C69_686F

# A wrong clock says nothing about age: a stray goes when it has been here as long as any row is kept.
_STRAYS = b"DELETE FROM observation_default WHERE stored_at < now() - %s * interval '1 day'"
_UNDATED = b"DELETE FROM undated WHERE stored_at < now() - %s * interval '1 day'"
_EVENTS = b"DELETE FROM event WHERE at < now() - %s * interval '1 day'"
_GAPS = b"DELETE FROM gap WHERE recorded_at < now() - %s * interval '1 day'"
_HOURS = b"DELETE FROM hourly WHERE hour < now() - %s * interval '1 day'"
# Only a lane that its gateway, alive for so long since, never named again: a gateway that was away for a year may still
# hold rows that are committed, and would send them again to a cloud without its watermark.
_LANES = b"""
DELETE FROM watermark w USING gateway g
WHERE g.id = w.gateway AND w.updated_at < now() - %(days)s * interval '1 day'
  AND g.heard_at >= w.updated_at + %(days)s * interval '1 day'"""
_CLOCKS = b"""
DELETE FROM boot_clock b WHERE heard_at < now() - %s * interval '1 day'
  AND NOT EXISTS (SELECT FROM watermark w WHERE w.gateway = b.gateway AND w.epoch = b.epoch)
  AND NOT EXISTS (SELECT FROM undated u WHERE u.gateway = b.gateway AND u.epoch = b.epoch)"""


class Retention(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days that things are kept; `days_ahead` and `days_back` say which partitions are made before they are needed."""

    observation_days: Days = 400
    hourly_days: Days = 3650
    event_days: Days = 3650
    gap_days: Days = 3650
    undated_days: Days = 400
    watermark_days: Days = 90
    refused_rows: Some = 10_000
    days_ahead: Annotated[int, Meta(ge=1, le=366)] = 7
    days_back: Annotated[int, Meta(ge=0, le=366)] = 3


class Upkeep(Struct, frozen=True, kw_only=True):
    """What one round of upkeep did."""

    made: int = 0
    dropped: int = 0
    deleted: int = 0
    repaired: int = 0


async def keep_house(
    conn: psycopg.AsyncConnection, retention: Retention, now_ms: Callable[[], int]
) -> Upkeep:
    """Do one round: partitions made and dropped, old rows deleted, rows dated whose boot's offset came late.

    Of several programs that try at once one does it; the others return with nothing done.
    """
    if not await _alone(conn):
        return Upkeep()
    try:
        return await _round(conn, retention, now_ms)
    finally:
        if not conn.closed:
            await conn.execute("SELECT pg_advisory_unlock(%s)", (_ALONE,))


async def _alone(conn: psycopg.AsyncConnection) -> bool:
    row = await (await conn.execute("SELECT pg_try_advisory_lock(%s)", (_ALONE,))).fetchone()
    return bool(row and row[0])


async def _round(conn: psycopg.AsyncConnection, retention: Retention, now_ms: Callable[[], int]) -> Upkeep:
    today = datetime.fromtimestamp(now_ms() / 1000, UTC).date()
    oldest = today - timedelta(days=retention.observation_days)
    end = today + timedelta(days=retention.days_ahead + 1)
    wanted = days_wanted(today, back=retention.days_back, ahead=retention.days_ahead)
    made = await make_partitions(conn, wanted)
    made += await make_partitions(conn, await stray_days(conn, oldest, end))
    dropped = await drop_partitions(conn, oldest)
    repaired = await repair(conn, now_ms)
    deleted = await _delete(conn, retention)
    return Upkeep(made=len(made), dropped=len(dropped), deleted=deleted, repaired=repaired)


async def _delete(conn: psycopg.AsyncConnection, retention: Retention) -> int:
    deleted = await cap_refusals(conn, retention.refused_rows)
    deleted += (await conn.execute(_LANES, {"days": retention.watermark_days})).rowcount
    for query, days in (
        (_STRAYS, retention.observation_days),
        (_UNDATED, retention.undated_days),
        (_EVENTS, retention.event_days),
        (_GAPS, retention.gap_days),
        (_HOURS, retention.hourly_days),
        (_CLOCKS, retention.watermark_days),
    ):
        deleted += (await conn.execute(query, (days,))).rowcount
    return deleted
