"""The configuration files of gateway and cloud on one machine, as their operators would write them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from demo.estate import GATEWAY, ROUTES, RULE, SHARD, Garage, site_toml
from demo.estate.wired import Line
from demo.stage.ports import HOST, Ports
from demo.stage.toml import Table, to_toml

SILENT_AFTER_S: Final = 8.0
"""The estate's days are short, so its sensors are taken for silent soon."""
SENML_PROFILE: Final = "parking_lwm2m_3431"
DEBOUNCE_S: Final = 2.0


def agent_table(ports: Ports, uplink_port: int, lines: Sequence[Line] = ()) -> Table:
    """Return `agent.toml`: all ways in, the uplink, a bay rule as fast as the estate's days."""
    return {
        "uplink": {"mqtt": {"host": HOST, "port": uplink_port, "longest_retry_s": 5.0}, "spread_s": 0.0},
        "http": {"host": HOST, "port": ports.gateway_http},
        "clock": {"trust": "always"},  # a container's kernel does not know whether its clock is set
        "rules": {"bay": {"silent_after_s": SILENT_AFTER_S, "debounce_s": DEBOUNCE_S}, "tags": RULE},
        "sources": {
            "mqtt": [
                {
                    "name": "lorawan",
                    "broker": {"host": HOST, "port": ports.devices_mqtt, "longest_retry_s": 2.0},
                    "routes": [
                        {"topic": "application/+/device/+/event/up", "envelope": "chirpstack-v4"},
                        # Nobody of the estate; for whoever wants to say something by mosquitto_pub.
                        {"topic": "senml/{device}", "format": "senml+json", "profile": SENML_PROFILE},
                        *ROUTES,
                    ],
                }
            ],
            "coap": {
                "host": HOST,
                "port": ports.devices_coap,
                "profile": SENML_PROFILE,
                "most_each": 100_000,  # every sensor speaks from the same few addresses
                "lwm2m": {"profile": "generic_lwm2m"},
            },
            "bus": [_bus(line) for line in lines],
        },
    }


def _bus(line: Line) -> Table:
    """Return the table of one line, a device a meter."""
    return {
        "name": line.name,
        "port": line.path,
        "baud": line.riser.baud,
        "parity": line.riser.parity,
        "every_s": line.riser.every_s,
        "timeout_s": 0.5,
        "devices": [
            {"id": meter.device, "profile": line.tongue.profile, "address": meter.address}
            for meter in line.meters
        ],
    }


def cloud_table(ports: Ports, database_url: str, *, name: str, http_port: int) -> Table:
    """Return `cloud.toml` of one program: ingest worker, API and screens."""
    return {
        "sites": ["site.toml"],
        "database": {"url": database_url},
        "mqtt": {"host": HOST, "port": ports.uplink_mqtt, "longest_retry_s": 2.0},
        "ingest": {"name": name},
        "http": {"host": HOST, "port": http_port},
    }


def write_site(folder: Path, garage: Garage) -> None:
    """Write the site plan that gateway and cloud share, and who the gateway is."""
    (folder / "site.toml").write_text(site_toml(garage.plan), encoding="utf-8")
    (folder / "enrolment.toml").write_text(to_toml({"gateway": GATEWAY, "shard": SHARD}), encoding="utf-8")


def write_table(path: Path, table: Table) -> Path:
    """Write a configuration file and return its path."""
    path.write_text(to_toml(table), encoding="utf-8")
    return path
