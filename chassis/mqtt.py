"""An MQTT 3.1.1 link that stays connected and hands over what arrives."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

import paho.mqtt.client as paho
from msgspec import Struct

from chassis.backoff import Backoff
from chassis.mqtt_client import Client, MqttSettings, Will, new_client
from chassis.mqtt_connection import Connection

log = logging.getLogger(__name__)
_CONNECT_WITHIN_S: Final = 15.0
_STEADY_AFTER_S: Final = 10.0
"""A connection that ends sooner counts as a failure: two links with one client id push each other out for ever."""


class Arrival(Struct, frozen=True, kw_only=True):
    """A publish that arrived. `again` is MQTT's DUP flag: the broker had sent it before.

    `mid` is its packet id, which means something only within `connection`, the how-manieth connection of the link.
    """

    topic: str
    payload: bytes
    mid: int
    qos: int
    again: bool
    retained: bool
    connection: int = 0


class MqttPlan(Struct, frozen=True, kw_only=True):
    """What a link does with its connection: who it is, what it hears, what happens on each turn.

    The callbacks run on the event loop and must not block; what they raise ends `MqttLink.run`. With `keep_session`
    the broker keeps what arrives while the link is away, and an arrival counts as taken only after `MqttLink.take`.
    A link with a will leaves without a good-bye, so that the broker publishes the will however the link ends.
    `spread_s`: after an outage the link waits by chance up to that long, so that many links do not return at once.
    """

    client_id: str
    topics: Sequence[str]
    on_arrival: Callable[[Arrival], None]
    on_up: Callable[[], None] = lambda: None
    on_down: Callable[[], None] = lambda: None
    will: Will | None = None
    keep_session: bool = False
    spread_s: float = 0.0


class MqttLink:
    """A connection that `run` keeps alive; a new paho client a connection, so that nothing old is sent twice."""

    def __init__(self, settings: MqttSettings, plan: MqttPlan) -> None:
        """Check both; nothing is opened before `run`.

        Raises:
            ConfigError: a setting cannot work, or a file that it names cannot be read.
        """
        self._settings = settings
        self._plan = plan
        self._where = f"MQTT broker {settings.host}:{settings.port} as {plan.client_id}"
        self._said = ""
        self._connection: Connection | None = None
        self._connections = 0
        self._unacknowledged: dict[int, bool] = {}
        """Packet ids in the order of arrival that are not acknowledged yet, and whether they are taken."""
        self.up = False
        self.resumed = False
        """Whether the broker still knew this connection's session; if not, nothing comes again."""
        self._client()

    @property
    def reconnects(self) -> int:
        """How often the link came back after its first connection."""
        return max(0, self._connections - 1)

    async def run(self) -> None:
        """Stay connected until cancelled."""
        backoff = Backoff(self._settings.longest_retry_s)
        chance = Random()
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection = await self._open()
            except OSError as error:
                self._log_once(str(error) or f"no answer within {_CONNECT_WITHIN_S:g} s")
            else:
                log.info("%s: connected", self._where)
                since = loop.time()
                await self._serve(connection)
                if loop.time() - since >= _STEADY_AFTER_S:
                    backoff.succeeded()
                    self._said = ""
                self._log_once(connection.ended)
                await asyncio.sleep(chance.uniform(0, self._plan.spread_s))
            await asyncio.sleep(backoff.failed())

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        """Hand a publish to the connection; False if there is none or its queue is full."""
        if self._connection is None or not self.up:
            return False
        sent = self._connection.client.publish(topic, payload, qos=qos, retain=retain)
        return sent.rc == paho.MQTT_ERR_SUCCESS

    def take(self, arrival: Arrival) -> bool:
        """Acknowledge an arrival to the broker: what it carried is safe now.

        The acknowledgement leaves when everything that arrived before it is taken too: MQTT asks for that order
        (3.1.1, section 4.6), and rumqttd forgets the wrong publish if it is broken. False if the arrival came over an
        earlier connection (its packet id may belong to another publish by now, and the broker sends it again) or was
        taken before: rumqttd ends the connection at a second acknowledgement and loses a publish.
        """
        current = self._connection is not None and arrival.connection == self._connections
        if self._connection is None or not current or arrival.mid not in self._unacknowledged:
            return False
        self._unacknowledged[arrival.mid] = True
        while self._unacknowledged and self._unacknowledged[mid := next(iter(self._unacknowledged))]:
            del self._unacknowledged[mid]
            self._connection.client.ack(mid, 1)
        return True

    def subscribe(self, topic: str) -> None:
        """Hear one topic more on this connection."""
        if self._connection is not None and self.up:
            self._connection.subscribe(topic)

    def unsubscribe(self, topic: str) -> None:
        """Stop hearing a topic on this connection."""
        if self._connection is not None and self.up:
            self._connection.client.unsubscribe(topic)

    def reconnect(self) -> None:
        """End this connection and begin another: the broker sends again what was not taken."""
        if self._connection is not None:
            self._connection.end("connecting anew was asked for")

    # -- one connection ------------------------------------------------------------------------------------------

    def _client(self) -> Client:
        plan = self._plan
        return new_client(self._settings, plan.client_id, keep_session=plan.keep_session, will=plan.will)

    async def _open(self) -> Connection:
        connection = Connection(self._client())
        async with asyncio.timeout(_CONNECT_WITHIN_S):
            await connection.open(self._settings.host, self._settings.port, self._settings.keepalive_s)
        return connection

    async def _serve(self, connection: Connection) -> None:
        """Hand over what arrives until the connection ends."""
        self._connection = connection
        self._connections += 1
        self._unacknowledged.clear()
        self.resumed = connection.resumed
        self.up = True
        try:
            for topic in self._plan.topics:
                connection.subscribe(topic)
            self._plan.on_up()
            while True:
                self._say_denied(connection)
                for publish in connection.arrived():
                    if publish.qos and self._plan.keep_session:
                        self._unacknowledged.setdefault(publish.mid, False)
                    self._plan.on_arrival(_arrival(publish, self._connections))
                if connection.ended:
                    return
                await connection.news()
        finally:
            self.up = False
            self._connection = None
            connection.close(say_goodbye=self._plan.will is None)
            self._plan.on_down()

    def _say_denied(self, connection: Connection) -> None:
        while connection.denied:
            log.error(
                "%s: does not let us hear %r; change its access list", self._where, connection.denied.pop()
            )

    def _log_once(self, reason: str) -> None:
        if reason != self._said:
            log.warning("%s: %s; trying on", self._where, reason)
        self._said = reason


def _arrival(publish: paho.MQTTMessage, connection: int) -> Arrival:
    try:
        topic = publish.topic
    except (
        UnicodeDecodeError
    ) as error:  # MQTT forbids it, some brokers pass it on: it must reach the quarantine
        topic = bytes(error.object).decode("utf-8", "backslashreplace")
    return Arrival(
        topic=topic,
        payload=bytes(publish.payload),
        mid=publish.mid,
        qos=publish.qos,
        again=publish.dup,
        retained=publish.retain,
        connection=connection,
    )
