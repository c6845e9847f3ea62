"""The uplink event of ChirpStack v4 gives up the device's bytes and all that the network knows of them."""

import base64
import json
from typing import Any

import pytest

from device_profiles import DecodeError, Envelope, NoBytesError, Opened, load_shelf, open_envelope
from tests.device_profiles.corpus import vectors
from tests.device_profiles.made import NOW_MS
from wire import TimeTrust

# After the example on https://www.chirpstack.io/docs/chirpstack/integrations/events.html
_EVENT: dict[str, Any] = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
    "time": "2022-07-18T09:34:15.775023242+00:00",
    "deviceInfo": {
        "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
        "deviceProfileName": "TPS110",
        "devEui": "00-04-A3-0B-00-1B-A7-55",
    },
    "devAddr": "00189440",
    "dr": 1,
    "fCnt": 7,
    "fPort": 2,
    "data": base64.b64encode(b"\x01\xff").decode(),
    "rxInfo": [
        {"gatewayId": "a", "rssi": -97, "snr": -4.2},
        {"gatewayId": "b", "rssi": -48, "snr": 9, "location": {}},
        {"gatewayId": "c"},
    ],
    "txInfo": {"frequency": 868100000},
}


def _open(event: object) -> Opened:
    raw = event if isinstance(event, bytes) else json.dumps(event).encode()
    return open_envelope(
        Envelope.CHIRPSTACK_V4, "application/x/device/y/event/up", raw, NOW_MS, TimeTrust.SYNCED
    )


def test_an_uplink() -> None:
    opened = _open(_EVENT)
    reading = opened.reading
    assert opened.hint == "TPS110"
    assert (reading.device, reading.payload, reading.port) == ("0004a30b001ba755", b"\x01\xff", 2)
    assert (reading.received_ms, reading.at_ms, reading.trust) == (NOW_MS, 1658136855775, TimeTrust.SYNCED)
    assert (reading.identity, reading.rssi_dbm, reading.snr_db) == (
        "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        -48,
        9,
    )
    rows = load_shelf().profile("parking_bosch_tps110").decode(reading)
    assert [row.value for row in rows if row.property == "device.temperature"] == [-1]
    assert {(row.at_ms, row.trust) for row in rows} == {(1658136855775, TimeTrust.DEVICE)}


def test_what_the_server_leaves_out() -> None:
    sparse = {"deviceInfo": {"devEui": "0004a30b001ba755"}, "data": "AQ=="}
    reading = _open(sparse).reading
    assert (reading.port, reading.at_ms, reading.identity, reading.rssi_dbm) == (0, None, "", None)
    assert _open({**sparse, "time": None}).reading.at_ms is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"data": None}, "expected the device's bytes as base64 in data, got none"),
        ({"data": ""}, "got none"),
        ({"data": "A"}, "data: expected base64, got 'A'"),
        ({"data": "A!=="}, "data: expected base64, got 'A!=='"),
        ({"deviceInfo": {}}, "expected the device's EUI in deviceInfo.devEui, got none"),
        ({"deviceInfo": {"devEui": "0004a30b001ba75"}}, "16 hexadecimal digits in deviceInfo.devEui"),
        ({"deviceInfo": None}, r"ChirpStack v4 uplink event as JSON: .*\$.deviceInfo"),
        ({"fPort": "2"}, r"\$.fPort"),
        ({"time": "2022-07-18T09:34:15"}, "expected a time with its offset from UTC in time"),
        ({"time": "yesterday"}, r"\$.time"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        _open({**_EVENT, **change})


def test_a_frame_of_the_radio_alone_is_told_apart() -> None:
    """As ChirpStack publishes answers to the network's own commands; see helium/helium-packet-router issue 285."""
    with pytest.raises(NoBytesError):
        _open({**_EVENT, "fPort": 0, "data": ""})


@pytest.mark.parametrize("heard", [None, "?", [{"rssi": "-48", "snr": "NaN"}], [{"rssi": None}], {}])
def test_how_well_it_was_heard_never_costs_a_reading(heard: object) -> None:
    reading = _open({**_EVENT, "rxInfo": heard}).reading
    assert (reading.payload, reading.rssi_dbm, reading.snr_db) == (b"\x01\xff", None, None)


def test_fields_that_another_program_has_set_to_null() -> None:
    device = {"devEui": "0004a30b001ba755", "deviceProfileName": None}
    opened = _open({**_EVENT, "deviceInfo": device, "deduplicationId": None, "fPort": None})
    assert (opened.hint, opened.reading.identity, opened.reading.port) == ("", "", 0)


@pytest.mark.parametrize("time", ["1970-01-01T00:00:07Z", "1980-01-06T08:00:00+08:00"])
def test_a_clock_that_was_never_set_says_no_time(time: str) -> None:
    assert _open({**_EVENT, "time": time}).reading.at_ms is None


@pytest.mark.parametrize(
    ("time", "at_ms"),
    [
        ("2026-11-22T15:01:02.123456789+08:00", 1795330862123),
        ("2026-11-22T07:01:02Z", 1795330862000),
        ("2026-11-21T21:31:02.9995-09:30", 1795330863000),
    ],
)
def test_times_of_any_zone_and_precision(time: str, at_ms: int) -> None:
    assert _open({**_EVENT, "time": time}).reading.at_ms == at_ms


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", b'{"deviceName":"x"}'])
def test_no_event_at_all(raw: bytes) -> None:
    with pytest.raises(DecodeError, match="expected a ChirpStack v4 uplink event as JSON"):
        _open(raw)


def test_vectors() -> None:
    for vector in vectors("lns_envelopes.jsonl"):
        if vector["vendor"] != "chirpstack-v4":
            continue
        expected = vector["expected"]
        if expected.get("payload_hex") is None:
            with pytest.raises(DecodeError, match="expected the device's bytes"):
                _open(vector["payload"])
            continue
        reading = _open(vector["payload"]).reading
        assert reading.device == expected["dev_eui"]
        assert (reading.payload.hex(), reading.port) == (expected["payload_hex"], expected["f_port"])
        assert (reading.rssi_dbm, reading.snr_db) == (expected["rssi"], expected["snr"])
