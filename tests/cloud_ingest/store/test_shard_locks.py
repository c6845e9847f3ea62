"""A shard has one holder, and loses it with the holder's session."""

import asyncio

import psycopg

from cloud_ingest.store import Database, shard_locks
from tests.cloud_ingest.engine import PATIENCE_S


def test_a_shard_has_one_holder_until_its_session_ends(database_url: str) -> None:
    async def scenario() -> None:
        database = Database(database_url)
        async with await database.open() as one, await database.open() as other:
            for conn in (one, other):
                await shard_locks.enter(conn)
            assert await shard_locks.take(one, [5]) == {5}
            assert await shard_locks.take(other, [5, 6]) == {6}
            seen = await shard_locks.look(other)
            assert seen == shard_locks.Locks(mine=frozenset({6}), taken=frozenset({5, 6}), workers=2)
            await shard_locks.give(other, [6])
            assert await shard_locks.take(one, [6]) == {6}
            await one.close()
            await until_free(other, 5)
            assert (await shard_locks.look(other)).workers == 1

    asyncio.run(scenario())


async def until_free(conn: psycopg.AsyncConnection, shard: int) -> None:
    """Take a shard as soon as it can be had."""
    async with asyncio.timeout(PATIENCE_S):
        taken = await shard_locks.take(conn, [shard])
        while not taken:
            taken = await shard_locks.take(conn, [shard])


def test_a_worker_that_stands_still_loses_its_shards_in_the_end(database_url: str) -> None:
    """The server ends a silent session by itself; here after 50 ms in place of ten seconds."""

    async def scenario() -> None:
        database = Database(database_url)
        async with await database.open() as one, await database.open() as other:
            await shard_locks.enter(one)
            timeouts = await (await one.execute("SHOW idle_session_timeout")).fetchone()
            assert timeouts == ("10s",)
            await one.execute("SET idle_session_timeout = '50ms'")
            await shard_locks.take(one, [5])
            await until_free(other, 5)

    asyncio.run(scenario())


def test_databases_of_one_server_do_not_share_shards(database_url: str, empty_url: str) -> None:
    async def scenario() -> None:
        async with await Database(database_url).open() as one, await Database(empty_url).open() as other:
            assert await shard_locks.take(one, [5])
            assert await shard_locks.take(other, [5])
            assert (await shard_locks.look(other)).taken == {5}

    asyncio.run(scenario())
