"""One MQTT 3.1.1 connection on the event loop: connects, stays connected, hands over what arrives."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as paho
from msgspec import Struct
from paho.mqtt.enums import CallbackAPIVersion

from chassis.backoff import Backoff
from chassis.config import read_secret
from chassis.errors import ConfigError

log = logging.getLogger(__name__)
_CONNECT_WITHIN_S: Final = 15.0
_MISC_EVERY_S: Final = 1.0


class MqttSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the broker is and how to speak to it; secrets come from files."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    websocket_path: str = ""
    keepalive_s: int = 30
    longest_retry_s: float = 300.0


class Will(Struct, frozen=True, kw_only=True):
    """What the broker publishes for us, retained, when we vanish."""

    topic: str
    payload: bytes


class Arrival(Struct, frozen=True, kw_only=True):
    """A publish that arrived. `again` is MQTT's DUP flag: the broker had sent it before. `mid` is its packet id."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    again: bool
    retained: bool


class MqttPlan(Struct, frozen=True, kw_only=True):
    """What a link does with its connection: who it is, what it hears, what happens on each turn.

    The callbacks run on the event loop and must not block. With `keep_session` the broker keeps what arrives while
    the link is away, and an arrival counts as taken only after `MqttLink.take`.
    """

    client_id: str
    topics: Sequence[str]
    on_arrival: Callable[[Arrival], None]
    on_up: Callable[[], None] = lambda: None
    on_down: Callable[[], None] = lambda: None
    will: Will | None = None
    keep_session: bool = False


class MqttLink:
    """A connection that `run` keeps alive; a new paho client a connection, so that nothing old is sent twice."""

    def __init__(self, settings: MqttSettings, plan: MqttPlan) -> None:
        """Take note of both; nothing is opened before `run`."""
        self._settings = settings
        self._plan = plan
        self._client: paho.Client | None = None
        self._ended = asyncio.Event()
        self._broken: Exception | None = None
        self.up = False
        self.reconnects = 0

    async def run(self) -> None:
        """Stay connected until cancelled."""
        backoff = Backoff(self._settings.longest_retry_s)
        lost_logged = False
        while True:
            try:
                await self._connect()
            except (OSError, TimeoutError, ConnectionError) as error:
                if not lost_logged:
                    log.warning(
                        "MQTT broker %s:%s: %s; trying on",
                        self._settings.host,
                        self._settings.port,
                        error,
                    )
                lost_logged = True
            else:
                log.info(
                    "MQTT broker %s:%s: connected",
                    self._settings.host,
                    self._settings.port,
                )
                backoff.succeeded()
                lost_logged = False
                await self._stay()
            await asyncio.sleep(backoff.failed())
            self.reconnects += 1

    def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False
    ) -> bool:
        """Hand a publish to the connection; False if there is none or its queue is full."""
        if self._client is None or not self.up:
            return False
        return (
            self._client.publish(topic, payload, qos=qos, retain=retain).rc
            == paho.MQTT_ERR_SUCCESS
        )

    def take(self, arrival: Arrival) -> None:
        """Acknowledge an arrival to the broker: what it carried is safe now."""
        if self._client is not None and arrival.qos:
            self._client.ack(arrival.mid, arrival.qos)

    def subscribe(self, topic: str) -> None:
        """Hear one topic more on this connection."""
        if self._client is not None and self.up:
            self._client.subscribe(topic, qos=1)

    def unsubscribe(self, topic: str) -> None:
        """Stop hearing a topic on this connection."""
        if self._client is not None and self.up:
            self._client.unsubscribe(topic)

    # -- one connection ------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        self._ended.clear()
        self._broken = None
        loop = asyncio.get_running_loop()
        accepted: asyncio.Future[None] = loop.create_future()
        client = self._client = self._new_client(loop, accepted)
        try:
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                await asyncio.to_thread(
                    client.connect,
                    self._settings.host,
                    self._settings.port,
                    self._settings.keepalive_s,
                )
                while not accepted.done():
                    await asyncio.wait([accepted], timeout=_MISC_EVERY_S)
                    client.loop_misc()
            accepted.result()
        except BaseException:
            self._drop()
            raise
        self.up = True
        for topic in self._plan.topics:
            client.subscribe(topic, qos=1)
        self._plan.on_up()

    async def _stay(self) -> None:
        """Serve the connection until it ends."""
        client = self._client
        try:
            while client is not None and not self._ended.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_MISC_EVERY_S):
                        await self._ended.wait()
                client.loop_misc()
        finally:
            self._drop()
        if self._broken is not None:
            raise self._broken
        log.warning(
            "MQTT broker %s:%s: connection lost; trying on",
            self._settings.host,
            self._settings.port,
        )

    def _drop(self) -> None:
        client, self._client = self._client, None
        was_up, self.up = self.up, False
        if client is not None:
            client.on_disconnect = None
            client.disconnect()
            client.loop_write()
            _close(client)
        if was_up:
            self._plan.on_down()

    def _new_client(
        self, loop: asyncio.AbstractEventLoop, accepted: asyncio.Future[None]
    ) -> paho.Client:
        settings, plan = self._settings, self._plan
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=plan.client_id,
            clean_session=not plan.keep_session,
            transport="websockets" if settings.websocket_path else "tcp",
            manual_ack=plan.keep_session,
            reconnect_on_failure=False,
        )
        client.max_inflight_messages_set(64)
        client.max_queued_messages_set(1024)
        _secure(client, settings)
        if plan.will is not None:
            client.will_set(plan.will.topic, plan.will.payload, qos=1, retain=True)
        _Sockets(client, loop, self._fail).attach()
        client.on_connect = lambda _c, _u, _f, reason, _p: _settle(accepted, reason)
        client.on_disconnect = lambda _c, _u, _f, _r, _p: self._ended.set()
        client.on_message = lambda _c, _u, publish: plan.on_arrival(_arrival(publish))
        return client

    def _fail(self, error: Exception) -> None:
        """A callback of ours raised: a bug, which ends the task that runs this link."""
        self._broken = error
        self._ended.set()


