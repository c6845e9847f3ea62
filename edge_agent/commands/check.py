"""`lilong agent check`: read everything that `run` would read and say what is wrong or what would run."""

import argparse
from pathlib import Path

import msgspec

from chassis import ConfigError, MqttLink, MqttPlan, blaming, say, spoken
from device_profiles import Shelf, load_shelf
from edge_agent.accepted import Accepted, read_accepted
from edge_agent.agent import registry_of
from edge_agent.clock import SystemClock
from edge_agent.config import Configuration, read_configuration
from edge_agent.sources import build_sources, profile_named
from wire import Words


def check(arguments: argparse.Namespace) -> int:
    """Print what would run; a fault is raised as the error that names it."""
    configuration = read_configuration(arguments.config)
    settings = configuration.agent
    shelf = load_shelf([configuration.path(name) for name in settings.profiles])
    with blaming(configuration.name):
        registry = registry_of(configuration, shelf, _accepted(configuration, shelf))
        sources = build_sources(settings.sources, shelf, SystemClock(settings.clock.trust))
        MqttLink(settings.uplink.mqtt, MqttPlan(client_id="", topics=(), on_arrival=lambda _: None))
        _check_outbox(configuration.path(settings.outbox.path))
    bays = [bay for lot in configuration.plan.lots for floor in lot.floors for bay in floor.bays]
    found = {
        "gateway": configuration.enrolment.gateway,
        "site": configuration.plan.id,
        "bays": len(bays),
        "bays_with_sensor": sum(bay.device is not None for bay in bays),
        "tags": len(configuration.plan.tags),
        "sources": [source.name for source in sources],
        "polled": sum(len(line.devices) for line in settings.sources.bus),
        "profiles": len(registry.profiles),
        "keys": len(registry.keys),
        "outbox": str(configuration.path(settings.outbox.path)),
        "uplink": f"{settings.uplink.mqtt.host}:{settings.uplink.mqtt.port}",
        "http": f"{settings.http.host}:{settings.http.port}",
    }
    if arguments.json:
        print(msgspec.json.encode(found).decode())
        return 0
    for name, value in found.items():
        print(f"{name:>18}: {', '.join(value) if isinstance(value, list) else value}")
    print(say(Words(zh="配置正确。", en="The configuration is good."), spoken()))
    return 0


def _accepted(configuration: Configuration, shelf: Shelf) -> Accepted:
    """Return the accepted devices; what a running agent would leave out is an error here."""
    path = configuration.path(configuration.agent.accepted)
    accepted = read_accepted(path)
    for device, key in accepted.items():
        profile_named(shelf, key, f"{path}: device {device!r}: key 'profile'")
    return accepted


def _check_outbox(path: Path) -> None:
    if path.is_dir() or not path.parent.is_dir():
        raise ConfigError(
            f"table [outbox]: key 'path': expected a file in a folder that exists, got {str(path)!r}; "
            "make the folder, or mount the card"
        )
