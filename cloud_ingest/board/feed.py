"""Keeps the hub's boards as new as the database: listens for changes, reads again, lets what is old go stale."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, Protocol

import psycopg

from chassis import BoardHub
from cloud_ingest.board.freshness import Freshness
from cloud_ingest.board.lots import lot_ids, read_lots
from cloud_ingest.board.shown import ShownLots
from cloud_ingest.store import BAY_CHANNEL, WEATHER, reason
from wire import Board, PlaceId

log = logging.getLogger(__name__)

_READ_WITHIN_S: Final = 10.0
_TICK_S: Final = 1.0
_ROUND_TICKS: Final = 10
_LEAST_LOTS: Final = 100
"""Every lot is read again within ten ticks, however many there are, and at least so many a tick."""


class Opens(Protocol):
    """Opens a connection to the database that the caller owns."""

    async def open(self) -> psycopg.AsyncConnection[Any]:
        """Open it, or raise a StoreError."""
        ...


class BoardFeed:
    """Feeds a hub from a database until cancelled; a database that is away makes the boards stale, then dead."""

    def __init__(
        self,
        database: Opens,
        hub: BoardHub,
        limits: Freshness | None = None,
        *,
        now_ms: Callable[[], int] = lambda: round(time.time() * 1000),
    ) -> None:
        """Take note of all; nothing is read before `run`."""
        self._database = database
        self._hub = hub
        self._now_ms = now_ms
        self._lots = ShownLots(limits or Freshness())
        self._away = False
        self._waiting: list[Sequence[PlaceId]] = []
        self._tick_at = 0.0
        self.reads = 0
        self.failures = 0

    async def run(self) -> None:
        """Feed the hub until cancelled."""
        while True:
            try:
                conn = await self._database.open()
                async with conn:
                    await self._follow(conn)
            except WEATHER as error:
                self._lost(error)
            self._put(self._lots.aged(self._now_ms()))
            await asyncio.sleep(_TICK_S)

    async def _follow(self, conn: psycopg.AsyncConnection[Any]) -> None:
        await conn.execute(f"LISTEN {BAY_CHANNEL}")
        self._waiting.clear()
        self._tick_at = 0.0
        names: set[str] = set()
        while True:
            if time.monotonic() >= self._tick_at:
                self._tick_at = time.monotonic() + _TICK_S
                names.update(await self._next_lots(conn))
                self._put(self._lots.aged(self._now_ms()))
            if names:
                await self._read(conn, names)
            names = {found.payload async for found in conn.notifies(timeout=_TICK_S, stop_after=1)}

    async def _next_lots(self, conn: psycopg.AsyncConnection[Any]) -> Sequence[PlaceId]:
        """Return the lots whose turn it is to be read without being named, for a notification can be missed."""
        if not self._waiting:
            async with asyncio.timeout(_READ_WITHIN_S):
                lots = await lot_ids(conn)
            self._lots.keep(lots)
            self._waiting = shares(lots)
            self._found()
        return self._waiting.pop() if self._waiting else ()

    async def _read(self, conn: psycopg.AsyncConnection[Any], names: Collection[str]) -> None:
        async with asyncio.timeout(_READ_WITHIN_S):
            read = await read_lots(conn, self._now_ms(), names)
        self.reads += 1
        self._lots.learn(read)
        self._put(self._lots.changed(self._now_ms()))

    def _put(self, boards: Iterable[Board]) -> None:
        for board in boards:
            self._hub.put(board)

    def _lost(self, error: BaseException) -> None:
        self.failures += 1
        if not self._away:
            log.warning("boards: the database is away (%s); showing what is known as stale", reason(error))
        self._away = True

    def _found(self) -> None:
        if self._away:
            log.info("boards: the database is back")
        self._away = False


def shares(lots: Sequence[PlaceId]) -> list[Sequence[PlaceId]]:
    """Cut the lots into at most ten shares of at least a hundred."""
    size = max(_LEAST_LOTS, -(-len(lots) // _ROUND_TICKS))
    return [lots[at : at + size] for at in range(0, len(lots), size)]
