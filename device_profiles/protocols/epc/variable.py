"""The values of TDS 2 whose bits say themselves how they are written and how long they are.

Facts: GS1 EPC Tag Data Standard 2.3, sections 14.5.4 to 14.5.6, 14.5.8 and 14.5.13.
"""

from collections.abc import Callable, Sequence
from math import ceil, log2
from string import ascii_lowercase, ascii_uppercase
from string import digits as _ten
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.bits import Bits
from device_profiles.protocols.epc.characters import Alphabet, check_text

_BASE64: Final = ascii_uppercase + ascii_lowercase + _ten + "-_"
_CODE_40: Final = "\0" + ascii_uppercase + "-.:" + _ten
_LENGTH_BITS: Final = 5
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_END: Final = 0xF
_TEXT: Final = 0xE


def digits(bits: Bits, count: int) -> str:
    """Read digits of four bits each."""
    found = [bits.take(4, "digit") for _ in range(count)]
    if max(found) > 9:
        raise DecodeError(f"expected {count} decimal digits, got {''.join(f'{one:X}' for one in found)}")
    return "".join(map(str, found))


def numeric(bits: Bits, length_bits: int, most: int) -> str:
    """Read digits as one number behind how many they are."""
    return _number(bits, _length(bits, length_bits, most))


def alphanumeric(bits: Bits, most: int) -> str:
    """Read a text behind how it is written and how long it is."""
    text = _text(bits, most)
    check_text(text, Alphabet.GS1, "text")
    return text


def begun_by_digits(bits: Bits, most: int) -> str:
    """Read digits of four bits each up to their end, or up to where a text of another kind goes on."""
    found = ""
    while (one := bits.take(4, "digit")) < 10:
        found += str(one)
        if len(found) > most:
            raise DecodeError(f"expected at most {most} digits, got more")
    if one == _END:
        return found
    if one != _TEXT:
        raise DecodeError(f"expected a digit, F at the end or E before a text, got {one:X}")
    return found + _text(bits, most - len(found))


def date(bits: Bits) -> str:
    """Read a date of sixteen bits as YYMMDD; the day may be 00, which means the whole month."""
    year, month, day = bits.take(7, "year"), bits.take(4, "month"), bits.take(5, "day")
    if year > 99 or not 1 <= month <= 12 or day > _DAYS[month - 1]:
        raise DecodeError(f"expected a date, got year {year}, month {month}, day {day}")
    return f"{year:02d}{month:02d}{day:02d}"


def _text(bits: Bits, most: int) -> str:
    indicator = bits.take(3, "encoding indicator")
    if indicator >= len(_WAYS):
        raise DecodeError(f"expected an encoding indicator of 0 to {len(_WAYS) - 1}, got {indicator}")
    return _WAYS[indicator](bits, _length(bits, _LENGTH_BITS, most))


def _length(bits: Bits, width: int, most: int) -> int:
    count = bits.take(width, "length")
    if not 1 <= count <= most:
        raise DecodeError(f"expected a length of 1 to {most}, got {count}")
    return count


def _number(bits: Bits, count: int) -> str:
    text = f"{bits.take(ceil(count * log2(10)), 'number'):0{count}d}"
    if len(text) > count:
        raise DecodeError(f"expected a number of {count} digits, got {text}")
    return text


def _each(width: int, characters: Sequence[str]) -> Callable[[Bits, int], str]:
    def read(bits: Bits, count: int) -> str:
        return "".join(characters[bits.take(width, "text")] for _ in range(count))

    return read


def _code_40(bits: Bits, count: int) -> str:
    """Three characters in sixteen bits."""
    text = ""
    while len(text) < count:
        value = bits.take(16, "text") - 1
        if not 0 <= value < 40**3:
            raise DecodeError(f"expected three characters of URN Code 40, got {value + 1}")
        text += _CODE_40[value // 1600] + _CODE_40[value // 40 % 40] + _CODE_40[value % 40]
    if "\0" in text[:count] or text[count:].strip("\0"):
        raise DecodeError(f"expected {count} characters of URN Code 40, got {text!r}")
    return text[:count]


_WAYS: Final[tuple[Callable[[Bits, int], str], ...]] = (
    _number,
    _each(4, _ten + "ABCDEF"),
    _each(4, _ten + "abcdef"),
    _each(6, _BASE64),
    _each(7, [chr(code) for code in range(128)]),
    _code_40,
)
