"""Chooses who explains a telegram: by manufacturer, version, kind and CI field."""

from device_profiles.protocols.wmbus.link import Link
from device_profiles.protocols.wmbus.said import Said
from device_profiles.protocols.wmbus.transport import Transport


def proprietary(link: Link) -> Said | None:
    """Return what a telegram says that has no layers of the standard above its link; None where it has."""
    return None


def interpret(link: Link, transport: Transport, said: Said) -> Said:
    """Add what a manufacturer says in its own codes."""
    return said
