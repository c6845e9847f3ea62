"""Rows of radio telegrams with fields in the naming of a widely used reader: each must be among what was decoded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from device_profiles.conformance.radio_match import found, near
from device_profiles.conformance.vector import Mismatch, Row, Setting, SkippedError, Vector
from device_profiles.errors import DecodeError
from device_profiles.protocols import mbus, wmbus
from device_profiles.protocols.mbus import Address, Function, Record
from device_profiles.written import from_hex

# What is not in a telegram: a marker, the user's name for the meter, the reader's driver, when and how it was heard.
_BESIDE: Final = frozenset({"_", "name", "meter", "timestamp", "device", "rssi_dbm"})
_STATES: Final = re.compile(
    r"(^|_)(status|error_flags|error_code|errors|alarms?|info_codes?|warnings?|faults?)$|^info$"
)
_WELL: Final = frozenset({"", "ok", "no_alarm", "null"})
_MEDIA: Final[Mapping[str, str]] = {
    "other": "other", "oil": "oil", "electricity": "electricity", "gas": "gas", "heat": "heat", "steam": "steam",
    "warm water": "warm_water", "water": "water", "heat cost allocation": "heat_cost_allocator",
    "compressed air": "compressed_air", "cooling load volume at outlet": "cooling",
    "cooling load volume at inlet": "cooling_inlet", "heat volume at inlet": "heat_inlet",
    "heat/cooling load": "heat_cooling", "bus/system component": "bus", "unknown": "unknown",
    "hot water": "hot_water", "cold water": "cold_water", "hot/cold water": "dual_water", "pressure": "pressure",
    "a/d converter": "ad_converter", "smoke detector": "smoke_detector", "room sensor": "room_sensor",
    "gas detector": "gas_detector", "breaker (electricity)": "breaker_electricity", "valve": "valve",
    "customer unit": "customer_unit", "waste water": "waste_water", "garbage": "waste", "reserved": "reserved",
    "communication controller": "communication_controller", "unidirectional repeater": "repeater_one_way",
    "bidirectional repeater": "repeater", "radio converter (system side)": "radio_converter_system",
    "radio converter (meter side)": "radio_converter_meter",
}  # fmt: skip
_HEADER_WORDS: Final = frozenset(word for status in range(0x20) for word in wmbus.status_words(status))
_PREVIOUS: Final = re.compile(r"(?<![a-z])prev_")


class _Came(Struct, frozen=True, kw_only=True):
    """What both ways of reading have in common."""

    address: Address | None
    rows: Sequence[Record]
    states: Sequence[str]
    own_status: int


def fits(row: Row) -> bool:
    """Say whether the row is a telegram with the fields of this reader."""
    expected = row.get("expected")
    named = isinstance(expected, Mapping) and expected.get("_") == "telegram"
    return named and row.get("protocol") in ("mbus", "wmbus")


def vector(row: Row, setting: Setting) -> Vector:  # noqa: ARG001  # nothing but the row is needed
    """Make the row's test: every field that a telegram can carry must have been decoded.

    Raises:
        SkippedError: the row has no whole telegram.
    """
    octets = _octets(row)
    key = _key(row)
    wired = row.get("protocol") == "mbus"
    expected = {name: value for name, value in row["expected"].items() if name not in _BESIDE}

    def decode() -> _Came:
        if wired:
            telegram = mbus.read_telegram(octets)
            return _wired(telegram, wmbus.explain_wired(telegram))
        return _radio(wmbus.read_telegram(octets, key))

    def compare(came: _Came) -> Mismatch | None:
        wrong = list(_differences(expected, came))
        if not wrong:
            return None
        return Mismatch(expected={name: expected[name] for name, _ in wrong}, came=dict(wrong))

    invalid = row.get("valid") is False or "invalid" in str(row.get("kind", ""))
    return Vector(decode=decode, compare=compare, invalid=invalid)


def _wired(telegram: mbus.Telegram, said: wmbus.Said) -> _Came:
    return _Came(
        address=telegram.header.address,
        rows=said.records.rows,
        states=said.states,
        own_status=telegram.header.status & ~said.understood,
    )


def _radio(telegram: wmbus.RadioTelegram) -> _Came:
    return _Came(
        address=telegram.meter,
        rows=telegram.rows,
        states=telegram.states,
        own_status=telegram.header.status & ~telegram.understood,
    )


def _octets(row: Row) -> bytes:
    """Return the telegram; a row that was cut short has nothing that could be decoded."""
    try:
        octets = from_hex(str(row["bytes"]))
    except DecodeError as error:
        raise SkippedError("the row's telegram has half a byte") from error
    if not octets:
        raise SkippedError("the row has no telegram")
    if row.get("protocol") != "mbus" and octets[0] + 1 > len(octets):
        raise SkippedError("the row's telegram is cut short: its L field says more bytes")
    return octets


def _key(row: Row) -> bytes | None:
    text = str(row.get("key") or "")
    return bytes.fromhex(text) if len(text) == 32 else None


def _differences(expected: Mapping[str, object], came: _Came) -> Iterator[tuple[str, object]]:
    rows, address = came.rows, came.address
    yield from _states_differ(expected, came)
    for name, value in expected.items():
        if _tells_state(name, value):
            continue
        if name == "id":
            if address is None or value != address.id:
                yield name, address.id if address else "none"
        elif name == "media":
            if address is None or _MEDIA.get(str(value).lower().replace("_", " ")) != address.medium:
                yield name, address.medium if address else "none"
        elif not found(name, value, rows):
            yield name, near(name, value, rows)


def _states_differ(expected: Mapping[str, object], came: _Came) -> Iterator[tuple[str, object]]:
    """Compare what is told to be wrong with the meter, over all fields that tell it."""
    told = {name: value for name, value in expected.items() if _tells_state(name, value)}
    if not told:
        return
    words = {word for name, value in told.items() for word in _words(name, value)} - _WELL
    ours = set(_our_words(came))
    # Many drivers of the reference leave the header's own words out; a row that has none of them says nothing of them.
    unsaid = set() if words & _HEADER_WORDS else _HEADER_WORDS
    if not words <= ours or not ours - words <= unsaid:
        for name in told:
            yield name, " ".join(sorted(ours)) or "ok"


def _tells_state(name: str, value: object) -> bool:
    return _STATES.search(name) is not None and (value is None or isinstance(value, str))


def _words(name: str, value: object) -> Iterator[str]:
    """Give the words of a field; those of the past begin with `previous_`."""
    before = "previous_" if name.startswith("previous") else ""
    for token in str(value or "").replace(",", " ").lower().split():
        if token not in _WELL:
            yield before + _PREVIOUS.sub("previous_", token)


def _our_words(came: _Came) -> Iterator[str]:
    yield from came.states
    own = came.own_status & wmbus.OWN_BITS
    if own:
        yield f"unknown_{own:x}"
    for record in came.rows:
        if _flagged(record) and isinstance(record.value, Decimal) and int(record.value):
            yield f"error_flags_{int(record.value):x}"


def _flagged(record: Record) -> bool:
    return record.quantity == "error_flags" and record.function is Function.INSTANTANEOUS
