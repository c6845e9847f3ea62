"""One charging point's connection: OCPP 1.6 calls in, answers out."""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar, cast

from msgspec import Struct
from ocpp.charge_point import snake_to_camel_case
from ocpp.exceptions import InternalError
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import Action, AuthorizationStatus, DataTransferStatus, RegistrationStatus

from edge_agent.sources.ocpp.settings import Authorize

_CONNECTORS: Final = 64
_PENDING_S: Final = 30
# The library logs every message with the tag of whoever charges; that is nobody's business.
_MUTE: Final = logging.getLogger("lilong.ocpp")
_MUTE.addHandler(logging.NullHandler())
_MUTE.propagate = False


class Connection(Protocol):
    """What the library needs of a WebSocket."""

    async def recv(self) -> str:
        """Return the next message."""
        ...

    async def send(self, message: str) -> None:
        """Send a message."""
        ...


class Terms(Struct, frozen=True, kw_only=True):
    """On which terms charging points are answered; `utc` tells the time, None while nobody knows it."""

    authorize: Authorize
    heartbeat_s: int
    utc: Callable[[], datetime | None]


Keep = Callable[[str, dict[str, Any]], Awaitable[bool]]
"""Keeps an action with its fields; True when it is on disk."""


_Answer = TypeVar("_Answer", bound=Callable[..., Awaitable[object]])


def _on(action: Action) -> Callable[[_Answer], _Answer]:
    """Mark the method that answers an action, as the library's `on` does, with its type kept."""
    return cast(Callable[[_Answer], _Answer], on(action))


class Point(ChargePoint):
    """Answers the calls of one charging point; whoever charges is not kept (their tag is taken out first)."""

    def __init__(self, name: str, connection: Connection, keep: Keep, terms: Terms) -> None:
        """Take the charging point's identity and its connection."""
        super().__init__(name, connection, logger=_MUTE)  # type: ignore[no-untyped-call]
        self._keep, self._terms = keep, terms

    @_on(Action.boot_notification)
    async def booted(self, **fields: Any) -> call_result.BootNotification:
        """Take the start of a charging point; while the gateway does not know the time it has to wait."""
        await self._kept("BootNotification", fields)
        now = self._terms.utc()
        return call_result.BootNotification(
            current_time=_rfc3339(now or datetime.fromtimestamp(0, UTC)),
            interval=self._terms.heartbeat_s if now else _PENDING_S,
            status=RegistrationStatus.accepted if now else RegistrationStatus.pending,
        )

    @_on(Action.heartbeat)
    async def lives(self) -> call_result.Heartbeat:
        """Take a sign of life and tell the time."""
        await self._kept("Heartbeat", {})
        now = self._terms.utc()
        if now is None:
            raise InternalError("the gateway does not know the time yet")
        return call_result.Heartbeat(current_time=_rfc3339(now))

    @_on(Action.status_notification)
    async def changed(self, **fields: Any) -> call_result.StatusNotification:
        """Take a connector's state."""
        await self._kept("StatusNotification", fields)
        return call_result.StatusNotification()

    @_on(Action.meter_values)
    async def metered(self, **fields: Any) -> call_result.MeterValues:
        """Take meter values."""
        await self._kept("MeterValues", fields)
        return call_result.MeterValues()

    @_on(Action.start_transaction)
    async def started(self, **fields: Any) -> call_result.StartTransaction:
        """Take the start of a charge; its number carries the connector, for the end is heard after a restart too."""
        await self._kept("StartTransaction", fields)
        connector = int(fields["connector_id"]) % _CONNECTORS
        number = secrets.randbelow(2**31 // _CONNECTORS) * _CONNECTORS + connector
        return call_result.StartTransaction(transaction_id=number, id_tag_info=self._verdict())

    @_on(Action.stop_transaction)
    async def stopped(self, **fields: Any) -> call_result.StopTransaction:
        """Take the end of a charge."""
        connector = int(fields["transaction_id"]) % _CONNECTORS
        await self._kept("StopTransaction", {**fields, "connector_id": connector})
        return call_result.StopTransaction()

    @_on(Action.authorize)
    async def asked(self, **_: Any) -> call_result.Authorize:
        """Say whether somebody may charge; who it is is not kept."""
        return call_result.Authorize(id_tag_info=self._verdict())

    @_on(Action.data_transfer)
    async def transferred(self, **_: Any) -> call_result.DataTransfer:
        """Say that no vendor's own messages are known."""
        return call_result.DataTransfer(status=DataTransferStatus.unknown_vendor_id)

    @_on(Action.firmware_status_notification)
    async def updating(self, **_: Any) -> call_result.FirmwareStatusNotification:
        """Take note of nothing: this gateway updates no charging point."""
        return call_result.FirmwareStatusNotification()

    @_on(Action.diagnostics_status_notification)
    async def diagnosed(self, **_: Any) -> call_result.DiagnosticsStatusNotification:
        """Take note of nothing: this gateway asks for no diagnostics."""
        return call_result.DiagnosticsStatusNotification()

    def _verdict(self) -> IdTagInfo:
        everybody = self._terms.authorize is Authorize.EVERYBODY
        return IdTagInfo(status=AuthorizationStatus.accepted if everybody else AuthorizationStatus.invalid)

    async def _kept(self, action: str, fields: dict[str, Any]) -> None:
        """Keep what was said, but for whose tag it was.

        Raises:
            InternalError: it could not be kept; the charging point sends it again.
        """
        said = {name: value for name, value in fields.items() if name != "id_tag"}
        if not await self._keep(action, snake_to_camel_case(said)):
            raise InternalError("the gateway could not keep this; send it again")


def written(action: str, fields: dict[str, Any]) -> bytes:
    """Return an action and its fields as the profile reads them."""
    return json.dumps({"action": action, **fields}, separators=(",", ":")).encode()


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
