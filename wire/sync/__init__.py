"""How rows reach the cloud's database exactly once: two pure objects without clock, socket or disk."""

from wire.sync.accept import Verdict, accept
from wire.sync.lane import Lane, Slice
from wire.sync.sender import Committed, Sender, SenderLimits

__all__ = ["Committed", "Lane", "Sender", "SenderLimits", "Slice", "Verdict", "accept"]
