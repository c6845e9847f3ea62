"""Rows of wired M-Bus frames with what the reference reader says of them, in its own words and normalised."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector, decoding
from device_profiles.protocols.mbus import (
    APPLICATION_ERRORS,
    Function,
    Moment,
    Record,
    Telegram,
    read_telegram,
    scaled,
    without_changes,
)

_FUNCTIONS: Final[Mapping[str, Function]] = {
    "Instantaneous value": Function.INSTANTANEOUS,
    "Actual value": Function.INSTANTANEOUS,
    "Maximum value": Function.MAXIMUM,
    "Minimum value": Function.MINIMUM,
    "Value during error state": Function.ERROR,
}
_ERRORS: Final = {
    "Unspecified error": 0, "Unimplemented CI-Field": 1, "Buffer too long, truncated": 2, "Too many records": 3,
    "Premature end of record": 4, "More than 10 DIFE´s": 5, "More than 10 VIFE´s": 6, "Application busy": 8,
    "Too many readouts": 9,
}  # fmt: skip
_MEDIA: Final = {
    "other": (0x00,), "oil": (0x01,), "electricity": (0x02,), "gas": (0x03,), "heat": (0x04,), "heat: outlet": (0x04,),
    "steam": (0x05,), "warm water (30-90°c)": (0x06,), "hot water": (0x06, 0x15), "water": (0x07,),
    "heat cost allocator": (0x08,), "h.c.a.": (0x08,), "compressed air": (0x09,),
    "cooling load meter: outlet": (0x0A,), "cooling load meter: inlet": (0x0B,), "heat: inlet": (0x0C,),
    "heat / cooling load meter": (0x0D,), "bus/system": (0x0E,), "unknown medium": (0x0F,),
    "irrigation water": (0x10,), "water logger": (0x11,), "gas logger": (0x12,), "gas converter": (0x13,),
    "calorific value": (0x14,), "hot water (>90°c)": (0x15,), "cold water": (0x16,), "dual water": (0x17,),
    "pressure": (0x18,), "a/d converter": (0x19,), "breaker: electricity": (0x20,), "valve: gas or water": (0x21,),
}  # fmt: skip
# What the reference calls a quantity, in either vocabulary, and what we call it.
_QUANTITIES: Final = {
    "volume": "volume", "energy": "energy", "power": "power", "mass": "mass", "volume flow": "volume_flow",
    "mass flow": "mass_flow", "flow temperature": "flow_temperature", "return temperature": "return_temperature",
    "temperature difference": "temperature_difference", "external temperature": "external_temperature",
    "pressure": "pressure", "on time": "on_time", "operating time": "operating_time",
    "averaging duration": "averaging_duration", "actuality duration": "actuality_duration",
    "fabrication number": "fabrication_number", "fabrication no": "fabrication_number",
    "(enhanced) identification": "identification", "time point (date)": "date",
    "time point (time & date)": "datetime", "time point (date & time)": "datetime",
    "units for h.c.a.": "heat_cost_units",
    "h.c.a.": "heat_cost_units", "bus address": "address", "access number (transmission count)": "access_number",
    "medium": "medium", "medium (as in fixed header)": "medium", "manufacturer": "manufacturer",
    "manufacturer (as in fixed header)": "manufacturer", "parameter set identification": "parameter_set",
    "model / version": "model_version", "hardware version": "hardware_version", "firmware version": "firmware_version",
    "software version": "software_version", "customer location": "customer_location", "customer": "customer",
    "error flags": "error_flags", "error mask": "error_mask", "digital output": "digital_output",
    "digital output (binary)": "digital_output", "digital input": "digital_input",
    "digital input (binary)": "digital_input", "baudrate": "baud_rate", "response delay time": "response_delay",
    "retry": "retries", "voltage": "voltage", "current": "current", "reset counter": "reset_counter",
    "cumulation counter": "cumulation_counter", "control signal": "control_signal", "day of week": "day_of_week",
    "week number": "week_number", "special supplier information": "supplier_information",
    "dimensionless": "dimensionless", "dimensionless / no vif": "dimensionless",
    "manufacturer specific": "manufacturer_specific", "reserved": "unknown", "reserved vif extension": "unknown",
    "unknown (vif=0x79)": "identification", "unknown (vif=0x7b)": "unknown",
}  # fmt: skip
_PREFIX: Final = {"": 0, "my": -6, "m": -3, "k": 3, "M": 6, "10": 1, "100": 2, "0.1": -1}
_UNITS: Final = {
    "m^3": "m3", "m^3/h": "m3/h", "m^3/min": "m3/min", "m^3/s": "m3/s", "kg": "kg", "kg/h": "kg/h", "Wh": "Wh",
    "W": "W", "J": "J", "J/h": "J/h", "deg C": "Cel", "°C": "Cel", "K": "K", "V": "V", "A": "A", "bar": "bar",
    "l": "l", "s": "s",
}  # fmt: skip
_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_SCALED: Final = re.compile(
    r"\s*(my|m|0\.1|100?|1e-?\d+)?\s*([kM]?)(m\^3(?:/h|/min|/s)?|kg/h|kg|Wh|W|J/h|J|deg C|V|A|bar|l)"
)
_TEN: Final = re.compile(r"(1e-?\d+)\s+")
_BARE: Final = {"V": "voltage", "A": "current"}
_COUNTER_UNIT: Final = {"l": ("m3", -3)}
_ROUNDED: Final = Decimal("0.0000005")
"""The reference prints six decimals."""


def fits(row: Row) -> bool:
    """Say whether the row is a wired frame with the reference's fields."""
    return row.get("protocol") == "mbus" and "expected_normalized" in row


