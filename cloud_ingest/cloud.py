"""The cloud: all its parts put together in one task group."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from starlette.applications import Starlette

from chassis import Backoff, BoardHub, Metric, listen, notify, number, serve, watchdog_every_s
from cloud_ingest.api import create_app
from cloud_ingest.board import BoardFeed
from cloud_ingest.config import Configuration
from cloud_ingest.ingest import Worker
from cloud_ingest.store import WEATHER, Database, Upkeep, check_schema, keep_house, load_plan, migrate, reason

log = logging.getLogger(__name__)
_UPKEEP_EVERY_S: Final = 900.0
_UPKEEP_WITHIN_S: Final = 600.0
_LONGEST_RETRY_S: Final = 30.0
_VOUCHED_S: Final = 15.0
"""A board that the feed has not put again for so long is stale: the feed may be stuck."""


class Cloud:
    """One program of the cloud, as configured: an ingest worker, the API with the screens, or both."""

    def __init__(self, configuration: Configuration, url: str) -> None:
        """Take note; nothing is opened before `run`. `url` is where PostgreSQL is."""
        self._configuration = configuration
        settings = configuration.cloud
        self._database = Database(url)
        self._hub = BoardHub(vouched_s=_VOUCHED_S)
        self._feed = BoardFeed(self._database, self._hub, settings.boards)
        self._worker = (
            Worker(self._database, settings.mqtt, settings.ingest) if settings.ingest.enabled else None
        )
        self._prepared = asyncio.Event()
        self._upkeeps = 0

    async def run(self) -> None:
        """Run every part until cancelled or until one of them fails.

        The API answers from the first moment on (`/readyz` says what is missing); ingest begins when the database is
        there and has the right schema.

        Raises:
            ConfigError: the HTTP address cannot be had.
            ExceptionGroup: of a SchemaError or PlanError, where the database does not fit; of anything, for a bug.
        """
        http = self._configuration.cloud.http
        sock = listen(http.host, http.port, table="http") if http.enabled else None
        try:
            async with asyncio.TaskGroup() as tasks:
                if sock is not None:
                    tasks.create_task(serve(self._app(), sock), name="http")
                    tasks.create_task(self._after_preparing(self._feed.run), name="boards")
                if self._worker is not None:
                    tasks.create_task(self._after_preparing(self._worker.run), name="ingest")
                tasks.create_task(self._look_after(), name="upkeep")
                tasks.create_task(_tell_service_manager(), name="watchdog")
        finally:
            if sock is not None:
                sock.close()
            await self._database.close()

    def metrics(self) -> Iterator[Metric]:
        """Give the metrics of every part that runs here."""
        if self._worker is not None:
            yield from self._worker.metrics()
        yield number("lilong_boards_reads", "reads of the boards", self._feed.reads, counter=True)
        yield number(
            "lilong_boards_failures", "reads of the boards that failed", self._feed.failures, counter=True
        )
        yield number("lilong_boards_watching", "screens connected", self._hub.watching)
        yield number("lilong_upkeeps", "rounds of upkeep done", self._upkeeps, counter=True)

    def _app(self) -> Starlette:
        worker = self._worker
        return create_app(
            self._database,
            self._hub,
            self.metrics,
            broker_up=lambda: worker is None or worker.link.up,
            cursor_secret=self._configuration.cursor_secret,
            freshness=self._configuration.cloud.boards,
        )

    async def _after_preparing(self, run: Callable[[], Awaitable[None]]) -> None:
        await self._prepared.wait()
        await run()

    async def _look_after(self) -> None:
        """Prepare the database, then keep it in order."""
        await self._patiently(self._prepare)
        self._prepared.set()
        while True:
            await asyncio.sleep(_UPKEEP_EVERY_S)
            await self._patiently(self._keep_house)

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it, again and again while the database is away."""
        backoff, away = Backoff(_LONGEST_RETRY_S), False
        while True:
            try:
                await work()
            except WEATHER as error:
                if not away:
                    log.warning("store: %s; trying on", reason(error))
                away = True
                await asyncio.sleep(backoff.failed())
            else:
                return

    async def _prepare(self) -> None:
        async with self._database.connection() as conn:
            if self._configuration.cloud.database.migrate:
                for step in await migrate(conn):
                    log.info("store: migration %04d %s applied", step.number, step.name)
            await check_schema(conn)
            for plan in self._configuration.plans:
                await load_plan(conn, plan)
        await self._keep_house()

    async def _keep_house(self) -> None:
        async with asyncio.timeout(_UPKEEP_WITHIN_S), self._database.connection() as conn:
            done = await keep_house(conn, self._configuration.cloud.retention, _now_ms)
        self._upkeeps += 1
        if done != Upkeep():
            log.info(
                "store: upkeep made %d partitions, dropped %d, deleted %d rows, dated %d",
                *(done.made, done.dropped, done.deleted, done.repaired),
            )


async def _tell_service_manager() -> None:
    notify("READY=1")
    every_s = watchdog_every_s()
    while every_s is not None:
        notify("WATCHDOG=1")
        await asyncio.sleep(every_s)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
