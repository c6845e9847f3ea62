"""Are vectors of the EPC Tag Data Standard judged by what they ask?"""

import json
from pathlib import Path
from typing import Any

import pytest

from device_profiles.conformance import Count, Setting, run_vectors
from tests.shared import shared

SGTIN = "urn:epc:id:sgtin:0614141.112345."


def judged(folder: Path, **row: Any) -> Count:
    """Put one row to its test."""
    path = folder / "row.jsonl"
    path.write_text(json.dumps({"id": "row", "scheme": "sgtin", "valid": True} | row), encoding="utf-8")
    return run_vectors(path, Setting())


WHOLE = {
    "scheme": "SGTIN",
    "uri": SGTIN + "6789",
    "tag_uri": "urn:epc:tag:sgtin-96:3.0614141.112345.6789",
    "hex": "3074257bf46db64000001a85",
    "gs1_element_string": "(01)10614141123459(21)6789",
    "gs1_key": "10614141123459",
    "company_prefix_length": 7,
    "tag_encodable": True,
    "gs1_keyed": True,
    "gs1_element": True,
}


def test_a_row_that_states_everything(tmp_path: Path) -> None:
    assert judged(tmp_path, data=WHOLE).agreed == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("uri", SGTIN + "6788"),
        ("tag_uri", "urn:epc:tag:sgtin-96:2.0614141.112345.6789"),
        ("hex", "3074257BF46DB64000001A86"),
        ("gs1_element_string", "(01)10614141123459(21)6788"),
        ("gs1_key", "10614141123458"),
        ("tag_encodable", False),
        ("gs1_element", False),
    ],
)
def test_each_fact_counts(tmp_path: Path, name: str, value: object) -> None:
    assert judged(tmp_path, data=WHOLE | {name: value}).wrong == 1


@pytest.mark.parametrize(
    ("kind", "stated"),
    [
        ("TestEPCSchemeInitMeta", {"uri": SGTIN + "a%23"}),
        ("TestEPCSchemeInitMeta", {"uri": "urn:epc:id:sscc:0614141.1234567890"}),
        ("TestTagEncodableMeta", {"uri": SGTIN + "0123"}),
        ("TestTagEncodableMeta", {"uri": SGTIN + "a", "options": "BinaryCodingScheme.SGTIN_96"}),
        ("TestGS1ElementMeta", {"uri": SGTIN + "1"}),
        ("TestGS1ElementMeta", {"uri": SGTIN + "1", "options": {"gtin_type": "GTIN13"}}),
        (None, {"hex": "3074257BF46DB64000001A85FF"}),
    ],
)
def test_invalid_rows_are_refused(tmp_path: Path, kind: str | None, stated: dict[str, object]) -> None:
    assert judged(tmp_path, valid=False, test_kind=kind, data=stated).refused == 1


@pytest.mark.parametrize(
    ("kind", "stated"),
    [
        ("TestEPCSchemeInitMeta", {"uri": SGTIN + "1"}),
        ("TestTagEncodableMeta", {"uri": SGTIN + "1"}),
        ("TestTagEncodableMeta", {"uri": SGTIN + "a", "options": "SGTIN_198"}),
        ("TestGS1ElementMeta", {"uri": "urn:epc:id:sgtin:00000950.01093.1"}),
    ],
)
def test_nothing_is_refused_for_being_called_invalid(
    tmp_path: Path, kind: str, stated: dict[str, object]
) -> None:
    assert judged(tmp_path, valid=False, test_kind=kind, data=stated).wrong == 1


def test_the_vectors_beside_the_project() -> None:
    count = run_vectors(shared("corpus/epc_vectors.jsonl"), Setting())
    assert (count.wrong, count.crashed, count.skipped) == (0, 0, 0)
    assert count.agreed + count.refused == count.rows > 100
