"""Contents behind an ordinary header that are no records: BFW 240 radio."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import Moment, Record, Records
from device_profiles.protocols.wmbus.said import Said

_BFW: Final = 40
_MONTHS: Final = 18


def read_bfw(content: bytes) -> Said:
    """Read a BFW heat cost allocator: settled and current units, 18 months of 12 bits each, and the date.

    Raises:
        DecodeError: it has another length.
    """
    if len(content) != _BFW:
        raise DecodeError(f"expected {_BFW} bytes of a BFW 240 radio, got {len(content)}")
    rows = [
        Record(quantity="heat_cost_units", value=Decimal(int.from_bytes(content[6:8], "big"))),
        Record(quantity="heat_cost_units", value=Decimal(int.from_bytes(content[4:6], "big")), storage=1),
        *_months(content[10:37]),
        _written_date(content[37:40]),
    ]
    return Said(records=Records(rows=rows))


def _months(packed: bytes) -> Iterator[Record]:
    """Give the months, the newest first: three octets hold two, from the end."""
    for pair in range(_MONTHS // 2):
        end = len(packed) - 3 * pair
        older, halves, newer = packed[end - 3 : end]
        for step, value in enumerate((newer | (halves & 0x0F) << 8, older | (halves >> 4) << 8)):
            yield Record(quantity="heat_cost_units", value=Decimal(value), storage=2 + 2 * pair + step)


def _written_date(raw: bytes) -> Record:
    digits = raw.hex()
    if not digits.isdecimal():
        raise DecodeError(f"expected a date of six digits, got {digits}")
    day, month, year = int(digits[:2]), int(digits[2:4]), 2000 + int(digits[4:])
    return Record(quantity="date", value=Moment(year=year, month=month, day=day), raw=raw)
