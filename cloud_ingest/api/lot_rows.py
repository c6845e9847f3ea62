"""Reads lots for the parking answers: counted by the database, so that a page of lots needs few rows a lot."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct

from cloud_ingest.api.desk import Connection
from cloud_ingest.api.parameters import Moment
from cloud_ingest.api.place_tree import BELOW
from cloud_ingest.api.rows import fetch, with_parts
from wire import Words

_LOTS: Final = with_parts(
    BELOW,
    query="""
SELECT id, community AS area, jsonb_build_object('zh', name_zh, 'en', name_en) AS name, tz,
       ARRAY(SELECT round(extract(epoch FROM heard_at) * 1000)::bigint FROM gateway
             WHERE gateway.community = lot.community AND heard_at IS NOT NULL) AS present
FROM lot
WHERE (%(lot)s::text IS NULL OR id = %(lot)s)
  AND (%(after)s::text IS NULL OR id > %(after)s)
  AND (%(area)s::text IS NULL OR community IN (SELECT id FROM below))
ORDER BY id LIMIT %(most)s
""",
)
_SAID: Final = """
SELECT floor.lot, floor.id AS floor, jsonb_build_object('zh', floor.name_zh, 'en', floor.name_en) AS name,
       latest.text AS state, round(extract(epoch FROM gateway.heard_at) * 1000)::bigint AS heard_ms,
       count(bay.id) AS n, max(latest.at) AS at
FROM floor
LEFT JOIN bay ON bay.floor = floor.id
LEFT JOIN device ON device.name = bay.device
LEFT JOIN latest ON latest.device = device.id
                AND latest.property = (SELECT id FROM property WHERE name = 'parking.bay')
LEFT JOIN gateway ON gateway.id = latest.gateway
WHERE floor.lot = ANY(%(lots)s)
GROUP BY floor.lot, floor.rank, floor.id, latest.text, gateway.heard_at
ORDER BY floor.lot, floor.rank, floor.id
"""


class LotRow(Struct, frozen=True, kw_only=True):
    """A lot, and when each gateway of its community was last heard (UTC ms)."""

    id: str
    area: str
    name: Words
    tz: str
    present: tuple[int, ...]


class SaidRow(Struct, frozen=True, kw_only=True):
    """The bays of a floor of which the same is said by gateways heard at the same time; no state: nothing is said."""

    lot: str
    floor: str
    name: Words
    state: str | None
    heard_ms: int | None
    n: int
    at: Moment | None


async def lot_rows(
    conn: Connection,
    *,
    lot: str | None = None,
    area: str | None = None,
    after: str | None = None,
    most: int = 1,
) -> list[LotRow]:
    """Read lots by their id, or those below an area, in the order of their ids."""
    return await fetch(conn, LotRow, _LOTS, {"lot": lot, "area": area, "after": after, "most": most})


async def said_of(conn: Connection, lots: Sequence[str]) -> dict[str, list[SaidRow]]:
    """Read what is said of the bays of each lot, floor after floor."""
    rows = await fetch(conn, SaidRow, _SAID, {"lots": list(lots)})
    return {lot: list(said) for lot, said in groupby(rows, key=lambda row: row.lot)}
