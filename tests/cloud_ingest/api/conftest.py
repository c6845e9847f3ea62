"""The API over a small city in a real PostgreSQL, at a time that stands still."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from starlette.testclient import TestClient

from chassis import BoardHub, number
from cloud_ingest.api.app import assemble
from cloud_ingest.api.cursors import CursorSeal
from cloud_ingest.api.desk import Desk
from cloud_ingest.store import Database
from cloud_ingest.store.embedded import EmbeddedPostgres
from tests.cloud_ingest.api.world import NOW, PLANS, World
from tests.cloud_ingest.conftest import fresh_database


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[World]:
    made = World(fresh_database(postgres.url, template))
    made.load(*PLANS)
    yield made
    made.conn.close()


@pytest.fixture
def world(city: World) -> World:
    city.clear()
    return city


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub() -> BoardHub:
    return BoardHub()


@pytest.fixture
def broker() -> list[bool]:
    return [True]


@pytest.fixture
def client(world: World, clock: Clock, hub: BoardHub, broker: list[bool]) -> Iterator[TestClient]:
    database = Database(world.url)
    app = assemble(
        Desk(database, statement_s=1, now=clock),
        hub,
        lambda: [number("lilong_rows", "rows committed", 7, counter=True)],
        lambda: broker[0],
        CursorSeal(b"a secret of this test"),
    )
    with TestClient(app, raise_server_exceptions=True) as client:
        yield client
        assert client.portal is not None
        client.portal.call(database.close)
