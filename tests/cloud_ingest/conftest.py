"""One PostgreSQL for the whole run, and a fresh migrated database for each test that asks for one."""

import asyncio
import itertools
from collections.abc import Callable, Iterator

import pytest

from cloud_ingest.store import Database, migrate
from cloud_ingest.store.embedded import EmbeddedPostgres
from tests.cloud_ingest.engine import address_of, query

_TEMPLATE = "template_lilong"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as started:
        yield started


@pytest.fixture(scope="session")
def template(server: EmbeddedPostgres) -> str:
    query(server.url, f"CREATE DATABASE {_TEMPLATE}")
    asyncio.run(_migrate(address_of(server.url, _TEMPLATE)))
    return _TEMPLATE


@pytest.fixture
def empty_url(server: EmbeddedPostgres) -> str:
    """The address of a database without any table."""
    name = f"empty_{next(_numbers)}"
    query(server.url, f"CREATE DATABASE {name}")
    return address_of(server.url, name)


@pytest.fixture
def url(server: EmbeddedPostgres, template: str) -> str:
    """The address of a fresh database with today's schema."""
    name = f"test_{next(_numbers)}"
    query(server.url, f"CREATE DATABASE {name} TEMPLATE {template}")
    return address_of(server.url, name)


@pytest.fixture
def ask(url: str) -> Callable[..., list[tuple[object, ...]]]:
    """Put a query to the test's database."""
    return lambda text, *values: query(url, text, *values)


async def _migrate(url: str) -> None:
    async with await Database(url).open() as conn:
        await migrate(conn)
