"""Areas are listed by level and by parent, page by page."""

import pytest
from starlette.testclient import TestClient

from tests.cloud_ingest.api.world import CITY, DISTRICT, STREET


def test_every_area_has_its_level_its_names_and_its_parent(client: TestClient) -> None:
    answer = client.get("/v1/areas")
    assert answer.status_code == 200
    areas = {area["id"]: area for area in answer.json()["items"]}
    assert set(areas) == {CITY, DISTRICT, STREET, "g1", "g2", "north", "south", "east"}
    assert areas[CITY]["parent"] is None
    assert areas["north"] == {
        "id": "north",
        "level": "community",
        "name": {"zh": "north 小区", "en": "north community"},
        "parent": "g1",
        "validFrom": "1970-01-01T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("level=grid", ["g1", "g2"]),
        ("parent=g1", ["north", "south"]),
        ("parent=g1&level=community", ["north", "south"]),
        ("parent=g1&level=grid", []),
        ("level=site", []),
    ],
)
def test_areas_are_chosen_by_level_and_parent(client: TestClient, query: str, ids: list[str]) -> None:
    answer = client.get(f"/v1/areas?{query}")
    assert [area["id"] for area in answer.json()["items"]] == ids


def test_an_unknown_parent_is_not_an_empty_list(client: TestClient) -> None:
    answer = client.get("/v1/areas?parent=nowhere")
    assert answer.status_code == 404
    assert answer.json()["parameters"] == [
        {"parameter": "parent", "expected": "an area of /v1/areas", "got": "nowhere"}
    ]


def test_pages_give_every_area_once(client: TestClient) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/v1/areas?limit=3{cursor}").json()
        found += [area["id"] for area in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == sorted([CITY, DISTRICT, STREET, "g1", "g2", "north", "south", "east"])


def test_a_page_that_ends_with_the_last_row_has_no_next(client: TestClient) -> None:
    assert client.get("/v1/areas?limit=8").json()["next"] is None
    assert client.get("/v1/areas?limit=7").json()["next"] is not None
