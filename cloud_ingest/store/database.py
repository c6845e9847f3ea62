"""Connections to PostgreSQL: opened with a time-out, lent, taken back, thrown away when broken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import psycopg
from psycopg.pq import TransactionStatus

from cloud_ingest.store.errors import DatabaseDownError, reason

_CONNECT_WITHIN_S: Final = 10


class Database:
    """One database and at most `most` connections to it that are lent at the same time.

    Every connection is in autocommit mode (use `async with conn.transaction()`) and speaks UTC.
    """

    def __init__(self, url: str, *, most: int = 8) -> None:
        """Take note of the address; nothing is opened yet."""
        self.url = url
        self._idle: list[psycopg.AsyncConnection] = []
        self._free = asyncio.Semaphore(most)

    async def open(self) -> psycopg.AsyncConnection:
        """Open a connection that the caller owns and closes.

        Raises:
            DatabaseDownError: nobody answers, or the database refuses us; says which and what to look at.
        """
        try:
            conn = await psycopg.AsyncConnection.connect(
                self.url,
                autocommit=True,
                connect_timeout=_CONNECT_WITHIN_S,
                application_name="lilong-cloud",
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
            )
        except psycopg.Error as error:
            raise DatabaseDownError(
                f"PostgreSQL cannot be reached ({reason(error)}); "
                "is it running, and is DATABASE_URL or [database] url right?"
            ) from error
        try:
            await conn.execute("SET timezone = 'UTC'")
        except BaseException:
            await conn.close()
            raise
        return conn

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """Lend a connection; one that comes back broken or in the middle of something is closed.

        Raises:
            DatabaseDownError: as `open`.
        """
        async with self._free:
            conn = self._idle.pop() if self._idle else await self.open()
            try:
                yield conn
            finally:
                if not conn.closed and conn.info.transaction_status is TransactionStatus.IDLE:
                    self._idle.append(conn)
                else:
                    await conn.close()
                    await self.close()  # what broke one has likely broken those that lie idle

    async def close(self) -> None:
        """Close the connections that nobody has borrowed."""
        while self._idle:
            await self._idle.pop().close()
