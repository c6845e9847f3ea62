"""WILSEN.sonic.level: a length stands before each number and value, which the tables of profile.toml do not know."""

import struct
from collections.abc import Iterator, Sequence
from math import isfinite

from device_profiles import DecodeError, Reading
from wire import Observation, PropertyName, Value

# Number -> what it is, its property, its form, and how many of it make one of the catalogue's unit.
_KNOWN = {
    0x0201: ("temperature", "air.temperature", ">f", 1),
    0x0B01: ("distance", "waste.distance", ">H", 100),
    0x0B02: ("distance", "waste.distance", ">H", 1000),
    0x0B06: ("filling level", "waste.fill_level", "B", 1),
    0x3101: ("transmissions", "device.heartbeat", ">H", 0),
    0x5101: ("battery", "device.battery_v", "B", 10),
}


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what is known of the values; the others (place, counters, answers to settings) are passed over."""
    return [
        Observation(
            device=reading.device,
            property=PropertyName(name),
            value=value,
            at_ms=reading.taken_ms,
            trust=reading.taken_trust,
        )
        for name, value in _values(reading.payload)
    ]


def _values(payload: bytes) -> Iterator[tuple[str, Value]]:
    at = 0
    while at < len(payload):
        start, at = at + 1, at + 1 + payload[at]
        if at > len(payload):
            raise DecodeError(f"expected {at - start} bytes behind byte {start}, got {len(payload) - start}")
        if at - start < 3:
            raise DecodeError(f"expected a number and a value, got {at - start} bytes behind byte {start}")
        number = int.from_bytes(payload[start : start + 2], "big")
        if number in _KNOWN:
            yield _known(number, payload[start + 2 : at])


def _known(number: int, raw: bytes) -> tuple[str, Value]:
    called, name, form, divisor = _KNOWN[number]
    size = struct.calcsize(form)
    if len(raw) != size:
        raise DecodeError(f"expected {size} byte{'s' * (size > 1)} of {called}, got {len(raw)}")
    (value,) = struct.unpack(form, raw)
    if not isfinite(value):
        raise DecodeError(f"expected a {called}, got {value}")
    if divisor == 0:
        return name, 1
    return name, round(value, 1) if form == ">f" else value if divisor == 1 else value / divisor
