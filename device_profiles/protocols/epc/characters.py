"""The characters that an EPC's parts may have, how a URI writes those that it cannot hold, and GS1's check digit.

Facts: GS1 EPC Tag Data Standard 2.3, sections 5, 6.3.17 to 6.3.20 and Annex A.
"""

import re
from enum import StrEnum
from string import ascii_letters, ascii_uppercase, digits
from typing import Final

from device_profiles.errors import DecodeError


class Alphabet(StrEnum):
    """Who decides which characters a part may have; a number is written without leading zeros."""

    DIGITS = "digits"
    NUMBER = "number"
    GS1 = "gs1"
    CPI = "cpi"
    ADI = "adi"
    ADI_SERIAL = "adi serial"
    CAGE = "cage"
    OWNER = "owner"
    EQUIPMENT = "equipment"


_WITHOUT_I_O: Final = ascii_uppercase.replace("I", "").replace("O", "")
ALLOWED: Final = {
    Alphabet.DIGITS: frozenset(digits),
    Alphabet.NUMBER: frozenset(digits),
    Alphabet.GS1: frozenset(ascii_letters + digits + "!\"%&'()*+,-./:;<=>?_"),
    Alphabet.CPI: frozenset(ascii_uppercase + digits + "-/#"),
    Alphabet.ADI: frozenset(ascii_uppercase + digits + "-/"),
    Alphabet.ADI_SERIAL: frozenset(ascii_uppercase + digits + "-/#"),
    Alphabet.CAGE: frozenset(_WITHOUT_I_O + digits),
    Alphabet.OWNER: frozenset(_WITHOUT_I_O),
    Alphabet.EQUIPMENT: frozenset("JUZ"),
}
_MUST_ESCAPE: Final = frozenset('"#%&/<>?')
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})|%")


def check_text(text: str, alphabet: Alphabet, where: str) -> None:
    """Refuse a text with a character that the part may not have.

    Raises:
        DecodeError: names the character and its place.
    """
    allowed = ALLOWED[alphabet]
    for place, character in enumerate(text, 1):
        if character not in allowed:
            raise DecodeError(f"{where}: expected {alphabet} characters, got {character!r} at place {place}")
    if alphabet is Alphabet.NUMBER and len(text) > 1 and text[0] == "0":
        raise DecodeError(f"{where}: expected a number without leading zeros, got {text!r}")
    if alphabet is Alphabet.ADI_SERIAL and ("#" in text[1:] or text == "#"):
        raise DecodeError(f"{where}: expected '#' only before a serial number, got {text!r}")


def escaped(text: str) -> str:
    """Write a part as a URI does."""
    return "".join(f"%{ord(c):02X}" if c in _MUST_ESCAPE else c for c in text)


def unescaped(text: str, where: str) -> str:
    """Read a part as a URI writes it; each character has one way of being written.

    Raises:
        DecodeError: a character that must be escaped is not, or one is escaped that need not be.
    """
    for character in text:
        if character in _MUST_ESCAPE and character != "%":
            raise DecodeError(f"{where}: expected {character!r} written as %{ord(character):02X}")

    def character_of(match: re.Match[str]) -> str:
        if not match[1]:
            raise DecodeError(
                f"{where}: expected two hexadecimal digits after %, got {text[match.start() :]!r}"
            )
        character = chr(int(match[1], 16))
        if character not in _MUST_ESCAPE:
            raise DecodeError(f"{where}: {match[0]} stands for {character!r}, which is not to be escaped")
        return character

    return _ESCAPE.sub(character_of, text)


def check_digit(text: str) -> str:
    """Return GS1's check digit of the digits before it: weights 3 and 1 from the right."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(text)))
    return str(-total % 10)
