"""The MQTT link against real brokers, dead networks and a broker that talks nonsense."""

import asyncio
import contextlib
import itertools
import logging
import shutil
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis import Arrival, ConfigError, MqttLink, MqttPlan, MqttSettings, Will
from tests.brokers import BROKERS, LocalBroker, Mosquitto, free_port, local_broker
from tests.scripted import scripted
from tests.until import until

CONNACK = b"\x20\x02\x00\x00"
SUBACK_DENIED = b"\x90\x03\x00\x01\x80"


class Ear:
    """A link with everything that happened to it."""

    def __init__(
        self, port: int, *topics: str, keep: bool = False, name: str = "ear", **more: object
    ) -> None:
        self.heard: list[Arrival] = []
        self.turns: list[str] = []
        wanted = {"host": "127.0.0.1", "port": port, "longest_retry_s": 0.2, **more}
        self.link = MqttLink(
            MqttSettings(**wanted),  # type: ignore[arg-type]
            MqttPlan(
                client_id=name,
                topics=topics,
                on_arrival=self.heard.append,
                on_up=lambda: self.turns.append("up"),
                on_down=lambda: self.turns.append("down"),
                keep_session=keep,
            ),
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Ear"]:
        """Run the link for the time of the block; what ends it early fails the test."""
        task = asyncio.create_task(self.link.run())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalBroker]:
    started = local_broker(request.param, tmp_path)
    started.start()
    yield started
    started.kill()


async def read_connect(reader: asyncio.StreamReader) -> None:
    head = await reader.readexactly(2)
    await reader.readexactly(head[1])


def open_sockets() -> set[str]:
    """The sockets of this process, by inode."""
    targets = set()
    for file in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the listing's own descriptor is gone by now
            targets.add(str(file.readlink()))
    return {target for target in targets if target.startswith("socket:")}


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


def test_nothing_is_acknowledged_twice() -> None:
    """Neither by taking it twice nor because an impatient broker sent it twice over one connection."""
    publish = b"\x32\x06\x00\x01a\x00%cx"
    acknowledged: list[int] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_connect(reader)
        writer.write(CONNACK + b"".join(publish % mid for mid in (1, 2, 1, 3)))
        while packet := await reader.readexactly(4):
            assert packet[:3] == b"\x40\x02\x00"
            acknowledged.append(packet[3])

    async def story() -> None:
        async with scripted(script) as port, Ear(port, keep=True).running() as ear:
            await until(lambda: len(ear.heard) == 4)
            taken = [ear.link.take(ear.heard[at]) for at in (1, 1, 0, 0, 2)]
            assert taken == [True, True, True, False, False]
            ear.link.take(ear.heard[3])
            await until(lambda: len(acknowledged) == 3)
        assert acknowledged == [1, 2, 3]

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


def test_a_busy_connection_still_proves_that_it_lives() -> None:
    """Arrivals without a pause must not keep the ping from going out: the broker would drop us."""

    async def story() -> None:
        pinged = asyncio.Event()

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_connect(reader)
            writer.write(CONNACK)

            async def flood() -> None:
                while not pinged.is_set():
                    writer.write(b"\x30\x04\x00\x01ax")
                    await writer.drain()
                    await asyncio.sleep(0.05)

            task = asyncio.create_task(flood())
            while (kind := (await reader.readexactly(1))[0]) != 0xC0:
                assert kind
            pinged.set()
            await task

        async with scripted(script) as port, Ear(port, keepalive_s=1).running():
            await asyncio.wait_for(pinged.wait(), 20)

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


