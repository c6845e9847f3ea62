"""How a record's octets are written: whole numbers, BCD, floats, texts and numbers of variable length."""

import struct
from decimal import Decimal
from typing import Final

from device_profiles.errors import DecodeError

WIDTHS: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 6, 7: 8, 8: 0, 9: 1, 10: 2, 11: 3, 12: 4, 14: 6}
"""Octets by the coding in a DIF's low half; D says its length itself and F is special."""
REAL: Final = 5
VARIABLE: Final = 13
_INTEGERS: Final = frozenset({1, 2, 3, 4, 6, 7})
_BCD: Final = frozenset({9, 10, 11, 12, 14})
_MOST_TEXT: Final = 0xBF


def number(coding: int, octets: bytes) -> Decimal | None:
    """Return the number that the octets are in a fixed coding; None where they say that there is none."""
    if coding in _INTEGERS:
        return Decimal(int.from_bytes(octets, "little", signed=True))
    if coding in _BCD:
        return bcd(octets)
    if coding == REAL:
        value = Decimal(struct.unpack("<f", octets)[0])
        return value if value.is_finite() else None
    return None


def bcd(octets: bytes) -> Decimal | None:
    """Return what BCD says, the low octet first; an F in front is a minus, any other letter is no number."""
    digits = octets[::-1].hex()
    if digits.isdecimal():
        return Decimal(int(digits))
    if digits[:1] == "f" and digits[1:].isdecimal():
        return -Decimal(int(digits[1:]))
    return None


def variable(octets: bytes, at: int) -> tuple[Decimal | str | bytes | None, int]:
    """Read a value that says its length itself (LVAR), and return it with where it ends.

    Raises:
        DecodeError: it reaches beyond the records, or its length is reserved.
    """
    if at >= len(octets):
        raise DecodeError(f"expected the length of a variable value at byte {at}, but the records end there")
    lvar = octets[at]
    start, end = at + 1, at + 1 + _length(lvar)
    if end > len(octets):
        raise DecodeError(f"expected a variable value of {end - start} bytes, got {len(octets) - start}")
    content = octets[start:end]
    if lvar <= _MOST_TEXT:
        return content[::-1].decode("latin-1"), end
    if lvar <= 0xCF:
        return bcd(content), end
    if lvar <= 0xDF:
        value = bcd(content)
        return None if value is None else -value, end
    if lvar == 0xF8:
        value = number(REAL, content)
        return value, end
    return content, end


def _length(lvar: int) -> int:
    if lvar <= _MOST_TEXT:
        return lvar
    if lvar <= 0xEF:
        return lvar & 0x0F
    if lvar <= 0xF4:
        return 4 * (lvar - 0xEC)
    found = {0xF5: 48, 0xF6: 64, 0xF8: 4}.get(lvar)
    if found is None:
        raise DecodeError(f"expected a known length of a variable value, got the reserved {lvar:02X}")
    return found
