"""The MQTT source against real brokers: acknowledged after it is kept, counted once, never silent about a fault."""

import asyncio
import contextlib
import json
import logging
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from chassis import Arrival, ConfigError, MqttLink, MqttPlan, MqttSettings
from device_profiles import Envelope
from edge_agent.sources import Intake, MqttSource, MqttSourceSettings, Outcome, RouteSettings, Written, mqtt
from edge_agent.sources.heard import Heard
from tests.brokers import BROKERS, LocalBroker, Mosquitto, local_broker
from tests.edge_agent.sources.listening import NOW_MS, Kept, Listening, clock, shelf
from tests.until import until

ROOT = Path(__file__).resolve().parents[3]
ROUTE = RouteSettings(topic="sites/a/{device}/up", profile="p")
CHIRPSTACK = RouteSettings(topic="application/+/device/+/event/up", envelope=Envelope.CHIRPSTACK_V4)
UPLINK = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
    "time": "2025-10-09T08:53:20+00:00",
    "deviceInfo": {"devEui": "70b3d57ed0000001", "deviceProfileName": "Bosch TPS110"},
    "fPort": 1,
    "data": "AQ==",
}


def source(port: int, *routes: RouteSettings, **more: object) -> MqttSource:
    settings = MqttSourceSettings(
        broker=MqttSettings(port=port, longest_retry_s=0.2),
        routes=routes or (ROUTE,),
        **more,  # type: ignore[arg-type]
    )
    return MqttSource(settings, shelf("p", "q@1"), clock, "gw1")


@contextlib.asynccontextmanager
async def running(one: MqttSource, intake: Intake) -> AsyncIterator[MqttSource]:
    task = asyncio.create_task(one.run(intake))
    try:
        await until(lambda: one.link.up or task.done())
        yield one
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def sensor(port: int) -> AsyncIterator[MqttLink]:
    link = MqttLink(
        MqttSettings(port=port, longest_retry_s=0.2),
        MqttPlan(client_id="sensor", topics=[], on_arrival=lambda _: None),
    )
    task = asyncio.create_task(link.run())
    try:
        await until(lambda: link.up)
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


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


