"""What readers publish is read whatever form it has, and nothing but DecodeError comes of what is no publish."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_profiles import DecodeError, Reading
from device_profiles.protocols.rfid import (
    Sighting,
    Told,
    read_impinj,
    read_llrpkit,
    read_zebra,
    reader_codec,
    tampered,
)
from device_profiles.protocols.rfid.sighting import digits_of, time_of
from wire import CATALOGUE, DeviceId, TimeTrust, is_tag

Read = Callable[[bytes], Told]
READERS: list[Read] = [read_impinj, read_zebra, read_llrpkit]
EPC = "3476451fd40000000000162e"


def impinj(**tag: object) -> bytes:
    return json.dumps({"eventType": "tagInventory", "tagInventoryEvent": tag}).encode()


@pytest.mark.parametrize(
    ("written", "at_ms"),
    [
        (None, None),
        ("", None),
        ("2025-05-17T16:03:13.944189383Z", 1747497793944),
        ("2026-09-07T12:30:28.390+0000", 1788784228390),
        ("2026-09-07T20:30:28.390+08:00", 1788784228390),
        ("1970-01-01T00:00:12Z", None),
        ("1980-01-06T00:00:00Z", None),
        (1760000000.123, 1760000000123),
        (1760000000123, 1760000000123),
        ("1760000000123", 1760000000123),
        (12, None),
        (-5, None),
    ],
)
def test_times(written: str | float | None, at_ms: int | None) -> None:
    assert time_of(written) == at_ms


@pytest.mark.parametrize("written", ["2026-09-07T12:30:28", "yesterday", "2026-13-07T12:30:28Z", 1e300])
def test_no_times(written: str | float) -> None:
    with pytest.raises(DecodeError, match="expected a time"):
        time_of(written)


def test_a_memory_error_in_the_place_of_digits_is_no_number() -> None:
    assert digits_of("Error: tag returned error code 0x03 = Memory overrun") == b""
    assert digits_of("e28") == digits_of(None) == b""
    assert digits_of("E280") == b"\xe2\x80"


@pytest.mark.parametrize("padding", ["", "="])
def test_base64_in_both_alphabets_with_and_without_padding(padding: str) -> None:
    (told,) = read_impinj(impinj(epc="4oARkaUDAGXybMv_" + "AAA" + padding)).sightings
    (same,) = read_impinj(impinj(epc="4oARkaUDAGXybMv/" + "AAA" + padding)).sightings
    assert told.epc.hex() == same.epc.hex() == "e2801191a5030065f26ccbff0000"


def test_a_number_that_two_fields_say_differently_is_doubtful() -> None:
    (told,) = read_impinj(impinj(epc="4oARkaUDAGXybMv_", epcHex=EPC)).sightings
    assert (told.epc.hex(), told.doubt) == (EPC, "e2801191a5030065f26ccbff")


@pytest.mark.parametrize(("text", "doubtful"), [("E200001234567890", True), ("4oARkaUDAGXybMv_", False)])
def test_what_may_be_hexadecimal_is_reported(text: str, doubtful: bool) -> None:
    (told,) = read_impinj(impinj(epc=text)).sightings
    assert bool(told.doubt) is doubtful


def test_lines_of_events() -> None:
    told = read_impinj(impinj(epcHex=EPC) + b"\n" + impinj(epcHex="e280") + b"\n\n")
    assert [sighting.epc.hex() for sighting in told.sightings] == [EPC, "e280"]


def test_events_inside_an_object() -> None:
    told = read_impinj(b'{"events":[{"type":"tagInventoryEvent","tagInventoryEvent":{"epcHex":"e280"}}]}')
    assert len(told.sightings) == 1


@pytest.mark.parametrize(
    ("pc", "xpc", "notified"),
    [
        (None, None, None),
        (0x3000, None, False),
        (0x3010, None, True),
        (0x3110, None, None),
        (0x3210, None, None),
        (0x3210, 0x0000, False),
        (0x3000, 0x0010, True),
    ],
)
def test_tampering_is_what_the_tag_itself_notifies(
    pc: int | None, xpc: int | None, notified: bool | None
) -> None:
    assert tampered(Sighting(epc=b"\x01\x02", pc=pc, xpc=xpc)) is notified


def test_a_tag_without_a_number_is_nobody() -> None:
    decode = reader_codec(read_impinj)
    reading = Reading(device=DeviceId("r"), payload=impinj(epc=""), received_ms=1, trust=TimeTrust.SYNCED)
    assert [row.property for row in decode(reading)] == ["device.heartbeat"]


def test_a_tag_without_epc_goes_by_its_tid() -> None:
    decode = reader_codec(read_impinj)
    payload = impinj(tidHex="E2801160200060A4")
    reading = Reading(device=DeviceId("r"), payload=payload, received_ms=1, trust=TimeTrust.SYNCED)
    assert {row.device for row in decode(reading)} == {"tag:e2801160200060a4"}


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("number", ["3476451FD4XYZ", "g" * 24, "30 64"])
def test_a_refusal_does_not_tell_the_number(read: Read, number: str) -> None:
    payloads: dict[Read, bytes] = {
        read_impinj: impinj(epcHex=number),
        read_zebra: json.dumps({"data": {"idHex": number}, "type": "SIMPLE"}).encode(),
        read_llrpkit: json.dumps({"epc": number}).encode(),
    }
    with pytest.raises(DecodeError) as refusal:
        read(payloads[read])
    assert number not in str(refusal.value)


_NAMES = st.sampled_from(
    [
        *(
            "eventType",
            "timestamp",
            "tagInventoryEvent",
            "tagInventoryEvents",
            "epc",
            "epcHex",
            "tid",
            "tidHex",
            "pc",
        ),
        *("antennaPort", "peakRssiCdbm", "lastSeenTime", "gpiTransitionEvent", "gpi", "transition", "events"),
        *(
            "data",
            "type",
            "idHex",
            "EPCid",
            "TID",
            "PC",
            "XPC",
            "antenna",
            "peakRssi",
            "tags",
            "tagData",
            "pin",
        ),
        *("state", "reader", "rssi_dbm", "at", "event", "status", "inventoryStatusEvent"),
    ]
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", EPC, "E200001234567890", "tagInventory", "gpi", "HIGH", "low-to-high", "3010", "4oAR"]
    )
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("read", READERS)
@given(_VALUES)
@example({"at": 1e400, "epc": EPC})
@example({"data": {"idHex": EPC, "peakRssi": 1e308, "antenna": 2**70}, "type": "x"})
@example({"timestamp": "0001-01-01T00:00:00+23:59", "type": "x", "data": {"idHex": EPC}})
@example({"tagInventoryEvent": {"epc": EPC, "lastSeenTime": "9999-12-31T23:59:59-23:59"}})
def test_any_json_is_understood_or_refused(read: Read, value: Any) -> None:
    reading = Reading(
        device=DeviceId("r"), payload=json.dumps(value).encode(), received_ms=1, trust=TimeTrust.SYNCED
    )
    try:
        rows = reader_codec(read)(reading)
    except DecodeError:
        return
    assert rows
    for row in rows:
        assert row.property in CATALOGUE
        assert is_tag(row.device) or row.device.startswith("r")
        assert isinstance(row.value, str) or math.isfinite(row.value)
        assert -(2**63) <= row.at_ms < 2**63
