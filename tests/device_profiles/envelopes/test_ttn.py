"""The uplink message of The Things Stack v3 gives up the device's bytes and all that the network knows of them."""

import json
from typing import Any

import pytest

from device_profiles import DecodeError, Envelope, Opened, open_envelope
from tests.device_profiles.made import NOW_MS
from wire import TimeTrust

# After the example on https://www.thethingsindustries.com/docs/the-things-stack/concepts/data-formats/
_UPLINK: dict[str, Any] = {
    "end_device_ids": {
        "device_id": "dev1",
        "application_ids": {"application_id": "app1"},
        "dev_eui": "0004A30B001C0530",
        "dev_addr": "00BCB929",
    },
    "correlation_ids": ["gs:uplink:01ABC", "as:up:01XYZ"],
    "received_at": "2020-02-12T15:15:45.787Z",
    "uplink_message": {
        "session_key_id": "AXA50jHUwCKDx5bEu1Lx0Q==",
        "f_port": 1,
        "f_cnt": 5,
        "frm_payload": "yg==",
        "rx_metadata": [{"rssi": -110, "snr": -9.5}, {"rssi": -35, "channel_rssi": -35, "snr": 5.2}],
        "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}},
        "received_at": "2020-02-12T15:15:45.500123456Z",
        "version_ids": {"brand_id": "nwave", "model_id": "nps405sm", "firmware_version": "2.4.9"},
    },
}


def _open(uplink: object) -> Opened:
    raw = uplink if isinstance(uplink, bytes) else json.dumps(uplink).encode()
    return open_envelope(Envelope.TTN_V3, "v3/app1@ttn/devices/dev1/up", raw, NOW_MS, TimeTrust.UNSYNCED)


def _message(**change: object) -> dict[str, Any]:
    return {**_UPLINK, "uplink_message": {**_UPLINK["uplink_message"], **change}}


def test_an_uplink() -> None:
    opened = _open(_UPLINK)
    reading = opened.reading
    assert opened.hint == "nwave/nps405sm@2.4.9"
    assert (reading.device, reading.payload, reading.port) == ("0004a30b001c0530", b"\xca", 1)
    assert (reading.received_ms, reading.at_ms, reading.trust) == (NOW_MS, 1581520545500, TimeTrust.UNSYNCED)
    assert (reading.identity, reading.rssi_dbm, reading.snr_db) == ("AXA50jHUwCKDx5bEu1Lx0Q==:5", -35, 5.2)


def test_identity_of_the_first_frame_and_without_a_session() -> None:
    first = _message()
    del first["uplink_message"]["f_cnt"]
    assert _open(first).reading.identity == "AXA50jHUwCKDx5bEu1Lx0Q==:0"
    assert _open(_message(session_key_id="")).reading.identity == "as:up:01XYZ"
    assert _open({**_message(session_key_id=""), "correlation_ids": []}).reading.identity == ""


def test_what_the_server_leaves_out() -> None:
    opened = _open(
        {"end_device_ids": {"dev_eui": "0004A30B001C0530"}, "uplink_message": {"frm_payload": "AQ=="}}
    )
    assert (opened.hint, opened.reading.port, opened.reading.at_ms) == ("", 0, None)
    assert _open(_message(received_at=None)).reading.at_ms == 1581520545787


@pytest.mark.parametrize(
    ("uplink", "words"),
    [
        (
            _message(frm_payload=None),
            "expected the device's bytes as base64 in uplink_message.frm_payload, got none",
        ),
        (_message(frm_payload="*"), "uplink_message.frm_payload: expected base64"),
        ({**_UPLINK, "end_device_ids": {"device_id": "dev1"}}, "EUI in end_device_ids.dev_eui, got none"),
        ({"end_device_ids": {}, "join_accept": {}}, "The Things Stack v3 uplink .*uplink_message"),
        (b"{", "The Things Stack v3 uplink as JSON"),
    ],
)
def test_what_is_wrong_is_said(uplink: object, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        _open(uplink)