def test_hears_raw_bytes_and_envelopes(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening()
        one = source(broker.port, ROUTE, CHIRPSTACK, by_name={"Bosch TPS110": "q"})
        async with running(one, intake), sensor(broker.port) as mouth:
            mouth.publish("sites/a/bay-7/up", b"\x01\xff")
            mouth.publish("application/1/device/70b3d57ed0000001/event/up", json.dumps(UPLINK).encode())
            await until(lambda: len(intake.items) == 2)
        raw, wrapped = intake.heard
        assert (raw.reading.device, raw.reading.payload, raw.profile) == ("bay-7", b"\x01\xff", "p")
        assert raw.surely_new
        assert raw.reading.identity.startswith("mqtt:lilong-gw1-mqtt:")
        assert (wrapped.reading.device, wrapped.reading.port, wrapped.profile) == (
            "70b3d57ed0000001",
            1,
            "q@1",
        )
        assert wrapped.reading.identity == UPLINK["deduplicationId"]
        assert not wrapped.surely_new
        assert one.counts()["stored"] == 2

    asyncio.run(story())


def test_two_equal_publishes_are_both_heard(broker: LocalBroker) -> None:
    async def story() -> None:
        kept = Kept()
        async with running(source(broker.port), kept), sensor(broker.port) as mouth:
            for _ in range(300):  # more than any broker's window, so that packet ids are used again
                mouth.publish("sites/a/1/up", b"free")
                await asyncio.sleep(0)
            await until(lambda: len(kept.rows) == 300)

    asyncio.run(story())


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


def test_what_is_no_reading_goes_to_quarantine_and_is_acknowledged(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening(lambda _: Outcome.QUARANTINED)
        one = source(broker.port, RouteSettings(topic="a/{device}", format=Written.HEX), CHIRPSTACK)
        async with running(one, intake), sensor(broker.port) as mouth:
            mouth.publish("a/1", b"no hex")
            mouth.publish("application/1/device/2/event/up", b'{"deviceInfo":{}}')
            mouth.publish("a/" + "é" * 200, b"01")
            await until(lambda: len(intake.items) == 3)
        refused = {item.where: item for item in intake.refused}  # rumqttd keeps the order within a topic only
        assert set(refused) == {"a/1", "application/1/device/2/event/up", "a/" + "é" * 200}
        assert "written as hex" in refused["a/1"].reason
        assert "deviceInfo.devEui" in refused["application/1/device/2/event/up"].reason
        assert refused["a/1"].payload == b"no hex"
        assert (refused["a/1"].received_ms, refused["a/1"].source) == (NOW_MS, "mqtt")
        assert one.counts()["refused"] == 3
        fresh = Listening()
        async with (
            running(source(broker.port, RouteSettings(topic="a/{device}")), fresh),
            sensor(broker.port) as m,
        ):
            m.publish("a/2", b"x")
            await until(lambda: fresh.items)
        assert [reading.device for reading in fresh.readings] == ["2"]

    asyncio.run(story())


def test_a_retained_publish_is_believed_only_if_it_says_when_it_was_true(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening()
        one = source(broker.port, ROUTE, CHIRPSTACK)
        earlier = Listening()
        async with sensor(broker.port) as mouth:
            topic = "application/1/device/70b3d57ed0000001/event/up"
            async with running(source(broker.port, ROUTE, CHIRPSTACK, client_id="earlier"), earlier):
                mouth.publish("sites/a/1/up", b"free", retain=True)
                mouth.publish(topic, json.dumps(UPLINK).encode(), retain=True)
                await until(lambda: len(earlier.items) == 2)
            async with running(one, intake):
                await until(lambda: one.counts().get("arrived") == 2)
                await until(lambda: one.counts().get("stored") == 1)
                assert one.counts()["retained"] == 1
                mouth.publish("sites/a/1/up", b"occupied", retain=True)  # heard as it happens
                await until(lambda: len(intake.items) == 2)
        assert [reading.device for reading in intake.readings] == ["70b3d57ed0000001", "1"]

    asyncio.run(story())


def test_routes_of_an_earlier_configuration_are_passed_over(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with running(source(mosquitto.port, RouteSettings(topic="old/{device}")), Listening()):
            pass
        intake = Listening()
        one = source(mosquitto.port)
        async with running(one, intake), sensor(mosquitto.port) as mouth:
            for _ in range(3):
                mouth.publish("old/1", b"x")
            mouth.publish("sites/a/1/up", b"y")
            await until(lambda: intake.items)
            assert one.counts()["unrouted"] == 3
        assert [reading.payload for reading in intake.readings] == [b"y"]

    with caplog.at_level(logging.WARNING, logger="edge_agent"):
        asyncio.run(story())
    assert caplog.text.count("earlier configuration") == 1


def test_an_unknown_kind_of_device_is_told_once(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(mosquitto.port, CHIRPSTACK), intake), sensor(mosquitto.port) as mouth:
            for _ in range(2):
                mouth.publish("application/1/device/2/event/up", json.dumps(UPLINK).encode())
            await until(lambda: len(intake.items) == 2)
        assert [item.profile for item in intake.heard] == ["", ""]

    asyncio.run(story())
    assert caplog.text.count("no profile for devices called 'Bosch TPS110'") == 1


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


def test_says_for_how_long_it_is_deaf(broker: LocalBroker) -> None:
    async def story() -> None:
        one = source(broker.port)
        assert one.counts()["deaf_ms"] == 0
        async with running(one, Listening()):
            assert one.counts()["deaf_ms"] == 0
            broker.kill()
            await until(lambda: one.counts()["deaf_ms"] > 0)
            await asyncio.to_thread(broker.start)
            await until(lambda: one.counts()["deaf_ms"] == 0)
            assert one.counts()["reconnects"] == 1

    asyncio.run(story())


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


def test_a_foreign_client_is_heard(mosquitto: Mosquitto) -> None:
    if shutil.which("mosquitto_pub") is None:
        pytest.skip("mosquitto_pub is not installed (apt-get install mosquitto-clients)")

    async def story() -> None:
        intake = Listening()
        routes = (
            RouteSettings(topic="sites/a/{device}/up", format=Written.HEX),
            RouteSettings(topic="senml/{device}", format=Written.SENML_JSON),
        )
        async with running(source(mosquitto.port, *routes), intake):
            for topic, text in (("sites/a/bay-7/up", "01ff"), ("senml/7", '[{"n":"3431/0/1","vb":true}]')):
                await asyncio.to_thread(
                    subprocess.run,
                    ["mosquitto_pub", "-p", str(mosquitto.port), "-q", "1", "-t", topic, "-m", text],
                    check=True,
                )
            await until(lambda: len(intake.items) == 2)
        assert intake.readings[0].payload == b"\x01\xff"
        assert intake.readings[1].payload == b'[{"n":"3431/0/1","vb":true}]'

    asyncio.run(story())


AGENT = """
import asyncio, os, signal, sqlite3, sys
from chassis import MqttSettings
from edge_agent.sources import MqttSource, MqttSourceSettings, Outcome, RouteSettings
from tests.edge_agent.sources.listening import clock, shelf

class Disk:
    def __init__(self, path, kill_at):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("CREATE TABLE IF NOT EXISTS seen (identity TEXT PRIMARY KEY)")
        self.db.execute("CREATE TABLE IF NOT EXISTS rows (payload TEXT)")
        self.kill_at = kill_at
    def offer(self, item):
        raise AssertionError("unused")
    async def put(self, item):
        identity = item.reading.identity
        self.db.execute("BEGIN IMMEDIATE")
        seen = self.db.execute("SELECT 1 FROM seen WHERE identity = ?", (identity,)).fetchone()
        new = item.surely_new or not seen
        if new:
            self.db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (identity,))
            self.db.execute("INSERT INTO rows VALUES (?)", (item.reading.payload.decode(),))
        self.db.execute("COMMIT")
        self.kill_at -= new
        if self.kill_at == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        item.settle(Outcome.STORED if new else Outcome.REPEATED)

port, path, kill_at = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
settings = MqttSourceSettings(
    broker=MqttSettings(port=port, longest_retry_s=0.2), routes=(RouteSettings(topic="a/{device}"),)
)
asyncio.run(MqttSource(settings, shelf(), clock, "gw").run(Disk(path, kill_at)))
"""


def test_an_agent_killed_after_each_commit_counts_each_publish_once(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    """SIGKILL between commit and PUBACK, again and again; half of the publishes are equal to the one before."""
    program = tmp_path / "agent.py"
    program.write_text(textwrap.dedent(AGENT))
    rows = tmp_path / "rows.db"

    def agent(kill_at: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", str(program), str(mosquitto.port), str(rows), str(kill_at)],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        )

    def stored() -> list[str]:
        with contextlib.closing(sqlite3.connect(rows)) as db, contextlib.suppress(sqlite3.OperationalError):
            return [row[0] for row in db.execute("SELECT payload FROM rows")]
        return []  # the table is not there yet

    async def story() -> None:
        settings = MqttSourceSettings(
            broker=MqttSettings(port=mosquitto.port), routes=(RouteSettings(topic="a/{device}"),)
        )
        async with (
            running(MqttSource(settings, shelf(), clock, "gw"), Listening()),
            sensor(mosquitto.port) as mouth,
        ):
            await until(lambda: mouth.up)  # from now on the broker keeps what comes while the agent is away
        async with sensor(mosquitto.port) as mouth:
            for number in range(20):
                mouth.publish("a/1", b"%d" % (number // 2))
            for kill_at in (1, 2, 1, 3):
                assert await asyncio.to_thread(agent(kill_at).wait, 30) == -signal.SIGKILL
            last = agent(-1)
            try:
                await until(lambda: len(stored()) >= 20)
                mouth.publish("a/1", b"end")
                await until(lambda: "end" in stored())
            finally:
                last.kill()
                await asyncio.to_thread(last.wait)
        assert stored() == [*(str(number // 2) for number in range(20)), "end"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"routes": ()}, "at least one route"),
        ({"routes": (ROUTE,), "broker": MqttSettings(port=0)}, "expected a port"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_runs(
    wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        MqttSource(MqttSourceSettings(**wrong), shelf("p"), clock, "gw1")  # type: ignore[arg-type]
