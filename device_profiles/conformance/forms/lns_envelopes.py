"""Vectors of network servers' envelopes: an uplink as its server publishes it, and the reading inside.

Where a row says that there is no payload (`payload_hex` is null), opening must say just that; what else the row states
is then compared on the same envelope around one byte.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from device_profiles.conformance.compare import differing
from device_profiles.conformance.vector import Mismatch, Row, Setting, SkippedError, Vector
from device_profiles.envelopes import Envelope, Opened, open_envelope
from device_profiles.errors import NoBytesError
from device_profiles.protocols.rfid.sighting import time_of
from wire import TimeTrust

_NOW_MS: Final = 1_760_000_000_000
_WORDS: Final = frozenset({"note", "source"})
_ENVELOPES: Final = {"chirpstack": Envelope.CHIRPSTACK_V4, "ttn": Envelope.TTN_V3, "tts": Envelope.TTN_V3}
_BYTE: Final = "AA=="


def fits(row: Row) -> bool:
    """Say whether the row is an envelope with what is known of the device in it."""
    expected = row.get("expected")
    return "payload" in row and isinstance(expected, Mapping) and "dev_eui" in expected


def vector(row: Row, setting: Setting) -> Vector:
    """Make the row's test."""
    del setting
    envelope, stated = _envelope(row), dict(row["expected"])
    empty = "payload_hex" in stated and stated["payload_hex"] is None
    published = json.dumps(row["payload"]).encode()
    filled = json.dumps(_filled(row["payload"], envelope)).encode() if empty else published
    wanted = _wanted(stated)

    def opened(raw: bytes) -> Opened:
        return open_envelope(envelope, "", raw, _NOW_MS, TimeTrust.SYNCED)

    def decode() -> Opened:
        if not empty:
            return opened(published)
        try:
            return opened(published)
        except NoBytesError:
            return opened(filled)

    def compare(came: Opened) -> Mismatch | None:
        if empty and came.reading.payload != b"\0":
            return Mismatch(expected="no payload", came=came.reading.payload.hex())
        return differing(wanted, _facts(came))

    return Vector(decode=decode, compare=compare, invalid=row.get("valid") is False)


def _envelope(row: Row) -> Envelope:
    vendor = str(row.get("vendor", "")).lower()
    found = next((envelope for name, envelope in _ENVELOPES.items() if name in vendor), None)
    if found is None or (vendor.endswith(("v2", "v3")) and found is Envelope.CHIRPSTACK_V4):
        raise SkippedError(f"no envelope of {vendor!r} is known here")
    return found


def _filled(payload: Mapping[str, Any], envelope: Envelope) -> Mapping[str, Any]:
    if envelope is Envelope.CHIRPSTACK_V4:
        return {**payload, "data": _BYTE}
    message = payload.get("uplink_message") or {}
    return {**payload, "uplink_message": {**message, "frm_payload": _BYTE}}


def _wanted(stated: Mapping[str, Any]) -> dict[str, object]:
    wanted = {name: value for name, value in stated.items() if name not in _WORDS and name != "payload_hex"}
    if stated.get("payload_hex") is not None:
        wanted["payload_hex"] = str(stated["payload_hex"]).lower()
    if "time" in wanted:
        wanted["time"] = str(time_of(stated["time"]))  # as text: numbers are compared within a billionth
    wanted["dev_eui"] = str(stated["dev_eui"]).lower()
    for name in ("f_port", "f_cnt"):
        if name in wanted:
            wanted[name] = stated[name] or 0  # protobuf leaves out a 0
    return wanted


def _facts(came: Opened) -> dict[str, object]:
    reading = came.reading
    return {
        "dev_eui": reading.device,
        "time": str(reading.at_ms),
        "dedup_id": reading.identity,
        "f_port": reading.port,
        "f_cnt": came.frame_count,
        "payload_hex": reading.payload.hex(),
        "rssi": reading.rssi_dbm,
        "snr": reading.snr_db,
        "device_profile": came.hint,
    }
