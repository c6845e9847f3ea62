"""How long things took, told as the middle and the slowest hundredth."""

import math
from collections import deque

from msgspec import Struct


class Spread(Struct, frozen=True, kw_only=True):
    """Milliseconds: half took at most `p50`, ninety-nine of a hundred at most `p99`; None where none was measured."""

    p50: float | None = None
    p99: float | None = None


class Latencies:
    """Takes what was measured; remembers all for the end and the newest for the table."""

    def __init__(self, newest: int = 500) -> None:
        """Start with nothing measured."""
        self._all: list[float] = []
        self._newest: deque[float] = deque(maxlen=newest)

    def add(self, seconds: float) -> None:
        """Take one measurement."""
        self._all.append(seconds * 1000)
        self._newest.append(seconds * 1000)

    def __len__(self) -> int:
        """Return how many were measured."""
        return len(self._all)

    def spread(self) -> Spread:
        """Return the spread of everything measured."""
        return spread_of(self._all)

    def newest(self) -> Spread:
        """Return the spread of what was measured last."""
        return spread_of(list(self._newest))


def spread_of(values: list[float]) -> Spread:
    """Return the spread by the nearest rank: a value that was really measured, never one in between."""
    if not values:
        return Spread()
    ordered = sorted(values)

    def rank(share: float) -> float:
        return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1)

    return Spread(p50=rank(0.50), p99=rank(0.99))
