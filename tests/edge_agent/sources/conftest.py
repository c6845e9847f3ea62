"""Brokers for the tests of the sources."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import BROKERS, LocalBroker, Mosquitto, local_broker


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalBroker]:
    started = local_broker(request.param, tmp_path)
    started.start()
    yield started
    started.kill()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    started = Mosquitto(tmp_path)
    started.start()
    yield started
    started.kill()
