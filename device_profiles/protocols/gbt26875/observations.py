"""A transmission device's units as observations: one device a component, one a system, and itself."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.gbt26875.decode import Kind, Object, read_objects
from device_profiles.protocols.gbt26875.unit import Command, Unit, read_units
from device_profiles.protocols.gbt26875.words import (
    ANALOGUES,
    COMPONENT_STATES,
    DEVICE_OPERATIONS,
    DEVICE_STATES,
    OPERATIONS,
    SYSTEM_STATES,
    component_words,
    system_words,
    words_of,
)
from device_profiles.reading import Reading
from wire import DeviceId, Observation, PropertyName, TimeTrust, Value, Words

_Fact = tuple[PropertyName, Value]
_ALARM: Final = PropertyName("fire.alarm")
_FAULT: Final = PropertyName("fire.fault")
_COMPONENT: Final = PropertyName("fire.component")
_OPERATION: Final = PropertyName("fire.operation")
_HEARTBEAT: Final = PropertyName("device.heartbeat")
_FIRMWARE: Final = PropertyName("device.firmware")
_LINK_LOST: Final = PropertyName("device.link_lost")
_FIRE: Final = 0b10
_MANUAL: Final = 0b100
_CLEARED: Final = 0b1001
_LINE_LOST: Final = 0b100_0000
# The bits of the states that are faults: of itself, of mains, battery, bus, power and links.
_FAULTS: Final = {
    Kind.SYSTEM_STATE: 0b111_0000_0100,
    Kind.COMPONENT_STATE: 0b1_0000_0100,
    Kind.DEVICE_STATE: 0b111_1100,
}
# Analogue values that the catalogue has a name for, with what a whole number is worth there.
_MEASURED: Final = {
    2: (PropertyName("water.level"), 1, 100),
    3: (PropertyName("probe.temperature"), 1, 10),
    4: (PropertyName("water.pressure"), 100_000, 1),
    5: (PropertyName("water.pressure"), 100, 1),
    6: (PropertyName("gas.concentration"), 1, 10),
    10: (PropertyName("water.flow"), 1, 10_000),
    12: (PropertyName("air.wind_speed"), 1, 1),
}
_INPUT: Final = PropertyName("input.value")
_BEIJING_MS: Final = 8 * 3_600_000
# A device's clock is believed if it is not ahead of ours and the device has not kept the event for longer than a week.
_AHEAD_MS: Final = 5 * 60_000
_BEHIND_MS: Final = 7 * 86_400_000


def observations(reading: Reading) -> Sequence[Observation]:
    """Return what the units of a reading say.

    Raises:
        DecodeError: a unit is broken, comes from a centre, denies, or holds objects that are not known.
    """
    found: list[Observation] = []
    for unit in read_units(reading.payload):
        found += _unit(reading, unit)
    return found


def _unit(reading: Reading, unit: Unit) -> Iterator[Observation]:
    if unit.command in (Command.CONTROL, Command.REQUEST):
        raise DecodeError(f"expected what a device sends, got a centre's command {unit.command}")
    if unit.command == Command.DENY:
        raise DecodeError(f"the device {unit.source} denies unit {unit.serial}")
    if not unit.application:
        yield _observed(reading, reading.device, (_HEARTBEAT, 1), None)
        return
    for one in read_objects(unit.application):
        device = _device(reading.device, one)
        for fact in _facts(one):
            yield _observed(reading, device, fact, one.time)


def _device(sender: DeviceId, one: Object) -> DeviceId:
    """Return the device that an object speaks of: `<sender>/<system>.<its address>-<component address>`."""
    if one.system is None:
        return sender
    system = f"{sender}/{one.system}.{one.system_address}"
    return DeviceId(f"{system}-{one.address}" if one.address is not None else system)


def _facts(one: Object) -> Iterator[_Fact]:
    if one.kind in _FAULTS:
        yield from _state(one)
    elif one.kind in (Kind.OPERATION, Kind.DEVICE_OPERATION):
        yield from _operated(one)
    elif one.kind is Kind.ANALOGUE:
        yield from _measured(one)
    elif one.version:
        yield _FIRMWARE, one.version
    else:
        yield _HEARTBEAT, 1


def _state(one: Object) -> Iterator[_Fact]:
    yield _ALARM, int(bool(one.bits & _FIRE))
    yield _FAULT, int(bool(one.bits & _FAULTS[one.kind]))
    if one.kind is Kind.DEVICE_STATE:
        yield _LINK_LOST, int(bool(one.bits & _LINE_LOST))
        yield _COMPONENT, _shown("", words_of(one.bits, DEVICE_STATES))
    elif one.component is not None:
        which = component_words(one.component)
        yield _COMPONENT, _shown(one.text, which, words_of(one.bits, COMPONENT_STATES))
    else:
        which = system_words(one.system or 0)
        yield _COMPONENT, _shown("", which, words_of(one.bits, SYSTEM_STATES))


def _operated(one: Object) -> Iterator[_Fact]:
    known = OPERATIONS if one.kind is Kind.OPERATION else DEVICE_OPERATIONS
    operator = Words(zh=f"操作员{one.operator}", en=f"operator {one.operator}")
    if one.bits:
        yield _OPERATION, _shown("", operator, words_of(one.bits, known))
    if one.bits & _MANUAL:
        yield _ALARM, 1
    elif one.bits & _CLEARED:
        yield _ALARM, 0


def _measured(one: Object) -> Iterator[_Fact]:
    raw, kind = one.raw or 0, one.analogue or 0
    if kind in _MEASURED:
        name, top, bottom = _MEASURED[kind]
        yield name, raw * top / bottom
    elif kind in ANALOGUES:
        yield _INPUT, raw / (1, 10, 100)[ANALOGUES[kind].decimals]
    else:
        raise DecodeError(f"expected an analogue value of kind 1 to 12, got kind {kind}")


def _shown(text: str, *words: Words) -> str:
    """Return words in Chinese and English, behind the text that the site gave the component."""
    zh = " ".join(part for part in (text, *(word.zh for word in words)) if part)
    return f"{zh} | {': '.join(word.en for word in words)}"


def _observed(reading: Reading, device: DeviceId, fact: _Fact, time: str | None) -> Observation:
    at_ms, trust = _when(reading, time)
    return Observation(device=device, property=fact[0], value=fact[1], at_ms=at_ms, trust=trust)


def _when(reading: Reading, time: str | None) -> tuple[int, TimeTrust]:
    """Return the object's own time where it can be believed, else the time at which the reading was taken."""
    at_ms = _utc_ms(time)
    if at_ms is None:
        return reading.taken_ms, reading.taken_trust
    if reading.trust is not TimeTrust.UNSYNCED:
        ahead = at_ms - reading.received_ms
        if ahead > _AHEAD_MS or -ahead > _BEHIND_MS:
            return reading.taken_ms, reading.taken_trust
    return at_ms, TimeTrust.DEVICE


def _utc_ms(time: str | None) -> int | None:
    """Return a local time of Beijing as UTC milliseconds."""
    if time is None:
        return None
    try:
        moment = datetime.fromisoformat(time).replace(tzinfo=UTC)
    except ValueError:  # the 30th of February
        return None
    return int(moment.timestamp() * 1000) - _BEIJING_MS
