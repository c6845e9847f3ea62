"""Assets are listed type by type, below any area, page by page."""

import pytest
from starlette.testclient import TestClient

from tests.cloud_ingest.api.world import World

BAYS = 8


def ids(client: TestClient, query: str) -> list[str]:
    return [asset["id"] for asset in client.get(f"/v1/assets?{query}").json()["items"]]


def test_gateways_lots_bays_and_devices_are_found_in_this_order(client: TestClient, world: World) -> None:
    world.heard("gw-north", ago_s=5)
    world.state("north-B1-0", "free", "gw-north")
    answer = client.get("/v1/assets?area=north&limit=1000").json()
    assert [asset["type"] for asset in answer["items"]] == ["gateway", "lot"] + 5 * ["bay"] + ["device"]
    gateway, lot, bay, *_, device = answer["items"]
    assert gateway["agent"] == "lilong 0.1.0"
    assert gateway["heardAt"] == "2026-11-22T06:29:55Z"
    assert lot["name"] == {"zh": "停车场", "en": "car park"}
    assert (bay["id"], bay["lot"], bay["floor"], bay["device"]) == (
        "north-B1-0",
        "lot-north",
        "north-B1",
        "dev-north-B1-0",
    )
    assert (device["id"], device["area"], device["gateway"]) == ("dev-north-B1-0", "north", "gw-north")
    assert {asset["area"] for asset in answer["items"]} == {"north"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=gateway", ["gw-north", "gw-south", "gw-east"]),
        ("type=gateway&area=g1", ["gw-north", "gw-south"]),
        ("type=lot&area=310000", ["lot-east", "lot-north", "lot-south"]),
        ("type=bay&area=east", ["east-G-0"]),
        ("type=device&area=east", []),
    ],
)
def test_assets_are_chosen_by_area_and_type(client: TestClient, query: str, expected: list[str]) -> None:
    assert ids(client, query) == expected


@pytest.mark.parametrize("limit", [1, 2, 5, 1000])
def test_pages_cross_the_types_without_losing_or_repeating(client: TestClient, limit: int) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/v1/assets?area=310000&limit={limit}{cursor}").json()
        assert len(page["items"]) <= limit
        found += [asset["id"] for asset in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(found) == len(set(found)) == 3 + 3 + BAYS


def test_a_gateway_that_no_plan_names_has_no_area(client: TestClient, world: World) -> None:
    stranger = world.number("gateway", "gw-stranger")
    try:
        assert client.get("/v1/assets?type=gateway").json()["items"][-1]["area"] is None
        assert "gw-stranger" not in ids(client, "type=gateway&area=310000")
    finally:
        world.conn.execute("DELETE FROM gateway WHERE id = %s", (stranger,))


def test_an_unknown_area_is_not_an_empty_list(client: TestClient) -> None:
    assert client.get("/v1/assets?area=nowhere").status_code == 404
