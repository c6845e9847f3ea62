"""Vectors of RFID readers' JSON: a publish, and the tags that are seen in it.

A row's `vendor` says whose reader it is. Each entry of `expected` is one sighting; every fact that it states is
compared, a time as a moment and a tag's number as its digits. `epc_if_base64` and `epc_if_hex` ask for a number that
can be read in two ways: it must be read that way, and the other reading must be reported.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from device_profiles.conformance.compare import differing
from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector
from device_profiles.protocols.epc import recognise
from device_profiles.protocols.rfid import Sighting, Told, read_impinj, read_llrpkit, read_zebra
from device_profiles.protocols.rfid.sighting import time_of

_READERS: Final[Mapping[str, Callable[[bytes], Told]]] = {
    "impinj": read_impinj,
    "zebra": read_zebra,
    "llrp": read_llrpkit,
}
_NUMBERS: Final = frozenset({"epc", "epc_hex", "tid", "tid_hex", "epc_if_base64", "epc_if_hex"})
_TIMES: Final = frozenset({"time", "timestamp", "at", "at_ms", "seen_at", "last_seen", "last_seen_time"})
_WORDS: Final = frozenset({"note", "source"})


def fits(row: Row) -> bool:
    """Say whether the row is a publish of a reader that is known here."""
    return "payload" in row and "expected" in row and _reader(row) is not None


def vector(row: Row, setting: Setting) -> Vector:
    """Make the row's test."""
    del setting
    read = _reader(row)
    assert read is not None
    payload = _bytes(row["payload"])
    expected: Sequence[Mapping[str, Any]] = row["expected"] or []
    in_hex = any("epc_if_hex" in one for one in expected)

    def decode() -> Told:
        return read_impinj(payload, epc_in_hex=True) if in_hex and read is read_impinj else read(payload)

    def compare(came: Told) -> Mismatch | None:
        if len(came.sightings) != len(expected):
            return Mismatch(expected=f"{len(expected)} sightings", came=f"{len(came.sightings)} sightings")
        pairs = zip(expected, came.sightings, strict=True)
        found = (differing(_wanted(one), _facts(one, sighting)) for one, sighting in pairs)
        return next((problem for problem in found if problem is not None), None)

    return Vector(decode=decode, compare=compare, invalid=row.get("valid") is False)


def _reader(row: Row) -> Callable[[bytes], Told] | None:
    vendor = str(row.get("vendor", "")).lower()
    return next((read for name, read in _READERS.items() if name in vendor), None)


def _bytes(payload: object) -> bytes:
    return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()


def _wanted(stated: Mapping[str, Any]) -> dict[str, object]:
    wanted: dict[str, object] = {}
    for name, value in stated.items():
        if name in _NUMBERS and isinstance(value, str):
            wanted[name] = value.lower()
        elif name in _TIMES:
            wanted[name] = str(time_of(value))  # as text: numbers are compared within a billionth
        elif name not in _WORDS:
            wanted[name] = value
    return wanted


def _facts(stated: Mapping[str, Any], sighting: Sighting) -> dict[str, object]:
    """Return what the sighting says, by the names that rows give it; of an ambiguous number only if reported so."""
    epc, tid = sighting.epc.hex() or None, sighting.tid.hex() or None
    doubtful = epc if sighting.doubt else f"{epc}, not reported as ambiguous"
    facts: dict[str, object] = {
        "epc": epc,
        "epc_hex": epc,
        "epc_if_base64": doubtful,
        "epc_if_hex": doubtful,
        "tid": tid,
        "tid_hex": tid,
        "uri": recognise(sighting.epc, sighting.pc).uri,
        "antenna": sighting.antenna,
        "antenna_port": sighting.antenna,
        "antenna_name": sighting.antenna_name or None,
        "rssi_dbm": sighting.rssi_dbm,
        "phase_deg": sighting.phase_deg,
        "phase": sighting.phase_deg,
        "frequency_mhz": sighting.frequency_mhz,
        "channel_mhz": sighting.frequency_mhz,
        "frequency_khz": None if sighting.frequency_mhz is None else sighting.frequency_mhz * 1000,
        "tx_power_dbm": sighting.power_dbm,
        "transmit_power_dbm": sighting.power_dbm,
        "seen_count": sighting.seen_count,
        "reads": sighting.seen_count,
        "pc": _like(stated.get("pc"), sighting.pc),
        "xpc": _like(stated.get("xpc"), sighting.xpc),
    }
    facts.update(dict.fromkeys(_TIMES, str(sighting.at_ms)))
    return facts


def _like(stated: object, word: int | None) -> object:
    """Return a control word as the row writes it: as a number or as digits."""
    if word is None or not isinstance(stated, str):
        return word
    return f"{word:04X}" if stated == stated.upper() else f"{word:04x}"
