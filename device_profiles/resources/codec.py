"""Turns a SenML pack into observations: names to properties, units to the catalogue's, times to milliseconds."""

from collections.abc import Sequence
from typing import Final

from device_profiles.declared import SenmlNames, Unfit, conversion
from device_profiles.errors import DecodeError
from device_profiles.profile import Codec
from device_profiles.protocols.senml import Record, guess_format, read_pack, resolve
from device_profiles.reading import Format, Reading
from device_profiles.resources.names import Meaning, Names
from wire import Form, Observation, TimeTrust, Value

RELATIVE_BELOW_S: Final = 2**28
"""A time below this counts from the moment of the reading (RFC 8428, 4.5.3), above it from 1970."""
_LATEST_S: Final = 253_402_300_800  # the year 10000: no clock means that


def senml_codec(declared: SenmlNames) -> Codec:
    """Return the codec of a profile whose devices speak SenML."""
    names = Names(declared)

    def decode(reading: Reading, /) -> Sequence[Observation]:
        form = guess_format(reading.payload) if reading.format is Format.BYTES else reading.format
        records = resolve(read_pack(reading.payload, form))
        rows = []
        for record in records:
            meaning = names.meaning(record.name, reading.device)
            if meaning is not None:
                rows.append(_observation(reading, record, meaning))
            elif declared.unknown is Unfit.REFUSE:
                raise DecodeError(f"expected an LwM2M path or a property as SenML name, got {record.name!r}")
        if not rows:
            heard = ", ".join(record.name for record in records[:5]) or "an empty pack"
            raise DecodeError(f"expected a SenML record with a known name, got {heard}")
        return rows

    return decode


def _observation(reading: Reading, record: Record, meaning: Meaning) -> Observation:
    at_ms, trust = _time(reading, record.seconds)
    try:
        value = _value(record, meaning)
    except DecodeError as error:
        raise DecodeError(f"SenML {record.name!r} as {meaning.property.name}: {error}") from error
    return Observation(
        device=meaning.device, property=meaning.property.name, value=value, at_ms=at_ms, trust=trust
    )


def _time(reading: Reading, seconds: float | None) -> tuple[int, TimeTrust]:
    if not seconds:
        return reading.taken_ms, reading.taken_trust
    if not -_LATEST_S < seconds < _LATEST_S:
        raise DecodeError(f"expected a time before the year 10000, got {seconds} s")
    if seconds < RELATIVE_BELOW_S:
        return reading.taken_ms + round(seconds * 1000), reading.taken_trust
    return round(seconds * 1000), TimeTrust.DEVICE


def _value(record: Record, meaning: Meaning) -> Value:
    value = record.sum if record.value is None else record.value
    form = meaning.property.form
    if form is Form.TEXT and isinstance(value, str | bytes):
        return value.hex() if isinstance(value, bytes) else value
    if form is Form.TRUTH:
        return _truth(value)
    if form is Form.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, record.unit or meaning.unit, meaning)
    raise DecodeError(f"expected a {form}, got {value!r}")


def _truth(value: object) -> int:
    """Many devices write a truth as the number 0 or 1; nothing else counts as one."""
    if isinstance(value, bool | int | float) and value in (0, 1):
        return int(value)
    raise DecodeError(f"expected true or false, got {value!r}")


def _number(value: float, unit: str, meaning: Meaning) -> int | float:
    if unit in ("", meaning.property.unit) and abs(value) < 2**63:
        return value
    linear = conversion(unit, meaning.property.unit)
    if linear is None:
        raise DecodeError(f"expected the unit {meaning.property.unit or '(none)'}, got {unit}")
    try:
        converted = linear.of(value)
    except OverflowError as error:
        raise DecodeError(f"expected a sensible number, got {value}") from error
    if not abs(converted) < (2**63 if isinstance(converted, int) else float("inf")):
        raise DecodeError(f"expected a number of 64 bits, got {converted}")
    return converted
