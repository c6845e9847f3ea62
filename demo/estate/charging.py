"""A charging point that speaks OCPP 1.6: it starts, charges now and then, and keeps what was not answered."""

import asyncio
import logging
from base64 import b64encode
from collections import deque
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct
from ocpp.charge_point import serialize_as_dict
from ocpp.exceptions import OCPPError
from ocpp.v16 import ChargePoint, call
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

_PROTOCOL: Final = Subprotocol("ocpp1.6")
_AGAIN_S: Final = 0.5
_ANSWER_S: Final = 30
_MUTE: Final = logging.getLogger("lilong.demo.ocpp")
_MUTE.addHandler(logging.NullHandler())
_MUTE.propagate = False


class Said(Struct, frozen=True, kw_only=True):
    """An answered message: its name and fields."""

    name: str
    fields: dict[str, Any]


class ChargingPoint:
    """Says what it is told to in order; each message again and again until it is answered, over any reconnects."""

    def __init__(self, name: str, address: str, password: str = "") -> None:
        """Know the gateway's address (ws://host:port)."""
        self._name, self._address, self._password = name, address, password
        self._outgoing: deque[Any] = deque()
        self._wake = asyncio.Event()
        self.answered: list[Said] = []
        self.answers: list[object] = []

    def say(self, message: object) -> None:
        """Queue a message of `ocpp.v16.call`."""
        self._outgoing.append(message)
        self._wake.set()

    def plugged_in(self, connector: int, meter_wh: int, at: datetime) -> None:
        """Say that somebody plugs in and starts to charge."""
        self.say(_status(connector, "Preparing", at))
        self.say(
            call.StartTransaction(
                connector_id=connector, id_tag="04E91A2B", meter_start=meter_wh, timestamp=_text(at)
            )
        )
        self.say(_status(connector, "Charging", at))

    def metered(self, connector: int, meter_wh: int, power_w: float, at: datetime) -> None:
        """Say what has been charged so far, and how fast."""
        values: list[dict[str, str]] = [
            {"value": str(meter_wh), "unit": "Wh"},
            {"value": f"{power_w:.0f}", "measurand": "Power.Active.Import", "unit": "W"},
        ]
        one = {"timestamp": _text(at), "sampledValue": values}
        self.say(call.MeterValues(connector_id=connector, meter_value=[one]))

    async def run(self) -> None:
        """Stay connected and speak, until cancelled."""
        headers = {}
        if self._password:
            coded = b64encode(f"{self._name}:{self._password}".encode()).decode()
            headers["Authorization"] = f"Basic {coded}"
        while True:
            try:
                async with connect(
                    f"{self._address}/{self._name}",
                    subprotocols=[_PROTOCOL],
                    additional_headers=headers,
                    logger=_MUTE,
                ) as connection:
                    await self._speak(connection)
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                await asyncio.sleep(_AGAIN_S)  # the gateway is not there: a charging point tries again

    async def _speak(self, connection: ClientConnection) -> None:
        point = ChargePoint(self._name, connection, response_timeout=_ANSWER_S, logger=_MUTE)
        listening = asyncio.create_task(point.start(), name=f"{self._name} listens")
        try:
            await self._boot(point)
            while True:
                await self._wake.wait()
                while self._outgoing:
                    await self._deliver(point, self._outgoing[0])
                    self._outgoing.popleft()
                self._wake.clear()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _boot(self, point: ChargePoint) -> None:
        boot = call.BootNotification(
            charge_point_model="AC7", charge_point_vendor="Lilong", firmware_version="1.0"
        )
        await self._deliver(point, boot)

    async def _deliver(self, point: ChargePoint, message: Any) -> None:
        while True:
            try:
                answer = await point.call(message, suppress=False)
            except OCPPError:
                await asyncio.sleep(_AGAIN_S)  # refused for now: OCPP 1.6, 3.7.1 has it sent again
                continue
            self.answered.append(Said(name=type(message).__name__, fields=serialize_as_dict(message)))
            self.answers.append(answer)
            return


def _status(connector: int, status: str, at: datetime) -> Any:
    return call.StatusNotification(
        connector_id=connector,
        error_code="NoError",  # type: ignore[arg-type]  # the library takes the enum's text
        status=status,  # type: ignore[arg-type]
        timestamp=_text(at),
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
