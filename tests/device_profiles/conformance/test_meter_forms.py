"""Do the forms of meter vectors judge every stated fact, and call a changed one wrong?"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from device_profiles.conformance import Setting, run_vectors
from device_profiles.protocols.mbus import long_frame
from tests.device_profiles.protocols.wmbus import made
from tests.shared import shared

_ANSWER = long_frame(
    0x08,
    1,
    0x72,
    bytes.fromhex(
        "45330824 c514 00 04 66 27 0000 0413 e8030000 8410 06 05000000 14 5b 1e000000 0259 f401 01fd17 05 0f 0102"
    ),
)
_WIRED: dict[str, Any] = {
    "id": "made:wired",
    "protocol": "mbus",
    "kind": "valid",
    "bytes": _ANSWER.hex(),
    "expected": {
        "slave": {
            "Id": "24083345",
            "Manufacturer": "EFE",
            "Version": "0",
            "Medium": "Heat: Outlet",
            "AccessNumber": "102",
            "Status": "27",
            "Signature": "0000",
        },
        "records": [
            {
                "Function": "Instantaneous value",
                "StorageNumber": "0",
                "Unit": "Volume (m m^3)",
                "Value": "1000",
            },
            {
                "Function": "Instantaneous value",
                "StorageNumber": "0",
                "Tariff": "1",
                "Device": "0",
                "Unit": "Energy (kWh)",
                "Value": "5",
            },
            {
                "Function": "Maximum value",
                "StorageNumber": "0",
                "Unit": "Flow temperature (deg C)",
                "Value": "30",
            },
            {
                "Function": "Instantaneous value",
                "StorageNumber": "0",
                "Unit": "Flow temperature (1e-2 deg C)",
                "Value": "500",
            },
            {"Function": "Instantaneous value", "StorageNumber": "0", "Unit": "Error flags", "Value": "5"},
            {"Function": "Manufacturer specific", "Value": "01 02"},
        ],
    },
    "expected_normalized": None,
}
_RADIO: dict[str, Any] = {
    "id": "made:radio",
    "protocol": "wmbus",
    "key": made.KEY.hex(),
    "bytes": made.mode_5().hex(),
    "expected": {
        "_": "telegram",
        "meter": "anything",
        "name": "Kitchen",
        "timestamp": "1111-11-11T11:11:11Z",
        "media": "gas",
        "id": "12345678",
        "status": "OK",
        "total_m3": 28504.27,
        "meter_datetime": "2008-05-31 23:50",
    },
}


def judged(folder: Path, *rows: dict[str, Any]) -> tuple[int, int, int, int]:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    count = run_vectors(path, Setting())
    assert not count.crashed, count.went_wrong
    return count.agreed, count.refused, count.wrong, count.skipped


def test_what_is_right_agrees(tmp_path: Path) -> None:
    assert judged(tmp_path, _WIRED, _RADIO) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("slave", "Id"), "24083346"),
        (("slave", "Manufacturer"), "EFF"),
        (("slave", "Version"), "1"),
        (("slave", "Medium"), "Heat: Inlet"),
        (("slave", "AccessNumber"), "103"),
        (("slave", "Status"), "28"),
        (("slave", "Signature"), "0001"),
        (("records", 0, "Value"), "1001"),
        (("records", 0, "Unit"), "Volume (my m^3)"),
        (("records", 0, "Unit"), "Energy (kWh)"),
        (("records", 0, "Function"), "Minimum value"),
        (("records", 0, "StorageNumber"), "1"),
        (("records", 1, "Tariff"), "2"),
        (("records", 1, "Device"), "1"),
        (("records", 2, "Function"), "Instantaneous value"),
        (("records", 3, "Unit"), "Return temperature (1e-2 deg C)"),
        (("records", 4, "Value"), "4"),
        (("records", 5, "Value"), "01 03"),
        (("records", 5, "Function"), "More records follow"),
    ],
)
def test_a_changed_fact_of_a_wired_row_is_wrong(tmp_path: Path, where: tuple[Any, ...], value: str) -> None:
    row = deepcopy(_WIRED)
    spot = row["expected"]
    for part in where[:-1]:
        spot = spot[part]
    spot[where[-1]] = value
    assert judged(tmp_path, row) == (0, 0, 1, 0)


def test_a_missing_record_is_wrong(tmp_path: Path) -> None:
    row = deepcopy(_WIRED)
    row["expected"]["records"].pop()
    assert judged(tmp_path, row) == (0, 0, 1, 0)


def test_an_invalid_wired_row_must_be_refused(tmp_path: Path) -> None:
    spoilt = _ANSWER[:-2] + bytes([_ANSWER[-2] ^ 1]) + _ANSWER[-1:]
    broken = {**_WIRED, "kind": "invalid", "bytes": spoilt.hex()}
    assert judged(tmp_path, broken, {**_WIRED, "kind": "invalid"}) == (0, 1, 1, 0)
    assert judged(tmp_path, {**broken, "kind": "must_not_crash"}) == (0, 1, 0, 0)
    assert judged(tmp_path, {**broken, "kind": "valid"}) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "12345679"),
        ("media", "water"),
        ("status", "POWER_LOW"),
        ("total_m3", 28504.28),
        ("total_m3", None),
        ("total_kwh", 28504.27),
        ("target_m3", 28504.27),
        ("max_m3", 28504.27),
        ("total_tariff_1_m3", 28504.27),
        ("total_counter", 28504.27),
        ("meter_datetime", "2008-05-31 23:51"),
        ("target_date", "2008-05-31"),
        ("fabrication_no", "12345678"),
        ("something", True),
    ],
)
def test_a_changed_fact_of_a_radio_row_is_wrong(tmp_path: Path, name: str, value: object) -> None:
    row = deepcopy(_RADIO)
    row["expected"][name] = value
    assert judged(tmp_path, row) == (0, 0, 1, 0)


@pytest.mark.parametrize("name", ["total_m3", "volume_m3"])
def test_the_same_fact_under_another_name_is_right(tmp_path: Path, name: str) -> None:
    row = deepcopy(_RADIO)
    row["expected"] = {"_": "telegram", name: 28504.27, "meter_date": "2008-05-31"}
    assert judged(tmp_path, row) == (1, 0, 0, 0)


def test_a_radio_row_without_its_key_is_wrong_and_a_cut_one_skipped(tmp_path: Path) -> None:
    assert judged(tmp_path, {**_RADIO, "key": None}) == (0, 0, 1, 0)
    cut = [{**_RADIO, "bytes": text} for text in ("", made.plain()[:20].hex(), "4")]
    assert judged(tmp_path, *cut) == (0, 0, 0, 3)


def test_the_wired_vectors_at_hand_agree() -> None:
    count = run_vectors(shared("corpus/mbus_vectors.jsonl"), Setting())
    assert (count.wrong, count.crashed, count.skipped) == (0, 0, 0)
    assert count.agreed + count.refused == count.rows


def test_most_radio_vectors_at_hand_agree() -> None:
    count = run_vectors(shared("corpus/wmbus_vectors.jsonl"), Setting())
    assert count.crashed == 0
    assert count.agreed / count.rows > 0.8