def vector(row: Row, setting: Setting) -> Vector:  # noqa: ARG001  # nothing but the row is needed
    """Make the row's test: every field of the device and of each record, in both vocabularies where both are there."""
    kind = str(row.get("kind", "valid"))

    def compare(came: Telegram) -> Mismatch | None:
        wrong = [*_differences(row.get("expected"), came)]
        wrong += _differences(row.get("expected_normalized"), came)
        if not wrong:
            return None
        return Mismatch(expected=[one[0] for one in wrong], came=[one[1] for one in wrong])

    return Vector(
        decode=decoding(row["bytes"], read_telegram),
        compare=compare,
        invalid="invalid" in kind or row.get("valid") is False,
        may_refuse=kind in ("must_not_crash", "unsupported_by_libmbus"),
    )


_Difference = tuple[object, object]


def _differences(expected: Mapping[str, object] | None, came: Telegram) -> Iterator[_Difference]:
    if expected is None:
        return
    slave, records = expected.get("slave"), expected.get("records")
    yield from _slave(slave if isinstance(slave, Mapping) else {}, came)
    wanted = list(records) if isinstance(records, Sequence) else []
    found = _lines(came)
    if len(wanted) != len(found):
        yield f"{len(wanted)} records", f"{len(found)} records"
        return
    first = next(iter(came.records.rows), None)
    for want, line in zip(wanted, found, strict=True):
        if not _same_line(want, line, first):
            yield want, _shown(line)


def _slave(wanted: Mapping[str, str], came: Telegram) -> Iterator[_Difference]:
    """Compare who speaks; the name of a product comes from a list of the reference's own and is in no frame."""
    if "Error" in wanted:
        code = _ERRORS.get(_repaired(wanted["Error"]))
        if code != came.error_code:
            yield (
                wanted["Error"],
                APPLICATION_ERRORS.get(came.error_code or 0, "") if came.error else "no error",
            )
        return
    header = came.header
    address = header.address
    found = {
        "Id": address.id.upper().lstrip("0") or "0" if address else "",
        "Manufacturer": address.maker if address else "",
        "Version": str(address.version) if address else "",
        "AccessNumber": str(header.access),
        "Status": f"{header.status:02X}",
        "Signature": f"{header.configuration:04X}",
    }
    for key, value in found.items():
        if key in wanted and wanted[key] != value:
            yield {key: wanted[key]}, {key: value}
    media = _MEDIA.get(_repaired(wanted.get("Medium", "")).lower())
    if "Medium" in wanted and (address is None or media is None or address.medium_code not in media):
        yield {"Medium": wanted["Medium"]}, {"Medium": address.medium if address else "none"}


_Line = Record | tuple[str, bytes]


def _lines(came: Telegram) -> list[_Line]:
    """Return the records, and what follows them as the reference lists it: a last line of the maker's octets."""
    own = came.records
    last = [("More records follow" if own.more else "Manufacturer specific", own.own)] if own.has_own else []
    return [*own.rows, *last]


def _same_line(want: Mapping[str, str], line: _Line, first: Record | None) -> bool:
    if want.keys() <= {"id"}:
        return True  # the reference could not normalise the record and states nothing of it
    if isinstance(line, tuple):
        return want.get("Function") == line[0] and (want.get("Value") or "") == line[1].hex(" ").upper()
    return _same_place(want, line) and _same_value(want, line, first)


def _same_place(want: Mapping[str, str], record: Record) -> bool:
    if "StorageNumber" in want and want["StorageNumber"] != str(record.storage):
        return False
    if "Tariff" in want and want["Tariff"] != str(record.tariff):
        return False
    if "Device" in want and want["Device"] != str(record.subunit):
        return False
    return _FUNCTIONS.get(want.get("Function", "")) == record.function


