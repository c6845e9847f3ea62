"""The checksum of wireless M-Bus (EN 13757-4): polynomial 0x3D65, inverted at the end."""

from typing import Final

_POLYNOMIAL: Final = 0x3D65


def _entry(value: int) -> int:
    value <<= 8
    for _ in range(8):
        value = ((value << 1) ^ _POLYNOMIAL if value & 0x8000 else value << 1) & 0xFFFF
    return value


_TABLE: Final = tuple(_entry(value) for value in range(256))


def crc16(covered: bytes) -> int:
    """Return the checksum of some octets."""
    value = 0
    for octet in covered:
        value = ((value << 8) & 0xFFFF) ^ _TABLE[(value >> 8) ^ octet]
    return value ^ 0xFFFF
