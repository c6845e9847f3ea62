"""The sender's books and what they need from the disk: opened, rotated and renewed together."""

from edge_agent.outbox import HeldLane, Receipt
from wire.sync import Sender, SenderLimits


class Books:
    """Owns the `Sender`, which is made anew when the disk's lanes all change."""

    def __init__(self, limits: SenderLimits) -> None:
        """Start without lanes."""
        self._limits = limits
        self.sender = Sender(limits)

    def open(self, lanes: list[HeldLane], now: float) -> None:
        """Take up the lanes of the disk from the beginning."""
        up = self.sender.up
        self.sender = Sender(self._limits)
        for lane in lanes:
            self.take_up(lane)
        if up:
            self.sender.linked(now)

    def take_up(self, lane: HeldLane) -> None:
        """Take up one lane found on disk."""
        self.sender.open(lane.stream, lane.epoch, oldest=lane.first, next=lane.next, closed=lane.closed)
        if lane.oldest > lane.first:
            self.sender.trimmed(lane.stream, lane.epoch, lane.oldest)

    def rotated(self, live: list[HeldLane]) -> None:
        """The disk closed the live lanes and opened these."""
        for lane in list(self.sender.lanes()):
            self.sender.close(lane.epoch)
        for held in live:
            self.take_up(held)

    def committed(self, receipt: Receipt, now: float) -> None:
        """Take note of what a commit added and gave up."""
        for added in receipt.appended:
            self.sender.appended(added.stream, added.epoch, added.count, now)
        for gone in receipt.trimmed:
            self.sender.trimmed(gone.stream, gone.epoch, gone.oldest)
