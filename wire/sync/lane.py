"""One numbered run of rows, (stream, epoch), as the gateway sees it: what is held, sent and committed."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from wire.ids import Epoch, Seq, Stream

LONGEST_WAIT_S: Final = 300.0


class Slice(Struct, frozen=True, kw_only=True):
    """Rows `first` to `end` (exclusive) of a lane that should be sent now; empty where only `oldest` is news."""

    stream: Stream
    epoch: Epoch
    first: Seq
    end: Seq
    oldest: Seq
    backfill: bool


@dataclass(slots=True)
class _Flight:
    """A batch that was sent and not yet acknowledged."""

    first: int
    end: int
    sent_at: float


@dataclass(slots=True)
class Lane:
    """The numbers of one (stream, epoch): oldest <= committed <= cursor <= next, all but in the moment of a rewind.

    `oldest` is the lowest row still on disk, `committed` the cloud's wish, `cursor` the first row not in flight and
    `next` the number that the next row will get. `told` is the `oldest` that the cloud is known to have heard of.
    """

    stream: Stream
    epoch: Epoch
    oldest: int = 0
    next: int = 0
    closed: bool = False
    committed: int = 0
    cursor: int = 0
    waiting_since: float | None = None
    flights: deque[_Flight] = field(default_factory=deque)
    failures: int = 0
    wake_at: float = 0.0
    settled: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def done(self) -> bool:
        """Nothing will ever be sent from here again, and nothing is kept."""
        return self.closed and self.oldest == self.committed == self.next

    @property
    def unsent(self) -> int:
        """Rows that are not in flight."""
        return self.next - self.cursor

    def append(self, count: int, now: float) -> None:
        """Take note of new rows at the end."""
        if self.waiting_since is None:
            self.waiting_since = now
        self.next += count

    def trim(self, oldest: int) -> None:
        """Take note that the rows below `oldest` are gone from the disk."""
        self.oldest = max(self.oldest, oldest)
        self._go_on_from(self.oldest)

    def take(self, rows: int, now: float) -> tuple[int, int]:
        """Put up to `rows` unsent rows in flight and return their first number and their end."""
        first, end = self.cursor, min(self.next, self.cursor + rows)
        self.flights.append(_Flight(first, end, now))
        self.cursor = end
        self.waiting_since = None if end == self.next else now
        return first, end

    def rewind(self, to: int, now: float) -> None:
        """Go on from `to`, as far as it is still held: what was in flight counts as not sent."""
        self.flights.clear()
        self.cursor = max(to, self.oldest)
        self.waiting_since = now if self.unsent else None

    def settle(self, upto: int, now: float, grain_s: float) -> None:
        """The cloud's database holds everything below `upto`."""
        self.failures = 0
        self.committed = upto
        while self.flights and self.flights[0].end <= upto:
            self.flights.popleft()
        self._go_on_from(upto)
        if self.settled and now - self.settled[-1][0] < grain_s:
            self.settled[-1] = (self.settled[-1][0], upto)
        else:
            self.settled.append((now, upto))

    def _go_on_from(self, number: int) -> None:
        """No row below this number is to be sent; where nothing is left to send, nothing waits."""
        self.cursor = max(self.cursor, number)
        if not self.unsent:
            self.waiting_since = None

    def fail(self, now: float, wait_s: float) -> None:
        """No answer came in time: send everything again after a wait."""
        self.failures += 1
        self.wake_at = now + wait_s
        self.rewind(self.committed, now)

    def expired(self, now: float, grace_s: float) -> int:
        """Return the number below which every row was committed at least `grace_s` ago."""
        below = self.oldest
        while self.settled and now - self.settled[0][0] >= grace_s:
            below = max(below, self.settled.popleft()[1])
        return below
