"""The checksums that devices put on their frames."""

from binascii import crc_hqx
from collections.abc import Callable, Mapping
from functools import reduce
from operator import xor

from msgspec import Struct


class Checksum(Struct, frozen=True, kw_only=True):
    """A checksum: how many bytes it takes, and its value over bytes."""

    width: int
    of: Callable[[bytes], int]


def _sum8(covered: bytes) -> int:
    return sum(covered) & 0xFF


def _xor8(covered: bytes) -> int:
    return reduce(xor, covered, 0)


def _crc16_table(polynomial: int) -> tuple[int, ...]:
    """Give the table of a reflected CRC-16."""

    def entry(value: int) -> int:
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        return value

    return tuple(entry(byte) for byte in range(256))


def _reflected(polynomial: int, start: int, final: int = 0) -> Callable[[bytes], int]:
    table = _crc16_table(polynomial)

    def crc(covered: bytes) -> int:
        value = start
        for byte in covered:
            value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
        return value ^ final

    return crc


# Names and check values as in the catalogue of parametrised CRC algorithms (reveng.sourceforge.io).
CHECKSUMS: Mapping[str, Checksum] = {
    "sum8": Checksum(width=1, of=_sum8),
    "xor8": Checksum(width=1, of=_xor8),
    "crc16-arc": Checksum(width=2, of=_reflected(0xA001, 0x0000)),
    "crc16-modbus": Checksum(width=2, of=_reflected(0xA001, 0xFFFF)),
    "crc16-kermit": Checksum(width=2, of=_reflected(0x8408, 0x0000)),
    "crc16-x25": Checksum(width=2, of=_reflected(0x8408, 0xFFFF, 0xFFFF)),
    "crc16-xmodem": Checksum(width=2, of=lambda covered: crc_hqx(covered, 0x0000)),
    "crc16-ccitt-false": Checksum(width=2, of=lambda covered: crc_hqx(covered, 0xFFFF)),
}
"""Every checksum by the name that a profile.toml gives it."""
