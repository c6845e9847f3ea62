"""A meter's answers as observations: totals in the catalogue's units, what is not measured left out."""

from collections.abc import Iterator, Sequence
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.cjt188.decode import Content, Message, understand
from device_profiles.protocols.cjt188.frame import ANY_TYPE, read_frames
from device_profiles.protocols.cjt188.identifiers import ADDRESS, METERED, SETTLED
from device_profiles.protocols.cjt188.meter_types import COOLING, Family, family_of, type_words
from device_profiles.protocols.cjt188.quantity import Dimension, Quantity
from device_profiles.reading import Reading
from wire import Observation, PropertyName, Value

_Fact = tuple[PropertyName, Value]
_IDENTITY: Final = PropertyName("meter.identity")
_STATUS: Final = PropertyName("meter.status")
_CLOCK: Final = PropertyName("meter.clock")
_VALVE: Final = PropertyName("meter.valve")
_BALANCE: Final = PropertyName("meter.balance")
_BATTERY_LOW: Final = PropertyName("device.battery_low")
_SUPPLY: Final = PropertyName("heat.supply_temperature")
_RETURN: Final = PropertyName("heat.return_temperature")
_HOURS: Final = PropertyName("heat.hours")
_POWER: Final = PropertyName("heat.power")
_FLOW: Final = PropertyName("heat.flow")
_VOLUME: Final = PropertyName("heat.volume")
_TOTALS: Final = {
    Family.WATER: PropertyName("water.index"),
    Family.GAS: PropertyName("gas.index"),
    Family.HEAT: PropertyName("heat.index"),
}
_SETTLED: Final = {
    Family.WATER: PropertyName("water.index_settled"),
    Family.HEAT: PropertyName("heat.index_settled"),
}
_COLD: Final = PropertyName("heat.cold_index")
_MEASURES: Final = {
    Family.WATER: Dimension.VOLUME,
    Family.GAS: Dimension.VOLUME,
    Family.HEAT: Dimension.ENERGY,
}


def observations(reading: Reading, family: Family) -> Sequence[Observation]:
    """Return what the meter said, if it is of the family.

    Raises:
        DecodeError: a frame is broken, is a question, comes from a meter of another family, answers with an error, or
            says what the standard does not lay out so.
    """
    facts: list[_Fact] = []
    for frame in read_frames(reading.payload):
        facts += _facts(_checked(understand(frame), family), family)
    at_ms, trust = reading.taken_ms, reading.taken_trust
    return [
        Observation(device=reading.device, property=name, value=value, at_ms=at_ms, trust=trust)
        for name, value in facts
    ]


def _checked(message: Message, family: Family) -> Message:
    frame = message.frame
    if not message.response:
        raise DecodeError(f"expected a meter's answer, got a question (control {frame.control:02X})")
    if frame.meter_type != ANY_TYPE and family_of(frame.meter_type) is not family:
        raise DecodeError(f"expected a {family} meter, got {type_words(frame.meter_type).en}")
    if message.refused:
        raise DecodeError(
            f"the meter {frame.address} refuses: error {message.body.hex() or 'without a status'}"
        )
    return message


def _facts(message: Message, family: Family) -> list[_Fact]:
    if message.identifier == ADDRESS:
        return [(_IDENTITY, message.frame.address)]
    content = message.content
    if content is None:
        name = "none" if message.identifier is None else f"{message.identifier:04X}"
        raise DecodeError(
            f"identifier {name}: expected an answer as the standard lays it out, got {len(message.body)} bytes"
        )
    found: list[_Fact] = []
    if message.identifier == METERED:
        found.append((_IDENTITY, message.frame.address))
        found += _metered(message, content, family)
    elif message.identifier == SETTLED.start and content.history and family in _SETTLED:
        found += _quantity(_SETTLED[family], content.history[0], _MEASURES[family])
    if content.balance is not None:
        found.append((_BALANCE, content.balance))
    return found + list(_state(content, family))


def _metered(message: Message, content: Content, family: Family) -> Iterator[_Fact]:
    dimension = _MEASURES[family]
    cooling = message.frame.meter_type == COOLING
    yield from _quantity(_COLD if cooling else _TOTALS[family], content.total, dimension)
    if family in _SETTLED and not cooling:
        yield from _quantity(_SETTLED[family], content.settlement, dimension)
    if family is Family.HEAT:
        yield from _heat(content)


def _heat(content: Content) -> Iterator[_Fact]:
    yield from _quantity(_POWER, content.power, Dimension.POWER)
    yield from _quantity(_FLOW, content.flow, Dimension.FLOW)
    yield from _quantity(_VOLUME, content.volume, Dimension.VOLUME)
    if content.supply_c is not None:
        yield _SUPPLY, content.supply_c
    if content.return_c is not None:
        yield _RETURN, content.return_c
    if content.hours is not None:
        yield _HOURS, content.hours * 3600


def _quantity(name: PropertyName, quantity: Quantity | None, dimension: Dimension) -> Iterator[_Fact]:
    if quantity is None or quantity.raw is None:
        return
    if quantity.unit is None or quantity.unit.dimension is not dimension:
        raise DecodeError(f"{name}: expected a unit of {dimension}, got code {quantity.code:02X}")
    value = quantity.converted
    if value is not None:
        yield name, value


def _state(content: Content, family: Family) -> Iterator[_Fact]:
    clock = _plain_clock(content.clock)
    if clock:
        yield _CLOCK, clock
    if content.status is None:
        return
    yield _STATUS, content.status.hex()
    if family is not Family.HEAT:  # heat meters use the word for their own faults
        if content.valve:
            yield _VALVE, content.valve
        yield _BATTERY_LOW, int(bool(content.battery_low))


def _plain_clock(digits: str | None) -> str | None:
    """Return YYYY-MM-DDThh:mm:ss; None for a clock that was never set and for what is no time."""
    if digits is None or not digits.isdigit():
        return None
    year, month, day, hour, minute, second = (
        int(digits[:4]),
        *(int(digits[at : at + 2]) for at in range(4, 14, 2)),
    )
    if not (year and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        return None
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
