"""The WebSocket server to which charging points connect."""

import asyncio
import hmac
import logging
from base64 import b64decode
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from chassis import ConfigError, listen
from device_profiles import Reading, Shelf, check_device
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome
from edge_agent.sources.named import profile_named
from edge_agent.sources.ocpp.point import Point, Terms, written
from edge_agent.sources.ocpp.settings import OcppSettings
from wire import DeviceId, TimeTrust

_PROTOCOL: Final = Subprotocol("ocpp1.6")
_MOST_BYTES: Final = 65_536
_TABLE: Final = "table [sources.ocpp]"
_MUTE: Final = logging.getLogger("lilong.ocpp.websockets")
_MUTE.setLevel(logging.CRITICAL)


class OcppSource:
    """Serves the charging points that the settings list."""

    name = "ocpp"

    def __init__(self, settings: OcppSettings, shelf: Shelf, clock: Clock) -> None:
        """Check the settings and read the passwords; nothing is opened before `run`.

        Raises:
            ConfigError: no charging point is listed, a password cannot be read, or the profile does not exist.
        """
        if not settings.chargers:
            raise ConfigError(f"{_TABLE}: expected at least one charging point in chargers, got none")
        self._settings, self._clock = settings, clock
        self._profile = profile_named(shelf, settings.profile, f"{_TABLE}: key 'profile'")
        self._passwords = {charger.id: _password(charger.password_file) for charger in settings.chargers}
        self._counts: Counter[str] = Counter()
        self._connected: Counter[str] = Counter()
        self.port = 0
        """The port that is served, once it is."""

    async def run(self, intake: Intake) -> None:
        """Serve until cancelled.

        Raises:
            ConfigError: the port is taken or the address is none of ours.
        """
        with listen(self._settings.host, self._settings.port, table="sources.ocpp") as sock:
            self.port = int(sock.getsockname()[1])

            async def attend(connection: ServerConnection) -> None:
                await self._attend(connection, intake)

            async with serve(
                attend,
                sock=sock,
                subprotocols=[_PROTOCOL],
                process_request=self._admit,
                max_size=_MOST_BYTES,
                logger=_MUTE,
                server_header=None,
            ) as server:
                await server.serve_forever()

    def counts(self) -> Mapping[str, int]:
        """Return the messages by what became of them, and how many charging points are connected."""
        return {**self._counts, "connected": sum(count > 0 for count in self._connected.values())}

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Turn away whoever is not listed or has another password."""
        name = _identity(request.path)
        if name not in self._passwords:
            self._counts["strangers"] += 1
            return connection.respond(
                HTTPStatus.NOT_FOUND, "this charging point is not listed in [sources.ocpp]\n"
            )
        password = self._passwords[name]
        if password and not _knows(request.headers.get("Authorization", ""), name, password):
            self._counts["wrong_password"] += 1
            answer = connection.respond(HTTPStatus.UNAUTHORIZED, "wrong password\n")
            answer.headers["WWW-Authenticate"] = 'Basic realm="ocpp"'
            return answer
        return None

    async def _attend(self, connection: ServerConnection, intake: Intake) -> None:
        assert connection.request is not None
        name = _identity(connection.request.path)
        device = check_device(name)

        async def keep(action: str, fields: dict[str, Any]) -> bool:
            return await self._keep(device, action, fields, intake)

        terms = Terms(
            authorize=self._settings.authorize, heartbeat_s=self._settings.heartbeat_s, utc=self._utc
        )
        self._connected[name] += 1
        try:
            await Point(name, _Text(connection), keep, terms).start()  # type: ignore[no-untyped-call]
        except ConnectionClosed:
            self._counts["disconnects"] += 1
        finally:
            self._connected[name] -= 1

    async def _keep(self, device: DeviceId, action: str, fields: dict[str, Any], intake: Intake) -> bool:
        """Offer what a charging point said, and wait until it is on disk."""
        received_ms, trust = self._clock()
        payload = written(action, fields)
        settled: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        reading = Reading(
            device=device,
            payload=payload,
            received_ms=received_ms,
            trust=trust,
            identity=_identity_of(device, fields, payload),
        )
        item = Heard(
            source=self.name,
            reading=reading,
            profile=self._profile,
            settle=lambda outcome: None if settled.done() else settled.set_result(outcome),
            where=f"{device} {action}",
        )
        self._counts["arrived"] += 1
        try:
            async with asyncio.timeout(self._settings.answer_within_s):
                await intake.put(item)
                outcome = await settled
        except TimeoutError:
            self._counts["unanswered"] += 1
            return False
        self._counts[outcome.value] += 1
        return outcome.kept

    def _utc(self) -> datetime | None:
        now_ms, trust = self._clock()
        return None if trust is TimeTrust.UNSYNCED else datetime.fromtimestamp(now_ms / 1000, UTC)


class _Text:
    """A connection on which only text counts: OCPP knows no other."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    async def recv(self) -> str:
        while True:
            message = await self._connection.recv()
            if isinstance(message, str):
                return message

    async def send(self, message: str) -> None:
        await self._connection.send(message)


def _identity(path: str) -> str:
    return path.partition("?")[0].rpartition("/")[2]


def _identity_of(device: str, fields: Mapping[str, Any], payload: bytes) -> str:
    """Return what makes a message itself: one that says when it happened is the same when it is sent again."""
    dated = "timestamp" in fields or "meterValue" in fields
    return f"ocpp:{device}:{blake2b(payload, digest_size=16).hexdigest()}" if dated else ""


def _password(file: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{_TABLE}: key 'password_file': expected a file that can be read: {error}"
        ) from error


def _knows(header: str, name: str, password: str) -> bool:
    """Say whether an Authorization header has the right user and password (RFC 7617)."""
    kind, _, coded = header.partition(" ")
    try:
        given = b64decode(coded, validate=True).decode()
    except (Base64Error, ValueError):
        return False
    return kind.lower() == "basic" and hmac.compare_digest(given.encode(), f"{name}:{password}".encode())