def _same_value(want: Mapping[str, str], record: Record, first: Record | None) -> bool:
    name = _repaired(want.get("Quantity") or "")
    unit = _repaired(want.get("Unit") or "")
    text = want.get("Value") or ""
    if unit == "reserved but historic" and first is not None:
        # Named so in the reference; the standard gives it the unit of the first counter.
        return record.storage == 1 and record.unit == first.unit and text == str(int(record.raw[::-1].hex()))
    if record.quantity == "plain_text":
        power = _TEN.match(name or unit)
        ten, said = (power[1], (name or unit)[power.end() :]) if power else ("", name or unit)
        return said == record.unit and _same_number_or_text(
            text, record, Decimal(1).scaleb(_exponent(ten or ""))
        )
    # The reference lists a time, a duration or a count of something as that something, with the bare number.
    record = without_changes(record)
    meant = _normalised(name, unit) if "Quantity" in want else _in_words(unit)
    if meant is None:
        return False
    quantity, base, factor = meant
    if quantity and quantity != record.quantity:
        return False
    if base and base != record.unit and (base, record.unit) != ("Cel", "K"):
        return False
    return _same_number_or_text(text, record, factor)


_Meant = tuple[str, str, Decimal]


def _normalised(name: str, unit: str) -> _Meant | None:
    """Read the normalised vocabulary: a quantity and a unit without a power of ten."""
    if not name and unit in ("l", "kWh"):
        return _counter(unit)
    if name == "%RH":
        return "plain_text", "", Decimal(1)
    quantity = _QUANTITIES.get(name.lower())
    if quantity is None:
        return None
    base = _UNITS.get(unit, "")
    if unit not in ("", "-", "Reserved", "Units for H.C.A.") and not base:
        return None
    return quantity, base, Decimal(1)


def _in_words(unit: str) -> _Meant | None:
    """Read the reference's own vocabulary: `Volume (1e-2  m^3)`, ` V`, `On time (days)`."""
    plain = _QUANTITIES.get(unit.lower())
    if plain is not None:
        return plain, "", Decimal(1)
    outside, _, inside = unit.rpartition(" (")
    inside = inside.removesuffix(")")
    quantity = _QUANTITIES.get(outside.lower()) if outside else None
    if quantity is not None and inside in _SECONDS:
        return quantity, "s", Decimal(_SECONDS[inside])
    found = _SCALED.fullmatch(inside if outside else unit)
    if found is None:
        return None
    ten, thousand, base = found.groups()
    exponent = _exponent(ten or "") + _PREFIX[thousand]
    if quantity is None:
        if base in _BARE:
            return _BARE[base], _UNITS[base], Decimal(1).scaleb(exponent)
        return _counter(unit)
    return quantity, _UNITS[base], Decimal(1).scaleb(exponent)


def _counter(unit: str) -> _Meant | None:
    """Read the unit of a counter of the fixed structure, where the quantity is said by the unit alone."""
    found = _SCALED.fullmatch(unit)
    if found is None:
        return None
    ten, thousand, base = found.groups()
    name, more = _COUNTER_UNIT.get(base, (_UNITS[base], 0))
    return "", name, Decimal(1).scaleb(_exponent(ten or "") + _PREFIX[thousand] + more)


def _exponent(ten: str) -> int:
    return int(ten[2:]) if ten.startswith("1e") else _PREFIX[ten]


def _same_number_or_text(text: str, record: Record, factor: Decimal) -> bool:
    value = record.value
    if isinstance(value, Moment):
        return text.removesuffix("Z") == _as_reference(value)
    if isinstance(value, bytes):
        return text == value[::-1].hex(" ").upper()
    if isinstance(value, str):
        return text.strip() == value.strip()
    if value is None and text == record.raw[::-1].hex().upper():
        return True
    if value is None:
        value = _of_letters(record)
    try:
        wanted = Decimal(text) * factor
    except ArithmeticError:
        return False
    return abs(wanted - value) <= max(_ROUNDED * factor, abs(value) * Decimal("1e-9"))


def _of_letters(record: Record) -> Decimal:
    """Return what the reference's normalised form makes of BCD with letters in it, which is no number for us.

    It leaves a letter in a high half out, and takes one in a low half for its value.
    """
    number = 0
    for octet in reversed(record.raw):
        number = number * 100 + (octet & 0x0F) + (10 * (octet >> 4) if octet < 0xA0 else 0)
    return scaled(record, Decimal(number))


def _as_reference(value: Moment) -> str:
    """Write a time as the reference does: with seconds, an invalid one as 1900, and `every year` (127) as 2027."""
    if not value.valid:
        return "1900-01-00T00:00:00"
    said = f"{value}:00" if value.hour is not None and value.second is None else str(value)
    return said.replace("XXXX", "2027")


def _repaired(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1 on its way into the row."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _shown(line: _Line) -> dict[str, object]:
    if isinstance(line, tuple):
        return {"function": line[0], "value": line[1].hex(" ")}
    return {
        "quantity": line.quantity,
        "unit": line.unit,
        "value": str(line.value),
        "function": line.function.value,
        "storage": line.storage,
        "tariff": line.tariff,
        "subunit": line.subunit,
        "raw": line.raw.hex(),
    }
