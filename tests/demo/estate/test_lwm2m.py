"""The estate's LwM2M devices speak the true protocol to the real server."""

import asyncio

from demo.estate import Lwm2mDevices
from device_profiles import load_shelf
from edge_agent.sources import CoapSettings
from edge_agent.sources.coap import CoapSource
from edge_agent.sources.settings import Lwm2mSettings
from tests.edge_agent.sources.coap_peers import running
from tests.edge_agent.sources.listening import Listening, clock
from tests.until import until

SHELF = load_shelf()


def test_they_register_notify_and_send_what_the_gateway_understands() -> None:
    async def story() -> None:
        intake = Listening()
        server = CoapSource(
            CoapSettings(host="127.0.0.1", port=0, profile="generic_lwm2m", lwm2m=Lwm2mSettings()),
            SHELF,
            clock,
        )
        async with running(server, intake) as one, asyncio.TaskGroup() as group:
            devices = Lwm2mDevices("127.0.0.1", one.port)
            living = group.create_task(devices.run())
            await until(lambda: one.counts().get("lwm2m_registered") == 3)
            await until(lambda: len(devices.promised()) > 1 and len(devices.notified()) > 2)
            await devices.hush()
            said = devices.promised() | devices.notified()
            await until(lambda: said <= heard(intake))
            living.cancel()

    asyncio.run(story())


def heard(intake: Listening) -> set[tuple[str, int]]:
    """Who said something when, by its own clock."""
    decode = SHELF.profile("generic_lwm2m").decode
    return {(row.device, row.at_ms) for reading in intake.readings for row in decode(reading)}
