"""An MQTT source that runs, and a sensor that publishes to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from chassis import MqttLink, MqttPlan, NearMqttSettings
from device_profiles import Envelope
from edge_agent.sources import Intake, MqttSource, MqttSourceSettings, RouteSettings
from tests.edge_agent.sources.listening import clock, shelf
from tests.until import until

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
        broker=NearMqttSettings(port=port, longest_retry_s=0.2),
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
        NearMqttSettings(port=port, longest_retry_s=0.2),
        MqttPlan(client_id="sensor", topics=[], on_arrival=lambda _: None),
    )
    task = asyncio.create_task(link.run())
    try:
        await until(lambda: link.up)
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
