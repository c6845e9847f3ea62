"""Workers between a real broker and a real database: shards shared, rows once, whatever is killed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chassis import MqttLink, MqttPlan, MqttSettings
from cloud_ingest.ingest import IngestSettings, Worker
from cloud_ingest.store import Database, migrate
from cloud_ingest.store.embedded import EmbeddedPostgres
from demo.engines import Broker
from tests.cloud_ingest.engine import query, scalar, until
from tests.cloud_ingest.gateways import seqs
from tests.cloud_ingest.sending import SendingGateway, sending
from wire import SHARDS

StartWorker = Callable[[], "subprocess.Popen[bytes]"]
ROOT = Path(__file__).resolve().parents[3]
LOCKS = """SELECT count(*), count(DISTINCT pid) FROM pg_locks
           WHERE locktype = 'advisory' AND classid = 0x6C69_6C6F AND objid < 64 AND granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as started:
        yield started


@pytest.fixture
def start_worker(database_url: str, broker: Broker, tmp_path: Path) -> Iterator[StartWorker]:
    """Start worker processes; they end with the test."""
    config = tmp_path / "cloud.toml"
    config.write_text(f"[mqtt]\nport = {broker.port}\n[http]\nenabled = false\n", encoding="utf-8")
    command = [sys.executable, "-m", "lilong", "cloud", "run", "--config", str(config)]
    environment = os.environ | {"DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)}
    running: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        running.append(subprocess.Popen(command, env=environment, cwd=ROOT))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def mqtt_of(broker: Broker) -> MqttSettings:
    return MqttSettings(port=broker.port, longest_retry_s=1.0)


@asynccontextmanager
async def serving(*workers: Worker) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(worker.run()) for worker in workers]
        yield
        for task in running:
            task.cancel()


def gateways_of(mqtt: MqttSettings, count: int, total: int) -> list[SendingGateway]:
    return [SendingGateway(mqtt, f"gw-{n}", total, shard=n * 7 % SHARDS) for n in range(count)]


def check_exactly_once(url: str, gateways: list[SendingGateway]) -> None:
    for gateway in gateways:
        assert seqs(url, gateway.name, gateway.epoch) == list(range(gateway.total))
    total = sum(gateway.total for gateway in gateways)
    assert scalar(url, "SELECT sum(n) FROM hourly") == total
    assert scalar(url, "SELECT count(*) FROM gap") == 0


def test_rows_travel_from_gateway_to_database_and_are_acknowledged(database_url: str, broker: Broker) -> None:
    mqtt = mqtt_of(broker)
    worker = Worker(Database(database_url), mqtt, IngestSettings())
    gateways = gateways_of(mqtt, 4, 1000)

    async def scenario() -> None:
        async with serving(worker):
            await until(lambda: len(worker.claims.mine) == SHARDS and worker.link.up, "every shard served")
            async with sending(gateways):
                await until(lambda: all(gateway.done for gateway in gateways), "all committed")
            pages = {metric.name: metric for metric in worker.metrics()}
            assert pages["lilong_ingest_rows"].values == {(): 4000.0}
            assert pages["lilong_ingest_unserved"].values == {(): 0.0}

    asyncio.run(scenario())
    check_exactly_once(database_url, gateways)
    assert query(database_url, "SELECT name, shard FROM gateway ORDER BY name") == [
        (gateway.name, gateway.shard) for gateway in gateways
    ]


def test_two_workers_share_the_shards_and_both_are_needed_for_all(database_url: str, broker: Broker) -> None:
    mqtt = mqtt_of(broker)
    workers = [Worker(Database(database_url), mqtt, IngestSettings()) for _ in range(2)]
    gateways = gateways_of(mqtt, 6, 500)

    async def scenario() -> None:
        async with serving(*workers):
            await until(lambda: [len(worker.claims.mine) for worker in workers] == [32, 32], "even shares")
            async with sending(gateways):
                await until(lambda: all(gateway.done for gateway in gateways), "all committed")

    asyncio.run(scenario())
    check_exactly_once(database_url, gateways)
    assert all(worker.counts.rows for worker in workers)
    assert sum(worker.counts.rows for worker in workers) == 3000


