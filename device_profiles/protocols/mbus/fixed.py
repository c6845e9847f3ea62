"""The fixed structure of old meters (CI 73): two counters with their units in 16 bytes (EN 1434-3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus.coding import bcd
from device_profiles.protocols.mbus.header import Address, Header
from device_profiles.protocols.mbus.meaning import Meaning, decades
from device_profiles.protocols.mbus.record import Record, Records

SIZE: Final = 16
_SAME: Final = 0x3E
_MODE_2: Final = {0x0A: 0x03, 0x0B: 0x04, 0x0C: 0x06, 0x0D: 0x07, 0x0E: 0x08}
"""Kinds of meters that send the high byte first, as the kinds that they are otherwise."""
_UNITS: Final[Mapping[int, Meaning]] = dict(
    [
        (0x00, Meaning(quantity="hours_minutes_seconds")),
        (0x01, Meaning(quantity="day_month_year")),
        *decades(0x02, 3, "energy", "Wh", 0),
        *decades(0x05, 3, "energy", "Wh", 3),
        *decades(0x08, 3, "energy", "Wh", 6),
        *decades(0x0B, 9, "energy", "J", 3),
        *decades(0x14, 9, "power", "W", 0),
        *decades(0x1D, 9, "power", "J/h", 3),
        *decades(0x26, 9, "volume", "m3", -6),
        *decades(0x2F, 9, "volume_flow", "m3/h", -6),
        (0x38, Meaning(quantity="temperature", unit="Cel", exponent=-3)),
        (0x39, Meaning(quantity="heat_cost_units")),
        (0x3F, Meaning(quantity="dimensionless")),
    ]
)


def read_fixed(octets: bytes) -> tuple[Header, Records]:
    """Read identity, access number, status, kind with units, and the two counters.

    Raises:
        DecodeError: there are more or fewer than 16 bytes, or a unit is reserved.
    """
    if len(octets) != SIZE:
        raise DecodeError(f"expected the fixed structure of {SIZE} bytes, got {len(octets)}")
    status = octets[5]
    first, second = octets[6], octets[7]
    medium = ((first & 0xC0) >> 6) | ((second & 0xC0) >> 4)
    address = Address(
        id=octets[3::-1].hex(),
        maker="",
        version=0,
        medium_code=_MODE_2.get(medium, medium),
        octets=octets[:4],
    )
    # The status' lowest bit says whether the counters are binary, the next whether they are of a due date.
    storage = (status >> 1) & 1
    rows = [
        _counter(octets[8:12], first & 0x3F, first & 0x3F, status, storage),
        _counter(octets[12:16], second & 0x3F, first & 0x3F, status, storage),
    ]
    return Header(address=address, access=octets[4], status=status), Records(rows=rows)


def _counter(raw: bytes, code: int, before: int, status: int, storage: int) -> Record:
    # 3E: the unit of the first counter, but of the past.
    meaning = _UNITS.get(before if code == _SAME else code)
    if meaning is None:
        raise DecodeError(f"expected the unit of a counter, got the reserved {code:02X}")
    value = Decimal(int.from_bytes(raw, "little")) if status & 1 else bcd(raw)
    return Record(
        quantity=meaning.quantity,
        unit=meaning.unit,
        value=None if value is None else value.scaleb(meaning.exponent),
        storage=1 if code == _SAME else storage,
        raw=raw,
    )
