"""One embedded PostgreSQL for all tests of the cloud, and a fresh migrated database for each that asks."""

import asyncio
import itertools
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from cloud_ingest.store import migrate
from cloud_ingest.store.embedded import EmbeddedPostgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """The name of a migrated, empty database that is never written to."""
    with psycopg.connect(postgres.url, autocommit=True) as conn:
        conn.execute("CREATE DATABASE migrated")
    asyncio.run(_migrate(named(postgres.url, "migrated")))
    return "migrated"


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, template: str) -> str:
    return fresh_database(postgres.url, template)


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> str:
    """The address of a database without any table."""
    return fresh_database(postgres.url, "template1")


def fresh_database(url: str, template: str) -> str:
    """Make a database of its own for one test and return its address."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return named(url, name)


def named(url: str, name: str) -> str:
    """Give the address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _migrate(url: str) -> None:
    conn = await psycopg.AsyncConnection.connect(url, autocommit=True)
    async with conn:
        await migrate(conn)
