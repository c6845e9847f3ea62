"""A line of simulated meters behind a pseudo-terminal, and a source that is its master."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from demo.estate.wired import Line, Meter, Riser, Sdm120Meters, Temper
from device_profiles import load_shelf
from edge_agent.sources.bus import BusSource
from edge_agent.sources.bus_tables import BusSettings, PolledSettings
from tests.edge_agent.sources.listening import Listening, clock
from wire import DeviceId

SHELF = load_shelf()
TONGUE = Sdm120Meters()


def modbus_line(*tempers: Temper, echo: bool = False) -> Line:
    """A line with a meter a temper, at the addresses 1, 2, 3 ..."""
    meters = [
        Meter(DeviceId(f"m{number}"), TONGUE.address(number), number, temper)
        for number, temper in enumerate(tempers, 1)
    ]
    return Line(Riser(name="line", tongue=TONGUE), meters, echo=echo)


def settings(
    port: str, meters: Sequence[Meter], profile: str = TONGUE.profile, **told: object
) -> BusSettings:
    """Settings of a fast line with these meters."""
    devices = tuple(
        PolledSettings(id=meter.device, profile=profile, address=meter.address) for meter in meters
    )
    fast: dict[str, object] = {"every_s": 0.1, "timeout_s": 0.15, "pause_s": 0.002, "baud": 115_200}
    return BusSettings(name="line", port=port, devices=devices, **(fast | told))  # type: ignore[arg-type]  # as told


@asynccontextmanager
async def polling(table: BusSettings, intake: Listening) -> AsyncIterator[BusSource]:
    """Run a source while the block lasts."""
    source = BusSource(table, SHELF, clock)
    task = asyncio.create_task(source.run(intake))
    try:
        yield source
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled() and task.exception() is not None:
            raise task.exception()  # type: ignore[misc]  # not None here
