"""A bounded queue between the broker's connection and a writer: when it is full, what comes is dropped and counted."""

import asyncio
from collections import deque
from typing import Final

from msgspec import Struct

from wire import Upward

_MOST_BYTES: Final = 32 * 1024 * 1024


class Parcel(Struct, frozen=True, kw_only=True):
    """Bytes that arrived, with their topic taken apart; `up` is None where the topic is none of ours.

    Where `problem` says why it cannot be taken, `raw` is empty and `size` still says how many bytes came.
    """

    topic: str
    raw: bytes
    size: int
    up: Upward | None
    problem: str = ""


class Inbox:
    """Holds at most `most` parcels and 32 MB; gateways send again what was dropped, so nothing is lost."""

    def __init__(self, most: int) -> None:
        """Start empty."""
        self._most = most
        self._parcels: deque[Parcel] = deque()
        self._bytes = 0
        self._came = asyncio.Event()

    def __len__(self) -> int:
        """Return the number of parcels that wait."""
        return len(self._parcels)

    def offer(self, parcel: Parcel) -> bool:
        """Put a parcel in; False, with nothing kept, if there is no room."""
        if len(self._parcels) >= self._most or self._bytes + len(parcel.raw) > _MOST_BYTES:
            return False
        self._parcels.append(parcel)
        self._bytes += len(parcel.raw)
        self._came.set()
        return True

    def take(self) -> Parcel | None:
        """Take the oldest parcel out; None if there is none."""
        if not self._parcels:
            return None
        parcel = self._parcels.popleft()
        self._bytes -= len(parcel.raw)
        return parcel

    async def wait(self) -> None:
        """Return when there is a parcel."""
        while not self._parcels:
            self._came.clear()
            await self._came.wait()
