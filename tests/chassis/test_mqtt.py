"""The MQTT link against real brokers."""

import asyncio
import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from chassis import MqttLink, MqttPlan, MqttSettings, Will
from tests.brokers import BROKERS, LocalBroker, Mosquitto, local_broker
from tests.chassis.ear import Ear, open_sockets
from tests.scripted import scripted
from tests.until import until


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalBroker]:
    started = local_broker(request.param, tmp_path)
    started.start()
    yield started
    started.kill()


def test_hears_what_it_publishes_itself(broker: LocalBroker) -> None:
    async def story() -> None:
        async with Ear(broker.port, "a/+/up").running() as ear:
            await until(lambda: ear.link.up)
            for number in range(200):
                assert ear.link.publish(f"a/{number}/up", b"x" * number, qos=number % 2)
                await asyncio.sleep(0)
            await until(lambda: len(ear.heard) == 200)
        assert {a.topic: len(a.payload) for a in ear.heard} == {f"a/{n}/up": n for n in range(200)}
        assert ear.turns == ["up", "down"]
        assert not ear.link.publish("a/1/up", b"nobody is there")

    asyncio.run(story())


def test_what_was_not_taken_comes_again(broker: LocalBroker) -> None:
    """Whatever the order of taking, the broker forgets only what was taken (rumqttd forgets another otherwise)."""

    async def story() -> None:
        async with (
            Ear(broker.port, "a/#", keep=True).running() as ear,
            Ear(broker.port, name="mouth").running() as m,
        ):
            await until(lambda: ear.link.up and m.link.up)
            for number in range(6):
                m.link.publish(f"a/{number}", b"x")
            await until(lambda: len(ear.heard) == 6)
            for number in (4, 1, 0, 3):  # 2 holds back 3 and 4
                assert ear.link.take(ear.heard[number])
            ear.link.reconnect()
            await until(lambda: len(ear.heard) >= 10)
            assert ear.link.resumed
            assert [a.topic for a in ear.heard[6:]] == ["a/2", "a/3", "a/4", "a/5"]
            assert {a.connection for a in ear.heard[6:]} == {2}
            for arrival in reversed(ear.heard[6:]):
                assert ear.link.take(arrival)
            ear.link.reconnect()
            await until(lambda: ear.link.reconnects == 2 and ear.link.up)
            m.link.publish("a/last", b"x")
            await until(lambda: len(ear.heard) == 11)
        assert ear.heard[10].topic == "a/last"

    asyncio.run(story())


def test_mosquitto_marks_what_it_sends_again(tmp_path: Path) -> None:
    """The reading's identity leans on this where a device gives none: DUP and the same packet id."""
    broker = Mosquitto(tmp_path)
    broker.start()

    async def story() -> None:
        async with Ear(broker.port, "a", keep=True).running() as ear:
            await until(lambda: ear.link.up)
            assert not ear.link.resumed
            ear.link.publish("a", b"x")
            await until(lambda: len(ear.heard) == 1)
            ear.link.reconnect()
            await until(lambda: len(ear.heard) == 2)
        first, second = ear.heard
        assert (first.again, second.again) == (False, True)
        assert first.mid == second.mid

    try:
        asyncio.run(story())
    finally:
        broker.kill()


def test_an_arrival_of_an_earlier_connection_cannot_be_taken(broker: LocalBroker) -> None:
    async def story() -> None:
        async with Ear(broker.port, "a/#", keep=True).running() as ear:
            await until(lambda: ear.link.up)
            ear.link.publish("a/1", b"x")
            await until(lambda: ear.heard)
            ear.link.reconnect()
            await until(lambda: len(ear.heard) == 2)
            assert not ear.link.take(ear.heard[0])
            assert ear.link.take(ear.heard[1])
            ear.link.reconnect()
            await until(lambda: ear.link.reconnects == 2 and ear.link.up)
            ear.link.publish("a/2", b"y")
            await until(lambda: len(ear.heard) == 3)
        assert ear.heard[2].topic == "a/2"

    asyncio.run(story())


def test_comes_back_after_the_broker_was_killed(
    broker: LocalBroker, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with Ear(broker.port, "a/#", keep=True).running() as ear:
            await until(lambda: ear.link.up)
            before = open_sockets()
            for turn in range(1, 4):
                broker.kill()
                await until(lambda: not ear.link.up)
                assert not ear.link.publish("a/1", b"lost")
                await asyncio.to_thread(broker.start)
                await until(lambda: ear.link.up)
                ear.link.publish("a/1", b"x")
                await until(lambda: ear.heard)
                assert ear.link.reconnects == turn
                ear.heard.clear()
            assert len(open_sockets()) <= len(before)
        assert ear.turns == ["up", "down"] * 4

    with caplog.at_level(logging.INFO, logger="chassis"):
        asyncio.run(story())
    lost = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert 1 <= len(lost) <= 12
    assert all(earlier != later for earlier, later in itertools.pairwise(lost))


def test_a_connection_that_says_nothing_any_more_is_given_up(broker: LocalBroker) -> None:
    async def story() -> None:
        deaf = asyncio.Event()

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", broker.port)

            async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
                while chunk := await source.read(4096):
                    if not deaf.is_set():
                        sink.write(chunk)

            try:
                await asyncio.wait(
                    [
                        asyncio.create_task(pump(reader, far_writer)),
                        asyncio.create_task(pump(far_reader, writer)),
                    ],
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                far_writer.close()
                await far_writer.wait_closed()

        async with scripted(relay) as port, Ear(port, "a/#", keepalive_s=1).running() as ear:
            await until(lambda: ear.link.up)
            deaf.set()
            await until(lambda: not ear.link.up)
            deaf.clear()
            await until(lambda: ear.link.up)

    asyncio.run(story())


@pytest.mark.parametrize("where", ["on_arrival", "on_up", "on_down"])
def test_a_fault_in_a_callback_ends_the_link(where: str, tmp_path: Path) -> None:
    broker = local_broker("iotcore", tmp_path)
    broker.start()

    def fail(*_: object) -> None:
        raise ZeroDivisionError(where)

    async def story() -> None:
        calm = MqttPlan(client_id="x", topics=["a"], on_arrival=lambda _: None)
        plan = msgspec.structs.replace(calm, **{where: fail})
        link = MqttLink(MqttSettings(port=broker.port), plan)
        task = asyncio.create_task(link.run())
        await until(lambda: link.up or task.done())
        link.publish("a", b"")
        if where == "on_down":
            await until(lambda: link.up)
            link.reconnect()
        with pytest.raises(ZeroDivisionError, match=where):
            await asyncio.wait_for(task, 10)
        assert not link.up

    before = open_sockets()
    try:
        asyncio.run(story())
        assert open_sockets() <= before
    finally:
        broker.kill()


def test_a_link_with_a_will_leaves_it_behind_when_it_is_stopped(broker: LocalBroker) -> None:
    async def story() -> None:
        async with Ear(broker.port, "status/#", name="watcher").running() as watcher:
            await until(lambda: watcher.link.up)
            plan = MqttPlan(
                client_id="gw",
                topics=[],
                on_arrival=lambda _: None,
                will=Will(topic="status/gw", payload=b"gone"),
            )
            link = MqttLink(MqttSettings(port=broker.port), plan)
            task = asyncio.create_task(link.run())
            await until(lambda: link.up)
            task.cancel()
            await until(lambda: watcher.heard)
            assert (watcher.heard[0].topic, watcher.heard[0].payload) == ("status/gw", b"gone")

    asyncio.run(story())
