"""The schema comes to today's version from any older one, once, whoever starts at the same time."""

import asyncio

import psycopg
import pytest

from cloud_ingest.store import (
    Database,
    Migration,
    NewerSchemaError,
    SchemaError,
    check_schema,
    migrate,
    migrations,
    schema_version,
)
from tests.cloud_ingest.engine import query, scalar

OLD = migrations()
NEW = (*OLD, Migration(number=len(OLD) + 1, name="later", sql="ALTER TABLE gateway ADD COLUMN note text"))


def test_steps_are_numbered_without_a_hole() -> None:
    assert [step.number for step in OLD] == list(range(1, len(OLD) + 1))


def test_an_empty_database_is_brought_up_to_date_once(empty_url: str) -> None:
    async def scenario() -> None:
        async with await Database(empty_url).open() as conn:
            assert await schema_version(conn) == 0
            with pytest.raises(SchemaError, match="lilong cloud migrate"):
                await check_schema(conn)
            assert await migrate(conn) == OLD
            assert await migrate(conn) == ()
            await check_schema(conn)

    asyncio.run(scenario())


def test_an_old_database_keeps_its_rows(database_url: str) -> None:
    query(database_url, "INSERT INTO gateway (name) VALUES ('gw-1')")

    async def scenario() -> None:
        async with await Database(database_url).open() as conn:
            assert await migrate(conn, NEW) == NEW[-1:]
            await check_schema(conn, NEW)

    asyncio.run(scenario())
    assert query(database_url, "SELECT name, note FROM gateway") == [("gw-1", None)]


def test_a_newer_database_is_left_alone(database_url: str) -> None:
    async def scenario() -> None:
        async with await Database(database_url).open() as conn:
            await migrate(conn, NEW)
            with pytest.raises(NewerSchemaError, match=f"version {len(NEW)}, newer"):
                await migrate(conn, OLD)
            with pytest.raises(NewerSchemaError, match="install the newer lilong"):
                await check_schema(conn, OLD)

    asyncio.run(scenario())


def test_starters_at_the_same_time_do_not_collide(empty_url: str) -> None:
    async def start() -> int:
        async with await Database(empty_url).open() as conn:
            return len(await migrate(conn, NEW))

    async def scenario() -> list[int]:
        return await asyncio.gather(*(start() for _ in range(4)))

    assert sum(asyncio.run(scenario())) == len(NEW)
    assert scalar(empty_url, "SELECT count(*) FROM migration") == len(NEW)


def test_a_step_that_fails_leaves_nothing_of_itself(database_url: str) -> None:
    broken = Migration(number=len(OLD) + 1, name="broken", sql="CREATE TABLE half (); SELECT 1 / 0")

    async def scenario() -> None:
        async with await Database(database_url).open() as conn:
            with pytest.raises(psycopg.errors.DivisionByZero):
                await migrate(conn, (*OLD, broken))
            assert await schema_version(conn) == len(OLD)

    asyncio.run(scenario())
    assert scalar(database_url, "SELECT to_regclass('half')") is None
