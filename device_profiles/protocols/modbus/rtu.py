"""A frame of a serial line: address, function, what it carries, and a CRC (Modbus over Serial Line V1.02, 2.5.1)."""

from typing import Final


def _entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value


_TABLE: Final = tuple(_entry(byte) for byte in range(256))


def crc16(covered: bytes) -> bytes:
    """Return the two bytes of the CRC as they stand at the end of a frame, the low one first."""
    value = 0xFFFF
    for byte in covered:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


def framed(unit: int, pdu: bytes) -> bytes:
    """Return the frame that carries a PDU (function and what belongs to it) to or from a unit."""
    body = bytes([unit]) + pdu
    return body + crc16(body)
