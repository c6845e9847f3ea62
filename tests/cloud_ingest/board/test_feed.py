"""The feed brings what the database learns to the screens, and survives the database's absence."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import BoardHub
from cloud_ingest.board import BoardFeed
from cloud_ingest.board.feed import shares
from cloud_ingest.store import BAY_CHANNEL, Database
from cloud_ingest.store.embedded import EmbeddedPostgres
from tests.cloud_ingest.api.world import PLANS, World
from tests.cloud_ingest.conftest import fresh_database
from wire import Board, Count, Link, PlaceId

SOUTH = PlaceId("lot-south")


@pytest.fixture
def world(postgres: EmbeddedPostgres, template: str) -> Iterator[World]:
    made = World(fresh_database(postgres.url, template))
    made.load(*PLANS)
    yield made
    made.conn.close()


def now_ms() -> int:
    return round(time.time() * 1000)


def hear(world: World) -> None:
    world.conn.execute("UPDATE gateway SET heard_at = now(), sent_at = now(), synced = true")


def tell(world: World, bay: str, state: str) -> None:
    """Do what the ingest transaction does: change the newest state and notify, together."""
    with world.conn.transaction():
        world.state(
            bay,
            state,
            "gw-south",
            ago_s=(datetime(2026, 11, 22, 6, 30, tzinfo=UTC).timestamp() - time.time()),
        )
        world.conn.execute("SELECT pg_notify(%s, 'south')", (BAY_CHANNEL,))


@asynccontextmanager
async def fed(database: Database, hub: BoardHub) -> AsyncIterator[BoardFeed]:
    feed = BoardFeed(database, hub, now_ms=now_ms)
    task = asyncio.create_task(feed.run(), name="feed")
    try:
        yield feed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await database.close()


async def board_where(hub: BoardHub, true: Callable[[Board], bool]) -> Board:
    """Wait for a board of the southern lot of which this is true."""
    async with asyncio.timeout(20):
        while True:
            board = hub.current(SOUTH)
            if board is not None and true(board):
                return board
            await asyncio.sleep(0.01)


@given(count=st.integers(0, 5000))
def test_every_lot_has_its_turn_within_ten_ticks(count: int) -> None:
    lots = [PlaceId(str(number)) for number in range(count)]
    found = shares(lots)
    assert [lot for share in found for lot in share] == lots
    assert len(found) <= 10


def test_a_notified_change_reaches_the_screen(world: World) -> None:
    async def watch() -> None:
        hub = BoardHub()
        hear(world)
        async with fed(Database(world.url), hub) as feed:
            first = await board_where(hub, lambda board: board.link is Link.LIVE)
            assert first.count == Count(total=2, free=0, occupied=0, unknown=2)
            assert set(hub.lots()) == {"lot-north", "lot-south", "lot-east"}
            tell(world, "south-G-0", "free")
            second = await board_where(hub, lambda board: board.count.free == 1)
            assert second.seq > first.seq
            assert second.life == first.life
            tell(world, "south-G-0", "occupied")
            third = await board_where(hub, lambda board: board.count.occupied == 1)
            assert third.count == Count(total=2, free=0, occupied=1, unknown=1)
            assert feed.failures == 0

    asyncio.run(watch())


def test_a_change_that_nobody_announced_is_found_all_the_same(world: World) -> None:
    async def watch() -> None:
        hub = BoardHub()
        hear(world)
        async with fed(Database(world.url), hub):
            await board_where(hub, lambda board: board.link is Link.LIVE)
            world.state("south-G-1", "free", "gw-south")
            await board_where(hub, lambda board: board.count.free == 1)

    asyncio.run(watch())


def test_a_connection_that_is_cut_is_opened_again(world: World) -> None:
    async def watch() -> None:
        hub = BoardHub()
        hear(world)
        async with fed(Database(world.url), hub) as feed:
            await board_where(hub, lambda board: board.link is Link.LIVE)
            world.conn.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """
            )
            tell(world, "south-G-0", "free")
            await board_where(hub, lambda board: board.count.free == 1)
            assert feed.failures >= 1

    asyncio.run(watch())


def test_a_database_that_is_away_is_tried_until_it_is_there(tmp_path: Path, world: World) -> None:
    class Late(Database):
        """A database that refuses once."""

        tries = 0

        async def open(self) -> psycopg.AsyncConnection:
            self.tries += 1
            away = Database(f"postgresql://nobody@/nothing?host={tmp_path}")
            return await (away if self.tries == 1 else Database(world.url)).open()

    async def watch() -> None:
        hub = BoardHub()
        hear(world)
        async with fed(Late(world.url), hub) as feed:
            await board_where(hub, lambda board: board.link is Link.LIVE)
            assert feed.failures == 1

    asyncio.run(watch())
