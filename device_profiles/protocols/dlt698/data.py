"""The types of data that an APDU carries, each behind the byte that names it."""

import struct
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.dlt698.cursor import Cursor


class Data(Struct, frozen=True, kw_only=True):
    """One value with the name of its type.

    Numbers, truths and texts are themselves; times are RFC 3339 without a zone, None where the meter leaves them
    open; bit strings are their bits, first bit first; octet strings, addresses and identifiers are hexadecimal;
    arrays and structures hold Data; whatever has named parts is a mapping.
    """

    type: str
    value: object


def read_data(cursor: Cursor) -> Data:
    """Return the next value.

    Raises:
        DecodeError: its type is not known, or it is cut off.
    """
    tag = cursor.number(1)
    known = _TYPES.get(tag)
    if known is None:
        raise DecodeError(f"expected a type of data, got {tag}")
    name, read = known
    return Data(type=name, value=read(cursor))


def _nothing(_cursor: Cursor) -> None:
    return None


def _listed(cursor: Cursor) -> list[Data]:
    cursor.deeper()
    found = cursor.several(read_data)
    cursor.shallower()
    return found


def _unsigned(width: int) -> Callable[[Cursor], int]:
    return lambda cursor: cursor.number(width)


def _signed(width: int) -> Callable[[Cursor], int]:
    return lambda cursor: cursor.number(width, signed=True)


def _float(form: str) -> Callable[[Cursor], float]:
    packed = struct.Struct(form)
    return lambda cursor: float(packed.unpack(cursor.take(packed.size))[0])


