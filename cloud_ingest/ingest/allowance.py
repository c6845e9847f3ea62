"""So many a second and no more: keeps what a flood of nonsense may write within bounds."""


class Allowance:
    """Grants at most `per_s` in each second of the clock that it is told."""

    def __init__(self, per_s: int) -> None:
        """Start with nothing granted."""
        self._per_s = per_s
        self._second = -1
        self._left = 0

    def take(self, wanted: int, now_ms: int) -> int:
        """Return how many of the wanted are granted now."""
        if now_ms // 1000 != self._second:
            self._second, self._left = now_ms // 1000, self._per_s
        granted = min(wanted, self._left)
        self._left -= granted
        return granted
