"""Watermarks say up to when each gateway is committed, and what it owes; gaps what will never come."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.cloud_ingest.api.world import NOW, World


def watermark(client: TestClient, gateway: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        row for row in client.get("/v1/watermarks").json()["items"] if row["gateway"] == gateway
    )
    return found


def test_a_gateway_that_was_never_heard_has_no_watermark(client: TestClient) -> None:
    assert watermark(client, "gw-north") == {
        "gateway": "gw-north",
        "area": "north",
        "watermark": None,
        "heardAt": None,
        "clockSynced": False,
        "backlog": {"rows": 0, "oldestAt": None},
        "undated": 0,
        "gaps": {"count": 0, "rows": 0},
    }


def test_without_a_backlog_everything_up_to_the_last_word_is_committed(
    client: TestClient, world: World
) -> None:
    world.heard("gw-north", ago_s=20)
    found = watermark(client, "gw-north")
    assert found["watermark"] == found["heardAt"] == "2026-11-22T06:29:40Z"
    assert found["clockSynced"] is True


def test_a_gateway_whose_clock_is_ahead_is_not_believed(client: TestClient, world: World) -> None:
    world.heard("gw-north", ago_s=20)
    world.conn.execute(
        "UPDATE gateway SET sent_at = %s WHERE name = 'gw-north'", (NOW + timedelta(days=400),)
    )
    assert watermark(client, "gw-north")["watermark"] == "2026-11-22T06:29:40Z"


def test_a_backlog_holds_the_watermark_at_its_oldest_row(client: TestClient, world: World) -> None:
    world.heard("gw-north")
    world.waiting("gw-north", 1500, NOW - timedelta(hours=3))
    found = watermark(client, "gw-north")
    assert found["watermark"] == found["backlog"]["oldestAt"] == "2026-11-22T03:30:00Z"
    assert found["backlog"]["rows"] == 1500


@pytest.mark.parametrize("oldest", [None, NOW.replace(year=1970)])
def test_a_backlog_of_unknown_age_leaves_no_watermark(client: TestClient, world: World, oldest: Any) -> None:
    world.heard("gw-north")
    world.waiting("gw-north", 3, oldest)
    found = watermark(client, "gw-north")
    assert found["watermark"] is None
    assert found["backlog"] == {"rows": 3, "oldestAt": None}


def test_undated_rows_leave_no_watermark(client: TestClient, world: World) -> None:
    world.heard("gw-north")
    world.undated("gw-north")
    found = watermark(client, "gw-north")
    assert (found["watermark"], found["undated"]) == (None, 1)


def test_watermarks_are_listed_below_an_area_page_by_page(client: TestClient) -> None:
    first = client.get("/v1/watermarks?area=g1&limit=1").json()
    second = client.get(f"/v1/watermarks?area=g1&limit=1&cursor={first['next']}").json()
    assert [row["gateway"] for row in first["items"] + second["items"]] == ["gw-north", "gw-south"]
    assert second["next"] is None
    assert client.get("/v1/watermarks?area=nowhere").status_code == 404


def test_gaps_are_counted_by_gateway_and_listed(client: TestClient, world: World) -> None:
    world.gap("gw-north", 10, 25)
    world.gap("gw-south", 0, 5)
    world.gap("gw-north", 40, 41)
    assert watermark(client, "gw-north")["gaps"] == {"count": 2, "rows": 16}
    listed = client.get("/v1/gaps?area=north").json()["items"]
    assert [(gap["first"], gap["end"], gap["rows"]) for gap in listed] == [(10, 25, 15), (40, 41, 1)]
    assert listed[0] == {
        "gateway": "gw-north",
        "area": "north",
        "stream": "telemetry",
        "epoch": "4611686018427387905",
        "first": 10,
        "end": 25,
        "rows": 15,
        "from": None,
        "to": None,
        "reason": "full",
        "recordedAt": "2026-11-22T06:30:00Z",
    }
    assert [gap["first"] for gap in client.get("/v1/gaps?gateway=gw-south").json()["items"]] == [0]


def test_gaps_come_in_pages_and_of_known_areas(client: TestClient, world: World) -> None:
    for number in range(3):
        world.gap("gw-north", number, number + 1)
    first = client.get("/v1/gaps?limit=2").json()
    second = client.get(f"/v1/gaps?limit=2&cursor={first['next']}").json()
    assert [gap["first"] for gap in first["items"] + second["items"]] == [0, 1, 2]
    assert client.get("/v1/gaps?area=nowhere").status_code == 404
