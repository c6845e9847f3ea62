"""The gateway's half of the sync: which rows to send now, again, or never, given what was sent and acknowledged."""

import random
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from wire.ids import Epoch, Seq, Stream
from wire.messages import LaneAck
from wire.sync.lane import LONGEST_WAIT_S, Lane, Slice

_CLASS: Final = {stream: rank for rank, stream in enumerate(Stream)}
_HELLO_WAIT_S: Final = 2.0
"""How long a lane with a past waits for the cloud's answer to the hello before it sends by its own account."""


class SenderLimits(Struct, frozen=True, kw_only=True):
    """How much and how long: rows a batch, batches in flight a lane and in all, and the waits in seconds.

    `linger_s` is how long a part-filled batch waits while another is in flight. `outage_s` and `outage_rows` say when
    a backlog becomes old news that live rows overtake in a fresh epoch.
    """

    batch_rows: int = 500
    lane_window: int = 4
    total_window: int = 8
    linger_s: float = 0.2
    ack_timeout_s: float = 10.0
    grace_s: float = 600.0
    outage_s: float = 60.0
    outage_rows: int = 2000


class Committed(Struct, frozen=True, kw_only=True):
    """Rows of a lane below `below` that the cloud committed at least the grace time ago: they may be deleted."""

    stream: Stream
    epoch: Epoch
    below: Seq


