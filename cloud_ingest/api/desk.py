"""What every answer is made from: a reading connection, the catalogue, the limits, the time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec
import psycopg
from msgspec import Struct

from cloud_ingest.api.cursors import Key
from cloud_ingest.api.problems import Trouble, refusal
from cloud_ingest.board import Freshness
from cloud_ingest.store import WEATHER
from wire import CATALOGUE, Property, PropertyName

P = TypeVar("P", bound=Struct)
T = TypeVar("T")
W = TypeVar("W")

Connection = psycopg.AsyncConnection[Any]
_CONNECT_WITHIN_S: Final = 3.0
_ANSWER_WITHIN_S: Final = 10.0
_RETRY_AFTER_S: Final = 5
_MOST_DEAD: Final = 16
_READ_ONLY: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_LIMIT: Final = "SELECT set_config('statement_timeout', %s, true)"


class Database(Protocol):
    """Lends connections in autocommit mode; one that comes back broken is thrown away."""

    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """Lend one, or raise a StoreError."""
        ...


class Question(Struct, Generic[P], frozen=True, kw_only=True):
    """What a caller wants to know: the checked parameters, and the key that the page starts after."""

    asked: P
    after: Key | None = None


class Found(Struct, Generic[T], frozen=True, kw_only=True):
    """The rows of a page, and the key of the last one if there are more."""

    items: tuple[T, ...]
    more: Key | None = None

    def plain(self, kind: type[W]) -> "Found[W]":
        """Give the rows as `kind`, without what was read only to sort or judge them."""
        items = msgspec.convert(self.items, tuple[kind, ...], from_attributes=True)  # type: ignore[valid-type]
        return Found(items=items, more=self.more)


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """The rows of a page; `next` is the `cursor` of the page after, null on the last."""

    items: tuple[T, ...]
    next: str | None


class Desk:
    """Where answers are made; one for the life of the application."""

    def __init__(
        self,
        database: Database,
        *,
        catalogue: Mapping[PropertyName, Property] = CATALOGUE,
        freshness: Freshness | None = None,
        statement_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take note of all; the database gives up on a query after `statement_s`."""
        self._database = database
        self._statement_s = statement_s
        self.catalogue = catalogue
        self.freshness = freshness or Freshness()
        self.now = now

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Lend a connection inside one read-only transaction, which sees one state of the database.

        Raises:
            ProblemError: the database is away, or the answer takes too long.
        """
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S), contextlib.AsyncExitStack() as stack:
                yield await self._living(stack)
        except psycopg.errors.QueryCanceled as error:
            detail = f"the database gave up after {self._statement_s:g} s"
            raise refusal(Trouble.SLOW, detail, retry_after_s=60) from error
        except WEATHER as error:
            detail = "the database does not answer"
            raise refusal(Trouble.DATABASE, detail, retry_after_s=_RETRY_AFTER_S) from error

    async def _living(self, stack: contextlib.AsyncExitStack) -> Connection:
        """Enter a transaction; connections that died while nobody used them are passed over."""
        for _ in range(_MOST_DEAD):
            async with contextlib.AsyncExitStack() as attempt:
                async with asyncio.timeout(_CONNECT_WITHIN_S):
                    conn = await attempt.enter_async_context(self._database.connection())
                try:
                    await attempt.enter_async_context(conn.transaction())
                    await conn.execute(_READ_ONLY)
                    await conn.execute(_LIMIT, (f"{self._statement_s * 1000:.0f}ms",))
                except WEATHER:
                    if not conn.closed:
                        raise
                    continue
                stack.push_async_exit(attempt.pop_all())
                return conn
        raise psycopg.OperationalError("every connection was dead")


def page_of(rows: list[T], limit: int, key: Callable[[T], Key]) -> Found[T]:
    """Cut rows, of which one more than the limit was asked for, to a page."""
    if len(rows) <= limit:
        return Found(items=tuple(rows))
    kept = tuple(rows[:limit])
    return Found(items=kept, more=key(kept[-1]))
