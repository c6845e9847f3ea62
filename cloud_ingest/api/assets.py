"""`/v1/assets`: what stands in an area: gateways, lots, bays, devices."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Found, Page, Question, page_of
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.parameters import AreaName, Cursor, Limit, Moment
from cloud_ingest.api.place_tree import BELOW, require_area
from cloud_ingest.api.rows import fetch, with_parts
from wire import Words


class AssetType(StrEnum):
    """What an asset is, in the order in which they are listed."""

    GATEWAY = "gateway"
    LOT = "lot"
    BAY = "bay"
    DEVICE = "device"


class AssetsAsked(Struct, frozen=True, kw_only=True):
    """Which assets: below one area, of one type."""

    area: AreaName | None = None
    type: AssetType | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class Asset(Struct, frozen=True, kw_only=True, rename="camel"):
    """Something that stands in an area (null: in none that a plan names).

    `lot` and `floor` say where a bay is, `device` what watches it, `gateway` which gateway speaks for a device,
    `agent` which program a gateway runs, `heardAt` when a gateway or a device was last heard of.
    """

    type: AssetType
    id: str
    area: str | None
    name: Words | None = None
    lot: str | None = None
    floor: str | None = None
    device: str | None = None
    gateway: str | None = None
    agent: str | None = None
    heard_at: Moment | None = None


class _Row(Asset, frozen=True, kw_only=True, rename="camel"):
    """An asset with what it is sorted by within its type."""

    key: str | int


_QUERIES: Final[Mapping[AssetType, str]] = {
    AssetType.GATEWAY: with_parts(
        BELOW,
        query="""
SELECT id AS key, 'gateway' AS type, name AS id, community AS area, agent, heard_at AS "heardAt"
FROM gateway
WHERE (%(after)s::text IS NULL OR id > %(after)s::int)
  AND (%(area)s::text IS NULL OR community IN (SELECT id FROM below))
ORDER BY gateway.id LIMIT %(most)s
""",
    ),
    AssetType.LOT: with_parts(
        BELOW,
        query="""
SELECT id AS key, 'lot' AS type, id, community AS area, jsonb_build_object('zh', name_zh, 'en', name_en) AS name
FROM lot
WHERE (%(after)s::text IS NULL OR id > %(after)s)
  AND (%(area)s::text IS NULL OR community IN (SELECT id FROM below))
ORDER BY lot.id LIMIT %(most)s
""",
    ),
    AssetType.BAY: with_parts(
        BELOW,
        query="""
SELECT bay.id AS key, 'bay' AS type, bay.id, lot.community AS area, bay.lot, bay.floor, bay.device
FROM bay JOIN lot ON lot.id = bay.lot
WHERE (%(after)s::text IS NULL OR bay.id > %(after)s)
  AND (%(area)s::text IS NULL OR lot.community IN (SELECT id FROM below))
ORDER BY bay.id LIMIT %(most)s
""",
    ),
    AssetType.DEVICE: with_parts(
        BELOW,
        query="""
SELECT device.id AS key, 'device' AS type, device.name AS id, spoken.community AS area,
       spoken.name AS gateway, spoken.at AS "heardAt"
FROM device
LEFT JOIN LATERAL (
    SELECT gateway.name, gateway.community, latest.at
    FROM latest JOIN gateway ON gateway.id = latest.gateway
    WHERE latest.device = device.id ORDER BY latest.at DESC LIMIT 1
) AS spoken ON true
WHERE (%(after)s::text IS NULL OR device.id > %(after)s::int)
  AND (%(area)s::text IS NULL OR spoken.community IN (SELECT id FROM below))
ORDER BY device.id LIMIT %(most)s
""",
    ),
}


async def find_assets(desk: Desk, question: Question[AssetsAsked]) -> Found[Asset]:
    """Find assets, one type after the other, each by its own key."""
    asked = question.asked
    first, after = question.after or (asked.type or AssetType.GATEWAY, None)
    wanted = [asked.type] if asked.type else list(AssetType)[list(AssetType).index(first) :]
    rows: list[_Row] = []
    async with desk.reading() as conn:
        if asked.area is not None:
            await require_area(conn, asked.area)
        for kind in wanted:
            values = {
                "area": asked.area,
                "after": str(after) if kind is first and after is not None else None,
                "most": asked.limit + 1 - len(rows),
            }
            rows += await fetch(conn, _Row, _QUERIES[kind], values)
    page = page_of(rows, asked.limit, lambda row: (row.type, row.key))
    return page.plain(Asset)


ASSETS: Final = Endpoint(
    path="/v1/assets",
    name="assets",
    summary="What stands in an area: gateways, lots, bays, devices",
    asked=AssetsAsked,
    answer=Page[Asset],
    find=find_assets,
    key=tuple[AssetType, str | int],
    missing="`area` is no area",
)
