"""Reads an APDU from its first byte to its last, and never past it."""

from collections.abc import Callable
from typing import TypeVar

from device_profiles.errors import DecodeError

_T = TypeVar("_T")
_DEEPEST = 16


class Cursor:
    """Where in an APDU the reading stands."""

    __slots__ = ("_at", "_depth", "_octets")

    def __init__(self, octets: bytes) -> None:
        """Stand at the first byte."""
        self._octets = octets
        self._at = 0
        self._depth = 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._octets) - self._at

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            DecodeError: there are not so many.
        """
        end = self._at + count
        if end > len(self._octets):
            raise DecodeError(
                f"length: expected {count} bytes at byte {self._at} of the APDU, got {self.left}"
            )
        taken = self._octets[self._at : end]
        self._at = end
        return taken

    def number(self, width: int, *, signed: bool = False) -> int:
        """Return the next number, the high byte first."""
        return int.from_bytes(self.take(width), "big", signed=signed)

    def length(self) -> int:
        """Return the next length: one byte below 80, or how many bytes it takes and these.

        Raises:
            DecodeError: it is longer than what is left; so nothing that is counted can grow past the APDU.
        """
        length = self.number(1)
        if length & 0x80:
            width = length & 0x7F
            if not 1 <= width <= 4:
                raise DecodeError(f"length: expected a length of 1 to 4 bytes, got {width}")
            length = self.number(width)
        return length

    def several(self, read: Callable[["Cursor"], _T]) -> list[_T]:
        """Return what a count says how often it comes; everything that comes takes at least one byte."""
        count = self.length()
        if count > self.left:
            raise DecodeError(f"length: expected {count} elements, got {self.left} bytes")
        return [read(self) for _ in range(count)]

    def deeper(self) -> None:
        """Go into a structure.

        Raises:
            DecodeError: it is too deep to be meant.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DecodeError(f"expected structures at most {_DEEPEST} deep, got more")

    def shallower(self) -> None:
        """Come out of a structure."""
        self._depth -= 1

    def finish(self) -> None:
        """Make sure that nothing is left.

        Raises:
            DecodeError: something is.
        """
        if self.left:
            raise DecodeError(f"length: expected the APDU's end, got {self.left} more bytes")
