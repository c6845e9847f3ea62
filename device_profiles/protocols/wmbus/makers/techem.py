"""Radios of Techem: two dates with what was used until the first and since, in a layout of their own.

Field places were found in public telegrams of these meters and the values that their displays showed.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import Address, Moment, Record, Records
from device_profiles.protocols.wmbus.link import Link
from device_profiles.protocols.wmbus.said import Said

MAKERS: Final = frozenset({"TCH"})
CI_FIELDS: Final = range(0xA0, 0xA4)
# Techem's own kinds of device, and those of the standard.
_KINDS: Final = {
    0x62: 0x06,
    0x72: 0x16,
    0x80: 0x08,
    0xF0: 0x1A,
    0x43: 0x04,
    0x44: 0x04,
    0x45: 0x04,
    0x4B: 0x0B,
    0xC3: 0x04,
}
_WATER: Final = (0x62, 0x72)
_HEAT: Final = {0x43: ("Wh", 3), 0x45: ("Wh", 3), 0xC3: ("J", 6)}
_ALLOCATOR: Final = 0x80
_SMOKE: Final = 0xF0
_TEMPERATURES_AT: Final = {0x69: 10, 0x94: 11}


def read_techem(link: Link) -> Said:
    """Read the telegram.

    Raises:
        DecodeError: it is too short, or of a kind whose layout is not known.
    """
    kind = link.address.medium_code
    content = link.content[1:]
    if len(content) < 12:
        raise DecodeError(f"expected at least 13 bytes of a Techem telegram, got {len(link.content)}")
    if kind == _SMOKE:
        return _smoke(link, content)
    before = _past_date(content[1:3])
    rows: list[Record]
    if kind in _WATER:
        rows = [*_used(content, 2, "volume", "m3", -1), *_dates(before, content[5:7])]
    elif kind in _HEAT:
        unit, exponent = _HEAT[kind]
        date = Record(quantity="date", value=before, storage=1)
        rows = [*_used(content, 3, "energy", unit, exponent), date]
    elif kind == _ALLOCATOR:
        rows = [*_allocated(link, content), *_dates(before, content[5:7])]
    else:
        raise DecodeError(f"expected a kind of Techem device that is known here, got {kind:02X}")
    return Said(records=Records(rows=rows), meter=_meter(link))


def _meter(link: Link) -> Address:
    octets = link.address.octets[:7] + bytes([_KINDS[link.address.medium_code]])
    return Address(
        id=link.address.id, maker=link.address.maker, version=octets[6], medium_code=octets[7], octets=octets
    )


def _past_date(raw: bytes) -> Moment:
    date = int.from_bytes(raw, "little")
    return Moment(year=2000 + (date >> 9 & 0x3F), month=date >> 5 & 0x0F, day=date & 0x1F)


def _dates(before: Moment, raw: bytes) -> Iterator[Record]:
    """Give both dates; the second has no year, and is within the year after the first."""
    date = int.from_bytes(raw, "little")
    month, day = date >> 9 & 0x0F, date >> 4 & 0x1F
    later = (month, day) > (before.month or 0, before.day or 0)
    year = (before.year or 0) + (0 if later else 1)
    yield Record(quantity="date", value=before, storage=1)
    yield Record(quantity="date", value=Moment(year=year, month=month, day=day))


def _used(content: bytes, width: int, quantity: str, unit: str, exponent: int) -> Iterator[Record]:
    """Give what was used until the first date, since then, and together."""
    until = int.from_bytes(content[3 : 3 + width], "little")
    since = int.from_bytes(content[7 : 7 + width], "little")
    for value, storage, words in ((until + since, 0, ()), (until, 1, ()), (since, 0, ("since_settled",))):
        yield Record(
            quantity=quantity,
            unit=unit,
            value=Decimal(value).scaleb(exponent),
            storage=storage,
            qualifiers=words,
        )


def _allocated(link: Link, content: bytes) -> Iterator[Record]:
    yield Record(quantity="heat_cost_units", value=Decimal(int.from_bytes(content[3:5], "little")), storage=1)
    yield Record(quantity="heat_cost_units", value=Decimal(int.from_bytes(content[7:9], "little")))
    at = _TEMPERATURES_AT.get(link.address.version, 0) - 1
    if at > 0 and len(content) >= at + 4:
        for place, quantity in ((at, "room_temperature"), (at + 2, "heater_temperature")):
            raw = int.from_bytes(content[place : place + 2], "little")
            yield Record(quantity=quantity, unit="Cel", value=Decimal(raw).scaleb(-2))


def _smoke(link: Link, content: bytes) -> Said:
    states = ("smoke",) if content[0] & 0x01 else ()
    rows = [Record(quantity="date", value=_past_date(content[1:3]), storage=1)]
    return Said(records=Records(rows=rows), states=states, tells=("smoke",), meter=_meter(link))
