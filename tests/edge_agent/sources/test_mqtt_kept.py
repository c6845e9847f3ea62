"""The MQTT source when agent, broker, network or disk fail: nothing lost, nothing counted twice."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from chassis import Arrival
from edge_agent.outbox import Outbox
from edge_agent.sources import MqttSource, Outcome, mqtt
from edge_agent.sources.heard import Heard
from tests.brokers import LocalBroker, Mosquitto
from tests.edge_agent.sources.killed_agent import settings
from tests.edge_agent.sources.listening import Kept, Listening, clock, shelf
from tests.edge_agent.sources.mqtt_peers import running, sensor, source
from tests.until import until
from wire.sync import Slice

ROOT = Path(__file__).resolve().parents[3]
AGENT = Path(__file__).with_name("killed_agent.py")


def test_nothing_is_acknowledged_before_it_is_settled(broker: LocalBroker) -> None:
    """What is open when the agent is gone comes again to the next one."""

    async def story() -> None:
        silent = Listening(lambda _: None)
        async with running(source(broker.port), silent), sensor(broker.port) as mouth:
            for number in range(5):
                mouth.publish("sites/a/1/up", b"%d" % number)
            await until(lambda: len(silent.items) == 5)
            silent.items[0].settle(Outcome.STORED)
            silent.items[3].settle(Outcome.STORED)  # acknowledged only after 1 and 2
            await asyncio.sleep(0.1)
        after = Listening()
        async with running(source(broker.port), after):
            await until(lambda: len(after.items) == 4)
        assert [reading.payload for reading in after.readings] == [b"1", b"2", b"3", b"4"]

    asyncio.run(story())


def test_a_lost_connection_counts_nothing_twice(mosquitto: Mosquitto) -> None:
    """Open items are matched with what comes again; the newest arrival is what is acknowledged."""

    async def story() -> None:
        kept = Kept()
        kept.hold = True
        one = source(mosquitto.port)
        async with running(one, kept), sensor(mosquitto.port) as mouth:
            for _ in range(6):
                mouth.publish("sites/a/1/up", b"free")
            await until(lambda: len(kept.open) == 6)
            for item, outcome in kept.open[:3]:
                item.settle(outcome)
            one.link.reconnect()
            await until(lambda: one.counts().get("sent_again", 0) >= 3)
            for item, outcome in kept.open[3:]:
                item.settle(outcome)
            one.link.reconnect()
            await until(lambda: one.link.reconnects == 2 and one.link.up)
            kept.hold = False
            mouth.publish("sites/a/1/up", b"last")
            await until(lambda: b"last" in kept.rows)
        assert kept.rows == [b"free"] * 6 + [b"last"]

    asyncio.run(story())


def test_a_killed_agent_between_commit_and_acknowledgement_counts_nothing_twice(mosquitto: Mosquitto) -> None:
    """The same disk, a new process: `hold` keeps the acknowledgement back, as a kill would."""

    async def story() -> None:
        kept = Kept()
        kept.hold = True
        async with running(source(mosquitto.port), kept), sensor(mosquitto.port) as mouth:
            for payload in (b"free", b"free", b"occupied"):
                mouth.publish("sites/a/1/up", payload)
            mouth.publish("sites/a/1/up/x", b"not ours")
            await until(lambda: len(kept.open) == 3)
        kept.hold = False
        one = source(mosquitto.port)
        async with running(one, kept), sensor(mosquitto.port) as mouth:
            await until(lambda: one.counts().get("repeated") == 3)
            mouth.publish("sites/a/1/up", b"free")
            await until(lambda: one.counts().get("stored") == 1)
        assert kept.rows == [b"free", b"free", b"occupied", b"free"]

    asyncio.run(story())


def test_what_could_not_be_kept_is_offered_again(
    broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "_OFFER_AGAIN_AFTER_S", 0.05)

    async def story() -> None:
        tries: list[bytes] = []

        def disk(item: object) -> Outcome:
            assert isinstance(item, Heard)
            tries.append(item.reading.payload)
            return Outcome.FAILED if tries.count(item.reading.payload) < 3 else Outcome.STORED

        intake = Listening(disk)
        one = source(broker.port)
        async with running(one, intake), sensor(broker.port) as mouth:
            mouth.publish("sites/a/1/up", b"x")
            mouth.publish("sites/a/1/up", b"y", qos=0)
            await until(lambda: one.counts().get("stored") == 2)
            assert one.counts()["failed"] == 4
        fresh = Listening()
        async with running(source(broker.port), fresh), sensor(broker.port) as mouth:
            mouth.publish("sites/a/1/up", b"z")
            await until(lambda: fresh.items)
        assert [reading.payload for reading in fresh.readings] == [b"z"]

    asyncio.run(story())


def test_a_broker_without_a_window_cannot_fill_the_memory(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What finds no room stays with the broker and comes again when there is room."""
    monkeypatch.setattr(mqtt, "_MOST_OPEN", 10)
    wide = Mosquitto(tmp_path, "allow_anonymous true", "max_inflight_messages 0")
    wide.start()

    async def story() -> None:
        intake = Listening(lambda _: None)
        one = source(wide.port)
        async with running(one, intake), sensor(wide.port) as mouth:
            for number in range(40):
                mouth.publish("sites/a/1/up", b"%d" % number)
            await until(lambda: one.counts().get("left_with_broker", 0) >= 1)
            assert len(intake.items) <= 10
            intake.settle_as = lambda _: Outcome.STORED
            for item in tuple(intake.items):
                item.settle(Outcome.STORED)
            await until(lambda: len(intake.items) >= 40)
        assert sorted(reading.payload for reading in intake.readings) == sorted(b"%d" % n for n in range(40))

    try:
        asyncio.run(story())
    finally:
        wide.kill()