class _Sockets:
    """Ties a paho client's socket to the event loop."""

    def __init__(
        self,
        client: paho.Client,
        loop: asyncio.AbstractEventLoop,
        failed: Callable[[Exception], None],
    ) -> None:
        self._client, self._loop, self._failed = client, loop, failed

    def attach(self) -> None:
        """Take the four socket callbacks; paho calls them from the thread that connects and from the loop."""
        client = self._client

        def later(call: Callable[[Any], None], sock: Any) -> None:
            self._loop.call_soon_threadsafe(call, sock)

        client.on_socket_open = lambda _c, _u, sock: later(self._opened, sock)
        client.on_socket_close = lambda _c, _u, sock: self._closed(sock)
        client.on_socket_register_write = lambda _c, _u, sock: later(
            self._want_write, sock
        )
        client.on_socket_unregister_write = lambda _c, _u, sock: later(
            self._no_write, sock
        )

    def _opened(
        self, sock: Any
    ) -> None:  # paho hands over plain, TLS and websocket sockets alike
        if sock.fileno() < 0:
            return
        with contextlib.suppress(OSError, AttributeError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._loop.add_reader(sock.fileno(), self._readable, sock)

    def _readable(self, sock: Any) -> None:
        try:
            self._client.loop_read()
            while getattr(sock, "pending", lambda: 0)() and sock.fileno() >= 0:
                self._client.loop_read()
        except Exception as error:  # noqa: BLE001  # whatever a callback raised is handed to the task that owns the link
            self._failed(error)

    def _closed(self, sock: Any) -> None:
        if sock.fileno() >= 0:
            self._loop.remove_reader(sock.fileno())
            self._loop.remove_writer(sock.fileno())

    def _want_write(self, sock: Any) -> None:
        if sock.fileno() >= 0:
            self._loop.add_writer(sock.fileno(), self._client.loop_write)

    def _no_write(self, sock: Any) -> None:
        if sock.fileno() >= 0:
            self._loop.remove_writer(sock.fileno())


def _secure(client: paho.Client, settings: MqttSettings) -> None:
    if settings.username:
        password = (
            read_secret(Path(settings.password_file))
            if settings.password_file
            else None
        )
        client.username_pw_set(settings.username, password)
    if settings.websocket_path:
        client.ws_set_options(path=settings.websocket_path)
    if settings.ca_file:
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
            if settings.cert_file:
                context.load_cert_chain(settings.cert_file, settings.key_file or None)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"MQTT certificates of {settings.host} cannot be loaded: {error}"
            ) from error
        client.tls_set_context(context)


def _settle(
    accepted: asyncio.Future[None], reason: Any
) -> None:  # paho's ReasonCode has no stub
    if accepted.done():
        return
    if reason.is_failure:
        accepted.set_exception(
            ConnectionRefusedError(f"the broker refused the connection: {reason}")
        )
    else:
        accepted.set_result(None)


def _arrival(publish: paho.MQTTMessage) -> Arrival:
    return Arrival(
        topic=publish.topic,
        payload=bytes(publish.payload),
        mid=publish.mid,
        qos=publish.qos,
        again=publish.dup,
        retained=publish.retain,
    )


def _close(client: paho.Client) -> None:
    sock = client.socket()
    if sock is not None:
        asyncio.get_running_loop().remove_reader(sock.fileno())
        asyncio.get_running_loop().remove_writer(sock.fileno())
        sock.close()
