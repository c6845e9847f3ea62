"""Every question in docs/api.md is asked, and answered as printed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cloud_ingest.api.app import ENDPOINTS
from cloud_ingest.api.problems import TROUBLES
from tests.cloud_ingest.api.world import NOW, World

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```http\nGET (\S+)\n```\n+(?:[^\n`]+\n+)?```json\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def furnished(world: World) -> World:
    """The state of the city that the examples show."""
    world.heard("gw-north", ago_s=10)
    world.heard("gw-south", ago_s=500)
    world.state("north-B1-0", "free", "gw-north", ago_s=70)
    world.state("north-B1-1", "occupied", "gw-north", ago_s=60)
    world.state("north-B2-0", "free", "gw-north", ago_s=90)
    world.state("north-B2-1", "unknown", "gw-north", ago_s=80)
    hour = NOW.replace(hour=4, minute=0)
    world.hour("gw-north", "device.temperature", hour, [11.5, 12.5])
    world.hour("gw-south", "device.temperature", hour, [9.0])
    world.waiting("gw-south", 120, NOW.replace(hour=3, minute=40))
    world.gap("gw-south", 4000, 4250)
    return world


@pytest.mark.parametrize(("address", "printed"), EXAMPLES)
def test_the_example_is_answered_as_printed(
    client: TestClient, furnished: World, address: str, printed: str
) -> None:
    answer: dict[str, Any] = client.get(address).json()
    assert answer == json.loads(printed)


def test_there_are_examples_of_every_address_of_version_1() -> None:
    asked = {address.partition("?")[0] for address, _ in EXAMPLES}
    for endpoint in ENDPOINTS:
        path = endpoint.path.replace("{lot}", "lot-north")
        assert path in asked or path in ("/v1/metrics", "/healthz")
        assert f"`{endpoint.path}" in TEXT


def test_every_parameter_and_every_problem_is_named() -> None:
    for endpoint in ENDPOINTS:
        for name in endpoint.asked.__struct_encode_fields__:
            assert f"`{name}`" in TEXT or f"`{name}=" in TEXT, name
    for trouble, explained in TROUBLES.items():
        assert f"| {explained.status} | `{trouble}` |" in TEXT
