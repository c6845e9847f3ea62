"""A site's plan comes into the database as it is told, again and again, and never over another site's."""

import asyncio

import pytest
from msgspec.structs import replace

from chassis import parse_config
from cloud_ingest.store import Database, PlanError, load_plan
from tests.cloud_ingest.engine import query, scalar
from wire import GatewayId, PlaceId, SitePlan, check_plan

PLAN = check_plan(
    parse_config(
        """
id = "hexi"
name = { zh = "河西里", en = "Hexi Lane" }
gateway = "gw-hexi"
[[areas]]
id = "3101"
level = "city"
name = { zh = "上海市", en = "Shanghai" }
[[areas]]
id = "310115"
level = "district"
parent = "3101"
name = { zh = "浦东新区", en = "Pudong" }
[[areas]]
id = "hexi-c"
level = "community"
parent = "310115"
name = { zh = "河西里", en = "Hexi Lane" }
[[lots]]
id = "hexi-lot"
name = { zh = "地下车库", en = "Underground" }
[[lots.floors]]
id = "hexi-b1"
name = { zh = "地下一层", en = "B1" }
[[lots.floors.bays]]
id = "hexi-001"
device = "s-1"
at = [0.0, 1.0]
[[lots.floors.bays]]
id = "hexi-002"
device = "s-2"
turned = true
""",
        SitePlan,
        name="site.toml",
    )
)


def load(url: str, *plans: SitePlan) -> None:
    async def scenario() -> None:
        async with await Database(url).open() as conn:
            for plan in plans:
                await load_plan(conn, plan)

    asyncio.run(scenario())


def snapshot(url: str) -> list[object]:
    return [
        query(url, "SELECT * FROM place ORDER BY id, valid_from"),
        query(url, "SELECT * FROM lot ORDER BY id"),
        query(url, "SELECT * FROM floor ORDER BY id"),
        query(url, "SELECT * FROM bay ORDER BY id"),
        query(url, "SELECT id, name, community FROM gateway ORDER BY id"),
    ]


def test_a_plan_is_loaded_and_loading_it_again_changes_nothing(database_url: str) -> None:
    load(database_url, PLAN)
    first = snapshot(database_url)
    load(database_url, PLAN, PLAN)
    assert snapshot(database_url) == first
    assert query(database_url, "SELECT id, floor, device, rank, plan FROM bay ORDER BY rank") == [
        ("hexi-001", "hexi-b1", "s-1", 0, {"at": [0.0, 1.0], "turned": False}),
        ("hexi-002", "hexi-b1", "s-2", 1, {"at": None, "turned": True}),
    ]
    assert query(database_url, "SELECT name, community FROM gateway") == [("gw-hexi", "hexi-c")]
    assert query(database_url, "SELECT community, tz, site FROM lot") == [("hexi-c", "Asia/Shanghai", "hexi")]


def test_sensors_may_change_places_and_bays_may_go(database_url: str) -> None:
    load(database_url, PLAN)
    floor = PLAN.lots[0].floors[0]
    one, two = floor.bays
    swapped = (replace(one, device=two.device), replace(two, device=one.device))
    load(database_url, with_bays(PLAN, swapped))
    assert query(database_url, "SELECT device FROM bay ORDER BY id") == [("s-2",), ("s-1",)]
    load(database_url, with_bays(PLAN, swapped[:1]))
    assert query(database_url, "SELECT id FROM bay") == [("hexi-001",)]


def with_bays(plan: SitePlan, bays: object) -> SitePlan:
    lot = plan.lots[0]
    return replace(plan, lots=(replace(lot, floors=(replace(lot.floors[0], bays=bays),)),))


def test_a_place_that_moves_keeps_its_history(database_url: str) -> None:
    load(database_url, PLAN)
    city, district, community = PLAN.areas
    other = replace(district, id=PlaceId("310104"))
    load(database_url, replace(PLAN, areas=(city, other, replace(community, parent=other.id))))
    text = "SELECT parent, valid_to IS NULL FROM place WHERE id = 'hexi-c' ORDER BY valid_from"
    assert query(database_url, text) == [("310115", False), ("310104", True)]
    assert scalar(database_url, "SELECT count(*) FROM place WHERE valid_to = valid_from") == 0


@pytest.mark.parametrize("what", ["lot", "floor", "bay", "device"])
def test_another_sites_things_are_not_taken_over(database_url: str, what: str) -> None:
    load(database_url, PLAN)
    before = snapshot(database_url)
    lot = PLAN.lots[0]
    floor = lot.floors[0]
    bay = replace(
        floor.bays[0],
        id=floor.bays[0].id if what == "bay" else "x-1",
        device=floor.bays[0].device if what == "device" else "x-s",
    )
    floor = replace(floor, id=floor.id if what == "floor" else "x-b1", bays=(bay,))
    lot = replace(lot, id=lot.id if what == "lot" else "x-lot", floors=(floor,))
    other = replace(PLAN, id=PlaceId("other"), gateway=GatewayId("gw-other"), lots=(lot,))
    with pytest.raises(PlanError, match=f"{what} .* belongs to site 'hexi'"):
        load(database_url, other)
    assert snapshot(database_url) == before