def test_a_refused_password_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    users = tmp_path / "users"
    users.write_text("gateway:right\n")
    subprocess.run([shutil.which("mosquitto_passwd") or "true", "-U", str(users)], check=True)
    broker = Mosquitto(tmp_path, "allow_anonymous false", f"password_file {users}")
    (tmp_path / "wrong").write_text("wrong\n")
    (tmp_path / "right").write_text("right\n")
    users.chmod(0o644)
    tmp_path.chmod(0o755)
    broker.start()

    async def story() -> None:
        secret = tmp_path / "wrong"
        async with Ear(broker.port, "a", username="gateway", password_file=str(secret)).running() as ear:
            await until(lambda: caplog.records)
            connects = asyncio.create_task(asyncio.sleep(1))
            await connects
            assert not ear.link.up
            secret.write_text("right")  # the operator corrects it: no restart needed
            await until(lambda: ear.link.up)

    with caplog.at_level(logging.WARNING, logger="chassis"):
        try:
            asyncio.run(story())
        finally:
            broker.kill()
    (only,) = [record.getMessage() for record in caplog.records]
    assert "refused the connection: Not authorized" in only
    assert str(broker.port) in only


def test_a_broker_that_hangs_up_instead_of_answering_is_weather(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        tries = 0

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal tries
            await read_connect(reader)
            tries += 1

        async with scripted(script) as port, Ear(port).running() as ear:
            await until(lambda: tries >= 3)
            assert not ear.link.up
            assert ear.turns == []

    with caplog.at_level(logging.WARNING, logger="chassis"):
        asyncio.run(story())
    assert len(caplog.records) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(min_size=1, max_size=60), st.booleans())
def test_nonsense_from_the_broker_never_ends_the_link(nonsense: bytes, accepted: bool) -> None:
    async def story() -> None:
        connections = 0

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            await read_connect(reader)
            writer.write((CONNACK if accepted else b"") + nonsense)

        async with scripted(script) as port, Ear(port, "a", longest_retry_s=0.001).running():
            await until(lambda: connections >= 2)

    asyncio.run(story())


def test_a_topic_that_is_not_utf_8_arrives_escaped() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_connect(reader)
        writer.write(CONNACK + b"\x30\x06\x00\x03a/\xffx")
        await reader.read()

    async def story() -> None:
        async with scripted(script) as port, Ear(port).running() as ear:
            await until(lambda: ear.heard)
            assert (ear.heard[0].topic, ear.heard[0].payload) == ("a/\\xff", b"x")

    asyncio.run(story())


def test_what_arrives_together_with_the_brokers_yes_is_heard_after_on_up() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_connect(reader)
        writer.write(CONNACK + b"\x32\x06\x00\x01a\x00\x07x")
        await reader.read()

    async def story() -> None:
        async with scripted(script) as port:
            order: list[str] = []
            plan = MqttPlan(
                client_id="x",
                topics=[],
                on_arrival=lambda a: order.append(f"{a.topic} {link.take(a)}"),
                on_up=lambda: order.append("up"),
                keep_session=True,
            )
            link = MqttLink(MqttSettings(port=port), plan)
            task = asyncio.create_task(link.run())
            await until(lambda: len(order) == 2)
            task.cancel()
            assert order == ["up", "a True"]

    asyncio.run(story())


def test_a_denied_subscription_is_an_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_connect(reader)
        writer.write(CONNACK)
        await reader.readexactly(2)
        writer.write(SUBACK_DENIED)
        await reader.read()

    async def story() -> None:
        async with scripted(script) as port, Ear(port, "secret/#").running():
            await until(lambda: caplog.records)

    asyncio.run(story())
    assert "does not let us hear 'secret/#'" in caplog.text


def test_cancelling_works_while_the_broker_keeps_us_waiting() -> None:
    async def story() -> None:
        arrived = asyncio.Event()

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_connect(reader)
            arrived.set()
            await reader.read()

        async with scripted(script) as port:
            before = open_sockets()
            async with Ear(port).running():
                await asyncio.wait_for(arrived.wait(), 10)
            await until(lambda: len(open_sockets()) <= len(before))

    asyncio.run(story())


