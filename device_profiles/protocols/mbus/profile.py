"""Load profiles packed into one record: many past values of one quantity, equally spaced (EN 13757-3, annex F)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from device_profiles.protocols.mbus.coding import WIDTHS, number
from device_profiles.protocols.mbus.record import Record, scaled

_INVERSE: Final = "inverse_compact_profile"
_WITH_REGISTERS: Final = "compact_profile_with_registers"
_KINDS: Final = frozenset({_INVERSE, _WITH_REGISTERS, "compact_profile"})
_HEAD: Final = 2
_ABSOLUTE, _UP, _DOWN, _SIGNED = range(4)


def unpacked(rows: Sequence[Record]) -> list[Record]:
    """Return the records with those that hold profiles replaced by one record a value, each in its own storage."""
    found: list[Record] = []
    for record in rows:
        kind = _KINDS.intersection(record.qualifiers)
        values = list(_values(record, next(iter(kind)), rows)) if kind else []
        found += values or [record]
    return found


def _values(record: Record, kind: str, rows: Sequence[Record]) -> Iterator[Record]:
    """Give the values of a profile; differences need the value that they start from."""
    control = record.raw[0] if len(record.raw) > _HEAD else 0
    coding, mode = control & 0x0F, control >> 6
    width = WIDTHS.get(coding, 0)
    if not width:
        return
    words = tuple(word for word in record.qualifiers if word not in _KINDS)
    value = _base(record, words, rows)
    if mode != _ABSOLUTE and value is None:
        return
    first = 0 if kind == _WITH_REGISTERS else 1
    sign = -1 if kind == _INVERSE else 1
    for step, at in enumerate(range(_HEAD, len(record.raw) - width + 1, width), first):
        raw = record.raw[at : at + width]
        bare = _unsigned(raw) if mode in (_UP, _DOWN) and coding < 8 else number(coding, raw)
        came = None if bare is None else scaled(record, bare)
        if mode != _ABSOLUTE:
            came = value = _moved(value, came, -sign if mode == _DOWN else sign)
        yield replace(
            record, value=came, storage=record.storage + step, qualifiers=words, raw=raw, coding=coding
        )


def _unsigned(raw: bytes) -> Decimal:
    return Decimal(int.from_bytes(raw, "little"))


def _moved(value: Decimal | None, difference: Decimal | None, sign: int) -> Decimal | None:
    return None if value is None or difference is None else value + sign * difference


def _base(record: Record, words: tuple[str, ...], rows: Sequence[Record]) -> Decimal | None:
    for other in rows:
        same = other.quantity == record.quantity and other.storage == record.storage
        if same and other.tariff == record.tariff and tuple(other.qualifiers) == words:
            return other.value if isinstance(other.value, Decimal) else None
    return None
