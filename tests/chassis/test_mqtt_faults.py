"""The MQTT link on dead networks, and with a broker that talks nonsense."""

import asyncio
import logging
import socket
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis import MqttLink, MqttPlan, MqttSettings
from tests.brokers import free_port
from tests.chassis.ear import CONNACK, Ear, open_sockets, read_connect
from tests.scripted import scripted
from tests.until import until

SUBACK_DENIED = b"\x90\x03\x00\x01\x80"


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


def test_nobody_listens_there(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with Ear(free_port(), longest_retry_s=0.01).running() as ear:
            await until(lambda: caplog.records)
            await asyncio.sleep(0.1)
            assert not ear.link.up
            assert ear.link.reconnects == 0

    asyncio.run(story())
    assert len(caplog.records) == 1
