"""A quarantined entry as the reading that it was."""

from device_profiles import Format, Reading
from edge_agent.outbox import Quarantined
from wire import DeviceId, TimeTrust


def reading_of(entry: Quarantined) -> Reading:
    """Return the reading that a quarantined entry was."""
    return Reading(
        device=DeviceId(entry.device),
        payload=entry.payload,
        received_ms=entry.at_ms,
        trust=TimeTrust(entry.trust),
        port=entry.port,
        format=Format(entry.format) if entry.format else Format.BYTES,
        path=entry.path,
        at_ms=entry.taken_ms,
    )
