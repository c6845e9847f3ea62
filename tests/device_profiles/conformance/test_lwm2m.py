"""Does the run read every type that a registry row declares, and compare what the table here says with it?"""

import json
from pathlib import Path
from typing import Any

import pytest

from device_profiles.conformance import Count, Setting, run_vectors
from tests.shared import shared


def _row(**resource: Any) -> dict[str, Any]:
    one = {"id": 1, "name": "Occupancy", "ops": "R", "type": "Boolean", "units": "", "multiple": False}
    return {"id": 3431, "urn": "urn:oma:lwm2m:ext:3431:1.1", "resources": [{**one, **resource}]}


def _count(folder: Path, row: dict[str, Any]) -> Count:
    path = folder / "rows.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    return run_vectors(path, Setting())


@pytest.mark.parametrize(
    "type",
    ["String", "Integer", "Unsigned Integer", "Float", "Boolean", "Opaque", "Time", "Objlnk", "Corelnk", ""],
)
@pytest.mark.parametrize("multiple", [False, True])
def test_a_resource_that_the_table_does_not_know_is_read_by_its_type(
    type: str, multiple: bool, tmp_path: Path
) -> None:
    assert _count(tmp_path, _row(id=4711, type=type, multiple=multiple)).agreed == 1


def test_a_row_that_agrees_with_the_table(tmp_path: Path) -> None:
    assert _count(tmp_path, _row()).agreed == 1


@pytest.mark.parametrize(
    "change", [{"name": "Free"}, {"type": "Integer"}, {"units": "/"}, {"multiple": True}]
)
def test_a_row_that_says_otherwise_than_the_table_is_wrong(change: dict[str, Any], tmp_path: Path) -> None:
    assert _count(tmp_path, _row(**change)).wrong == 1


def test_a_type_that_nobody_knows_is_a_fault_of_the_row(tmp_path: Path) -> None:
    assert _count(tmp_path, _row(type="Complex")).crashed == 1


def test_the_registry() -> None:
    count = run_vectors(shared("corpus/lwm2m_objects.jsonl"), Setting())
    assert (count.agreed, count.went_wrong) == (count.rows, [])