def _bits(cursor: Cursor) -> str:
    count = cursor.length()
    octets = cursor.take((count + 7) // 8)
    return "".join(f"{octet:08b}" for octet in octets)[:count]


def hexed(cursor: Cursor) -> str:
    """Return the next octet string."""
    return cursor.take(cursor.length()).hex()


def text(cursor: Cursor) -> str:
    """Return the next text."""
    return cursor.take(cursor.length()).decode("gb18030", errors="replace").rstrip("\x00")


def fixed(width: int) -> Callable[[Cursor], str]:
    """Return how to read so many bytes as hexadecimal digits."""
    return lambda cursor: cursor.take(width).hex()


def date_time(cursor: Cursor) -> str | None:
    """Return the next time with milliseconds; the weekday is passed over."""
    octets = cursor.take(10)
    return _time(octets[:4] + octets[5:8], octets[8:])


def date_time_s(cursor: Cursor) -> str | None:
    """Return the next time in seconds."""
    return _time(cursor.take(7), b"")


def _time(octets: bytes, fraction: bytes) -> str | None:
    year = int.from_bytes(octets[:2], "big")
    month, day, hour, minute, second = octets[2:]
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        return None
    if not 1 <= year <= 9999:
        return None
    shown = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    milliseconds = int.from_bytes(fraction, "big")
    return f"{shown}.{milliseconds:03}" if fraction and milliseconds < 1000 else shown


def _date(cursor: Cursor) -> str | None:
    octets = cursor.take(5)
    whole = _time(octets[:4] + bytes(3), b"")
    return whole and whole[:10]


def _clock(cursor: Cursor) -> str | None:
    whole = _time(b"\x07\xd0\x01\x01" + cursor.take(3), b"")
    return whole and whole[11:]


def interval(cursor: Cursor) -> dict[str, object]:
    """Return the next interval of time (TI)."""
    unit = cursor.number(1)
    names = ("s", "min", "h", "d", "month", "year")
    return {"unit": names[unit] if unit < len(names) else str(unit), "count": cursor.number(2)}


def terminal(cursor: Cursor) -> str:
    """Return the next address of a terminal (TSA): its digits, without the byte that describes them."""
    octets = cursor.take(cursor.length())
    return octets[1:].hex()


def region(cursor: Cursor) -> dict[str, object]:
    """Return the next range of values."""
    cursor.deeper()
    found: dict[str, object] = {
        "bounds": cursor.number(1),
        "from": read_data(cursor),
        "to": read_data(cursor),
    }
    cursor.shallower()
    return found


def _scaler_unit(cursor: Cursor) -> dict[str, object]:
    return {"scaler": cursor.number(1, signed=True), "unit": cursor.number(1)}


oad = fixed(4)
"""Reads the identifier of an attribute (OAD) or of a method (OMD)."""


def related(cursor: Cursor) -> dict[str, object]:
    """Return the next attribute of a record with its columns (ROAD)."""
    return {"oad": oad(cursor), "columns": cursor.several(oad)}


def column(cursor: Cursor) -> str | dict[str, object]:
    """Return the next column (CSD): an attribute, or an attribute of a record with its columns."""
    choice = cursor.number(1)
    if choice == 0:
        return oad(cursor)
    if choice == 1:
        return related(cursor)
    raise DecodeError(f"expected a column of kind 0 or 1, got {choice}")


def columns(cursor: Cursor) -> list[str | dict[str, object]]:
    """Return the next columns (RCSD)."""
    return cursor.several(column)


def meters(cursor: Cursor) -> dict[str, object]:
    """Return the next selection of meters (MS)."""
    choice = cursor.number(1)
    if choice in (0, 1):
        return {"meters": ("none", "all")[choice]}
    reads: Mapping[int, tuple[str, Callable[[Cursor], object]]] = {
        2: ("types", _unsigned(1)),
        3: ("addresses", terminal),
        4: ("numbers", _unsigned(2)),
        5: ("type_regions", region),
        6: ("address_regions", region),
        7: ("number_regions", region),
    }
    if choice not in reads:
        raise DecodeError(f"expected a selection of meters of kind 0 to 7, got {choice}")
    name, read = reads[choice]
    return {name: cursor.several(read)}


def _span(cursor: Cursor) -> dict[str, object]:
    found: dict[str, object] = {"oad": oad(cursor)}
    return found | {"from": read_data(cursor), "to": read_data(cursor), "step": read_data(cursor)}


def _single(cursor: Cursor) -> dict[str, object]:
    return {"oad": oad(cursor), "is": read_data(cursor)}


def _moment(cursor: Cursor) -> dict[str, object]:
    return {"time": date_time_s(cursor), "of": meters(cursor)}


def _period(cursor: Cursor) -> dict[str, object]:
    found: dict[str, object] = {"from": date_time_s(cursor), "to": date_time_s(cursor)}
    return found | {"step": interval(cursor), "of": meters(cursor)}


def _back(cursor: Cursor) -> dict[str, object]:
    return {"record": cursor.number(1)}


def _latest(cursor: Cursor) -> dict[str, object]:
    return {"records": cursor.number(1), "of": meters(cursor)}


_SELECTORS: Final[Mapping[int, Callable[[Cursor], object]]] = {
    0: _nothing,
    1: _single,
    2: _span,
    3: lambda cursor: cursor.several(_span),
    4: _moment,
    5: _moment,
    6: _period,
    7: _period,
    8: _period,
    9: _back,
    10: _latest,
}


def selection(cursor: Cursor) -> dict[str, object]:
    """Return the next selection of records (RSD).

    Raises:
        DecodeError: it is none of the selectors 0 to 10.
    """
    choice = cursor.number(1)
    read = _SELECTORS.get(choice)
    if read is None:
        raise DecodeError(f"expected a selector of 0 to 10, got {choice}")
    cursor.deeper()
    found: dict[str, object] = {"selector": choice, "by": read(cursor)}
    cursor.shallower()
    return found


def identity(cursor: Cursor) -> dict[str, object]:
    """Return the next security identifier (SID)."""
    return {"id": cursor.number(4), "more": hexed(cursor)}


def _identity_mac(cursor: Cursor) -> dict[str, object]:
    return {"sid": identity(cursor), "mac": hexed(cursor)}


_TYPES: Final[Mapping[int, tuple[str, Callable[[Cursor], object]]]] = {
    0: ("null", _nothing),
    1: ("array", _listed),
    2: ("structure", _listed),
    3: ("bool", lambda cursor: bool(cursor.number(1))),
    4: ("bit-string", _bits),
    5: ("double-long", _signed(4)),
    6: ("double-long-unsigned", _unsigned(4)),
    9: ("octet-string", hexed),
    10: ("visible-string", text),
    12: ("utf8-string", lambda cursor: cursor.take(cursor.length()).decode(errors="replace")),
    15: ("integer", _signed(1)),
    16: ("long", _signed(2)),
    17: ("unsigned", _unsigned(1)),
    18: ("long-unsigned", _unsigned(2)),
    20: ("long64", _signed(8)),
    21: ("long64-unsigned", _unsigned(8)),
    22: ("enum", _unsigned(1)),
    23: ("float32", _float(">f")),
    24: ("float64", _float(">d")),
    25: ("date_time", date_time),
    26: ("date", _date),
    27: ("time", _clock),
    28: ("date_time_s", date_time_s),
    80: ("OI", fixed(2)),
    81: ("OAD", oad),
    82: ("ROAD", related),
    83: ("OMD", oad),
    84: ("TI", interval),
    85: ("TSA", terminal),
    86: ("MAC", hexed),
    87: ("RN", hexed),
    88: ("Region", region),
    89: ("Scaler_Unit", _scaler_unit),
    90: ("RSD", selection),
    91: ("CSD", column),
    92: ("MS", meters),
    93: ("SID", identity),
    94: ("SID_MAC", _identity_mac),
    95: ("COMDCB", fixed(5)),
    96: ("RCSD", columns),
}