class Sender:
    """Keeps the books of every lane; the caller owns clock, disk and link and reports what happened.

    Times are seconds of any clock that never jumps.
    """

    def __init__(self, limits: SenderLimits | None = None, *, jitter: random.Random | None = None) -> None:
        """Start without lanes and without a link."""
        self._limits = limits or SenderLimits()
        self._jitter = jitter or random.Random()  # spreads retries, guards nothing
        self._lanes: dict[tuple[Stream, Epoch], Lane] = {}
        self._down_since: float | None = None
        self.up = False
        self.retries = 0

    # -- what the disk holds -------------------------------------------------------------------------------------

    def open(
        self,
        stream: Stream,
        epoch: Epoch,
        *,
        oldest: int = 0,
        next: int = 0,
        closed: bool = False,
    ) -> None:
        """Take up a lane: a fresh one, or one found on disk with rows `oldest` to `next`."""
        self._lanes[stream, epoch] = Lane(
            stream,
            epoch,
            oldest=oldest,
            next=next,
            closed=closed,
            committed=oldest,
            cursor=oldest,
        )

    def close(self, epoch: Epoch) -> None:
        """No row will be added to this epoch: what is left of it is old news."""
        for lane in self._lanes.values():
            if lane.epoch == epoch:
                lane.closed = True

    def appended(self, stream: Stream, epoch: Epoch, count: int, now: float) -> None:
        """Rows were committed to disk at the end of a lane."""
        self._lanes[stream, epoch].append(count, now)

    def trimmed(self, stream: Stream, epoch: Epoch, oldest: int) -> None:
        """The disk gave up or deleted the rows below `oldest`."""
        self._lanes[stream, epoch].trim(oldest)

    def forget(self) -> list[tuple[Stream, Epoch]]:
        """Drop and return the lanes that are closed, committed and deleted."""
        done = [key for key, lane in self._lanes.items() if lane.done]
        for key in done:
            del self._lanes[key]
        return done

    # -- what the link does --------------------------------------------------------------------------------------

    def linked(self, now: float) -> bool:
        """The link is up, a hello is about to go out; True if the backlog is so old that a fresh epoch is due."""
        long_out = self._down_since is not None and now - self._down_since >= self._limits.outage_s
        self.up, self._down_since = True, None
        live = [lane for lane in self._lanes.values() if not lane.closed]
        for lane in self._lanes.values():
            lane.failures = 0
            lane.rewind(lane.committed, now)
            lane.wake_at = now + _HELLO_WAIT_S if lane.unsent else now
        return long_out and sum(lane.unsent for lane in live) >= self._limits.outage_rows

    def unlinked(self, now: float) -> None:
        """The link is down: what was in flight counts as not sent."""
        self.up = False
        self._down_since = now if self._down_since is None else self._down_since
        for lane in self._lanes.values():
            lane.rewind(lane.committed, now)

    def acked(self, ack: LaneAck, now: float) -> bool:
        """Take the cloud's word on a lane; True if it is ahead of the live lane, which must then be given up.

        The cloud's number is the truth, downwards only when it asks (`refused`): a late copy of an old
        acknowledgement must not start a rewind.
        """
        lane = self._lanes.get((ack.stream, ack.epoch))
        if lane is None:
            return False
        lane.wake_at = min(lane.wake_at, now)
        upto = min(ack.next, lane.next)
        if upto < lane.committed:
            self._restored(lane, ack, now)
        else:
            flying = any(flight.first == ack.first for flight in lane.flights)
            lane.settle(upto, now, grain_s=1.0)
            if ack.refused and flying:
                lane.rewind(upto, now)
        return ack.next > lane.next and not lane.closed

    def _restored(self, lane: Lane, ack: LaneAck, now: float) -> None:
        """The cloud asks for rows that it had acknowledged: it was restored, so go back as far as rows are held."""
        if not ack.refused:
            return
        lane.committed = ack.next
        lane.settled = type(lane.settled)(entry for entry in lane.settled if entry[1] <= ack.next)
        lane.rewind(ack.next, now)

    # -- what is due ---------------------------------------------------------------------------------------------

    def due(self, now: float) -> list[Slice]:
        """Return the slices to send now, the most urgent first; they count as in flight from here on."""
        if not self.up:
            return []
        for lane in self._lanes.values():
            self._time_out(lane, now)
        slices: list[Slice] = []
        flying = sum(len(lane.flights) for lane in self._lanes.values())
        for lane in self._by_urgency():
            while flying + len(slices) < self._limits.total_window and self._ripe(lane, now):
                first, end = lane.take(self._limits.batch_rows, now)
                slices.append(self._slice(lane, first, end))
        return slices

    def shorten(self, part: Slice, end: int, now: float) -> None:
        """Only the rows of a slice below `end` fitted into a batch: the rest goes out with the next."""
        lane = self._lanes[part.stream, part.epoch]
        while lane.flights and lane.flights[-1].first > part.first:
            lane.flights.pop()
        lane.flights[-1].end = lane.cursor = end
        lane.waiting_since = now

    def withdraw(self, part: Slice) -> None:
        """A slice could not be read, because its rows were given up meanwhile: it is not in flight."""
        lane = self._lanes.get((part.stream, part.epoch))
        if lane is not None:
            while lane.flights and lane.flights[-1].first >= part.first:
                lane.flights.pop()
            lane.cursor = max(min(lane.cursor, part.first), lane.oldest)

    def wake_at(self, now: float) -> float:
        """Return the time at which `due` may have something to say without anything else happening."""
        times = [now + LONGEST_WAIT_S]
        full = sum(len(lane.flights) for lane in self._lanes.values()) >= self._limits.total_window
        for lane in self._lanes.values() if self.up else ():
            if lane.flights:
                times.append(lane.flights[0].sent_at + self._limits.ack_timeout_s)
            if full:
                continue  # nothing leaves before an answer or a time-out
            if lane.waiting_since is not None and len(lane.flights) < self._limits.lane_window:
                times.append(max(lane.wake_at, lane.waiting_since + self._limits.linger_s))
            elif lane.unsent and not lane.flights:
                times.append(lane.wake_at)
        return min(times)

    def expired(self, now: float) -> list[Committed]:
        """Return what may be deleted: committed by the cloud, and the grace time over."""
        found = []
        for lane in self._lanes.values():
            below = lane.expired(now, self._limits.grace_s)
            if below > lane.oldest:
                found.append(Committed(stream=lane.stream, epoch=lane.epoch, below=Seq(below)))
        return found

    def lanes(self) -> Iterator[Lane]:
        """Give every lane, for the hello and the status page."""
        yield from self._lanes.values()

    def _by_urgency(self) -> list[Lane]:
        return sorted(self._lanes.values(), key=lambda lane: (lane.closed, _CLASS[lane.stream]))

    def _time_out(self, lane: Lane, now: float) -> None:
        if lane.flights and now - lane.flights[0].sent_at >= self._limits.ack_timeout_s:
            wait = min(2.0**lane.failures, LONGEST_WAIT_S) * self._jitter.uniform(0.5, 1.0)
            self.retries += 1
            lane.fail(now, wait)

    def _ripe(self, lane: Lane, now: float) -> bool:
        """Whether a lane should send now: a full batch at once, a part of one when nothing else is under way."""
        if now < lane.wake_at or len(lane.flights) >= self._limits.lane_window:
            return False
        if lane.unsent == 0:
            return lane.committed < lane.oldest and not lane.flights
        if lane.unsent >= self._limits.batch_rows or not lane.flights:
            return True
        return lane.waiting_since is None or now - lane.waiting_since >= self._limits.linger_s

    def _slice(self, lane: Lane, first: int, end: int) -> Slice:
        return Slice(
            stream=lane.stream,
            epoch=lane.epoch,
            first=Seq(first),
            end=Seq(end),
            oldest=Seq(lane.oldest),
            backfill=lane.closed,
        )
