"""Names get ids once, and looking them up burns none."""

import asyncio

from cloud_ingest.store import Database, Dictionary
from tests.cloud_ingest.engine import query


def test_names_get_ids_once_whoever_asks(database_url: str) -> None:
    async def scenario() -> None:
        async with await Database(database_url).open() as conn:
            one, other = Dictionary("device"), Dictionary("device")
            for dictionary in (one, other, one):
                dictionary.forget()
                await dictionary.learn(conn, {"a", "b"})
            await other.learn(conn, {"b", "c"})
            assert {name: other.ids[name] for name in ("a", "b")} == dict(one.ids)

    asyncio.run(scenario())
    assert query(database_url, "SELECT id, name FROM device ORDER BY id") == [(1, "a"), (2, "b"), (3, "c")]


def test_names_that_postgresql_cannot_hold_are_fitted(database_url: str) -> None:
    async def scenario() -> None:
        async with await Database(database_url).open() as conn:
            names = Dictionary("gateway")
            await names.learn(conn, {"a\0b", "x" * 300, "x" * 400})
            assert names.ids["x" * 300] == names.ids["x" * 400] != names.ids["a\0b"]

    asyncio.run(scenario())
    assert query(database_url, "SELECT count(*), max(length(name)) FROM gateway") == [(2, 256)]