def test_qos_0_beyond_the_bound_is_lost_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mqtt, "_MOST_OPEN", 2)
    one = source(1)
    for _ in range(5):
        one._arrived(
            Arrival(
                topic="sites/a/1/up", payload=b"x", mid=0, qos=0, again=False, retained=False, connection=1
            )
        )
    assert one.counts()["lost_qos0"] == 3
    assert caplog.text.count("QoS 1") == 1


def test_a_broker_killed_in_the_middle_loses_nothing_that_it_kept(broker: LocalBroker) -> None:
    async def story() -> None:
        kept = Kept()
        one = source(broker.port)
        async with running(one, kept), sensor(broker.port) as mouth:
            sent = 0
            for _ in range(3):
                for _ in range(50):
                    sent += mouth.publish("sites/a/1/up", b"%d" % sent)
                    await asyncio.sleep(0)
                await until(lambda sent=sent: len(set(kept.rows)) == sent)  # type: ignore[misc]
                broker.kill()
                await until(lambda: not one.link.up and not mouth.up)
                await asyncio.to_thread(broker.start)
                await until(lambda: one.link.up and mouth.up)
        assert len(kept.rows) == len(set(kept.rows)) == sent

    asyncio.run(story())


def rows_in(folder: Path) -> list[float]:
    """Every battery voltage in an outbox, of all its lives."""
    outbox = Outbox.open(folder / "outbox.db", boot="reader")
    try:
        found: list[float] = []
        for lane in outbox.lanes():
            part = Slice(
                stream=lane.stream,
                epoch=lane.epoch,
                first=lane.oldest,
                end=lane.next,
                oldest=lane.oldest,
                backfill=False,
            )
            found += [float(value) for value in outbox.read(part).value]
        return found
    finally:
        outbox.close()


async def live(port: int, folder: Path, acknowledge: int) -> None:
    """Run an agent of its own until it kills itself."""
    words = [sys.executable, "-W", "ignore", str(AGENT), str(port), str(folder), str(acknowledge)]
    process = await asyncio.create_subprocess_exec(*words, env={"PYTHONPATH": str(ROOT)})
    try:
        async with asyncio.timeout(60):
            assert await process.wait() == -signal.SIGKILL
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_an_agent_killed_after_each_commit_counts_each_publish_once(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    """SIGKILL between commit and PUBACK, again and again; half of the publishes are equal to the one before."""
    numbers = [number // 2 for number in range(12)]

    async def story() -> None:
        first = MqttSource(settings(mosquitto.port), shelf("p"), clock, "gw")
        async with running(first, Listening()), sensor(mosquitto.port) as mouth:
            await until(lambda: mouth.up)  # from now on the broker keeps what comes while the agent is away
        async with sensor(mosquitto.port) as mouth:
            for number in numbers:
                mouth.publish("a/1", b"%d" % number)
            await live(mosquitto.port, tmp_path, 1)
            while len(rows_in(tmp_path)) < len(numbers):
                await live(mosquitto.port, tmp_path, 0)
            mouth.publish("a/1", b"98")  # what the last life left unacknowledged comes again before it
            await live(mosquitto.port, tmp_path, 0)
        assert sorted(rows_in(tmp_path)) == [*numbers, 98]

    asyncio.run(story())
