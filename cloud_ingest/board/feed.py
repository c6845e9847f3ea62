"""Keeps the hub's boards as new as the database: listens for changes, reads again, lets what is old go stale."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

import psycopg

from chassis import BoardHub
from cloud_ingest.board.freshness import Freshness
from cloud_ingest.board.lots import read_lots
from cloud_ingest.board.shown import ShownLots
from cloud_ingest.store import BAY_CHANNEL, WEATHER

log = logging.getLogger(__name__)

_READ_WITHIN_S: Final = 10.0
_SHORTEST_S: Final = 1.0
_LONGEST_S: Final = 10.0
_SHARE: Final = 20
"""Reading everything takes at most one part in so many of the database's time, within the limits above."""


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
        self._read_again_at = 0.0
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
            self._show()
            await asyncio.sleep(_SHORTEST_S)

    async def _follow(self, conn: psycopg.AsyncConnection[Any]) -> None:
        await conn.execute(f"LISTEN {BAY_CHANNEL}")
        self._read_again_at = 0.0
        names: set[str] = set()
        while True:
            await self._read(conn, names)
            self._show()
            names = {found.payload async for found in conn.notifies(timeout=_SHORTEST_S, stop_after=1)}

    async def _read(self, conn: psycopg.AsyncConnection[Any], names: set[str]) -> None:
        """Read the lots that were named, or all of them when that is due."""
        started = time.monotonic()
        everything = started >= self._read_again_at
        if not everything and not names:
            return
        async with asyncio.timeout(_READ_WITHIN_S):
            read = await read_lots(conn, self._now_ms(), None if everything else sorted(names))
        self._lots.learn(read, complete=everything)
        self.reads += 1
        self._found()
        if everything:
            ended = time.monotonic()
            self._read_again_at = ended + min(max(_SHARE * (ended - started), _SHORTEST_S), _LONGEST_S)

    def _show(self) -> None:
        """Put every board, changed or not: the hub wakes screens for changes and vouches for the rest."""
        for board in self._lots.boards(self._now_ms()):
            self._hub.put(board)

    def _lost(self, error: BaseException) -> None:
        self.failures += 1
        if not self._away:
            log.warning("boards: the database is away (%s); showing what is known as stale", error)
        self._away = True

    def _found(self) -> None:
        if self._away:
            log.info("boards: the database is back")
        self._away = False
