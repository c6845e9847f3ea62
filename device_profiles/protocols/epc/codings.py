"""The binary codings of TDS 1: header, filter bits and pieces of each.

Facts: GS1 EPC Tag Data Standard 2.3, tables 14-1 and those of section 14.6.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from device_profiles.protocols.epc.pieces import (
    Ascii,
    Cage,
    Integer,
    NumericString,
    Padded,
    Partitioned,
    PartitionedNumber,
    PartitionedSixes,
    PartitionedText,
    Piece,
    Sixes,
    Zeros,
)


class Coding(Struct, frozen=True, kw_only=True):
    """One binary coding of a scheme; `bits` is None where its length depends on what it holds."""

    name: str
    header: int
    scheme: str
    bits: int | None
    pieces: tuple[Piece, ...]
    filter_bits: int = 3


def _row(name: str, header: int, *pieces: Piece, filter_bits: int = 3) -> Coding:
    scheme, _, bits = name.partition("-")
    return Coding(
        name=name,
        header=header,
        scheme=scheme,
        bits=int(bits) if bits.isdigit() else None,
        pieces=pieces,
        filter_bits=filter_bits,
    )


_GTIN: Final = Partitioned(width=44, together=13)
_EIGHTEEN: Final = Partitioned(width=58, together=17)
_THIRTEEN: Final = Partitioned(width=41, together=12)
_GRAI: Final = Partitioned(width=44, together=12)
_PIECES: Final = (Padded(width=7, digits=2), Padded(width=7, digits=2))
_ROWS: Final = (
    _row("gdti-96", 0x2C, _THIRTEEN, Integer(width=41)),
    _row("gsrn-96", 0x2D, _EIGHTEEN, Zeros(width=24)),
    _row("gsrnp-96", 0x2E, _EIGHTEEN, Zeros(width=24)),
    _row("usdod-96", 0x2F, Cage(width=8), Integer(width=36), filter_bits=4),
    _row("sgtin-96", 0x30, _GTIN, Integer(width=38)),
    _row("sscc-96", 0x31, _EIGHTEEN, Zeros(width=24)),
    _row("sgln-96", 0x32, _THIRTEEN, Integer(width=41)),
    _row("grai-96", 0x33, _GRAI, Integer(width=38)),
    _row("giai-96", 0x34, PartitionedNumber(width=82, together=25)),
    _row("gid-96", 0x35, Integer(width=28), Integer(width=24), Integer(width=36), filter_bits=0),
    _row("sgtin-198", 0x36, _GTIN, Ascii(width=140)),
    _row("grai-170", 0x37, _GRAI, Ascii(width=112)),
    _row("giai-202", 0x38, PartitionedText(width=188)),
    _row("sgln-195", 0x39, _THIRTEEN, Ascii(width=140)),
    _row("gdti-113", 0x3A, _THIRTEEN, NumericString(width=58)),
    _row("adi-var", 0x3B, Cage(width=6), Sixes(most=32), Sixes(most=30), filter_bits=6),
    _row("cpi-96", 0x3C, PartitionedNumber(width=51, together=15), Integer(width=31)),
    _row("cpi-var", 0x3D, PartitionedSixes(together=30), Integer(width=40)),
    _row("gdti-174", 0x3E, _THIRTEEN, Ascii(width=119)),
    _row("sgcn-96", 0x3F, _THIRTEEN, NumericString(width=41)),
    _row("itip-110", 0x40, _GTIN, *_PIECES, Integer(width=38)),
    _row("itip-212", 0x41, _GTIN, *_PIECES, Ascii(width=140)),
)

CODINGS: Final[Mapping[str, Coding]] = MappingProxyType({row.name: row for row in _ROWS})
"""Every binary coding by its name."""
BY_HEADER: Final[Mapping[int, Coding]] = MappingProxyType({row.header: row for row in _ROWS})


def codings_of(scheme: str) -> tuple[str, ...]:
    """Return the names of a scheme's binary codings, the shortest first; none for a scheme that no tag holds."""
    found = [row for row in _ROWS if row.scheme == scheme]
    return tuple(row.name for row in sorted(found, key=lambda row: row.bits or 10_000))
