"""One record's head: the data and value information blocks that say how its value is written and what it means."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus.meaning import Meaning, Shape
from device_profiles.protocols.mbus.vif import EXTENSION_FB, EXTENSION_FD, EXTENSION_FD_FD, PRIMARY
from device_profiles.protocols.mbus.vife import COMBINABLE, EXTENDED, Change

MOST_EXTENSIONS: Final = 10
"""How many extension octets a block may have (EN 13757-3, 6.3)."""
_MORE: Final = 0x80
_UNKNOWN: Final = Meaning(quantity="unknown", shape=Shape.BITS)
_MANUFACTURER: Final = Meaning(quantity="manufacturer_specific")
_ANY: Final = Meaning(quantity="any")


class DataBlock(Struct, frozen=True, kw_only=True):
    """DIF and DIFEs: coding, function (0 to 3), and which storage, tariff and subunit the value belongs to."""

    coding: int
    function: int
    storage: int
    tariff: int
    subunit: int
    end: int


class ValueBlock(Struct, frozen=True, kw_only=True):
    """VIF and VIFEs: what the value means.

    `text` is a unit in plain words, `code` the octets themselves without those words, `maker` what the manufacturer
    appends in its own code.
    """

    meaning: Meaning
    changes: Sequence[Change]
    code: bytes
    maker: bytes
    text: str = ""


def data_block(octets: bytes, at: int) -> DataBlock:
    """Read the data information block.

    Raises:
        DecodeError: it ends too early, or has more extensions than the standard allows.
    """
    dif = octets[at]
    storage, tariff, subunit = (dif >> 6) & 1, 0, 0
    end, count = at + 1, 0
    more = dif & _MORE
    while more:
        if count == MOST_EXTENSIONS:
            raise DecodeError(
                f"expected at most {MOST_EXTENSIONS} DIFEs, got more in the record at byte {at}"
            )
        dife = _octet(octets, end, "a DIFE")
        storage |= (dife & 0x0F) << (1 + 4 * count)
        tariff |= ((dife >> 4) & 0x03) << (2 * count)
        subunit |= ((dife >> 6) & 0x01) << count
        more, end, count = dife & _MORE, end + 1, count + 1
    return DataBlock(
        coding=dif & 0x0F,
        function=(dif >> 4) & 0x03,
        storage=storage,
        tariff=tariff,
        subunit=subunit,
        end=end,
    )


def value_block(octets: bytes, at: int) -> tuple[ValueBlock, int]:
    """Read the value information block, and return where it ends.

    Raises:
        DecodeError: it ends too early, or has more extensions than the standard allows.
    """
    vif = _octet(octets, at, "a VIF")
    end = at + 1
    text = ""
    if vif & 0x7F == 0x7C:
        text, end = _plain(octets, end)
    chain: list[int] = []
    more = vif & _MORE
    while more:
        if len(chain) == MOST_EXTENSIONS:
            raise DecodeError(
                f"expected at most {MOST_EXTENSIONS} VIFEs, got more in the record at byte {at}"
            )
        chain.append(_octet(octets, end, "a VIFE"))
        end += 1
        more = chain[-1] & _MORE
    block = _understood(bytes([vif, *chain]))
    return (replace(block, text=text) if text else block), end


@lru_cache(maxsize=1024)
def _understood(code: bytes) -> ValueBlock:
    """Look the octets up; meters repeat few of them."""
    vif, chain = code[0], code[1:]
    meaning, used = _meaning(vif, chain)
    changes, maker = ([], chain) if meaning is _MANUFACTURER else _changes(chain[used:])
    for change in changes:
        if change.moment:
            meaning = replace(meaning, shape=Shape.MOMENT)
    return ValueBlock(meaning=meaning, changes=changes, code=code, maker=maker)


def _meaning(vif: int, chain: bytes) -> tuple[Meaning, int]:
    """Return what the table says and how many VIFEs chose it."""
    if vif == 0xFD and chain and chain[0] == 0xFD and len(chain) > 1:
        return _looked_up(EXTENSION_FD_FD, chain[1]), 2
    if vif in (0xFD, 0xFB) and chain:
        return _looked_up(EXTENSION_FD if vif == 0xFD else EXTENSION_FB, chain[0]), 1
    code = vif & 0x7F
    if code == 0x7F:
        return _MANUFACTURER, 0
    if code == 0x7C:
        return Meaning(quantity="plain_text"), 0
    if code == 0x7E:
        return _ANY, 0
    return PRIMARY.get(code, _UNKNOWN), 0


def plain_meaning(code: bytes) -> Meaning:
    """Return what a VIF means without the codes behind it."""
    return _meaning(code[0], code[1:])[0]


def _looked_up(table: Mapping[int, Meaning], code: int) -> Meaning:
    return table.get(code & 0x7F, _UNKNOWN)


def _changes(chain: bytes) -> tuple[list[Change], bytes]:
    """Return what the combinable codes do, and the manufacturer's own that follow an FF."""
    changes: list[Change] = []
    at = 0
    while at < len(chain):
        code = chain[at] & 0x7F
        at += 1
        if code == 0x7F:
            return changes, chain[at:]
        if code == 0x7C and at < len(chain):
            changes.append(EXTENDED.get(chain[at] & 0x7F, _odd(0x7C, chain[at])))
            at += 1
        else:
            changes.append(COMBINABLE.get(code, _odd(code)))
    return changes, b""


def _odd(*codes: int) -> Change:
    return Change(qualifier="vife_" + "".join(f"{code & 0x7F:02x}" for code in codes))


def _plain(octets: bytes, at: int) -> tuple[str, int]:
    """Read a unit in plain words: its length, then its letters, the last one first."""
    length = _octet(octets, at, "the length of a unit in words")
    end = at + 1 + length
    if end > len(octets):
        raise DecodeError(f"expected a unit of {length} letters, got {len(octets) - at - 1}")
    return octets[at + 1 : end][::-1].decode("latin-1"), end


def _octet(octets: bytes, at: int, what: str) -> int:
    if at >= len(octets):
        raise DecodeError(f"expected {what} at byte {at}, but the records end there")
    return octets[at]
