"""Reaches the configured database for the time of one command."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import psycopg

from cloud_ingest.config import Configuration
from cloud_ingest.store import Database
from cloud_ingest.store.embedded import EmbeddedPostgres

T = TypeVar("T")
_WITHIN_S: Final = 120.0


@contextmanager
def database_of(configuration: Configuration) -> Iterator[str]:
    """Give the database's address; the embedded PostgreSQL is started, or joined where it runs already.

    Raises:
        EmbeddedError: the embedded PostgreSQL could not be started.
    """
    if configuration.url:
        yield configuration.url
        return
    with EmbeddedPostgres(configuration.embedded) as server:
        yield server.url


def ask(configuration: Configuration, question: Callable[[psycopg.AsyncConnection], Awaitable[T]]) -> T:
    """Put one question to the configured database.

    Raises:
        StoreError: the database cannot be reached, or does not belong to this program.
        EmbeddedError: the embedded PostgreSQL could not be started.
    """
    with database_of(configuration) as url:
        return asyncio.run(_ask(url, question))


async def _ask(url: str, question: Callable[[psycopg.AsyncConnection], Awaitable[T]]) -> T:
    conn = await Database(url).open()
    async with conn, asyncio.timeout(_WITHIN_S):
        return await question(conn)
