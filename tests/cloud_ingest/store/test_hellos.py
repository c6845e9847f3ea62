"""A hello says what its gateway still holds; what it no longer names is not waited for."""

import asyncio

from cloud_ingest.store import Database, Dictionary, Heard, put_hello
from tests.cloud_ingest.engine import query
from tests.cloud_ingest.gateways import NOON_MS, hello
from wire import Hello


def say(url: str, *hellos: Hello) -> None:
    """Take hellos in, one after the other."""

    async def take() -> None:
        database = Database(url)
        async with database.connection() as conn:
            gateways = Dictionary("gateway")
            for one in hellos:
                await gateways.learn(conn, {one.gateway})
                heard = Heard(gateway=gateways.ids[one.gateway], shard=0, sent_ms=NOON_MS)
                await put_hello(conn, one, heard)
        await database.close()

    asyncio.run(take())


def pending(url: str) -> list[tuple[object, ...]]:
    return query(
        url,
        "SELECT g.name, w.epoch, w.pending FROM watermark w JOIN gateway g ON g.id = w.gateway ORDER BY 1, 2",
    )


def test_a_backlog_is_what_the_hello_holds_beyond_the_watermark(database_url: str) -> None:
    say(database_url, hello(lanes=((7, 10, 30), (8, 0, 0))))
    assert pending(database_url) == [("gw-1", 7, 20), ("gw-1", 8, 0)]


def test_a_lane_that_is_no_longer_named_is_not_waited_for(database_url: str) -> None:
    say(
        database_url,
        hello("gw-2", lanes=((7, 0, 5),)),
        hello(lanes=((7, 0, 30), (8, 0, 9))),
        hello(lanes=((8, 0, 9), (9, 0, 1))),
    )
    assert pending(database_url) == [("gw-1", 7, 0), ("gw-1", 8, 9), ("gw-1", 9, 1), ("gw-2", 7, 5)]


def test_a_gateway_that_holds_nothing_owes_nothing(database_url: str) -> None:
    say(database_url, hello(lanes=((7, 0, 30),)), hello())
    assert pending(database_url) == [("gw-1", 7, 0)]
