"""The description is valid OpenAPI 3.1, says what the server does, and survives a hostile reader of it."""

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route
from starlette.testclient import TestClient

from chassis import BoardHub
from cloud_ingest.api import create_app
from cloud_ingest.api.app import ENDPOINTS
from cloud_ingest.api.problems import TROUBLES
from cloud_ingest.store import Database
from tests.cloud_ingest.api.readers import reader
from tests.cloud_ingest.api.test_conventions import GOOD

PAGES = {"/", "/docs", "/screens/{lot}"}


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_it_is_valid_openapi(described: dict[str, Any], tmp_path: Path) -> None:
    program = reader("openapi-spec-validator")
    page = tmp_path / "openapi.json"
    page.write_bytes(msgspec.json.encode(described))
    said = subprocess.run([program, str(page)], capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 0, said.stdout
    assert described["openapi"].startswith("3.1")


def test_every_route_is_described_and_every_description_has_a_route(described: dict[str, Any]) -> None:
    app = create_app(Database("postgresql:///"), BoardHub(), list)
    served = {
        (route.path, method.lower())
        for route in app.routes
        if isinstance(route, Route) and route.path not in PAGES
        for method in (route.methods or set()) - {"HEAD"}
    }
    told = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert told == served


def test_parameters_are_those_of_the_structs(described: dict[str, Any]) -> None:
    for endpoint in ENDPOINTS:
        told = [one["name"] for one in described["paths"][endpoint.path]["get"]["parameters"]]
        assert told == list(endpoint.asked.__struct_encode_fields__)
    limit = next(
        one for one in described["paths"]["/v1/areas"]["get"]["parameters"] if one["name"] == "limit"
    )
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    cursor = next(
        one for one in described["paths"]["/v1/areas"]["get"]["parameters"] if one["name"] == "cursor"
    )
    assert cursor["schema"]["pattern"] == "^[A-Za-z0-9_-]{8,128}$"
    assert cursor["required"] is False


def test_answers_fit_their_schemas(client: TestClient, described: dict[str, Any]) -> None:
    for address in GOOD:
        path = address.partition("?")[0].replace("/lot-north", "/{lot}")
        schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {"components": described["components"], **schema}
        Draft202012Validator(whole).validate(client.get(address).json())


def test_every_kind_of_problem_is_explained_where_its_type_points(client: TestClient) -> None:
    page = client.get("/docs").text
    for trouble in TROUBLES:
        assert f'id="{trouble}"' in page


def test_problems_fit_their_schema(client: TestClient, described: dict[str, Any]) -> None:
    whole = {"components": described["components"], "$ref": "#/components/schemas/Problem"}
    for address in ("/v1/areas?x=1", "/nowhere", "/v1/parking/lots/x"):
        problem = client.get(address).json()
        Draft202012Validator(whole).validate(problem)
        assert msgspec.json.decode(client.get(address).content)["status"] == client.get(address).status_code
