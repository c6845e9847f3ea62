"""Turns what a device says of its resources into observations: names to properties, units to the catalogue's."""

from collections.abc import Sequence
from typing import Final

from device_profiles.declared import Instances, SenmlNames, Unfit, conversion
from device_profiles.errors import DecodeError
from device_profiles.profile import Codec
from device_profiles.protocols.lwm2m import COMMON, resource_at
from device_profiles.protocols.senml import ABSOLUTE_FROM_S
from device_profiles.reading import Reading
from device_profiles.resources.names import Meaning, Names
from device_profiles.resources.said import Said, heard
from wire import DeviceId, Form, Observation, TimeTrust, Value

_LATEST_S: Final = 253_402_300_800  # the year 10000: no clock means that


def resource_codec(declared: SenmlNames) -> Codec:
    """Return the codec of a profile whose devices speak SenML or the forms of LwM2M."""
    names = Names(declared)

    def decode(reading: Reading, /) -> Sequence[Observation]:
        said = heard(reading)
        rows = []
        for one in said:
            meaning = _meaning(names, one)
            if meaning is not None:
                device = _device(reading, one, declared.instances)
                rows.append(_observation(reading, device, one, meaning))
            elif declared.unknown is Unfit.REFUSE and not _known(one):
                raise DecodeError(f"expected an LwM2M path or a property as SenML name, got {one.name!r}")
        # An object may have no instance yet, and an instance nothing that anybody here needs.
        if not rows and not (reading.path and (not said or any(_known(one) for one in said))):
            spoken = ", ".join(one.name for one in said[:5]) or "an empty pack"
            raise DecodeError(f"expected a SenML record with a known name, got {spoken}")
        return rows

    return decode


def _meaning(names: Names, one: Said) -> Meaning | None:
    return names.called(one.place.word) if one.place.path is None else names.at(one.place.path)


def _known(one: Said) -> bool:
    """Whether the registry knows the resource, although it means nothing to us."""
    path = one.place.path
    return path is not None and path.resource is not None and _registered(path.object, path.resource)


def _registered(object: int, resource: int) -> bool:
    return resource in COMMON or resource_at(object, resource) is not None


def _device(reading: Reading, one: Said, instances: Instances) -> DeviceId:
    device, path = one.place.device or reading.device, one.place.path
    if instances is Instances.DEVICES and path is not None and path.instance:
        return DeviceId(f"{device}/{path.instance}")
    return device


def _observation(reading: Reading, device: DeviceId, one: Said, meaning: Meaning) -> Observation:
    at_ms, trust = _time(reading, one.seconds)
    try:
        value = _value(one, meaning)
    except DecodeError as error:
        raise DecodeError(f"{one.name!r} as {meaning.property.name}: {error}") from error
    return Observation(
        device=device,
        property=meaning.property.name,
        value=value,
        at_ms=at_ms,
        trust=trust,
    )


def _time(reading: Reading, seconds: float | None) -> tuple[int, TimeTrust]:
    if not seconds:
        return reading.taken_ms, reading.taken_trust
    if not -_LATEST_S < seconds < _LATEST_S:
        raise DecodeError(f"expected a time before the year 10000, got {seconds} s")
    if seconds < ABSOLUTE_FROM_S:
        return reading.taken_ms + round(seconds * 1000), reading.taken_trust
    return round(seconds * 1000), TimeTrust.DEVICE


def _value(one: Said, meaning: Meaning) -> Value:
    value = one.value(meaning.type)
    form = meaning.property.form
    if form is Form.TEXT and isinstance(value, str | bytes):
        return value.hex() if isinstance(value, bytes) else value
    if form is Form.TRUTH:
        return _truth(value)
    if form is Form.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, one.unit or meaning.unit, meaning)
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
