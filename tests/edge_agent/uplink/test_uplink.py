"""Rows reach the cloud once, over a real broker, whatever stops or starts again in between."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from chassis import MqttSettings
from demo.engines import Broker
from edge_agent.outbox import Entry
from edge_agent.outbox.salvage import salvage
from edge_agent.uplink import Enrolment, Uplink, UplinkSettings
from tests.edge_agent.gateway import SENSOR, Parts
from tests.edge_agent.outbox.rows import spoil
from tests.edge_agent.uplink.cloud import MemoryCloud
from tests.until import until
from wire import Observation, PropertyName, Stream

SETTINGS = UplinkSettings(batch_rows=50, linger_s=0.02, ack_timeout_s=0.5, spread_s=0.0)


@pytest.fixture
def broker() -> Iterator[Broker]:
    made = Broker()
    made.start()
    yield made
    made.stop()


def keep(parts: Parts, count: int, stream: Stream = Stream.TELEMETRY, text: str = "") -> None:
    """Put rows on the disk, as the pipeline does."""
    rows = [
        Observation(
            device=SENSOR,
            property=PropertyName("device.firmware"),
            value=text or n,
            at_ms=1_790_000_000_000 + n,
        )
        for n in range(count)
    ]
    receipt = parts.disk.outbox.commit([Entry(rows=[(stream, row) for row in rows])], now_s=0.0)
    parts.books.committed(receipt, asyncio.get_running_loop().time())


@asynccontextmanager
async def running(broker: Broker, parts: Parts, cloud: MemoryCloud) -> AsyncIterator[Uplink]:
    settings = replace(SETTINGS, mqtt=MqttSettings(port=broker.port, longest_retry_s=1))
    uplink = Uplink(settings, Enrolment(gateway="gw1"), parts.disk, parts.books, parts.clock)
    tasks = [asyncio.create_task(cloud.link.run())]
    await until(lambda: cloud.link.up)
    await until(cloud.listening, what="the cloud hears its shard")
    tasks += [
        asyncio.create_task(work) for work in (uplink.link.run(), uplink.run("test", lambda: {"heard": 1}))
    ]
    try:
        yield uplink
        for task in tasks:
            assert not task.done(), task.exception()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_rows_arrive_once_and_are_committed(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        async with running(broker, parts, cloud) as uplink:
            keep(parts, 333)
            uplink.wake()
            await until(lambda: cloud.count == 333)
            await until(lambda: all(lane.committed == lane.next for lane in parts.books.sender.lanes()))
            assert cloud.twice == 0
            assert cloud.hellos[0].counts == {"heard": 1}
            assert {lane.stream for lane in cloud.hellos[0].lanes} == set(Stream)
        parts.disk.close()

    asyncio.run(run())


def test_a_backlog_of_an_earlier_life_drains_as_backfill(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        before = Parts(tmp_path)
        keep(before, 120)
        before.disk.close()
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        async with running(broker, parts, cloud) as uplink:
            keep(parts, 5)
            uplink.wake()
            await until(lambda: cloud.count == 125)
            assert {batch.backfill for batch in cloud.batches} == {True, False}
        parts.disk.close()

    asyncio.run(run())


def test_rows_behind_a_damaged_place_do_not_wait_until_those_before_are_deleted(
    tmp_path: Path, broker: Broker
) -> None:
    async def run() -> None:
        before = Parts(tmp_path)
        for _ in range(3):
            keep(before, 100, Stream.STATE)
        before.disk.close()
        spoil(tmp_path / "outbox.db", 1)
        salvage(tmp_path / "outbox.db", tmp_path / "fresh.db")
        (tmp_path / "fresh.db").rename(tmp_path / "outbox.db")
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        async with running(broker, parts, cloud):
            await until(lambda: cloud.count == 200)
            assert [(gap.first, gap.end) for gap in cloud.gaps] == [(100, 200)]
            assert cloud.twice == 0
        parts.disk.close()

    assert SETTINGS.limits().grace_s >= 60, "the usual time for which rows are kept for safety"
    asyncio.run(run())


def test_a_hello_that_nobody_answers_is_said_again(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        cloud.deaf_to = 2
        async with running(broker, parts, cloud) as uplink:
            await until(lambda: len(cloud.hellos) == 3)
            await until(lambda: uplink.counts["acks"] >= len(Stream))
        parts.disk.close()

    asyncio.run(run())


def test_a_mute_cloud_gets_everything_once_it_speaks(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        cloud.mute = True
        async with running(broker, parts, cloud) as uplink:
            keep(parts, 60)
            uplink.wake()
            await until(lambda: parts.books.sender.retries >= 2)
            cloud.mute = False
            await until(lambda: cloud.count == 60)
            assert cloud.twice == 0
        parts.disk.close()

    asyncio.run(run())


def test_a_killed_broker_costs_nothing(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        async with running(broker, parts, cloud) as uplink:
            keep(parts, 100)
            uplink.wake()
            await until(lambda: cloud.count >= 50)
            await asyncio.to_thread(broker.kill)
            keep(parts, 100)
            await until(lambda: not uplink.link.up)
            await asyncio.to_thread(broker.start)
            await until(lambda: cloud.count == 200)
            assert cloud.twice == 0
        parts.disk.close()

    asyncio.run(run())


def test_a_restored_cloud_is_healed(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        async with running(broker, parts, cloud) as uplink:
            keep(parts, 100)
            uplink.wake()
            await until(lambda: cloud.count == 100)
            cloud.next.clear()
            cloud.rows.clear()
            keep(parts, 1)
            uplink.wake()
            await until(lambda: cloud.count == 101)
        parts.disk.close()

    asyncio.run(run())


def test_rows_too_long_for_one_message_are_cut_into_several(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        async with running(broker, parts, cloud) as uplink:
            chance = random.Random(1)
            for _ in range(40):
                keep(parts, 1, text="".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(16_000)))
            uplink.wake()
            await until(lambda: cloud.count == 40)
            assert len(cloud.batches) > 1
        parts.disk.close()

    asyncio.run(run())


def test_alarms_go_before_everything(tmp_path: Path, broker: Broker) -> None:
    async def run() -> None:
        parts, cloud = Parts(tmp_path, SETTINGS.limits()), MemoryCloud(broker.port)
        keep(parts, 400)
        keep(parts, 1, Stream.ALARM)
        async with running(broker, parts, cloud):
            await until(lambda: cloud.count == 401)
            assert cloud.batches[0].stream is Stream.ALARM
        parts.disk.close()

    asyncio.run(run())
