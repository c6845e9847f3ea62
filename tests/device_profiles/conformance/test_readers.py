"""Are vectors of readers' JSON and of network servers' envelopes judged by what they state?"""

import json
from pathlib import Path
from typing import Any

import pytest

from device_profiles.conformance import Count, Setting, run_vectors
from tests.shared import shared

TRAP = {"eventType": "tagInventory", "tagInventoryEvent": {"epc": "E200001234567890", "antennaPort": 1}}
ZEBRA = {
    "data": {"idHex": "E2806894", "antenna": 2, "peakRssi": -37, "PC": "3000", "format": "epc"},
    "timestamp": "2026-09-07T12:30:28.390+0000",
    "type": "SIMPLE",
}
UPLINK = {
    "deduplicationId": "one",
    "time": "2026-06-16T09:30:00.000Z",
    "deviceInfo": {"devEui": "0102030405060708"},
    "fCnt": 7,
    "rxInfo": [{"rssi": -87, "snr": 9.5}],
}


def judged(folder: Path, **row: Any) -> Count:
    path = folder / "row.jsonl"
    path.write_text(json.dumps({"id": "row"} | row), encoding="utf-8")
    return run_vectors(path, Setting())


@pytest.mark.parametrize(
    ("vendor", "payload", "expected"),
    [
        ("impinj-r700", TRAP, [{"epc_if_base64": "136D34D34D76DF8E7AEFCF74", "antenna": 1, "note": "x"}]),
        ("impinj-r700", TRAP, [{"epc_if_hex": "e200001234567890"}]),
        ("zebra-fx", ZEBRA, [{"epc": "e2806894", "rssi_dbm": -37, "pc": "3000", "antenna": 2}]),
        ("zebra-fx", [ZEBRA, ZEBRA], [{"time": "2026-09-07T12:30:28.39Z"}, {"time": 1788784228390}]),
        ("zebra-fx", {"type": "heartbeat", "data": {}}, []),
        ("llrpkit", '{"epc":"e280","antenna":3}', [{"epc": "e280", "tid": None, "antenna": 3}]),
    ],
)
def test_sightings_that_are_right(tmp_path: Path, vendor: str, payload: object, expected: object) -> None:
    assert judged(tmp_path, vendor=vendor, payload=payload, expected=expected).agreed == 1


@pytest.mark.parametrize(
    ("vendor", "payload", "expected"),
    [
        ("impinj-r700", TRAP, [{"epc": "e200001234567890"}]),
        ("zebra-fx", ZEBRA, [{"epc_if_hex": "e2806894"}]),
        ("zebra-fx", ZEBRA, [{"antenna": 1}]),
        ("zebra-fx", ZEBRA, [{"epc": "e2806894"}, {"epc": "e2806894"}]),
        ("zebra-fx", ZEBRA, [{"something": 1}]),
        ("zebra-fx", ZEBRA, [{"time": "2026-09-07T12:30:29Z"}]),
    ],
)
def test_sightings_that_are_wrong(tmp_path: Path, vendor: str, payload: object, expected: object) -> None:
    assert judged(tmp_path, vendor=vendor, payload=payload, expected=expected).wrong == 1


def test_an_invalid_publish_must_be_refused(tmp_path: Path) -> None:
    row: dict[str, Any] = {"vendor": "zebra-fx", "expected": [], "valid": False}
    assert judged(tmp_path, payload={"data": {"idHex": "e28"}, "type": "x"}, **row).refused == 1
    assert judged(tmp_path, payload=ZEBRA, **row).wrong == 1


@pytest.mark.parametrize(
    ("data", "stated", "agreed"),
    [
        ("ABCD", {"payload_hex": "001083", "f_cnt": 7, "rssi": -87, "snr": 9.5, "f_port": None}, 1),
        ("ABCD", {"payload_hex": "001084"}, 0),
        ("ABCD", {"payload_hex": None}, 0),
        (None, {"payload_hex": None, "dedup_id": "one", "time": "2026-06-16T09:30:00Z"}, 1),
        (None, {"payload_hex": None, "dedup_id": "two"}, 0),
        (None, {"payload_hex": None, "time": "2026-06-16T09:30:01Z"}, 0),
        (None, {"dedup_id": "one"}, 0),
    ],
)
def test_envelopes(tmp_path: Path, data: str | None, stated: dict[str, Any], agreed: int) -> None:
    payload = UPLINK | ({"data": data} if data else {})
    expected = {"dev_eui": "0102030405060708"} | stated
    count = judged(tmp_path, vendor="chirpstack-v4", payload=payload, expected=expected)
    assert (count.agreed, count.wrong) == (agreed, 1 - agreed)


def test_an_envelope_that_is_not_known_is_skipped_with_a_reason(tmp_path: Path) -> None:
    count = judged(tmp_path, vendor="loriot", payload={}, expected={"dev_eui": "0102030405060708"})
    assert count.skipped_because == {"no envelope of 'loriot' is known here": 1}


@pytest.mark.parametrize("name", ["rfid_json_vectors", "lns_envelopes"])
def test_the_vectors_beside_the_project(name: str) -> None:
    count = run_vectors(shared(f"corpus/{name}.jsonl"), Setting())
    assert (count.agreed, count.wrong, count.crashed, count.skipped) == (count.rows, 0, 0, 0)
