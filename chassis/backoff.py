"""How long to wait before the next try of something that failed."""

import random
from typing import Final

LONGEST_WAIT_S: Final = 300.0


class Backoff:
    """Waits of 1, 2, 4 ... at most `longest_s` seconds, each shortened by chance so that many do not return at once."""

    def __init__(self, longest_s: float = LONGEST_WAIT_S, *, jitter: random.Random | None = None) -> None:
        """Start with the shortest wait."""
        self._longest_s = longest_s
        self._jitter = jitter or random.Random()
        self._failures = 0

    def failed(self) -> float:
        """Take a failed try and return the seconds to wait."""
        wait = min(2.0**self._failures, self._longest_s)
        self._failures = min(self._failures + 1, 16)
        return wait * self._jitter.uniform(0.5, 1.0)

    def succeeded(self) -> None:
        """Take a success: the next wait is the shortest again."""
        self._failures = 0
