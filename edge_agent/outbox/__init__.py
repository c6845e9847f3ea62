"""Where the gateway keeps what it has taken: on disk before any device is answered, until the cloud has it."""

from edge_agent.outbox.damage import Damage
from edge_agent.outbox.entry import Appended, Entry, Fate, HeldLane, Kept, Quarantined, Receipt, Trimmed
from edge_agent.outbox.errors import (
    DiskFullError,
    NotKeptError,
    OutboxDamagedError,
    OutboxError,
    OutboxInUseError,
    RowsGoneError,
)
from edge_agent.outbox.limits import OutboxLimits
from edge_agent.outbox.outbox import Outbox

__all__ = [
    "Appended",
    "Damage",
    "DiskFullError",
    "Entry",
    "Fate",
    "HeldLane",
    "Kept",
    "NotKeptError",
    "Outbox",
    "OutboxDamagedError",
    "OutboxError",
    "OutboxInUseError",
    "OutboxLimits",
    "Quarantined",
    "Receipt",
    "RowsGoneError",
    "Trimmed",
]
