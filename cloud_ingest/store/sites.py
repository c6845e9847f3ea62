"""Loads a site's plan into places, lots, floors and bays; loading it again changes nothing."""

from collections.abc import Sequence

import msgspec
import psycopg
from msgspec import Struct

from cloud_ingest.store.dictionary import Dictionary
from cloud_ingest.store.errors import PlanError
from wire import Bay, Floor, Lot, Place, SitePlan

_LOCK = b"SELECT pg_advisory_xact_lock(%s)"
_LOCK_KEY = 0x6C69_7369
_END_PLACE = b"""
UPDATE place SET valid_to = now() WHERE id = %(id)s AND valid_to IS NULL
  AND (level, parent, name_zh, name_en) IS DISTINCT FROM (%(level)s, %(parent)s, %(zh)s, %(en)s)"""
_BEGIN_PLACE = b"""
INSERT INTO place (id, level, parent, name_zh, name_en, valid_from)
SELECT %(id)s, %(level)s, %(parent)s, %(zh)s, %(en)s, CASE WHEN EXISTS (SELECT FROM place WHERE id = %(id)s)
       THEN now() ELSE 'epoch' END
WHERE NOT EXISTS (SELECT FROM place WHERE id = %(id)s AND valid_to IS NULL)"""
_LOT = b"""
INSERT INTO lot AS l (id, community, name_zh, name_en, tz, site) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET community = excluded.community, name_zh = excluded.name_zh,
    name_en = excluded.name_en, tz = excluded.tz"""
_FLOOR = b"""
INSERT INTO floor (id, lot, name_zh, name_en, rank) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET lot = excluded.lot, name_zh = excluded.name_zh, name_en = excluded.name_en,
    rank = excluded.rank"""
_BAY = b"""
INSERT INTO bay (id, lot, floor, device, rank, plan) VALUES (%s, %s, %s, %s, %s, %s::jsonb)
ON CONFLICT (id) DO UPDATE SET lot = excluded.lot, floor = excluded.floor, device = excluded.device,
    rank = excluded.rank, plan = excluded.plan"""
_FOREIGN_LOTS = b"SELECT id, site FROM lot WHERE id = ANY(%s) AND site <> %s LIMIT 1"
_FOREIGN_FLOORS = b"""
SELECT f.id, l.site FROM floor f JOIN lot l ON l.id = f.lot WHERE f.id = ANY(%s) AND l.site <> %s LIMIT 1"""
_FOREIGN_BAYS = b"""
SELECT b.id, l.site FROM bay b JOIN lot l ON l.id = b.lot WHERE b.id = ANY(%s) AND l.site <> %s LIMIT 1"""
_FOREIGN_DEVICES = b"""
SELECT b.device, l.site FROM bay b JOIN lot l ON l.id = b.lot WHERE b.device = ANY(%s) AND l.site <> %s LIMIT 1"""
_GONE = (
    b"DELETE FROM bay WHERE lot IN (SELECT id FROM lot WHERE site = %s) AND id <> ALL(%s)",
    b"DELETE FROM floor WHERE lot IN (SELECT id FROM lot WHERE site = %s) AND id <> ALL(%s)",
    b"DELETE FROM lot WHERE site = %s AND id <> ALL(%s)",
)
_GATEWAY = b"UPDATE gateway SET community = %s WHERE id = %s AND community IS DISTINCT FROM %s"


class _Ids(Struct, frozen=True, kw_only=True):
    """Every id that a plan declares."""

    lots: list[str]
    floors: list[str]
    bays: list[str]
    devices: list[str]


async def load_plan(conn: psycopg.AsyncConnection, plan: SitePlan) -> None:
    """Bring the database to a checked plan, in one transaction; what the plan no longer names is removed.

    Raises:
        PlanError: a lot, floor, bay or device belongs to another site; nothing was changed.
    """
    ids = _ids(plan)
    async with conn.transaction():
        await conn.execute(_LOCK, (_LOCK_KEY,))
        await _refuse_foreign(conn, plan, ids)
        await _put_places(conn, plan.areas)
        for query, kept in zip(_GONE, (ids.bays, ids.floors, ids.lots), strict=True):
            await conn.execute(query, (plan.id, kept))
        await _put_lots(conn, plan)
        await _put_gateway(conn, plan)


async def _refuse_foreign(conn: psycopg.AsyncConnection, plan: SitePlan, ids: _Ids) -> None:
    for what, query, names in (
        ("lot", _FOREIGN_LOTS, ids.lots),
        ("floor", _FOREIGN_FLOORS, ids.floors),
        ("bay", _FOREIGN_BAYS, ids.bays),
        ("device", _FOREIGN_DEVICES, ids.devices),
    ):
        row = await (await conn.execute(query, (names, plan.id))).fetchone()
        if row is not None:
            raise PlanError(
                f"site {plan.id!r}: {what} {row[0]!r} belongs to site {row[1]!r} already; give it another id"
            )


async def _put_places(conn: psycopg.AsyncConnection, places: Sequence[Place]) -> None:
    """End what changed and begin it anew, so that history keeps the place as it was."""
    async with conn.cursor() as cursor:
        for place in places:
            values = {
                "id": place.id,
                "level": place.level.value,
                "parent": place.parent,
                "zh": place.name.zh,
                "en": place.name.en,
            }
            await cursor.execute(_END_PLACE, values)
            await cursor.execute(_BEGIN_PLACE, values)


async def _put_lots(conn: psycopg.AsyncConnection, plan: SitePlan) -> None:
    community = plan.areas[-1].id
    floors = [(lot, rank, floor) for lot in plan.lots for rank, floor in enumerate(lot.floors)]
    bays = [(lot, floor, rank, bay) for lot, _, floor in floors for rank, bay in enumerate(floor.bays)]
    async with conn.cursor() as cursor:
        await cursor.executemany(
            _LOT, [(lot.id, community, lot.name.zh, lot.name.en, plan.tz, plan.id) for lot in plan.lots]
        )
        await cursor.executemany(_FLOOR, [_floor_values(lot, rank, floor) for lot, rank, floor in floors])
        await cursor.executemany(_BAY, [_bay_values(lot, floor, rank, bay) for lot, floor, rank, bay in bays])


async def _put_gateway(conn: psycopg.AsyncConnection, plan: SitePlan) -> None:
    if plan.gateway is None:
        return
    gateways = Dictionary("gateway")
    await gateways.learn(conn, {plan.gateway})
    community = plan.areas[-1].id
    await conn.execute(_GATEWAY, (community, gateways.ids[plan.gateway], community))


def _ids(plan: SitePlan) -> _Ids:
    floors = [floor for lot in plan.lots for floor in lot.floors]
    bays = [bay for floor in floors for bay in floor.bays]
    return _Ids(
        lots=[lot.id for lot in plan.lots],
        floors=[floor.id for floor in floors],
        bays=[bay.id for bay in bays],
        devices=[bay.device for bay in bays if bay.device is not None],
    )


def _floor_values(lot: Lot, rank: int, floor: Floor) -> tuple[str | int, ...]:
    return (floor.id, lot.id, floor.name.zh, floor.name.en, rank)


def _bay_values(lot: Lot, floor: Floor, rank: int, bay: Bay) -> tuple[str | int | None, ...]:
    place = msgspec.json.encode({"at": bay.at, "turned": bay.turned}).decode()
    return (bay.id, lot.id, floor.id, bay.device, rank, place)
