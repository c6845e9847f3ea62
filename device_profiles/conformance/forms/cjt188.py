"""Rows of CJ/T 188 frames: what the frame, its totals and its status are expected to be."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from device_profiles.conformance.compare import same
from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector, decoding
from device_profiles.protocols import cjt188
from device_profiles.protocols.cjt188 import UNITS, Content, Message, Quantity

_DIGITS: Final = frozenset({"addr", "control", "status", "time_bcd"})
_TYPES: Final[Mapping[int, frozenset[str]]] = {
    0x10: frozenset({"cold_water"}),
    0x11: frozenset({"hot_water", "domestic_hot_water"}),
    0x12: frozenset({"drinking_water", "direct_drinking_water", "pure_water"}),
    0x13: frozenset({"reclaimed_water", "grey_water", "gray_water", "recycled_water", "middle_water"}),
    0x21: frozenset({"cold", "cooling", "cooling_meter", "heat_cooling"}),
}
_FAMILIES: Final[Mapping[int, frozenset[str]]] = {
    1: frozenset({"water", "water_meter"}),
    2: frozenset({"heat", "heat_meter", "heat_cooling", "heat_cold"}),
    3: frozenset({"gas", "gas_meter"}),
    4: frozenset({"electricity", "electric", "electricity_meter", "other"}),
}
_FACTORS: Final = {unit.name.lower(): (unit.dimension, unit.factor) for unit in UNITS.values()}
_RESERVED: Final = (None, "reserved", "unknown", "undefined")
_SPELLINGS: Final = {"m³": "m3", "litre": "l", "m³/h": "m3/h"}


def fits(row: Row) -> bool:
    """Say whether the row is a CJ/T 188 frame."""
    return row.get("protocol") == "cjt188" and "bytes" in row and "expected" in row


def vector(row: Row, _setting: Setting) -> Vector:
    """Make the row's test."""
    expected = dict(row["expected"])
    valid = bool(expected.pop("ok", True))

    def compare(came: Message) -> Mismatch | None:
        facts = _facts(came)
        wrong = [key for key, value in expected.items() if not _agrees(key, value, facts, came)]
        if not wrong:
            return None
        return Mismatch(
            expected={key: expected[key] for key in wrong},
            came={key: facts.get(key, "nothing") for key in wrong},
        )

    return Vector(decode=decoding(row["bytes"], cjt188.decode), compare=compare, invalid=not valid)


def _agrees(key: str, expected: Any, facts: Mapping[str, Any], message: Message) -> bool:
    judge = _JUDGES.get(key)
    if judge is not None:
        return judge(expected, message)
    if key not in facts:
        return False
    came = facts[key]
    if isinstance(expected, Mapping) and "unit" in expected and isinstance(came, Mapping):
        return _same_quantity(expected, came)
    if key in _DIGITS and isinstance(expected, str):
        return bool(expected.lower() == came)
    return same(expected, came)


def _is_type(expected: Any, message: Message) -> bool:
    """A type may be told by its number, its name, or the name of the ten that it belongs to."""
    code, said = message.frame.meter_type, str(expected).lower()
    family = _FAMILIES.get(code >> 4, frozenset()) if code & 0xF < 10 else frozenset()
    return said == f"0x{code:02x}" or said in _TYPES.get(code, frozenset()) | family


def _is_identifier(expected: Any, message: Message) -> bool:
    """An identifier may be written as the standard has it or as it came."""
    if message.identifier is None:
        return False
    return str(expected).lower() in (f"{message.identifier:04x}", message.frame.data[:2].hex())


def _is_order(expected: Any, message: Message) -> bool:
    """The order is told by the bytes as they came; `swapped` may be said where it is so."""
    order, _, remark = str(expected).lower().partition(" ")
    came = "" if message.identifier is None else message.frame.data[:2].hex()
    return order == came and ("swapped" not in remark or message.swapped)


def _is_body(expected: Any, message: Message) -> bool:
    """Data may be told with the identifier and the serial number before them or without."""
    return str(expected).lower() in (message.body.hex(), message.frame.data.hex())


def _is_error(expected: Any, message: Message) -> bool:
    return message.refused and _is_body(expected, message)


def _is_valve(expected: Any, message: Message) -> bool:
    """The standard gives the bits 10 no meaning, which may be said in several words."""
    content = message.content
    if content is None or content.status is None:
        return False
    return expected in _RESERVED if content.valve is None else bool(expected == content.valve)


_JUDGES: Final[Mapping[str, Callable[[Any, Message], bool]]] = {
    "type": _is_type,
    "di": _is_identifier,
    "di_byte_order": _is_order,
    "data": _is_body,
    "err": _is_error,
    "valve": _is_valve,
}


def _same_quantity(expected: Mapping[str, Any], came: Mapping[str, Any]) -> bool:
    """A quantity may be told in any unit of its dimension."""
    if expected.get("value") is None or came["value"] is None:
        return expected.get("value") is came["value"]
    one, other = _in_base(expected), _in_base(came)
    if one is None and other is None:
        return same(dict(expected), dict(came))
    return one is not None and other is not None and one[0] == other[0] and same(one[1], other[1])


def _in_base(quantity: Mapping[str, Any]) -> tuple[str, float] | None:
    name = str(quantity["unit"]).lower()
    known = _FACTORS.get(_SPELLINGS.get(name, name))
    if known is None:
        return None
    return known[0], float(Fraction(str(quantity["value"])) * known[1])


def _facts(message: Message) -> dict[str, Any]:
    frame = message.frame
    facts: dict[str, Any] = {
        "addr": frame.address,
        "control": f"{frame.control:02x}",
        "dir": "response" if message.response else "request",
        "error_response": message.refused,
        "type": f"0x{frame.meter_type:02x}",
        "data": message.body.hex(),
        "l": len(frame.data),
    }
    if message.serial is not None:
        facts["ser"] = message.serial
    if message.identifier is not None:
        facts |= {"di": f"{message.identifier:04x}", "di_byte_order": frame.data[:2].hex()}
    if message.refused:
        facts["err"] = message.body.hex()
    if message.moved:
        facts["valve_command"] = message.moved
    return facts | (_content(message.content) if message.content else {})


def _content(content: Content) -> dict[str, Any]:
    heat = content.power is not None
    facts: dict[str, Any] = {
        "heat" if heat else "total": _quantity(content.total),
        "settlement_heat" if heat else "settlement": _quantity(content.settlement),
        "power": _quantity(content.power),
        "flow": _quantity(content.flow),
        "volume": _quantity(content.volume),
        "history": [_quantity(one) for one in content.history] or None,
        "time_bcd": content.clock,
        "status": None if content.status is None else content.status.hex(),
        "valve": content.valve,
        "battery_low": content.battery_low,
        "balance": content.balance,
    }
    found = {key: value for key, value in facts.items() if value is not None}
    if heat:
        found |= {"supply_c": content.supply_c, "return_c": content.return_c, "hours": content.hours}
    found["unit_first_variant"] = content.unit_first
    return found


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    if quantity is None:
        return None
    if quantity.unit is None:  # its digits stand as those of an energy, power or volume do
        digits = None if quantity.raw is None else quantity.raw / 100
        return {"value": digits, "unit": f"0x{quantity.code:02x}"}
    return {"value": quantity.value, "unit": quantity.unit.name}
