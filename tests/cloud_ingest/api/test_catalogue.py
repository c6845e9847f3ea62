"""The catalogue lists every property; personal ones are never given out."""

from urllib.parse import urlencode

from starlette.testclient import TestClient

from chassis import BoardHub
from cloud_ingest.api.app import assemble
from cloud_ingest.api.cursors import CursorSeal
from cloud_ingest.api.desk import Desk
from cloud_ingest.store import Database
from tests.cloud_ingest.api.world import NOW, World
from wire import CATALOGUE, Kind, Property, PropertyName, Sensitivity, Words

STEPS = Property(
    name=PropertyName("person.steps"),
    title=Words(zh="步数", en="steps of a person"),
    kind=Kind.COUNTER,
    sensitivity=Sensitivity.PERSONAL,
)


def test_every_property_is_listed_with_unit_kind_and_sensitivity(client: TestClient) -> None:
    listed = {row["id"]: row for row in client.get("/v1/metrics").json()["items"]}
    assert set(listed) == set(CATALOGUE)
    assert listed["air.temperature"] == {
        "id": "air.temperature",
        "title": {"zh": "气温", "en": "air temperature"},
        "unit": "Cel",
        "kind": "gauge",
        "form": "number",
        "lwm2m": "3303/5700",
        "sensitivity": "public",
        "personLinked": False,
        "aggregations": ["n", "min", "max", "mean", "sum", "last"],
        "lateness": "PT10M",
    }
    assert listed["parking.bay"]["aggregations"] == ["n"]


def test_personal_aggregates_are_refused_even_where_there_are_some(world: World) -> None:
    world.hour("gw-north", "person.steps", NOW.replace(hour=3, minute=0), [5000])
    desk = Desk(Database(world.url), catalogue={STEPS.name: STEPS}, now=lambda: NOW)
    app = assemble(desk, BoardHub(), list, lambda: True, CursorSeal())
    query = {
        "area": "north",
        "metric": "person.steps",
        "start": "2026-11-22T00:00:00Z",
        "end": "2026-11-23T00:00:00Z",
    }
    with TestClient(app) as client:
        answer = client.get(f"/v1/aggregates?{urlencode(query)}")
        (listed,) = client.get("/v1/metrics").json()["items"]
    assert answer.status_code == 403
    assert answer.json()["type"] == "/docs#personal"
    assert "5000" not in answer.text
    assert listed["personLinked"] is True
    assert listed["aggregations"] == []
