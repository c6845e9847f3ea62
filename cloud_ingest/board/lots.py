"""Reads lots with their floors, their bays and what was last decided about each bay."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import psycopg
from msgspec import Struct
from psycopg.rows import namedtuple_row

from wire import Bay, BayId, DeviceId, Floor, GatewayId, Lot, PlaceId, Words

_EVERY_BAY: Final = """
SELECT lot.id AS lot, lot.community, lot.name_zh AS lot_zh, lot.name_en AS lot_en, lot.tz,
       floor.id AS floor, floor.name_zh AS floor_zh, floor.name_en AS floor_en,
       bay.id AS bay, bay.device, bay.plan, latest.text AS state, gateway.name AS gateway, gateway.heard_at
FROM lot
LEFT JOIN floor ON floor.lot = lot.id
LEFT JOIN bay ON bay.floor = floor.id
LEFT JOIN device ON device.name = bay.device
LEFT JOIN latest ON latest.device = device.id
                AND latest.property = (SELECT id FROM property WHERE name = 'parking.bay')
LEFT JOIN gateway ON gateway.id = latest.gateway
WHERE lot.id = ANY(%(names)s) OR lot.community = ANY(%(names)s)
ORDER BY lot.id, floor.rank, floor.id, bay.rank, bay.id
"""
_GATEWAYS: Final = """
SELECT community, name, heard_at FROM gateway WHERE community = ANY(%s)
"""


class BayFact(Struct, frozen=True, kw_only=True):
    """The newest decided state of a bay and the gateway that said so."""

    state: str
    gateway: GatewayId


class LotFacts(Struct, frozen=True, kw_only=True):
    """A lot, what is known of its bays, and when each gateway that speaks for it was last heard (UTC ms).

    `read_ms` is when the database said so.
    """

    lot: Lot
    community: PlaceId
    tz: str
    bays: Mapping[BayId, BayFact]
    heard_ms: Mapping[GatewayId, int]
    read_ms: int


async def lot_ids(conn: psycopg.AsyncConnection[Any]) -> tuple[PlaceId, ...]:
    """Read which lots there are."""
    rows = await (await conn.execute("SELECT id FROM lot ORDER BY id")).fetchall()
    return tuple(PlaceId(lot) for (lot,) in rows)


async def read_lots(
    conn: psycopg.AsyncConnection[Any], now_ms: int, names: Collection[str]
) -> tuple[LotFacts, ...]:
    """Read the lots of these ids or of these communities."""
    async with conn.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(_EVERY_BAY, {"names": list(names)})
        rows: list[Any] = await cursor.fetchall()  # the columns that the query above names
        await cursor.execute(_GATEWAYS, (list({row.community for row in rows}),))
        present: dict[str, dict[GatewayId, int]] = {}
        for community, name, heard_at in await cursor.fetchall():
            if heard_at is not None:
                present.setdefault(community, {})[GatewayId(name)] = _ms(heard_at)
    return tuple(
        _facts(list(group), present, now_ms) for _, group in groupby(rows, key=lambda row: str(row.lot))
    )


def _facts(rows: Sequence[Any], present: Mapping[str, Mapping[GatewayId, int]], now_ms: int) -> LotFacts:
    first = rows[0]
    floors = tuple(
        _floor(list(group)) for floor, group in groupby(rows, key=lambda row: row.floor) if floor is not None
    )
    said = [row for row in rows if row.state is not None and row.gateway is not None]
    speaking = {GatewayId(row.gateway): _ms(row.heard_at) for row in said if row.heard_at is not None}
    return LotFacts(
        lot=Lot(id=PlaceId(first.lot), name=Words(zh=first.lot_zh, en=first.lot_en), floors=floors),
        community=PlaceId(first.community),
        tz=first.tz,
        bays={BayId(row.bay): BayFact(state=row.state, gateway=GatewayId(row.gateway)) for row in said},
        heard_ms=speaking if said else present.get(first.community, {}),
        read_ms=now_ms,
    )


def _floor(rows: Sequence[Any]) -> Floor:
    first = rows[0]
    return Floor(
        id=PlaceId(first.floor),
        name=Words(zh=first.floor_zh, en=first.floor_en),
        bays=tuple(_bay(row) for row in rows if row.bay is not None),
    )


def _bay(row: Any) -> Bay:
    at = row.plan.get("at")
    return Bay(
        id=BayId(row.bay),
        device=None if row.device is None else DeviceId(row.device),
        at=None if at is None else (at[0], at[1]),
        turned=bool(row.plan.get("turned", False)),
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
