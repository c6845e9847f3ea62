"""A paho client set up from our settings, which closes whatever it opened when connecting fails."""

import socket
import ssl
from pathlib import Path
from typing import Annotated, Final, Self

import paho.mqtt.client as paho
from msgspec import Meta, Struct
from msgspec.structs import replace
from paho.mqtt.enums import CallbackAPIVersion

from chassis.bounds import Port, Seconds, Text
from chassis.config import read_secret
from chassis.errors import ConfigError

Keepalive = Annotated[int, Meta(ge=1, le=65_535)]
_MOST_IN_FLIGHT: Final = 64
_MOST_QUEUED: Final = 1024


class MqttSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the broker is and how to speak to it; secrets come from files.

    With `ca_file` the connection is TLS (for a broker with a public certificate name the system's bundle, on Debian
    /etc/ssl/certs/ca-certificates.crt); with `websocket_path` it is MQTT over WebSocket.
    """

    host: Text = "127.0.0.1"
    port: Port = 1883
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    websocket_path: str = ""
    keepalive_s: Keepalive = 30
    longest_retry_s: Seconds = 300.0

    def below(self, folder: Path) -> Self:
        """Return the settings with the files that they name taken as relative to a folder."""
        names = ("password_file", "ca_file", "cert_file", "key_file")
        return replace(self, **{name: str(folder / path) for name in names if (path := getattr(self, name))})


class NearMqttSettings(MqttSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A broker that few wait for: it is looked for every 10 s, where thousands of gateways must keep a distance.

    It is also asked more often whether it still answers: one that hangs takes three keep-alives to be found out, and
    screens must not take its silence for calm meanwhile.
    """

    keepalive_s: Keepalive = 10
    longest_retry_s: Seconds = 10.0


class Will(Struct, frozen=True, kw_only=True):
    """What the broker publishes for us, retained, when we are gone."""

    topic: str
    payload: bytes


class Client(paho.Client):
    """paho's client without its leaks: a failed TLS or WebSocket handshake leaves no socket open."""

    tls: ssl.SSLContext | None = None
    _raw: socket.socket | None = None

    def _create_socket(self) -> "paho.SocketLike":  # a name for type checkers alone
        try:
            return super()._create_socket()
        except BaseException:
            if self._raw is not None:
                self._raw.close()
            raise

    def _create_socket_connection(self) -> socket.socket:
        self._raw = super()._create_socket_connection()
        self._raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._raw

    def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
        assert self.tls is not None
        wrapped = self.tls.wrap_socket(tcp_sock, server_hostname=self.host, do_handshake_on_connect=False)
        self._raw = wrapped
        wrapped.settimeout(self.connect_timeout)
        wrapped.do_handshake()
        return wrapped


def new_client(settings: MqttSettings, client_id: str, *, keep_session: bool, will: Will | None) -> Client:
    """Set up a client that has not connected yet.

    Raises:
        ConfigError: a setting is out of range, contradicts another, or names a file that cannot be used.
    """
    _check(settings)
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=not keep_session,
        transport="websockets" if settings.websocket_path else "tcp",
        manual_ack=keep_session,
        reconnect_on_failure=False,
    )
    client.max_inflight_messages_set(_MOST_IN_FLIGHT)
    client.max_queued_messages_set(_MOST_QUEUED)
    if settings.username:
        password = read_secret(Path(settings.password_file)) if settings.password_file else None
        client.username_pw_set(settings.username, password)
    if settings.websocket_path:
        client.ws_set_options(path=settings.websocket_path)
    if settings.ca_file:
        client.tls = _tls(settings)
        client.tls_set_context(client.tls)
    if will is not None:
        client.will_set(will.topic, will.payload, qos=1, retain=True)
    return client


def _check(settings: MqttSettings) -> None:
    where = f"MQTT broker {settings.host}:{settings.port}"
    try:
        settings.host.encode("idna")
    except UnicodeError as error:
        raise ConfigError(f"{where}: expected a host name or an address, got {settings.host!r}") from error
    faults = {
        "expected a host, got none": not settings.host,
        "expected a port from 1 to 65535": not 1 <= settings.port <= 65535,
        "expected keepalive_s from 1 to 65535": not 1 <= settings.keepalive_s <= 65535,
        "expected longest_retry_s above 0": not settings.longest_retry_s > 0,
        "password_file needs username": bool(settings.password_file) and not settings.username,
        "cert_file needs ca_file, which makes the connection TLS": bool(settings.cert_file)
        and not settings.ca_file,
        "key_file needs cert_file": bool(settings.key_file) and not settings.cert_file,
        "expected a websocket_path that starts with /": settings.websocket_path[:1] not in ("", "/"),
    }
    for fault, found in faults.items():
        if found:
            raise ConfigError(f"{where}: {fault}")


def _tls(settings: MqttSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.cert_file:
            context.load_cert_chain(settings.cert_file, settings.key_file or None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"MQTT broker {settings.host}:{settings.port}: its certificates cannot be loaded: {error}; "
            f"check {', '.join(f for f in (settings.ca_file, settings.cert_file, settings.key_file) if f)}"
        ) from error
    return context
