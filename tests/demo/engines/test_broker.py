"""The broker keeps what MQTT 3.1.1 promises as far as Lilong leans on it, and its limits are the known ones."""

import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from demo.engines import Broker, EngineError

ROOT = Path(__file__).resolve().parents[3]
WAIT_S = 10.0


class Party:
    """An MQTT client that collects what it is sent, and acknowledges only when told to."""

    def __init__(self, port: int, name: str, *, keep: bool = False, will: str = "") -> None:
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            clean_session=not keep,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if will:
            self.client.will_set(will, b"gone", qos=1)
        self.heard: queue.Queue[MQTTMessage] = queue.Queue()
        self.connected, self.subscribed, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.session_present = False
        self.client.on_connect = self._on_connect
        self.client.on_message = lambda _client, _data, message: self.heard.put(message)
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_disconnect = lambda *_: self.ended.set()
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self.connected.wait(WAIT_S)

    def _on_connect(self, _client: Client, _data: Any, flags: Any, *_: Any) -> None:
        self.session_present = flags.session_present
        self.connected.set()

    def subscribe(self, topics: str) -> None:
        self.client.subscribe(topics, qos=1)
        assert self.subscribed.wait(WAIT_S)

    def publish(self, topic: str, words: bytes, *, retain: bool = False) -> None:
        self.client.publish(topic, words, qos=1, retain=retain).wait_for_publish(WAIT_S)

    def take(self, count: int) -> list[MQTTMessage]:
        return [self.heard.get(timeout=WAIT_S) for _ in range(count)]

    def take_and_acknowledge(self, count: int) -> Iterator[MQTTMessage]:
        for _ in range(count):
            message = self.heard.get(timeout=WAIT_S)
            self.acknowledge(message)
            yield message

    def acknowledge(self, message: MQTTMessage) -> None:
        self.client.ack(message.mid, message.qos)

    def vanish(self) -> None:
        """Cut the connection without a word, as a lost link does."""
        connection = self.client.socket()
        assert isinstance(connection, socket.socket)
        connection.shutdown(socket.SHUT_RDWR)
        assert self.ended.wait(WAIT_S)
        self.client.loop_stop()

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


Invite = Callable[..., Party]


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as started:
        yield started


@pytest.fixture
def invite(broker: Broker) -> Iterator[Invite]:
    invited: list[Party] = []

    def ask(name: str, *, keep: bool = False, will: str = "") -> Party:
        invited.append(Party(broker.port, name, keep=keep, will=will))
        return invited[-1]

    yield ask
    for party in invited:
        party.leave()


def words(messages: list[MQTTMessage]) -> list[bytes]:
    return [bytes(message.payload) for message in messages]


