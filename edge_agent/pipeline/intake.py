"""The bounded queue between sources and pipeline."""

import asyncio
from collections import deque

from edge_agent.sources import Heard, Refused


class IntakeQueue:
    """Takes what sources hear and gives it out in the same order, many at a time."""

    def __init__(self, most: int) -> None:
        """Start empty; hold at most `most` items."""
        self._items: deque[Heard | Refused] = deque()
        self._most = most
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._nudged = False
        self.turned_away = 0

    def __len__(self) -> int:
        """Return how many items wait."""
        return len(self._items)

    def offer(self, item: Heard | Refused, /) -> bool:
        """Take the item if there is room."""
        if len(self._items) >= self._most:
            self.turned_away += 1
            return False
        self._items.append(item)
        self._arrived.set()
        return True

    async def put(self, item: Heard | Refused, /) -> None:
        """Take the item as soon as there is room."""
        while len(self._items) >= self._most:
            self._room.clear()
            await self._room.wait()
        self._items.append(item)
        self._arrived.set()

    async def arrived(self) -> None:
        """Wait until there is at least one item, or a nudge."""
        while not self._items and not self._nudged:
            self._arrived.clear()
            await self._arrived.wait()

    def nudge(self) -> None:
        """Let `arrived` return: there is something to do that stands not in this queue."""
        self._nudged = True
        self._arrived.set()

    def take(self, most: int) -> list[Heard | Refused]:
        """Return up to `most` items without waiting."""
        self._nudged = False
        taken = [self._items.popleft() for _ in range(min(most, len(self._items)))]
        self._room.set()
        return taken
