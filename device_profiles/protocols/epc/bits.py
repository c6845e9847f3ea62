"""Reads and writes the bit strings of a tag's memory, the first bit first."""

from string import hexdigits
from typing import Final

from device_profiles.errors import DecodeError

WORD_BITS: Final = 16
_HEX: Final = frozenset(hexdigits)


class Bits:
    """A run of bits that is read from its beginning."""

    def __init__(self, value: int, length: int) -> None:
        """Hold `length` bits, given as a number whose highest bit comes first."""
        self._value, self._length, self._at = value, length, 0

    @property
    def left(self) -> int:
        """How many bits have not been read."""
        return self._length - self._at

    def take(self, count: int, what: str) -> int:
        """Read the next bits as a number.

        Raises:
            DecodeError: there are not so many.
        """
        if count > self.left:
            raise DecodeError(f"{what}: expected {count} more bits, got {self.left}")
        self._at += count
        return self._value >> (self._length - self._at) & ((1 << count) - 1)

    def end(self, what: str) -> None:
        """Take the rest, which must be zero.

        Raises:
            DecodeError: it is not: that is no padding.
        """
        left = self.left
        if rest := self.take(left, what):
            raise DecodeError(f"{what}: expected {left} zero bits at the end, got {rest:0{left}b}")


class BitWriter:
    """Puts bits behind each other."""

    def __init__(self) -> None:
        """Start with none."""
        self._value, self._length = 0, 0

    def put(self, value: int, count: int) -> None:
        """Write a number that fits into so many bits."""
        self._value = self._value << count | value
        self._length += count

    @property
    def length(self) -> int:
        """How many bits were written."""
        return self._length

    def octets(self) -> bytes:
        """Return what was written, filled up with zeros to whole words of a tag's memory."""
        padding = -self._length % WORD_BITS
        return (self._value << padding).to_bytes((self._length + padding) // 8, "big")


def bits_of_hex(text: str) -> Bits:
    """Return the bits of hexadecimal digits, of which there may be an odd number.

    Raises:
        DecodeError: it is empty or no hexadecimal text.
    """
    if not text or not _HEX.issuperset(text):
        raise DecodeError(f"expected hexadecimal digits, got {text[:80]!r}")
    return Bits(int(text, 16), 4 * len(text))
