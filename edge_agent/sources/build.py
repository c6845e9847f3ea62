"""Makes the sources that the configuration asks for."""

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from typing import Final, Protocol

from chassis import ConfigError
from device_profiles import Shelf
from edge_agent.sources.heard import Clock, Source
from edge_agent.sources.mqtt import MqttSource
from edge_agent.sources.record import Private, RecordedSource, Recorder
from edge_agent.sources.settings import SourcesSettings

GROUP: Final = "lilong.sources"
"""The entry points by which other distributions bring sources: each names a `SourceMaker`."""


class SourceMaker(Protocol):
    """Makes a source of its own table, [sources.others.<name of the entry point>]."""

    def __call__(self, settings: Mapping[str, object], shelf: Shelf, clock: Clock, /) -> Source:
        """Return the source.

        Raises:
            ConfigError: a setting cannot work.
        """
        ...


def build_sources(
    settings: SourcesSettings,
    shelf: Shelf,
    clock: Clock,
    *,
    gateway: str = "agent",
    private: Private = lambda _device, _profile: False,
) -> list[Source]:
    """Make every source that the settings name; `gateway` makes their client ids their own.

    `private` says of a device and its route's profile whether its bytes may not be recorded.

    Raises:
        ConfigError: a setting cannot work or names a profile that does not exist, two sources share a name, or a
            source of another distribution is missing.
    """
    sources = list(_made(settings, shelf, clock, gateway))
    names = [source.name for source in sources]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"table [sources]: expected each source's name once, got {name!r} again")
    if settings.record is None:
        return sources
    recorder = Recorder(settings.record)
    return [RecordedSource(source, recorder, private) for source in sources]


def _made(settings: SourcesSettings, shelf: Shelf, clock: Clock, gateway: str) -> Iterator[Source]:
    for mqtt in settings.mqtt:
        yield MqttSource(mqtt, shelf, clock, gateway)
    if settings.coap is not None:
        from edge_agent.sources.coap import CoapSource  # 4 MB that a gateway without CoAP never needs

        yield CoapSource(settings.coap, shelf, clock)
    if settings.observe:
        from edge_agent.sources.observe import ObserveSource

        yield ObserveSource(settings.observe, shelf, clock)
    if settings.bus:
        from edge_agent.sources.bus import bus_sources

        yield from bus_sources(settings.bus, shelf, clock)
    if settings.ocpp is not None:
        from edge_agent.sources.ocpp.source import (
            OcppSource,
        )  # 20 MB that a gateway without chargers never needs

        yield OcppSource(settings.ocpp, shelf, clock)
    if settings.llrp:
        from edge_agent.sources.llrp import LlrpSource  # needs the extra llrp

        yield from (LlrpSource(reader, shelf, clock) for reader in settings.llrp)
    for name, table in settings.others.items():
        yield _maker(name)(table, shelf, clock)


def _maker(name: str) -> SourceMaker:
    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known:
        near = ", ".join(sorted(known)) or "none"
        raise ConfigError(
            f"table [sources.others.{name}]: no installed package brings this source; known: {near}"
        )
    try:
        maker: Callable[[Mapping[str, object], Shelf, Clock], Source] = known[name].load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"entry point {name!r} of {GROUP}: {error}") from error
    return maker
