"""Holds a worker's fair share of the shards, and lets go of them the moment that the database does not confirm them."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import psycopg

from chassis import Backoff
from cloud_ingest.ingest.share import next_turn
from cloud_ingest.store import WEATHER, Database, reason, shard_locks
from wire import SHARDS

log = logging.getLogger(__name__)
_LOOK_EVERY_S: Final = 1.0
_ANSWER_WITHIN_S: Final = 8.0
"""Shorter than the ten seconds after which the server ends a silent session and gives its shards to others."""
_LONGEST_RETRY_S: Final = 5.0


class Claims:
    """The shards that this worker serves, as of its last look at the database's locks.

    `changed` is called with the new set on every change, before a shard is given back and after it is taken.
    """

    def __init__(self, database: Database, cap: int, changed: Callable[[frozenset[int]], None]) -> None:
        """Take note; nothing is claimed before `run`."""
        self._database = database
        self._cap = cap
        self._changed = changed
        self.mine: frozenset[int] = frozenset()
        self.workers = 0
        self.unserved = SHARDS

    async def run(self) -> None:
        """Claim and keep claiming until cancelled."""
        backoff = Backoff(_LONGEST_RETRY_S)
        while True:
            try:
                await self._hold(backoff)
            except WEATHER as error:
                if self.mine:
                    log.warning("ingest: the shards are lost with the database (%s)", reason(error))
            finally:
                self._set(frozenset())
                self.workers, self.unserved = 0, SHARDS
            await asyncio.sleep(backoff.failed())

    async def _hold(self, backoff: Backoff) -> None:
        """Serve shards for as long as the session lives; when it ends, so do its locks."""
        conn = await self._database.open()
        async with conn:
            await shard_locks.enter(conn)
            while True:
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    await self._turn(conn)
                backoff.succeeded()
                await asyncio.sleep(_LOOK_EVERY_S)

    async def _turn(self, conn: psycopg.AsyncConnection) -> None:
        locks = await shard_locks.look(conn)
        turn = next_turn(locks.mine, locks.taken, locks.workers, self._cap)
        self._set(locks.mine - set(turn.give))
        if turn.give:
            await shard_locks.give(conn, turn.give)
        if turn.take:
            self._set(self.mine | await shard_locks.take(conn, turn.take))
        self.workers = locks.workers
        self.unserved = SHARDS - len(locks.taken | self.mine)

    def _set(self, mine: frozenset[int]) -> None:
        if mine == self.mine:
            return
        log.info("ingest: serving %d shards of %d", len(mine), SHARDS)
        self.mine = mine
        self._changed(mine)
