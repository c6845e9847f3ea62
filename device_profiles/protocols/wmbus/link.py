"""The link layer of a radio telegram: its length, who sends it, and the checksums of frame formats A and B."""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import Address, maker_letters
from device_profiles.protocols.wmbus.crc import crc16

_HEAD: Final = 10
_BLOCK: Final = 16
_LONG_BLOCK: Final = 126
_CRC: Final = 2
_LEAST: Final = 11
_MOST_APPENDED: Final = 4
# Control fields: send without reply, send installation request, access demand, access without reply, responses.
_CONTROLS: Final = frozenset(
    {0x44, 0x46, 0x47, 0x48, 0x53, 0x5A, 0x5B, 0x73, 0x7A, 0x7B, 0x00, 0x08, 0x18, 0x28, 0x38, 0x06}
)


class Link(Struct, frozen=True, kw_only=True):
    """A telegram without its checksums: who sends it, and all that follows from the CI field on."""

    control: int
    address: Address
    content: bytes


def read_links(octets: bytes) -> list[Link]:
    """Read a telegram, or several that follow each other, with checksums (format A or B) or without.

    Raises:
        DecodeError: the bytes are fewer or more than the L field says, or none that a meter sends.
    """
    found: list[Link] = []
    while octets or not found:
        bare, octets = _bare(octets)
        found.append(_link(bare))
    return found


def radio_address(octets: bytes) -> Address:
    """Return the address that stands in 8 bytes as the radio has it: manufacturer, digits, version, kind."""
    return Address(
        id=octets[5:1:-1].hex(),
        maker=maker_letters(int.from_bytes(octets[:2], "little")),
        version=octets[6],
        medium_code=octets[7],
        octets=octets[2:6] + octets[:2] + octets[6:8],
    )


def with_format_a(bare: bytes) -> bytes:
    """Put the checksums of frame format A behind the blocks of a telegram without any."""
    blocks = [bare[:_HEAD], *(bare[at : at + _BLOCK] for at in range(_HEAD, len(bare), _BLOCK))]
    return b"".join(block + crc16(block).to_bytes(2, "big") for block in blocks)


def with_format_b(bare: bytes) -> bytes:
    """Put the checksums of frame format B into a telegram without any; its L field counts them."""
    count = 1 if len(bare) <= _LONG_BLOCK else 2
    counted = bytes([bare[0] + _CRC * count]) + bare[1:]
    blocks = [counted[:_LONG_BLOCK], counted[_LONG_BLOCK:]][:count]
    return b"".join(block + crc16(block).to_bytes(2, "big") for block in blocks)


def _bare(octets: bytes) -> tuple[bytes, bytes]:
    """Return the first telegram without checksums, its L field corrected, and what follows it."""
    if len(octets) < _LEAST:
        raise DecodeError(f"expected a telegram of at least {_LEAST} bytes, got {len(octets)}")
    size = octets[0] + 1
    for way in (_format_a, _format_b):
        found = way(octets, size)
        if found is not None:
            return found
    if size > len(octets):
        raise DecodeError(f"expected {size} bytes as the L field says, got {len(octets)}")
    if size < _LEAST:
        raise DecodeError(f"expected a telegram of at least {_LEAST} bytes, got an L field that says {size}")
    return octets[:size], _rest(octets, size)


def _rest(octets: bytes, size: int) -> bytes:
    """Return what follows a telegram if it is another one; a few bytes are a receiver's own (signal strength, time)."""
    rest = octets[size:]
    if len(rest) <= _MOST_APPENDED:
        return b""
    if rest[0] + 1 > len(rest) or len(rest) < _LEAST or rest[1] not in _CONTROLS:
        raise DecodeError(f"expected {size} bytes as the L field says, got {len(rest)} more")
    return rest


def _format_a(octets: bytes, size: int) -> tuple[bytes, bytes] | None:
    if len(octets) < _HEAD + _CRC or not _holds(octets, 0, _HEAD):
        return None
    bare, at = octets[:_HEAD], _HEAD + _CRC
    while len(bare) < size:
        length = min(_BLOCK, size - len(bare))
        if len(octets) < at + length + _CRC:
            raise DecodeError(
                f"expected a block of {length} bytes with its checksum, got {len(octets) - at} bytes"
            )
        if not _holds(octets, at, length):
            raise DecodeError(f"expected the checksum of the block at byte {at} to be right, got a wrong one")
        bare += octets[at : at + length]
        at += length + _CRC
    return bare, _rest(octets, at)


def _format_b(octets: bytes, size: int) -> tuple[bytes, bytes] | None:
    if size > len(octets) or size < _LEAST + _CRC:
        return None
    first = min(size, _LONG_BLOCK + _CRC)
    if not _holds(octets, 0, first - _CRC):
        return None
    bare = octets[: first - _CRC]
    if size > first:
        if size - first <= _CRC or not _holds(octets, first, size - first - _CRC):
            raise DecodeError("expected the checksum of the last block to be right, got a wrong one")
        bare += octets[first : size - _CRC]
    return bytes([len(bare) - 1]) + bare[1:], _rest(octets, size)


def _holds(octets: bytes, at: int, length: int) -> bool:
    end = at + length
    return crc16(octets[at:end]) == int.from_bytes(octets[end : end + _CRC], "big")


def _link(bare: bytes) -> Link:
    if bare[1] not in _CONTROLS:
        raise DecodeError(f"expected the control field of a meter's telegram (44 ...), got {bare[1]:02X}")
    return Link(control=bare[1], address=radio_address(bare[2:10]), content=bare[10:])
