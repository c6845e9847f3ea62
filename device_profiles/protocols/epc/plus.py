"""The codings of TDS 2, SGTIN+ and its like: GS1 application identifiers written into a tag without a company prefix.

Facts: GS1 EPC Tag Data Standard 2.3, sections 14.2, 14.5 and 14.6. The ++ codings of TDS 2.3 are the same with a host
name behind: it says where a link leads and not who is meant, and is not read.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.bits import Bits
from device_profiles.protocols.epc.characters import check_digit
from device_profiles.protocols.epc.variable import alphanumeric, begun_by_digits, date, digits, numeric

Value = Callable[[Bits], str]
_QUERY: Final = frozenset({"11", "13", "15", "16", "17", "7006", "7007"})
_DATES: Final = ("11", "13", "15", "16", "17", "7006", "7007")


class PlusTag(Struct, frozen=True, kw_only=True):
    """What a tag of TDS 2 says: application identifiers with their values; `more` says that something follows them."""

    coding: str
    filter: int
    elements: tuple[tuple[str, str], ...]
    more: bool = False

    @property
    def element_string(self) -> str:
        """The GS1 element string, the key first."""
        return "".join(f"({ai}){value}" for ai, value in self.elements)

    @property
    def uri(self) -> str:
        """The canonical GS1 Digital Link URI, which TDS 2 has in the place of an EPC URI."""
        path = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in self.elements if ai not in _QUERY)
        query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in self.elements if ai in _QUERY)
        return f"https://id.gs1.org{path}{'?' if query else ''}{query}"


class _Row(Struct, frozen=True, kw_only=True):
    """A coding's values in their order; `checked` is how many digits of the first end in a check digit."""

    name: str
    values: tuple[tuple[str, Value], ...]
    checked: int = 0
    dated: bool = False
    joined: bool = False


def _fixed(count: int) -> Value:
    return lambda bits: digits(bits, count)


def _text(most: int) -> Value:
    return lambda bits: alphanumeric(bits, most)


def _numbers(most: int) -> Value:
    return lambda bits: numeric(bits, 4, most)


def _key(bits: Bits) -> str:
    return begun_by_digits(bits, 30)


_GTIN: Final = (("01", _fixed(14)), ("21", _text(20)))
_ROWS: Final[Mapping[int, _Row]] = MappingProxyType(
    {
        0xF0: _Row(name="cpi+", values=(("8010", _key), ("8011", _numbers(12)))),
        0xF1: _Row(name="grai+", values=(("8003", _fixed(14)), ("", _text(16))), checked=14, joined=True),
        0xF2: _Row(name="sgln+", values=(("414", _fixed(13)), ("254", _text(20))), checked=13),
        0xF3: _Row(name="itip+", values=(("8006", _fixed(18)), ("21", _text(20))), checked=14),
        0xF4: _Row(name="gsrn+", values=(("8018", _fixed(18)),), checked=18),
        0xF5: _Row(name="gsrnp+", values=(("8017", _fixed(18)),), checked=18),
        0xF6: _Row(name="gdti+", values=(("253", _fixed(13)), ("", _text(17))), checked=13, joined=True),
        0xF7: _Row(name="sgtin+", values=_GTIN, checked=14),
        0xF8: _Row(name="sgcn+", values=(("255", _fixed(13)), ("", _numbers(12))), checked=13, joined=True),
        0xF9: _Row(name="sscc+", values=(("00", _fixed(18)),), checked=18),
        0xFA: _Row(name="giai+", values=(("8004", _key),)),
        0xFB: _Row(name="dsgtin+", values=_GTIN, checked=14, dated=True),
    }
)
_HOSTED: Final[Mapping[int, int]] = MappingProxyType(
    {
        0xE6: 0xF0,
        0xE7: 0xF4,
        0xE8: 0xF5,
        0xE9: 0xF2,
        0xEA: 0xF6,
        0xEB: 0xF1,
        0xEC: 0xF8,
        0xED: 0xF3,
        0xEE: 0xFA,
        0xEF: 0xF9,
        0xFC: 0xFB,
        0xFD: 0xF7,
    }
)
"""The header of each ++ coding and that of its + coding."""


def is_plus(header: int) -> bool:
    """Say whether this header is one of the codings that `read_plus` reads."""
    return header in _ROWS or header in _HOSTED


def read_plus(octets: bytes) -> PlusTag:
    """Read what a tag's EPC memory holds in a coding of TDS 2.

    Raises:
        DecodeError: it is none of them, or its bits mean nothing; says why.
    """
    bits = Bits(int.from_bytes(octets, "big"), 8 * len(octets))
    header = bits.take(8, "header")
    row = _ROWS.get(_HOSTED.get(header, header))
    if row is None:
        raise DecodeError(f"expected the header of a coding of TDS 2, got {header:02X}")
    name = row.name + "+" if header in _HOSTED else row.name
    try:
        return _read(row, name, bits)
    except DecodeError as error:
        raise DecodeError(f"{name}: {error}") from error


def _read(row: _Row, name: str, bits: Bits) -> PlusTag:
    more = bool(bits.take(1, "data toggle")) or name != row.name
    filter_value = bits.take(3, "filter")
    dated = _date(bits) if row.dated else ()
    elements = [(ai, value(bits)) for ai, value in row.values]
    if row.joined:
        elements = [(elements[0][0], elements[0][1] + elements[1][1])]
    key = elements[0][1][: row.checked]
    if key and key[-1] != check_digit(key[:-1]):
        raise DecodeError(f"expected check digit {check_digit(key[:-1])}, got {key}")
    if row.name == "sgln+" and elements[1][1] == "0":
        elements.pop()
    if not more:
        bits.end("padding")
    return PlusTag(coding=name, filter=filter_value, elements=(*elements, *dated), more=more)


def _date(bits: Bits) -> tuple[tuple[str, str], ...]:
    kind = bits.take(4, "date type")
    if kind >= len(_DATES):
        raise DecodeError(f"expected a date type of 0 to {len(_DATES) - 1}, got {kind}")
    return ((_DATES[kind], date(bits)),)
