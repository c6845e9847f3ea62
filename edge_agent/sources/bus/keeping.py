"""Hands over what was heard and keeps it until the disk has it: nobody else remembers what a meter said once."""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from edge_agent.sources.heard import Heard, Intake, Outcome, Refused

OFFER_AGAIN_AFTER_S: Final = 5.0
MOST_OPEN: Final = 256
"""While so much is not on the disk yet, nothing more is asked."""


class Keeping:
    """Counts what became of each item; what could not be kept is offered again, and the line waits meanwhile."""

    def __init__(self, again_after_s: float = OFFER_AGAIN_AFTER_S) -> None:
        """Start with nothing open."""
        self._again_after_s = again_after_s
        self._open = 0
        self._failed: deque[Heard | Refused] = deque()
        self._settled = asyncio.Event()
        self._counts: Counter[str] = Counter()

    def counts(self) -> Mapping[str, int]:
        """Return what became of what was heard."""
        return self._counts

    async def hand_over(self, item: Heard | Refused, intake: Intake) -> None:
        """Hand an item over as soon as there is room."""
        self._open += 1
        await intake.put(replace(item, settle=partial(self._settle, item)))

    async def room(self, intake: Intake) -> None:
        """Wait until what was handed over is kept, or at least not too much of it is open."""
        while self._failed or self._open >= MOST_OPEN:
            if self._failed:
                await asyncio.sleep(self._again_after_s)
                for _ in range(len(self._failed)):
                    await self.hand_over(self._failed.popleft(), intake)
            self._settled.clear()
            while self._open and not self._settled.is_set():
                await self._settled.wait()

    def _settle(self, item: Heard | Refused, outcome: Outcome) -> None:
        self._open -= 1
        self._counts[outcome.value] += 1
        if not outcome.kept:
            self._failed.append(item)
        self._settled.set()
