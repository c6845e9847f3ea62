"""LwM2M's own binary form, TLV (LwM2M 1.1 core, 7.4.3): a tree of instances, resources and bytes."""

from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError

_WIDE_ID: Final = 0x20
_LENGTH: Final = 0x18
_SHORT_LENGTH: Final = 0x07


class Kind(IntEnum):
    """What an entry is (bits 7 and 6 of its first byte)."""

    INSTANCE = 0
    MEMBER = 1
    MULTIPLE = 2
    RESOURCE = 3


_HOLDS: Final = {Kind.INSTANCE: (Kind.MULTIPLE, Kind.RESOURCE), Kind.MULTIPLE: (Kind.MEMBER,)}


class Entry(Struct, frozen=True, kw_only=True):
    """One entry: an instance or a multiple resource holds `entries`, the others have a value."""

    kind: Kind
    id: int
    value: bytes = b""
    entries: Sequence["Entry"] = ()


def read_tlv(octets: bytes) -> list[Entry]:
    """Return the entries that stand one after the other.

    Raises:
        DecodeError: the bytes end early, or an entry holds what it may not hold.
    """
    return _entries(octets, tuple(Kind), "content")


def write_tlv(entries: Sequence[Entry]) -> bytes:
    """Return the bytes of entries."""
    return b"".join(_written(entry) for entry in entries)


def _entries(octets: bytes, allowed: Collection[Kind], inside: str) -> list[Entry]:
    entries, at = [], 0
    while at < len(octets):
        entry, at = _entry(octets, at, allowed, inside)
        entries.append(entry)
    return entries


def _entry(octets: bytes, at: int, allowed: Collection[Kind], inside: str) -> tuple[Entry, int]:
    first = octets[at]
    kind = Kind(first >> 6)
    if kind not in allowed:
        raise DecodeError(f"expected no {kind.name.lower()} in the TLV {inside}")
    id_, at = _whole(octets, at + 1, 2 if first & _WIDE_ID else 1)
    width = (first & _LENGTH) >> 3
    length, at = (first & _SHORT_LENGTH, at) if width == 0 else _whole(octets, at, width)
    if at + length > len(octets):
        raise DecodeError(f"expected {length} bytes in TLV entry {id_}, got {len(octets) - at}")
    value = octets[at : at + length]
    if kind not in _HOLDS:
        return Entry(kind=kind, id=id_, value=value), at + length
    entries = _entries(value, _HOLDS[kind], f"{kind.name.lower()} {id_}")
    return Entry(kind=kind, id=id_, entries=entries), at + length


def _whole(octets: bytes, at: int, width: int) -> tuple[int, int]:
    if at + width > len(octets):
        raise DecodeError(f"expected {width} more bytes of a TLV head, got {len(octets) - at}")
    return int.from_bytes(octets[at : at + width], "big"), at + width


def _written(entry: Entry) -> bytes:
    value = write_tlv(entry.entries) if entry.kind in _HOLDS else entry.value
    wide = entry.id > 0xFF
    width = 0 if len(value) <= _SHORT_LENGTH else (len(value).bit_length() + 7) // 8
    if entry.id > 0xFFFF or width > 3:
        raise ValueError(f"expected an id of 16 and a length of 24 bits, got {entry.id} and {len(value)}")
    first = entry.kind << 6 | (_WIDE_ID if wide else 0) | width << 3 | (0 if width else len(value))
    length = len(value).to_bytes(width, "big") if width else b""
    return bytes([first]) + entry.id.to_bytes(2 if wide else 1, "big") + length + value
