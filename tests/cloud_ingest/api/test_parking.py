"""Lots say what is free, occupied and unknown, and never count the unknown as free."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.cloud_ingest.api.conftest import Clock
from tests.cloud_ingest.api.world import NOW, World


def lot(client: TestClient, name: str) -> dict[str, object]:
    answer = client.get(f"/v1/parking/lots/{name}")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def count(total: int, free: int, occupied: int, unknown: int) -> dict[str, int]:
    return {"total": total, "free": free, "occupied": occupied, "unknown": unknown}


def test_a_lot_of_which_nothing_was_heard_is_dead_and_unknown(client: TestClient) -> None:
    found = lot(client, "lot-north")
    assert found["count"] == count(5, 0, 0, 5)
    assert found["freshness"] == {"asOf": None, "gatewayHeardAt": None, "link": "dead"}


def test_a_heard_lot_counts_by_floor(client: TestClient, world: World) -> None:
    world.heard("gw-north", ago_s=10)
    world.state("north-B1-0", "free", "gw-north", ago_s=70)
    world.state("north-B1-1", "occupied", "gw-north", ago_s=60)
    world.state("north-B1-2", "unknown", "gw-north", ago_s=50)
    world.state("north-B2-0", "free", "gw-north", ago_s=90)
    found = lot(client, "lot-north")
    assert found == {
        "id": "lot-north",
        "area": "north",
        "name": {"zh": "停车场", "en": "car park"},
        "tz": "Asia/Shanghai",
        "count": count(5, 2, 1, 2),
        "freshness": {
            "asOf": "2026-11-22T06:29:10Z",
            "gatewayHeardAt": "2026-11-22T06:29:50Z",
            "link": "live",
        },
        "floors": [
            {"id": "north-B1", "name": {"zh": "B1 层", "en": "level B1"}, "count": count(3, 1, 1, 1)},
            {"id": "north-B2", "name": {"zh": "B2 层", "en": "level B2"}, "count": count(2, 1, 0, 1)},
        ],
    }


@pytest.mark.parametrize(
    ("ago_s", "link", "counts"),
    [
        (359, "live", count(2, 1, 1, 0)),
        (361, "stale", count(2, 1, 1, 0)),
        (659, "stale", count(2, 1, 1, 0)),
        (661, "dead", count(2, 0, 0, 2)),
    ],
)
def test_a_silent_gateway_turns_its_lot_stale_then_unknown(
    client: TestClient, world: World, clock: Clock, ago_s: float, link: str, counts: dict[str, int]
) -> None:
    world.heard("gw-south")
    world.state("south-G-0", "free", "gw-south")
    world.state("south-G-1", "occupied", "gw-south")
    clock.now = NOW + timedelta(seconds=ago_s)
    found = lot(client, "lot-south")
    assert found["count"] == counts
    assert found["freshness"] == {
        "asOf": "2026-11-22T06:29:00Z",
        "gatewayHeardAt": "2026-11-22T06:30:00Z",
        "link": link,
    }


def test_of_two_gateways_the_silent_one_costs_its_bays_alone(client: TestClient, world: World) -> None:
    world.heard("gw-south", ago_s=10)
    world.heard("gw-east", ago_s=4000)
    world.state("south-G-0", "free", "gw-south")
    world.state("south-G-1", "free", "gw-east")
    found = lot(client, "lot-south")
    assert found["count"] == count(2, 1, 0, 1)
    assert found["freshness"] == {
        "asOf": "2026-11-22T06:29:00Z",
        "gatewayHeardAt": "2026-11-22T06:29:50Z",
        "link": "live",
    }


def test_a_word_that_is_no_state_counts_as_unknown(client: TestClient, world: World) -> None:
    world.heard("gw-east")
    world.state("east-G-0", "maybe", "gw-east")
    assert lot(client, "lot-east")["count"] == count(1, 0, 0, 1)


def test_a_gateway_that_is_heard_but_silent_about_its_bays_is_live_with_unknown_bays(
    client: TestClient, world: World
) -> None:
    world.heard("gw-east")
    found = lot(client, "lot-east")
    assert found["count"] == count(1, 0, 0, 1)
    assert found["freshness"] == {"asOf": None, "gatewayHeardAt": "2026-11-22T06:30:00Z", "link": "live"}


def test_lots_are_listed_below_an_area_with_the_same_counts(client: TestClient, world: World) -> None:
    world.heard("gw-north")
    world.state("north-B1-0", "free", "gw-north")
    listed = client.get("/v1/parking/lots?area=g1").json()["items"]
    assert [one["id"] for one in listed] == ["lot-north", "lot-south"]
    detail = lot(client, "lot-north")
    assert listed[0] == {key: value for key, value in detail.items() if key != "floors"}


def test_lots_come_in_pages(client: TestClient) -> None:
    first = client.get("/v1/parking/lots?limit=2").json()
    second = client.get(f"/v1/parking/lots?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + second["items"]] == ["lot-east", "lot-north", "lot-south"]
    assert second["next"] is None


@pytest.mark.parametrize("name", ["nowhere", "%00", "lot-north%2Fx", "x" * 65, "停车"])
def test_an_unknown_lot_is_a_problem(client: TestClient, name: str) -> None:
    answer = client.get(f"/v1/parking/lots/{name}")
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_area_of_lots_is_a_problem(client: TestClient) -> None:
    assert client.get("/v1/parking/lots?area=nowhere").status_code == 404