def test_strangers_and_floods_are_counted_and_dropped(database_url: str, broker: Broker) -> None:
    """A worker with room for two messages, told thirty at once before its database answers; and one that is none."""
    mqtt = mqtt_of(broker)
    worker = Worker(Database(database_url), mqtt, IngestSettings(writers=1, inbox_batches=2))
    stranger = MqttLink(mqtt, MqttPlan(client_id="stranger", topics=(), on_arrival=lambda _: None))

    async def scenario() -> None:
        async with serving(worker), asyncio.TaskGroup() as tasks:
            linking = tasks.create_task(stranger.run())
            await until(lambda: worker.claims.mine and worker.link.up and stranger.up, "links")
            stranger.publish("lilong/1/up/3/gw-1/nonsense", b"x")
            stranger.publish("lilong/1/up/3/gw-1/state", b"x" * 300_000)
            await until(lambda: worker.counts.refused == 2, "two refusals")
            noted = "SELECT count(*) >= 2 FROM refused"  # counted first, written a moment later
            await until(lambda: query(database_url, noted) == [(True,)], "both are noted")
            for _ in range(30):
                stranger.publish("lilong/1/up/3/gw-1/state", b"x")
            await until(lambda: worker.counts.refused + worker.counts.dropped == 32, "thirty more")
            linking.cancel()

    asyncio.run(scenario())
    reasons = [row[0] for row in query(database_url, "SELECT reason FROM refused ORDER BY id LIMIT 2")]
    assert "nonsense" in reasons[0]
    assert "at most 262144 bytes, got 300000" in reasons[1]


def test_a_killed_worker_is_replaced_by_the_other(
    database_url: str, broker: Broker, start_worker: StartWorker
) -> None:
    gateways = gateways_of(mqtt_of(broker), 6, 5000)

    async def scenario() -> None:
        first = start_worker()
        await until(lambda: query(database_url, LOCKS) == [(SHARDS, 1)], "the first worker serves all")
        second = start_worker()
        await until(lambda: query(database_url, LOCKS) == [(SHARDS, 2)], "both workers serve")
        async with sending(gateways):
            await until(lambda: all(gateway.committed for gateway in gateways), "rows of every gateway")
            assert not all(gateway.done for gateway in gateways)
            first.kill()
            await until(lambda: query(database_url, LOCKS) == [(SHARDS, 1)], "the second serves all")
            await until(lambda: all(gateway.done for gateway in gateways), "all committed")
        assert second.poll() is None

    asyncio.run(scenario())
    check_exactly_once(database_url, gateways)


def test_a_killed_database_loses_and_doubles_nothing(tmp_path: Path, broker: Broker) -> None:
    mqtt = mqtt_of(broker)
    gateways = gateways_of(mqtt, 4, 4000)

    async def scenario(server: EmbeddedPostgres) -> None:
        database = Database(server.url)
        async with await database.open() as conn:
            await migrate(conn)
        worker = Worker(database, mqtt, IngestSettings())
        async with serving(worker):
            await until(lambda: worker.claims.mine and worker.link.up, "shards served")
            async with sending(gateways):
                for share in (0.1, 0.4):
                    await until(lambda share=share: told(gateways) > share, "rows committed")  # type: ignore[misc]
                    assert told(gateways) < 1
                    await asyncio.to_thread(server.kill)
                    await until(lambda: not worker.claims.mine, "shards given up")
                    await asyncio.to_thread(server.start)
                await until(lambda: all(gateway.done for gateway in gateways), "all committed")
            assert worker.counts.database_losses >= 2
        check_exactly_once(server.url, gateways)

    with EmbeddedPostgres(tmp_path / "postgres") as server:
        asyncio.run(scenario(server))


def test_a_killed_broker_loses_and_doubles_nothing(database_url: str, broker: Broker) -> None:
    mqtt = mqtt_of(broker)
    gateways = gateways_of(mqtt, 4, 4000)
    worker = Worker(Database(database_url), mqtt, IngestSettings())

    async def scenario() -> None:
        async with serving(worker):
            await until(lambda: worker.claims.mine and worker.link.up, "shards served")
            async with sending(gateways):
                await until(lambda: told(gateways) > 0.1, "rows committed")
                assert told(gateways) < 1
                await asyncio.to_thread(broker.kill)
                await until(lambda: not worker.link.up, "the link is lost")
                await asyncio.to_thread(broker.start)
                await until(lambda: all(gateway.done for gateway in gateways), "all committed")

    asyncio.run(scenario())
    check_exactly_once(database_url, gateways)


def told(gateways: list[SendingGateway]) -> float:
    """The share of all rows that gateways were told are committed."""
    return sum(gateway.committed for gateway in gateways) / sum(gateway.total for gateway in gateways)
