"""What manufacturers append behind the records (DIF 0F): BMETERS, GWF, Zenner; and Qundis's walk-by record."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from device_profiles.protocols.mbus import Function, Record, moment, plain_meaning

_NONE: Final = 0x8000
_WALK_BY: Final = b"\xff\x5f"
_WALK_BY_SIZE: Final = 53


def zenner(own: bytes) -> tuple[list[Record], list[str]]:
    """Read a Zenner Minomess's appendix: status, then settled index and index in 256ths of a litre."""
    if len(own) < 12:
        return [], []
    status = int.from_bytes(own[:4], "little")
    rows = []
    for at, storage in ((8, 0), (4, 1)):
        value = Decimal(int.from_bytes(own[at : at + 4], "little")) / 256_000
        rows.append(Record(quantity="volume", unit="m3", value=value, storage=storage, raw=own[at : at + 4]))
    return rows, [f"status_{status:x}"] if status else []


def gwf(own: bytes) -> tuple[list[Record], list[str]]:
    """Read a GWF radio's appendix, format 1: alarm bits, then half years of battery and how it saves it."""
    if len(own) < 3 or own[0] != 1:
        return [], []
    rows = [Record(quantity="battery_left", unit="year", value=Decimal(own[2] >> 3) / 2)]
    if own[2] & 1:
        rows.append(Record(quantity="power_mode", value="SAVING"))
    return rows, ["battery_low"] if own[1] & 0x20 else []


def hydroclima(own: bytes) -> tuple[list[Record], list[str]]:
    """Read a BMETERS Hydroclima's appendix: temperatures of room and radiator, units at past days, and the total."""
    if len(own) >= 22 and own[0] == 0x10:
        return list(_hydroclima_10(own)), _flags(own)
    if len(own) >= 47 and own[0] == 0x11:
        return list(_hydroclima_11(own)), _flags(own)
    return [], []


def _flags(own: bytes) -> list[str]:
    flags = int.from_bytes(own[1:3], "little")
    return [f"error_flags_{flags:x}"] if flags else []


def _hydroclima_10(own: bytes) -> Iterator[Record]:
    yield _warmth(own, 7, "room_temperature")
    yield _warmth(own, 9, "room_temperature", function=Function.MAXIMUM)
    yield _warmth(own, 15, "room_temperature", storage=1)
    yield _warmth(own, 17, "heater_temperature", storage=1)
    yield _units(own[19:21], 0, ("total",))


def _hydroclima_11(own: bytes) -> Iterator[Record]:
    yield _warmth(own, 9, "heater_temperature")
    yield _warmth(own, 11, "room_temperature")
    yield _warmth(own, 13, "room_temperature", function=Function.MAXIMUM)
    yield _warmth(own, 17, "heater_temperature", storage=1)
    yield _warmth(own, 19, "room_temperature", storage=1)
    for step in range(4):
        yield _units(own[21 + 2 * step : 23 + 2 * step], 2 + step)
    for step in range(3):
        yield _warmth(own, 29 + 2 * step, "room_temperature", storage=2 + step)
    yield _units(own[44:47], 0, ("total",))


def _warmth(
    own: bytes, at: int, quantity: str, *, storage: int = 0, function: Function = Function.INSTANTANEOUS
) -> Record:
    raw = own[at : at + 2]
    code = int.from_bytes(raw, "little")
    value = None if code == _NONE else Decimal(int.from_bytes(raw, "little", signed=True)).scaleb(-2)
    return Record(quantity=quantity, unit="Cel", value=value, storage=storage, function=function, raw=raw)


def _units(raw: bytes, storage: int, words: tuple[str, ...] = ()) -> Record:
    value = Decimal(int.from_bytes(raw, "little"))
    return Record(quantity="heat_cost_units", value=value, storage=storage, qualifiers=words, raw=raw)


def walk_by(record: Record) -> list[Record]:
    """Read what Qundis packs into one record for those who pass by: index, two past ones with dates, differences."""
    octets = record.raw
    if record.code != _WALK_BY or len(octets) != _WALK_BY_SIZE:
        return []
    meaning = plain_meaning(octets[9:10])
    if not meaning.quantity or octets[9] & 0x80:
        return []
    rows = []
    for storage, at in ((0, 12), (1, 18), (17, 24)):
        digits = octets[at + 3 : at - 1 if at else None : -1].hex()
        value = Decimal(int(digits)).scaleb(meaning.exponent) if digits.isdecimal() else None
        rows.append(Record(quantity=meaning.quantity, unit=meaning.unit, value=value, storage=storage))
        if storage:
            rows.append(Record(quantity="date", value=moment(octets[at - 2 : at]), storage=storage))
    for step in range(12):
        raw = octets[28 + 2 * step : 30 + 2 * step]
        value = Decimal(int.from_bytes(raw, "little", signed=True)).scaleb(meaning.exponent)
        rows.append(
            Record(
                quantity=meaning.quantity,
                unit=meaning.unit,
                value=value,
                storage=18 + step,
                qualifiers=("difference",),
                raw=raw,
            )
        )
    return rows
