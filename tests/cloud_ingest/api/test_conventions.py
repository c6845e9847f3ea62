"""What every address has in common: forms, methods, caching, problems, health, and a database that goes away."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from chassis import BoardHub
from cloud_ingest.api import create_app
from cloud_ingest.api.answers import takes
from cloud_ingest.store import Database
from cloud_ingest.store.embedded import EmbeddedPostgres
from tests.cloud_ingest.api.world import World

AGGREGATES = (
    "/v1/aggregates?area=north&metric=parking.bay&start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z"
)
GOOD = (
    "/v1/areas",
    "/v1/assets",
    "/v1/parking/lots",
    "/v1/parking/lots/lot-north",
    AGGREGATES,
    "/v1/watermarks",
    "/v1/gaps",
    "/v1/metrics",
    "/healthz",
    "/readyz",
)
STORED = GOOD[:7]


@pytest.mark.parametrize("address", [*GOOD, "/openapi.json", "/docs", "/"])
def test_an_answer_that_the_caller_holds_costs_a_304(client: TestClient, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(address, headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_changes_with_the_answer(client: TestClient, world: World) -> None:
    before = client.get("/v1/parking/lots/lot-east").headers["etag"]
    world.heard("gw-east")
    assert client.get("/v1/parking/lots/lot-east").headers["etag"] != before


@pytest.mark.parametrize("address", [*GOOD, "/openapi.json", "/docs", "/", "/metrics"])
def test_head_answers_as_get_does(client: TestClient, address: str) -> None:
    head, get = client.head(address), client.get(address)
    assert head.status_code == get.status_code == 200
    assert head.headers.get("etag") == get.headers.get("etag")


@pytest.mark.parametrize("address", [*GOOD, "/openapi.json", "/docs", "/", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: TestClient, address: str, method: str) -> None:
    answer = client.request(method, address)
    assert answer.status_code == 405
    assert {name.strip() for name in answer.headers["allow"].split(",")} == {"GET", "HEAD"}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/docs#method-not-allowed"


@pytest.mark.parametrize("address", ["/nowhere", "/v1", "/v2/areas", "/v1/areas/1"])
def test_an_address_that_is_none_is_a_problem(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert address in answer.json()["detail"]


@pytest.mark.parametrize("address", GOOD)
def test_only_json_is_given(client: TestClient, address: str) -> None:
    assert client.get(address, headers={"Accept": "application/json"}).status_code == 200
    refused = client.get(address, headers={"Accept": "text/csv"})
    assert refused.status_code == 406
    assert "text/csv" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("application/json", True),
        ("APPLICATION/JSON; charset=utf-8", True),
        ("text/html, */*;q=0.1", True),
        ("application/*", True),
        ("text/*", False),
        ("text/html", False),
        ("application/json;q=0", False),
        ("*/*, application/json;q=0", False),
        ("application/*;q=0, */*", False),
        ("application/json;q=x", False),
    ],
)
def test_the_most_exact_range_decides(accept: str, taken: bool) -> None:
    assert takes(accept, "application/json") is taken


@pytest.mark.parametrize("address", GOOD)
def test_unknown_parameters_are_refused_and_named(client: TestClient, address: str) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}colour=red")
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "/docs#invalid-parameter"
    (fault,) = problem["parameters"]
    assert (fault["parameter"], fault["got"]) == ("colour", "red")


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/v1/areas?level=village", "level"),
        ("/v1/areas?level=", "level"),
        ("/v1/areas?parent=", "parent"),
        ("/v1/areas?limit=0", "limit"),
        ("/v1/areas?limit=-1", "limit"),
        ("/v1/areas?limit=1001", "limit"),
        ("/v1/areas?limit=99999999999999999999", "limit"),
        ("/v1/areas?limit=1&limit=2", "limit"),
        ("/v1/areas?cursor=", "cursor"),
        ("/v1/areas?cursor=not+ours", "cursor"),
        ("/v1/areas?parent=a%00b", "parent"),
        ("/v1/areas?parent=" + "x" * 65, "parent"),
        ("/v1/assets?type=car", "type"),
        ("/v1/assets?area=%0a", "area"),
        ("/v1/parking/lots?area=", "area"),
        ("/v1/watermarks?limit=ten", "limit"),
        ("/v1/gaps?gateway=", "gateway"),
    ],
)
def test_wrong_parameters_are_refused_and_named(client: TestClient, address: str, parameter: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    (fault,) = answer.json()["parameters"]
    assert fault["parameter"] == parameter
    assert fault["expected"]
    assert len(fault["got"]) < 130


def test_health_needs_nothing_and_readiness_names_what_is_missing(
    client: TestClient, broker: list[bool]
) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}
    broker[0] = False
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "broker" in answer.json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_readiness_wants_the_right_schema(postgres: EmbeddedPostgres) -> None:
    database = Database(postgres.url)  # the server's own first database, never migrated
    with TestClient(create_app(database, BoardHub(), list)) as client:
        answer = client.get("/readyz")
        assert client.portal is not None
        client.portal.call(database.close)
    assert answer.status_code == 503
    assert "lilong cloud migrate" in answer.json()["detail"]


def test_metrics_are_the_programs_own_and_count_the_answers(client: TestClient) -> None:
    client.get("/v1/areas")
    client.get("/nowhere")
    page = client.get("/metrics").text
    assert "lilong_rows_total 7.0" in page
    assert 'lilong_api_answers_total{status="200"} 1.0' in page
    assert 'lilong_api_answers_total{status="404"} 1.0' in page


def test_a_database_that_is_away_is_a_503_that_says_when_to_ask_again(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/nothing?host={tmp_path}")
    with TestClient(create_app(database, BoardHub(), list)) as client:
        for address in STORED:
            answer = client.get(address)
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "5"
            assert answer.json()["type"] == "/docs#unavailable"
        assert client.get("/readyz").status_code == 503
        assert client.get("/v1/metrics").status_code == 200
        assert client.get("/healthz").status_code == 200


def test_connections_that_died_unnoticed_cost_nobody_an_answer(client: TestClient, world: World) -> None:
    assert client.get("/v1/areas").status_code == 200
    world.conn.execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """
    )
    assert client.get("/v1/areas").status_code == 200


def test_an_answer_that_takes_too_long_is_given_up(client: TestClient, world: World) -> None:
    """A table that somebody locks stands for a question that is too big."""
    blocker = psycopg.connect(world.url)
    try:
        blocker.execute("SET lock_timeout = '10s'")
        blocker.execute("LOCK TABLE gap IN ACCESS EXCLUSIVE MODE")
        answer = client.get("/v1/gaps")
    finally:
        blocker.close()
    assert answer.status_code == 503
    assert answer.json()["type"] == "/docs#too-slow"
    assert client.get("/v1/gaps").status_code == 200


@pytest.fixture
def broken(world: World) -> Iterator[TestClient]:
    """An application with an address that fails by a mistake of ours."""

    async def fail(_: Request) -> None:
        raise ZeroDivisionError

    app = create_app(Database(world.url), BoardHub(), list)
    app.router.routes.insert(0, Route("/broken", fail))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_mistake_of_ours_is_a_problem_that_tells_nothing_of_the_inside(broken: TestClient) -> None:
    answer = broken.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["type"] == "/docs#internal-error"
    assert "ZeroDivision" not in answer.text