def test_a_hanging_name_look_up_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the time-out nor the end of the program wait for it, and afterwards no CONNECT leaves."""
    release = threading.Event()
    entered = threading.Event()
    real = socket.getaddrinfo

    def blocked(host: str, port: int, *more: object, **named: object) -> object:
        entered.set()
        release.wait(30)
        return real("127.0.0.1", port, *more, **named)  # type: ignore[arg-type]

    received: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read())

    async def story() -> None:
        async with scripted(script) as port:
            monkeypatch.setattr(socket, "getaddrinfo", blocked)
            async with Ear(port, host="broker.invalid").running() as ear:
                await until(entered.is_set)
                assert not ear.link.up
            release.set()
            await until(lambda: received)
            assert received == [b""]
            await until(lambda: not any(t.name == "mqtt-connect" for t in threading.enumerate()))

    asyncio.run(story())


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


def make_certificates(folder: Path) -> None:
    """Make an authority and a certificate for localhost; skips without openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "stranger"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt",
                "-subj", f"/CN=Test {name}", "-days", "2")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
            "-subj", "/CN=localhost")  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "server.crt", "-days", "2", "-extfile", "names")  # fmt: skip
    for file in folder.iterdir():
        file.chmod(0o644)
    folder.chmod(0o755)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    make_certificates(folder)
    return folder


@pytest.mark.parametrize("path", ["", "/mqtt"], ids=["tls", "tls-websocket"])
def test_speaks_tls_and_trusts_only_its_authority(
    path: str, tmp_path: Path, certificates: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tls = (
        f"cafile {certificates}/ca.crt",
        f"certfile {certificates}/server.crt",
        f"keyfile {certificates}/server.key",
    )
    protocol = ("protocol websockets",) if path else ()
    broker = Mosquitto(tmp_path, "allow_anonymous true", *protocol, *tls)
    broker.start()

    async def story() -> None:
        async with Ear(
            broker.port, "a", ca_file=f"{certificates}/ca.crt", websocket_path=path
        ).running() as ear:
            await until(lambda: ear.link.up)
            for number in range(50):  # many packets in one TLS record, and one that needs several
                ear.link.publish("a", b"x" * (200_000 if number == 25 else number))
            await until(lambda: len(ear.heard) == 50)
        async with Ear(
            broker.port, "a", ca_file=f"{certificates}/stranger.crt", websocket_path=path
        ).running() as ear:
            await until(lambda: "certificate verify failed" in caplog.text)
            assert not ear.link.up

    try:
        asyncio.run(story())
    finally:
        broker.kill()


def test_speaks_websocket(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path, "allow_anonymous true", "protocol websockets")
    broker.start()

    async def story() -> None:
        async with Ear(broker.port, "a", websocket_path="/mqtt").running() as ear:
            await until(lambda: ear.link.up)
            ear.link.publish("a", b"x" * 100_000)
            await until(lambda: ear.heard)
            broker.kill()
            await until(lambda: not ear.link.up)

    try:
        asyncio.run(story())
    finally:
        broker.kill()


def test_a_web_server_that_speaks_no_mqtt_is_weather(caplog: pytest.LogCaptureFixture) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def story() -> None:
        async with scripted(script) as port, Ear(port, websocket_path="/mqtt").running() as ear:
            await until(lambda: "WebSocket handshake error" in caplog.text)
            assert not ear.link.up

    asyncio.run(story())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"host": ""}, "expected a host"),
        ({"host": "a..b"}, "expected a host name"),
        ({"port": 0}, "expected a port"),
        ({"keepalive_s": 0}, "keepalive_s"),
        ({"longest_retry_s": 0}, "longest_retry_s"),
        ({"password_file": "x"}, "password_file needs username"),
        ({"username": "u", "password_file": "/nowhere"}, "/nowhere"),
        ({"cert_file": "x"}, "cert_file needs ca_file"),
        ({"key_file": "x"}, "key_file needs cert_file"),
        ({"ca_file": "/nowhere"}, "/nowhere"),
        ({"websocket_path": "mqtt"}, "websocket_path"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_runs(
    wrong: dict[str, object], says: str
) -> None:
    plan = MqttPlan(client_id="x", topics=[], on_arrival=lambda _: None)
    with pytest.raises(ConfigError, match=says):
        MqttLink(MqttSettings(**wrong), plan)  # type: ignore[arg-type]


def test_nobody_listens_there(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with Ear(free_port(), longest_retry_s=0.01).running() as ear:
            await until(lambda: caplog.records)
            await asyncio.sleep(0.1)
            assert not ear.link.up
            assert ear.link.reconnects == 0

    asyncio.run(story())
    assert len(caplog.records) == 1
