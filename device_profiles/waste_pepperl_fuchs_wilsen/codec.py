"""WILSEN.sonic.level: a length stands before each number and value, which the tables of profile.toml do not know."""

from collections.abc import Sequence
from math import isfinite
from struct import Struct

from device_profiles import DecodeError, Reading
from wire import Observation, PropertyName

# Number -> what it is, its property, its form, and how many of it make one of the catalogue's unit.
_KNOWN = {
    0x0201: ("temperature", PropertyName("air.temperature"), Struct(">f"), 1),
    0x0B01: ("distance", PropertyName("waste.distance"), Struct(">H"), 100),
    0x0B02: ("distance", PropertyName("waste.distance"), Struct(">H"), 1000),
    0x0B06: ("filling level", PropertyName("waste.fill_level"), Struct("B"), 1),
    0x3101: ("transmissions", PropertyName("device.heartbeat"), Struct(">H"), 0),
    0x5101: ("battery", PropertyName("device.battery_v"), Struct("B"), 10),
}


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what is known of the values; the others (place, counters, answers to settings) are passed over."""
    payload, device, at_ms, trust = reading.payload, reading.device, reading.taken_ms, reading.taken_trust
    rows = []
    at, size = 0, len(payload)
    while at < size:
        start = at + 1
        at = start + payload[at]
        if at > size:
            raise DecodeError(f"expected {at - start} bytes behind byte {start}, got {size - start}")
        if at - start < 3:
            raise DecodeError(f"expected a number and a value, got {at - start} bytes behind byte {start}")
        known = _KNOWN.get(payload[start] << 8 | payload[start + 1])
        if known is not None:
            called, name, form, divisor = known
            if at - start - 2 != form.size:
                raise DecodeError(f"expected {form.size} bytes of {called}, got {at - start - 2}")
            (raw,) = form.unpack_from(payload, start + 2)
            if not isfinite(raw):
                raise DecodeError(f"expected a {called}, got {raw}")
            value = _value(raw, divisor)
            rows.append(Observation(device=device, property=name, value=value, at_ms=at_ms, trust=trust))
    return rows


def _value(raw: float, divisor: int) -> float:
    if divisor > 1:
        return raw / divisor
    return round(raw, 1) if divisor else 1  # that it counts its transmissions says that it lives
