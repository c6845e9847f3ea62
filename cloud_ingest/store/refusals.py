"""What arrived and could not be taken: noted for the operator, never more than a fixed number of rows."""

from collections.abc import Sequence

import psycopg
from msgspec import Struct

from cloud_ingest.store.fit import fit_name, fit_text

_LONGEST = 500
_PUT = b"INSERT INTO refused (gateway, topic, reason, size) VALUES (%s, %s, %s, %s)"
_CAP = b"DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - %s"


class Refusal(Struct, frozen=True, kw_only=True):
    """Bytes that were refused: the gateway as the topic names it, the topic, why, and how many bytes."""

    gateway: str
    topic: str
    reason: str
    size: int


async def put_refusals(conn: psycopg.AsyncConnection, refusals: Sequence[Refusal]) -> None:
    """Note refusals, in a transaction of their own."""
    rows = [
        (fit_name(one.gateway), fit_name(one.topic), fit_text(one.reason[:_LONGEST]), one.size)
        for one in refusals
    ]
    async with conn.transaction(), conn.cursor() as cursor:
        await cursor.executemany(_PUT, rows)


async def cap_refusals(conn: psycopg.AsyncConnection, most: int) -> int:
    """Delete all but the newest `most` and return how many went."""
    return (await conn.execute(_CAP, (most,))).rowcount
