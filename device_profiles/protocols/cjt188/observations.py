"""A meter's answers as observations: totals in the catalogue's units, what is not measured left out."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

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
_LITRES: Final = 0x29
_DECIMALS: Final = 2
_COLD: Final = PropertyName("heat.cold_index")
_MEASURES: Final = {
    Family.WATER: Dimension.VOLUME,
    Family.GAS: Dimension.VOLUME,
    Family.HEAT: Dimension.ENERGY,
}


def observations(reading: Reading, family: Family, litre_decimals: int = 2) -> Sequence[Observation]:
    """Return what the meter said, if it is of the family.

    The standard's totals have two decimals in every unit; meters that count whole litres have none in litres.

    Raises:
        DecodeError: a frame is broken, is a question, comes from a meter of another family, answers with an error, or
            says what the standard does not lay out so.
    """
    facts: list[_Fact] = []
    for frame in read_frames(reading.payload):
        facts += _facts(_checked(understand(frame), family), family, litre_decimals)
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


def _facts(message: Message, family: Family, litre_decimals: int) -> list[_Fact]:
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
        found += _metered(message, _with_litres(content, litre_decimals), family)
    elif message.identifier == SETTLED.start and content.history and family in _SETTLED:
        settled = _with_decimals(content.history[0], litre_decimals)
        _add(found, _SETTLED[family], settled, _MEASURES[family])
    if content.balance is not None:
        found.append((_BALANCE, content.balance))
    return found + list(_state(content, family))


def _with_litres(content: Content, litre_decimals: int) -> Content:
    """Return the totals with other decimals where they are in litres."""
    if litre_decimals == _DECIMALS:
        return content
    total = content.total and _with_decimals(content.total, litre_decimals)
    settlement = content.settlement and _with_decimals(content.settlement, litre_decimals)
    return replace(content, total=total, settlement=settlement)


def _with_decimals(quantity: Quantity, litre_decimals: int) -> Quantity:
    if quantity.code != _LITRES or quantity.raw is None:
        return quantity
    return replace(quantity, raw=quantity.raw * 10 ** (_DECIMALS - litre_decimals))


def _metered(message: Message, content: Content, family: Family) -> list[_Fact]:
    dimension = _MEASURES[family]
    cooling = message.frame.meter_type == COOLING
    found: list[_Fact] = []
    _add(found, _COLD if cooling else _TOTALS[family], content.total, dimension)
    if family in _SETTLED and not cooling:
        _add(found, _SETTLED[family], content.settlement, dimension)
    if family is Family.HEAT:
        _add_heat(found, content)
    return found


def _add_heat(found: list[_Fact], content: Content) -> None:
    _add(found, _POWER, content.power, Dimension.POWER)
    _add(found, _FLOW, content.flow, Dimension.FLOW)
    _add(found, _VOLUME, content.volume, Dimension.VOLUME)
    if content.supply_c is not None:
        found.append((_SUPPLY, content.supply_c))
    if content.return_c is not None:
        found.append((_RETURN, content.return_c))
    if content.hours is not None:
        found.append((_HOURS, content.hours * 3600))


def _add(found: list[_Fact], name: PropertyName, quantity: Quantity | None, dimension: Dimension) -> None:
    if quantity is None or quantity.raw is None:
        return
    if quantity.unit is None or quantity.unit.dimension is not dimension:
        raise DecodeError(f"{name}: expected a unit of {dimension}, got code {quantity.code:02X}")
    value = quantity.converted
    if value is not None:
        found.append((name, value))


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
    year, month, day = digits[:4], digits[4:6], digits[6:8]
    hour, minute, second = digits[8:10], digits[10:12], digits[12:]
    dated = year > "0000" and "01" <= month <= "12" and "01" <= day <= "31"
    if not (dated and hour < "24" and minute < "60" and second < "60"):
        return None
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}"
