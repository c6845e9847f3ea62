"""How the value behind a data identifier is written, and how it is read."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from wire import PropertyName, Words

_DEMAND_TIME: Final = 5
_CLOCKS: Final = {
    "ymdhi": "20{}{}-{}{}-{}{}T{}{}:{}{}:00",
    "ymdhis": "20{}{}-{}{}-{}{}T{}{}:{}{}:{}{}",
    "ymdwhis": "20{}{}-{}{}-{}{}T{}{}:{}{}:{}{}",
    "ymdw": "20{}{}-{}{}-{}{}",
    "his": "{}{}:{}{}:{}{}",
}


class Kind(StrEnum):
    """The forms of a value."""

    NUMBER = "number"
    DEMAND = "demand"
    DIGITS = "digits"
    TEXT = "text"
    CLOCK = "clock"
    BITS = "bits"


_NAMES: Final = frozenset(kind.value for kind in Kind)


class Item(Struct, frozen=True, kw_only=True):
    """What stands behind a data identifier.

    A `block` repeats the value: tariffs, phases or settlement days. `properties` are the catalogue's names of the
    values in order ("" where there is none), which are `shift` powers of ten greater there (kW → W: 3).
    `clock` is the order of a clock's parts: years, months, days, weekday, hours, minutes (i), seconds.
    """

    title: Words
    kind: Kind = Kind.NUMBER
    width: int = 4
    decimals: int = 0
    unit: str = ""
    signed: bool = False
    block: bool = False
    properties: tuple[PropertyName, ...] = ()
    shift: int = 0
    clock: str = ""


def item_row(titles: str, shape: str, *names: str, block: bool = False, shift: int = 0) -> Item:
    """Make an item of a table from its words (`zh | en`), its shape, and the catalogue's names of its values.

    A shape is `u4.2 kWh` (4 bytes with 2 decimals, `s` for signed), `text 32`, `digits 6`, `bits 2` or
    `clock 7 ymdwhis`.
    """
    zh, en = titles.split(" | ")
    first, _, rest = shape.partition(" ")
    kind, width, decimals, unit, clock = Kind.NUMBER, "", "", rest, ""
    if first in _NAMES:
        kind, unit = Kind(first), ""
        width, _, clock = rest.partition(" ")
    else:
        width, _, decimals = first[1:].partition(".")
    return Item(
        title=Words(zh=zh, en=en),
        kind=kind,
        width=int(width),
        decimals=int(decimals or 0),
        unit=unit,
        signed=first.startswith("s") and kind is Kind.NUMBER,
        block=block,
        properties=tuple(PropertyName(name) for name in names),
        shift=shift,
        clock=clock,
    )


class Content(Struct, frozen=True, kw_only=True):
    """What an identifier's bytes say; a value that the meter fills with FF, or that is no BCD, is None.

    `raws` are the numbers as whole digits, `values` the same in the item's unit. `times` are the times of occurrence
    of demands, or the one clock; local times, RFC 3339 without a zone.
    """

    raws: tuple[int | None, ...] = ()
    values: tuple[float | int | None, ...] = ()
    text: str | None = None
    times: tuple[str | None, ...] = ()
    bits: tuple[int, ...] = ()


def read_content(item: Item, data: bytes) -> Content | None:
    """Return what the bytes behind an identifier say; None where they are not as long as the item is."""
    kind = item.kind
    if kind is Kind.NUMBER:
        return _numbers(item, data)
    if kind is Kind.TEXT:
        return Content(text=_text(data))
    width = item.width + _DEMAND_TIME if kind is Kind.DEMAND else item.width
    if not data or (len(data) % width if item.block else len(data) != width):
        return None
    pieces = [data[at : at + width] for at in range(0, len(data), width)]
    if kind is Kind.DEMAND:
        return _demands(item, pieces)
    if kind is Kind.BITS:
        return Content(bits=tuple(int.from_bytes(piece, "little") for piece in pieces))
    if kind is Kind.CLOCK:
        return Content(times=tuple(_clock(piece, item.clock) for piece in pieces))
    return Content(text=data[::-1].hex())


def _numbers(item: Item, data: bytes) -> Content | None:
    width = item.width
    if len(data) == width:
        raw = bcd(data, item.signed)
        return Content(raws=(raw,), values=(_scaled(raw, item.decimals),))
    if not item.block or not data or len(data) % width:
        return None
    raws = tuple(bcd(data[at : at + width], item.signed) for at in range(0, len(data), width))
    return Content(raws=raws, values=tuple(_scaled(raw, item.decimals) for raw in raws))


def bcd(data: bytes, signed: bool) -> int | None:
    """Return a number of binary coded decimals, lowest byte first; None for FF and whatever else is no digit.

    The sign is the highest bit of the highest byte.
    """
    digits = data[::-1].hex()
    if digits.isdigit() and not (signed and data[-1] & 0x80):
        return int(digits)
    if not signed or data.count(0xFF) == len(data) or not data[-1] & 0x80:
        return None
    digits = f"{data[-1] & 0x7F:02x}" + digits[2:]
    return -int(digits) if digits.isdigit() else None


def _scaled(raw: int | None, decimals: int) -> float | int | None:
    return raw if raw is None or not decimals else raw / 10**decimals


def _demands(item: Item, pieces: list[bytes]) -> Content:
    raws = tuple(bcd(piece[: item.width], item.signed) for piece in pieces)
    return Content(
        raws=raws,
        values=tuple(_scaled(raw, item.decimals) for raw in raws),
        times=tuple(_clock(piece[item.width :], "ymdhi") for piece in pieces),
    )


def _clock(piece: bytes, order: str) -> str | None:
    """Return a local time; None for one that was never set (zeros, FF) and for what is no time."""
    digits = piece[::-1].hex()
    if order.startswith("ymdw"):
        digits = digits[:6] + digits[8:]
    if not digits.isdigit() or not _is_time(digits, dated=order != "his"):
        return None
    return _CLOCKS[order].format(*digits)


def _is_time(digits: str, *, dated: bool) -> bool:
    date, time = (digits[:6], digits[6:]) if dated else ("000101", digits)
    pairs = [int(time[at : at + 2]) for at in range(0, len(time), 2)]
    return (
        1 <= int(date[2:4]) <= 12
        and 1 <= int(date[4:6]) <= 31
        and all(pair < limit for pair, limit in zip(pairs, (24, 60, 60), strict=False))
    )


def _text(data: bytes) -> str | None:
    """Return a text, which comes with its last character first; FF, 00 and spaces around it fill it up."""
    plain = data[::-1].strip(b"\x00\xff ")
    if not plain:
        return None
    try:
        return plain.decode("gb18030")
    except UnicodeDecodeError:
        return None
