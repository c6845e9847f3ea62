"""The three letters that name a meter's manufacturer, packed into 15 bits (EN 62056-21, FLAG association)."""

from typing import Final

from device_profiles.errors import DecodeError

_BEFORE_A: Final = 64


def maker_letters(code: int) -> str:
    """Return the three letters; what is no letter stands as it comes out."""
    return "".join(chr(((code >> shift) & 0x1F) + _BEFORE_A) for shift in (10, 5, 0))


def maker_code(letters: str) -> int:
    """Return the 15 bits.

    Raises:
        DecodeError: they are no three capital letters.
    """
    if len(letters) != 3 or not letters.isascii() or not letters.isalpha() or not letters.isupper():
        raise DecodeError(f"expected three capital letters of a manufacturer, got {letters!r}")
    first, second, third = (ord(letter) - _BEFORE_A for letter in letters)
    return first << 10 | second << 5 | third
