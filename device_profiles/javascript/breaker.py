"""When a codec that had to be stopped is called again."""

from typing import Final

from msgspec import Struct

ALLOWED: Final = 2
"""Stops in a row that have no consequence yet."""
FIRST_REST_S: Final = 30.0
LONGEST_REST_S: Final = 3600.0


class _Record(Struct, kw_only=True):
    stops: int = 0
    wake_at: float = 0.0


class Breaker:
    """Lets a codec rest after repeated stops: 30 s, 60 s ... at most an hour; an hour of peace is forgiveness."""

    def __init__(self) -> None:
        """Trust everybody."""
        self._records: dict[bytes, _Record] = {}

    def rests_s(self, key: bytes, now: float) -> float:
        """Return for how long the codec is not called any more; 0 when it may be."""
        record = self._records.get(key)
        return 0.0 if record is None else max(0.0, record.wake_at - now)

    def stops(self, key: bytes) -> int:
        """Return how often the codec was stopped and not forgiven."""
        record = self._records.get(key)
        return 0 if record is None else record.stops

    def stopped(self, key: bytes, now: float) -> None:
        """Take a stop."""
        record = self._records.setdefault(key, _Record())
        if now - record.wake_at > LONGEST_REST_S:
            record.stops = 0
        record.stops += 1
        over = record.stops - ALLOWED
        rest_s = min(FIRST_REST_S * 2.0 ** min(over - 1, 20), LONGEST_REST_S) if over > 0 else 0.0
        record.wake_at = now + rest_s

    def resting(self, now: float) -> int:
        """Return how many codecs rest."""
        return sum(record.wake_at > now for record in list(self._records.values()))
