"""Where the gateway keeps what it has taken: on disk before any device is answered, until the cloud has it."""

from edge_agent.outbox.damage import Damage
from edge_agent.outbox.entry import Appended, Entry, Fate, HeldLane, Quarantined, Receipt, Trimmed
from edge_agent.outbox.errors import DiskFull, NotKept, OutboxDamaged, OutboxError, OutboxInUse
from edge_agent.outbox.limits import OutboxLimits
from edge_agent.outbox.outbox import Outbox

__all__ = [
    "Appended",
    "Damage",
    "DiskFull",
    "Entry",
    "Fate",
    "HeldLane",
    "NotKept",
    "Outbox",
    "OutboxDamaged",
    "OutboxError",
    "OutboxInUse",
    "OutboxLimits",
    "Quarantined",
    "Receipt",
    "Trimmed",
]
