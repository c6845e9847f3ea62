"""Hours are added up by area from moments, and say whether they can still change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cloud_ingest.api import hours
from cloud_ingest.rollup import Moments, add
from tests.cloud_ingest.api.conftest import Clock
from tests.cloud_ingest.api.world import CITY, DISTRICT, NOW, STREET, World

HOUR = datetime(2026, 11, 22, 4, tzinfo=UTC)
METRIC = "device.temperature"


def ask(client: TestClient, area: str, **more: str) -> list[dict[str, Any]]:
    query = {
        "area": area,
        "metric": METRIC,
        "start": "2026-11-22T00:00:00Z",
        "end": "2026-11-23T00:00:00Z",
    } | more
    answer = client.get(f"/v1/aggregates?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_community_has_its_own_hour(client: TestClient, world: World) -> None:
    world.hour("gw-north", METRIC, HOUR, [10, 20, 15])
    assert ask(client, "north") == [
        {
            "area": "north",
            "level": "community",
            "metric": METRIC,
            "bucket": "PT1H",
            "start": "2026-11-22T04:00:00Z",
            "end": "2026-11-22T05:00:00Z",
            "tz": "Asia/Shanghai",
            "n": 3,
            "numbers": 3,
            "min": 10,
            "max": 20,
            "mean": 15,
            "sum": 45,
            "last": 15,
            "status": "final",
        }
    ]


def test_a_parent_has_the_mean_of_the_observations_not_of_the_means(client: TestClient, world: World) -> None:
    world.hour("gw-north", METRIC, HOUR, [0])
    world.hour("gw-south", METRIC, HOUR, [10, 10, 10])
    world.hour("gw-east", METRIC, HOUR, [100])
    (grid,) = ask(client, "g1")
    assert (grid["n"], grid["mean"], grid["min"], grid["max"], grid["sum"]) == (4, 7.5, 0, 10, 30)
    (city,) = ask(client, CITY)
    assert (city["n"], city["mean"], city["max"], city["level"]) == (5, 26, 100, "city")


def test_rows_can_be_had_for_every_area_of_a_level(client: TestClient, world: World) -> None:
    world.hour("gw-north", METRIC, HOUR, [1])
    world.hour("gw-south", METRIC, HOUR, [2])
    world.hour("gw-east", METRIC, HOUR, [4])
    assert [(row["area"], row["sum"]) for row in ask(client, CITY, level="community")] == [
        ("east", 4),
        ("north", 1),
        ("south", 2),
    ]
    assert [(row["area"], row["sum"]) for row in ask(client, DISTRICT, level="grid")] == [
        ("g1", 3),
        ("g2", 4),
    ]
    assert [(row["area"], row["sum"]) for row in ask(client, STREET, level="street")] == [(STREET, 7)]


def test_only_the_asked_hours_and_metric_come_in_order(client: TestClient, world: World) -> None:
    for hour in (5, 3, 4, 2):
        world.hour("gw-north", METRIC, HOUR.replace(hour=hour), [hour])
    world.hour("gw-north", "link.rssi", HOUR, [-80])
    rows = ask(client, "north", start="2026-11-22T03:00:00Z", end="2026-11-22T13:00:00+08:00")
    assert [row["sum"] for row in rows] == [3, 4]


def test_texts_are_counted_and_have_no_numbers(client: TestClient, world: World) -> None:
    world.texts("gw-north", "parking.bay", HOUR, 12)
    (row,) = ask(client, "north", metric="parking.bay")
    assert row["n"] == 12
    assert (row["numbers"], row["min"], row["max"], row["mean"], row["sum"], row["last"]) == (0, *[None] * 5)


def test_the_last_is_of_the_newest_observation(client: TestClient, world: World) -> None:
    world.hour("gw-north", METRIC, HOUR, [1, 2])
    world.hour("gw-south", METRIC, HOUR, [3, 4])
    world.conn.execute("UPDATE hourly SET last_at = last_at + interval '30 s' WHERE last = 2")
    assert ask(client, "g1")[0]["last"] == 2


def test_pages_give_every_row_once(client: TestClient, world: World) -> None:
    for hour in range(5):
        for gateway in ("gw-north", "gw-south", "gw-east"):
            world.hour(gateway, METRIC, HOUR.replace(hour=hour), [hour])
    found: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    query = {
        "area": CITY,
        "level": "community",
        "metric": METRIC,
        "start": "2026-11-22T00:00:00Z",
        "end": "2026-11-22T23:00:00Z",
        "limit": "4",
    }
    while True:
        page = client.get(f"/v1/aggregates?{urlencode(query | cursor)}").json()
        found += [(row["start"], row["area"]) for row in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(found) == len(set(found)) == 15
    assert found == sorted(found)


def test_a_page_ends_where_its_work_would_become_too_much(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hours, "MOST_MOMENTS", 6)  # two hours of three gateways
    for hour in (0, 1, 2, 10, 11):
        world.hour("gw-north", METRIC, HOUR.replace(hour=hour), [hour])
    pages: list[list[float]] = []
    cursor: dict[str, str] = {}
    query = {
        "area": CITY,
        "metric": METRIC,
        "start": "2026-11-22T00:00:00Z",
        "end": "2026-11-22T12:00:00Z",
    }
    while True:
        page = client.get(f"/v1/aggregates?{urlencode(query | cursor)}").json()
        pages.append([row["sum"] for row in page["items"]])
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert pages == [[0, 1], [2], [10, 11]]


def test_a_community_that_moved_keeps_its_history_in_its_old_grid(client: TestClient, world: World) -> None:
    world.hour("gw-south", METRIC, HOUR, [1])
    world.hour("gw-south", METRIC, HOUR + timedelta(hours=2), [2])
    moved = HOUR + timedelta(hours=1)
    with world.conn.transaction(force_rollback=False):
        world.conn.execute("UPDATE place SET valid_to = %s WHERE id = 'south'", (moved,))
        world.conn.execute(
            "INSERT INTO place SELECT id, level, 'g2', name_zh, name_en, %s, NULL FROM place WHERE id = 'south'",
            (moved,),
        )
    try:
        assert [row["sum"] for row in ask(client, "g1")] == [1]
        assert [row["sum"] for row in ask(client, "g2")] == [2]
        assert [row["sum"] for row in ask(client, CITY)] == [1, 2]
        assert [row["sum"] for row in ask(client, "south")] == [1, 2]
    finally:
        world.conn.execute("DELETE FROM place WHERE id = 'south' AND valid_from = %s", (moved,))
        world.conn.execute("UPDATE place SET valid_to = NULL WHERE id = 'south'")


def test_clocks_beyond_the_calendar_are_not_listed_and_break_nothing(
    client: TestClient, world: World
) -> None:
    world.conn.execute(
        "INSERT INTO hourly (gateway, property, hour, n, numbers, sum) VALUES (%s, %s, '9999-12-31 23:00Z', 1, 0, 0)",
        (world.number("gateway", "gw-north"), world.number("property", METRIC)),
    )
    assert ask(client, "north", start="9999-12-31T00:00:00Z", end="9999-12-31T23:59:59Z") == []


# -- provisional and final -----------------------------------------------------------------------------------------


def status(client: TestClient, area: str = "north") -> str:
    (row,) = ask(client, area)
    return str(row["status"])


@pytest.fixture
def one_hour(world: World) -> World:
    """An hour that ended at 5:00, and a gateway that has told everything up to now."""
    world.hour("gw-north", METRIC, HOUR, [1])
    world.heard("gw-north")
    return world


def test_an_hour_is_final_when_its_gateway_is_committed_ten_minutes_past_its_end(
    client: TestClient, one_hour: World
) -> None:
    assert status(client) == "final"


@pytest.mark.parametrize(("minute", "expected"), [(9, "provisional"), (10, "final")])
def test_an_hour_stays_open_for_ten_minutes(
    client: TestClient, one_hour: World, clock: Clock, minute: int, expected: str
) -> None:
    clock.now = HOUR + timedelta(hours=1, minutes=minute)
    assert status(client) == expected


def test_a_gateway_not_heard_since_holds_the_hour_open_for_a_day(
    client: TestClient, one_hour: World, clock: Clock
) -> None:
    one_hour.heard("gw-north", ago_s=2 * 3600)
    assert status(client) == "provisional"
    clock.now = NOW + timedelta(hours=21, minutes=59)
    assert status(client) == "provisional"
    clock.now = NOW + timedelta(hours=22, minutes=1)
    assert status(client) == "final"


def test_a_backlog_from_before_holds_the_hour_open_and_one_from_after_does_not(
    client: TestClient, one_hour: World
) -> None:
    one_hour.waiting("gw-north", 50, HOUR + timedelta(minutes=30))
    assert status(client) == "provisional"
    one_hour.waiting("gw-north", 50, HOUR + timedelta(minutes=80))
    assert status(client) == "final"
    one_hour.waiting("gw-north", 0, HOUR + timedelta(minutes=30))
    assert status(client) == "final"


def test_a_backlog_of_unknown_age_holds_the_hour_open(client: TestClient, one_hour: World) -> None:
    one_hour.waiting("gw-north", 50, None)
    assert status(client) == "provisional"


def test_a_clock_that_is_not_set_holds_the_hour_open(client: TestClient, one_hour: World) -> None:
    one_hour.heard("gw-north", synced=False)
    assert status(client) == "provisional"


def test_rows_without_a_date_hold_the_hour_open(client: TestClient, one_hour: World) -> None:
    one_hour.undated("gw-north")
    assert status(client) == "provisional"


def test_one_late_gateway_holds_its_parents_open_and_not_its_neighbours(
    client: TestClient, one_hour: World
) -> None:
    one_hour.heard("gw-south")
    one_hour.waiting("gw-south", 1, HOUR)
    assert status(client, "north") == "final"
    assert status(client, "g1") == "provisional"
    assert status(client, CITY) == "provisional"


# -- moments -------------------------------------------------------------------------------------------------------

readings = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.dictionaries(st.sampled_from(["north", "south", "east"]), readings, min_size=1))
def test_every_parent_is_the_merge_of_its_children(
    client: TestClient, world: World, told: dict[str, list[float]]
) -> None:
    world.clear()
    for community, values in told.items():
        world.hour(f"gw-{community}", METRIC, HOUR, values)
    for parent, children in (
        ("g1", ["north", "south"]),
        ("g2", ["east"]),
        (CITY, ["north", "south", "east"]),
    ):
        parts = [moments(row) for child in children for row in ask(client, child)]
        found = ask(client, parent)
        assert len(found) == bool(parts)
        if parts:
            whole = parts[0]
            for part in parts[1:]:
                whole = add(whole, part)
            assert moments(found[0]) == whole
            assert found[0]["mean"] == pytest.approx(whole.sum / whole.numbers)


def moments(row: dict[str, Any]) -> Moments:
    """What of a row adds up; `last` is left out, for all of them end at the same time."""
    return Moments(
        n=row["n"],
        numbers=row["numbers"],
        sum=row["sum"],
        least=row["min"],
        greatest=row["max"],
        last=0.0,
        last_ms=0,
    )


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status_code", "parameter"),
    [
        ({"area": "nowhere"}, 404, "area"),
        ({"metric": "nothing.known"}, 404, "metric"),
        ({"end": "2026-11-22T00:00:00Z"}, 400, "end"),
        ({"end": "2026-11-21T00:00:00Z"}, 400, "end"),
        ({"start": "yesterday"}, 400, "start"),
        ({"start": "2026-11-22"}, 400, "start"),
        ({"start": "2026-11-22T00:00:00"}, 400, "start"),
        ({"start": "1700000000"}, 400, "start"),
        ({"bucket": "P1D"}, 400, "bucket"),
        ({"level": "village"}, 400, "level"),
        ({"level": "city"}, 400, "level"),
        ({"level": "site"}, 400, "level"),
        ({"limit": "0"}, 400, "limit"),
        ({"limit": "1001"}, 400, "limit"),
        ({"limit": "1.0"}, 400, "limit"),
        ({"limit": "many"}, 400, "limit"),
        ({"cursor": "short"}, 400, "cursor"),
        ({"cursor": "A" * 40}, 400, "cursor"),
        ({"tz": "UTC"}, 400, "tz"),
    ],
)
def test_a_wrong_parameter_is_named(
    client: TestClient, change: dict[str, str], status_code: int, parameter: str
) -> None:
    query = {"area": "g1", "metric": METRIC, "start": "2026-11-22T00:00:00Z", "end": "2026-11-23T00:00:00Z"}
    answer = client.get(f"/v1/aggregates?{urlencode(query | change)}")
    assert answer.status_code == status_code
    problem = answer.json()
    assert [fault["parameter"] for fault in problem["parameters"]] == [parameter]
    assert problem["parameters"][0]["got"] == change[parameter] or parameter == "end"


def test_every_missing_parameter_is_named_at_once(client: TestClient) -> None:
    problem = client.get("/v1/aggregates").json()
    assert [fault["parameter"] for fault in problem["parameters"]] == ["area", "metric", "start", "end"]
    assert problem["status"] == 400
