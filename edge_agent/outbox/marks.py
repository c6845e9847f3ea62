"""A set of 64-bit fingerprints in an eighth of the memory that Python's own set of numbers takes."""

from array import array
from collections.abc import Iterable
from typing import Final

_FEWEST: Final = 1024


class MarkSet:
    """Fingerprints in a flat table, each at the place that its low bits name or the next free one behind it."""

    def __init__(self) -> None:
        """Start empty."""
        self._count = 0
        self._slots = array("Q", bytes(8 * _FEWEST))

    def __len__(self) -> int:
        """Return the number of fingerprints."""
        return self._count

    def __contains__(self, mark: int) -> bool:
        """Say whether a fingerprint is in the set."""
        return bool(self._slots[self._place(mark or 1)])

    def update(self, marks: Iterable[int]) -> None:
        """Add fingerprints; 0 and 1 count as the same, because 0 marks a free place."""
        for mark in marks:
            found = mark or 1
            place = self._place(found)
            if self._slots[place]:
                continue
            self._slots[place] = found
            self._count += 1
            if 2 * self._count > len(self._slots):
                self._grow()

    def _place(self, mark: int) -> int:
        slots = self._slots
        last = len(slots) - 1
        place = mark & last
        while slots[place] and slots[place] != mark:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        held = [mark for mark in self._slots if mark]
        self._slots = array("Q", bytes(16 * len(self._slots)))
        for mark in held:
            self._slots[self._place(mark)] = mark