def numbers(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


def test_a_session_keeps_what_came_while_its_client_was_away(invite: Invite) -> None:
    away = invite("gateway", keep=True)
    away.subscribe("bays/#")
    away.leave()
    sensor = invite("sensor")
    for number in numbers(50):
        sensor.publish("bays/1", number)
    back = invite("gateway", keep=True)
    assert back.session_present
    assert words(back.take(50)) == numbers(50)


def test_what_was_not_acknowledged_comes_again(invite: Invite) -> None:
    first = invite("gateway", keep=True)
    first.subscribe("bays/#")
    sensor = invite("sensor")
    for number in numbers(5):
        sensor.publish("bays/1", number)
    taken = first.take(5)
    first.acknowledge(taken[0])
    first.acknowledge(taken[1])
    # On the same link, so that once it is answered the broker has read both acknowledgements.
    first.publish("bays/1", b"5")
    first.take(1)
    first.vanish()
    again = invite("gateway", keep=True)
    assert words(again.take(4)) == [b"2", b"3", b"4", b"5"]


def test_an_acknowledgement_out_of_order_ends_the_connection(invite: Invite) -> None:
    """MQTT-4.6.0-2 asks clients to acknowledge in order; this broker insists, so the agent must obey."""
    hasty = invite("gateway", keep=True)
    hasty.subscribe("bays/#")
    sensor = invite("sensor")
    sensor.publish("bays/1", b"0")
    sensor.publish("bays/1", b"1")
    hasty.acknowledge(hasty.take(2)[1])
    assert hasty.ended.wait(WAIT_S)


def test_a_client_that_acknowledges_nothing_is_sent_a_hundred_and_no_more_until_it_does(
    invite: Invite,
) -> None:
    slow, quick, sensor = invite("slow"), invite("quick"), invite("sensor")
    slow.subscribe("bays/#")
    quick.subscribe("bays/#")
    for number in numbers(101):
        sensor.publish("bays/1", number)
    held = slow.take(100)
    assert words(list(quick.take_and_acknowledge(101))) == numbers(101)
    assert slow.heard.empty()
    slow.acknowledge(held[0])
    assert words(slow.take(1)) == [b"100"]


def test_a_retained_message_reaches_a_late_subscriber_until_it_is_cleared(invite: Invite) -> None:
    teller = invite("teller")
    teller.publish("status/g1", b"old", retain=True)
    teller.publish("status/g1", b"new", retain=True)
    late = invite("late")
    late.subscribe("status/+")
    [message] = late.take(1)
    assert (message.payload, message.retain) == (b"new", True)
    teller.publish("status/g1", b"", retain=True)
    later = invite("later")
    later.subscribe("status/+")
    teller.publish("status/g2", b"live")
    assert words(later.take(1)) == [b"live"]


def test_the_last_will_is_published_for_a_client_that_vanishes_only(invite: Invite) -> None:
    watcher = invite("watcher")
    watcher.subscribe("status/#")
    invite("polite", will="status/polite").leave()
    invite("lost", will="status/lost").vanish()
    assert [message.topic for message in watcher.take(1)] == ["status/lost"]


def test_a_batch_of_256_kilobytes_passes(invite: Invite) -> None:
    cloud = invite("cloud")
    cloud.subscribe("up/#")
    invite("gateway").publish("up/1", bytes(256 * 1024))
    assert len(cloud.take(1)[0].payload) == 256 * 1024


def test_two_hundred_clients_are_served(invite: Invite) -> None:
    listener = invite("listener")
    listener.subscribe("bays/#")
    for number in range(200):
        invite(f"sensor-{number}").publish(f"bays/{number}", b"1")
    assert len({message.topic for message in listener.take_and_acknowledge(200)}) == 200


def test_after_a_kill_the_port_is_the_same_and_the_memory_is_gone(broker: Broker, invite: Invite) -> None:
    """Sessions live in memory: a client must subscribe at every connect, and no broker acknowledgement may count."""
    away = invite("gateway", keep=True)
    away.subscribe("bays/#")
    away.leave()
    sensor = invite("sensor")
    sensor.publish("bays/1", b"1", retain=True)
    broker.kill()
    assert not broker.running
    assert sensor.ended.wait(WAIT_S)
    broker.start()
    back = invite("gateway", keep=True)
    assert not back.session_present
    back.subscribe("bays/#")
    invite("other").publish("bays/2", b"2")
    assert words(back.take(1)) == [b"2"]


def test_a_port_in_use_is_named(broker: Broker) -> None:
    with pytest.raises(EngineError, match=str(broker.port)):
        Broker(broker.port).start()


def test_the_broker_listens_on_loopback_alone(broker: Broker) -> None:
    listening = Path("/proc/net/tcp").read_text().splitlines()
    port = f":{broker.port:04X}"
    assert [
        line.split()[1] for line in listening if line.split()[1].endswith(port) and line.split()[3] == "0A"
    ] == [f"0100007F{port}"]


def test_a_broker_without_its_starter_ends() -> None:
    code = (
        "import os, signal; from demo.engines import Broker; broker = Broker(); broker.start();"
        "print(broker.port, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, timeout=60, check=False
    )
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", int(told.stdout)), timeout=1).close()
        except ConnectionRefusedError:
            break
        assert time.monotonic() < deadline, "the broker outlived the process that started it"
        time.sleep(0.02)
