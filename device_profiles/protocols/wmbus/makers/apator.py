"""Radios of Apator: impulses without records, registers in an appendix, and a layer that names another manufacturer."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import Address, Record, Records, maker_letters
from device_profiles.protocols.wmbus.link import Link
from device_profiles.protocols.wmbus.said import Said

_OWN_LAYER: Final = 0xB6
_MAKER_AT: Final = 6
_WATER: Final = 0x07
_SOLID_METRES: Final = 0x11
_STATUS: Final = 7
_TOTAL: Final = 0x10
# How long the registers of an AT-WMBUS-16-2 are, as far as telegrams with known totals show it.
_REGISTERS: Final[Mapping[int, int]] = {
    0x10: 4, 0x40: 6, 0x41: 2, 0x42: 4, 0x43: 2, 0x80: 10, 0x81: 10, 0x82: 10, 0x83: 10, 0x84: 10, 0x85: 10, 0x86: 10,
    0x87: 10, 0xA0: 4, 0xF0: 4,
    # A count, and as many months as the low half says, and one more.
    **{0x70 + months: 1 + 4 * (months + 1) for months in range(16)},
}  # fmt: skip


def behind_apators_layer(link: Link) -> Link:
    """Return a telegram without the layer that names the meter's manufacturer, by whose code it is encrypted.

    Raises:
        DecodeError: the layer is all that there is.
    """
    content = link.content
    if content[0] != _OWN_LAYER or link.address.maker != "APT":
        return link
    end = 2 + content[1]
    if len(content) <= end or end < _MAKER_AT + 2:
        raise DecodeError("expected a transport layer behind the layer B6, got none")
    code = content[_MAKER_AT : _MAKER_AT + 2]
    octets = link.address.octets[:4] + code + link.address.octets[6:8]
    maker = maker_letters(int.from_bytes(code, "little"))
    return replace(link, address=replace(link.address, maker=maker, octets=octets), content=content[end:])


def registers(own: bytes) -> tuple[list[Record], list[str]]:
    """Read the appendix of an AT-WMBUS-16-2: seven bytes of state, then registers until the one with the index."""
    at = _STATUS
    while at < len(own) and own[at] in _REGISTERS:
        size = _REGISTERS[own[at]]
        raw = own[at + 1 : at + 1 + size]
        if own[at] == _TOTAL and len(raw) == size:
            value = Decimal(int.from_bytes(raw, "little")).scaleb(-3)
            return [Record(quantity="volume", unit="m3", value=value, raw=raw)], []
        at += 1 + size
    return [], []


def read_impulses(link: Link) -> Said:
    """Read an Apator radio that counts impulses, three a litre, or three a cubic metre on a big water meter.

    Raises:
        DecodeError: it is too short.
    """
    raw = link.content[1:5]
    if len(raw) < 4:
        raise DecodeError(f"expected an index of 4 bytes, got {len(raw)}")
    big = link.address.medium_code == _SOLID_METRES
    value = (Decimal(int.from_bytes(raw, "little")) / 3).scaleb(0 if big else -3)
    rows = [Record(quantity="volume", unit="m3", value=value, raw=raw)]
    return Said(records=Records(rows=rows), meter=_water(link.address) if big else None)


def _water(address: Address) -> Address:
    octets = address.octets[:7] + bytes([_WATER])
    return Address(id=address.id, maker=address.maker, version=octets[6], medium_code=_WATER, octets=octets)
