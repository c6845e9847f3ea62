"""Makes a source of every line, and sees to it that no two of them get into each other's way."""

from collections.abc import Sequence

from chassis import ConfigError
from device_profiles import Shelf
from edge_agent.sources.bus.source import BusSource
from edge_agent.sources.bus_tables import BusSettings
from edge_agent.sources.heard import Clock
from wire import DeviceId


def bus_sources(settings: Sequence[BusSettings], shelf: Shelf, clock: Clock) -> list[BusSource]:
    """Return a source a line.

    Raises:
        ConfigError: a line is set wrongly, two lines have the same port, or a device hangs on two.
    """
    sources: list[BusSource] = []
    ports: set[str] = set()
    known: dict[DeviceId, str] = {}
    for number, one in enumerate(settings):
        where = f"table [sources.bus[{number}]]"
        if one.port in ports:
            raise ConfigError(
                f"{where}: key 'port': expected a port of its own for each line, got {one.port!r} again"
            )
        ports.add(one.port)
        source = BusSource(one, shelf, clock, where=where)
        for polled in source.devices:
            other = known.setdefault(polled.device, one.name)
            if other != one.name:
                raise ConfigError(
                    f"{where}: expected each device on one line, got {polled.device!r} on {other!r} too"
                )
        sources.append(source)
    return sources
