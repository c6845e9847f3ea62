"""One record of a meter: a quantity with its value, and to which storage, tariff and subunit it belongs."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus.block import (
    DataBlock,
    ValueBlock,
    data_block,
    plain_meaning,
    value_block,
)
from device_profiles.protocols.mbus.coding import REAL, VARIABLE, WIDTHS, number, variable
from device_profiles.protocols.mbus.meaning import Shape
from device_profiles.protocols.mbus.moment import Moment, moment
from device_profiles.protocols.mbus.vife import RECORD_ERRORS

FILLER: Final = 0x2F
_MAKERS_OWN: Final = 0x0F
_MORE_FOLLOWS: Final = 0x1F
_SPECIAL: Final = 0x0F


class Function(StrEnum):
    """Which of a quantity's values it is."""

    INSTANTANEOUS = "instantaneous"
    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    ERROR = "error"
    MANUFACTURER = "manufacturer"


_FUNCTIONS: Final = (Function.INSTANTANEOUS, Function.MAXIMUM, Function.MINIMUM, Function.ERROR)

Value = Decimal | str | bytes | Moment | None
"""An exact number, a text, bits as octets (the low one first), a date or time; None is a value that is not there."""


class Record(Struct, frozen=True, kw_only=True):
    """What a meter says in one record.

    `qualifiers` are words such as `backward`, `phase_1` or `lower_limit`. `maker` holds the codes that a manufacturer
    appends to the quantity, `code` all octets of the value information, `coding` and `raw` how the value is written.
    """

    quantity: str
    unit: str = ""
    value: Value = None
    function: Function = Function.INSTANTANEOUS
    storage: int = 0
    tariff: int = 0
    subunit: int = 0
    qualifiers: Sequence[str] = ()
    maker: bytes = b""
    code: bytes = b""
    raw: bytes = b""
    coding: int = 0


class Records(Struct, frozen=True, kw_only=True):
    """All records of a telegram; `own` is what the manufacturer appends, `more` says that another telegram follows.

    `heads` are the DIBs and VIBs one after the other, by whose checksum compact frames name them; `whole` is what a
    compact frame would be in full.
    """

    rows: Sequence[Record]
    own: bytes = b""
    has_own: bool = False
    more: bool = False
    heads: bytes = b""
    whole: bytes = b""


def read_records(octets: bytes) -> Records:
    """Read records until the octets end.

    Raises:
        DecodeError: a record ends too early or breaks a rule; says at which byte.
    """
    rows: list[Record] = []
    heads, at = bytearray(), 0
    while at < len(octets):
        dif = octets[at]
        if dif == FILLER:
            at += 1
        elif dif in (_MAKERS_OWN, _MORE_FOLLOWS):
            return Records(
                rows=rows, own=octets[at + 1 :], has_own=True, more=dif == _MORE_FOLLOWS, heads=bytes(heads)
            )
        else:
            record, start, at = _record(octets, at)
            heads += start
            if record is not None:
                rows.append(record)
    return Records(rows=rows, heads=bytes(heads))


def read_values(heads: bytes, content: bytes) -> Records:
    """Read the values of a compact frame, whose DIBs and VIBs were sent before.

    Raises:
        DecodeError: the values are fewer than the heads say.
    """
    rows, whole, at, place = [], bytearray(), 0, 0
    while at < len(heads):
        block = data_block(heads, at)
        meant, end = value_block(heads, block.end)
        record, after = _valued(block, meant, content, place)
        rows.append(record)
        whole += heads[at:end] + content[place:after]
        at, place = end, after
    own = content[place:]
    return Records(rows=rows, own=own, has_own=bool(own), heads=heads, whole=bytes(whole) + own)


def without_changes(record: Record) -> Record:
    """Return a record as its VIF alone says it, without what combinable codes made of its value.

    A duration, a time or a count of something is that something again, with the bare number; other records stay.
    """
    meant, _ = value_block(record.code, 0) if record.code else (None, 0)
    if meant is None or not any(change.quantity for change in meant.changes):
        return record
    bare = replace(meant, meaning=plain_meaning(record.code), changes=())
    value = _scaled(record.coding, bare, number(record.coding, record.raw), record.raw)
    return replace(record, quantity=bare.meaning.quantity, unit=bare.meaning.unit, value=value, qualifiers=())


def scaled(record: Record, value: Decimal) -> Decimal:
    """Return a raw number in the unit of a record."""
    meant, _ = value_block(record.code, 0)
    return _changed(meant, value)


def _record(octets: bytes, at: int) -> tuple[Record | None, bytes, int]:
    block = data_block(octets, at)
    if block.coding == _SPECIAL:
        raise DecodeError(f"expected a record at byte {at}, got the reserved DIF {octets[at]:02X}")
    meant, end = value_block(octets, block.end)
    record, after = _valued(block, meant, octets, end)
    return record, octets[at:end], after


def _valued(block: DataBlock, meant: ValueBlock, octets: bytes, at: int) -> tuple[Record, int]:
    if block.coding == VARIABLE:
        value, end = variable(octets, at)
        raw = octets[at + 1 : end]
    else:
        end = at + WIDTHS[block.coding]
        raw = octets[at:end]
        if end > len(octets):
            raise DecodeError(
                f"expected a value of {WIDTHS[block.coding]} bytes at byte {at}, got {len(octets) - at}"
            )
        value = number(block.coding, raw)
    return _made(block, meant, _scaled(block.coding, meant, value, raw), raw), end


def _made(block: DataBlock, meant: ValueBlock, value: Value, raw: bytes) -> Record:
    quantity, unit = meant.meaning.quantity, meant.text or meant.meaning.unit
    words = []
    for change in meant.changes:
        if change.quantity and not change.moment:
            words.append(quantity)
            unit = change.unit
        quantity = change.quantity or quantity
        if change.qualifier:
            words.append(change.qualifier)
    if meant.changes and RECORD_ERRORS.intersection(words):
        value = None
    return Record(
        quantity=quantity,
        unit=unit,
        value=value,
        function=_FUNCTIONS[block.function],
        storage=block.storage,
        tariff=block.tariff,
        subunit=block.subunit,
        qualifiers=tuple(words),
        maker=meant.maker,
        code=meant.code,
        raw=raw,
        coding=block.coding,
    )


def _scaled(coding: int, meant: ValueBlock, value: Value, raw: bytes) -> Value:
    """Bring a value into its unit, or read it as the date or the bits that it is."""
    meaning = meant.meaning
    if meaning.shape in (Shape.DATE, Shape.MOMENT) and coding != REAL:
        return _dated(value, raw)
    if not isinstance(value, Decimal):
        return value
    if meaning.shape is Shape.BITS and coding <= 7 and coding != REAL:
        return Decimal(int.from_bytes(raw, "little"))
    if not meant.changes:
        value = value * meaning.factor if meaning.factor != 1 else value
        return value.scaleb(meaning.exponent) if meaning.exponent else value
    return _changed(meant, value)


def _dated(value: Value, raw: bytes) -> Value:
    if isinstance(value, str) or len(raw) not in (2, 3, 4, 6):
        return value
    return moment(raw)


def _changed(meant: ValueBlock, value: Decimal) -> Decimal:
    factor, exponent = meant.meaning.factor, meant.meaning.exponent
    addend = Decimal(0)
    for change in meant.changes:
        if change.quantity:
            factor, exponent = change.factor, 0
        exponent += change.exponent
        addend += change.addend
    return (value * factor).scaleb(exponent) + addend
