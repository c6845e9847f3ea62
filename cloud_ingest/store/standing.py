"""How the cloud stands, in numbers that an operator asks for."""

from datetime import date

import psycopg
from msgspec import Struct

from cloud_ingest.store import shard_locks
from cloud_ingest.store.migrate import schema_version
from cloud_ingest.store.partitions import partition_days
from wire import SHARDS

_NUMBERS = b"""
SELECT (SELECT count(*) FROM gateway),
       (SELECT count(*) FROM gateway WHERE heard_at > now() - %s * interval '1 second'),
       (SELECT coalesce(sum(pending), 0) FROM watermark),
       (SELECT coalesce(sum(n), 0) FROM gap),
       (SELECT count(*) FROM undated),
       (SELECT count(*) FROM observation_default),
       (SELECT count(*) FROM refused),
       pg_database_size(current_database())"""


class Standing(Struct, frozen=True, kw_only=True):
    """How the cloud stands.

    `gateways_heard` were heard lately, `pending` rows are known to wait on gateways, `lost` were given up by gateways,
    `undated` wait for their boot's offset, `strays` lie in the default partition, `unserved` shards have no worker.
    """

    schema: int
    workers: int
    unserved: int
    gateways: int
    gateways_heard: int
    pending: int
    lost: int
    undated: int
    strays: int
    refused: int
    bytes: int
    first_day: date | None
    last_day: date | None


async def standing(conn: psycopg.AsyncConnection, heard_within_s: float) -> Standing:
    """Ask the database how the cloud stands."""
    locks = await shard_locks.look(conn)
    days = await partition_days(conn)
    row = await (await conn.execute(_NUMBERS, (heard_within_s,))).fetchone()
    assert row is not None  # a SELECT without FROM gives one row
    gateways, heard, pending, lost, undated, strays, refused, size = map(int, row)
    return Standing(
        schema=await schema_version(conn),
        workers=locks.workers,
        unserved=SHARDS - len(locks.taken),
        gateways=gateways,
        gateways_heard=heard,
        pending=pending,
        lost=lost,
        undated=undated,
        strays=strays,
        refused=refused,
        bytes=size,
        first_day=min(days, default=None),
        last_day=max(days, default=None),
    )
