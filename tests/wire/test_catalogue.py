"""The catalogue names each property once, in both languages, and agrees with the LwM2M registry."""

import json
import re
from pathlib import Path

import pytest

from tests.shared import shared
from wire import CATALOGUE, Form, Kind, WireError, property_named

_UNITS = (Path(__file__).parent / "senml_units.txt").read_text(encoding="utf-8").splitlines()
SENML_UNITS = frozenset(line for line in _UNITS if not line.startswith("#"))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_property_is_complete(name: str) -> None:
    entry = property_named(name)
    assert re.fullmatch(r"[a-z]+(\.[a-z0-9_]+)?", name)
    assert entry.title.zh
    assert entry.title.en
    assert entry.unit == "" or entry.unit in SENML_UNITS
    assert not (entry.form is Form.TEXT and entry.kind in (Kind.GAUGE, Kind.COUNTER))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(WireError, match=r"catalogue, got 'parking\.ocupied'"):
        property_named("parking.ocupied")


def test_lwm2m_ids_are_in_the_registry() -> None:
    """Facts: OMA's registry, as a table beside the project."""
    known = set()
    for line in shared("corpus/lwm2m_objects.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        known |= {f"{entry['id']}/{resource['id']}" for resource in entry["resources"]}
    missing = {name: p.lwm2m for name, p in CATALOGUE.items() if p.lwm2m and p.lwm2m not in known}
    assert missing == {}
