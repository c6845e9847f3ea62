"""The lanes that the disk holds: one contiguous run of numbered rows each, and the line that describes it."""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from edge_agent.outbox import blocks
from edge_agent.outbox.entry import HeldLane
from edge_agent.outbox.errors import OutboxDamagedError
from wire import Epoch, Gap, Rows, Seq, Stream


@dataclass(slots=True)
class HeldRun:
    """Rows `oldest` to `next` of a (stream, epoch), under one number in the file.

    `acked` is what the cloud is known to hold. `start` and `stop` are the lane's bytes before the oldest and up to
    the newest block. `gaps` maps the keys of the lane's gap lines to the gaps. `saved` says that the line is on disk.
    `tail` are the rows since `tail_first` that lie in small blocks, whose bytes start at `tail_start`.
    """

    number: int
    stream: Stream
    epoch: Epoch
    boot: str
    offset_ms: int | None = None
    oldest: int = 0
    next: int = 0
    acked: int = 0
    start: int = 0
    stop: int = 0
    saved: bool = False
    tail: tuple[Rows, ...] = ()
    tail_first: int = 0
    tail_start: int = 0
    gaps: dict[int, Gap] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of the packed rows held."""
        return self.stop - self.start

    def copy(self) -> "HeldRun":
        """Return the books as they are now, to go back to if a transaction fails."""
        return replace(self, gaps=dict(self.gaps))

    def held(self, *, closed: bool, oldest_ms: int = 0) -> HeldLane:
        """Describe the lane to the sender."""
        first = min((gap.first for gap in self.gaps.values()), default=self.oldest)
        return HeldLane(
            stream=self.stream,
            epoch=self.epoch,
            first=Seq(min(first, self.oldest)),
            oldest=Seq(self.oldest),
            next=Seq(self.next),
            closed=closed,
            oldest_ms=oldest_ms,
        )


def save(conn: sqlite3.Connection, run: HeldRun) -> None:
    """Write the line of a lane."""
    line = (run.number, str(run.stream), run.epoch, run.oldest, run.boot, run.offset_ms)
    conn.execute(
        "INSERT OR REPLACE INTO lane (number, stream, epoch, oldest, boot, offset_ms, seal)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*line, seal(*line)),
    )


def load_all(conn: sqlite3.Connection) -> list[HeldRun]:
    """Read every lane with its gaps, the oldest first.

    Raises:
        OutboxDamagedError: a line is not what was written, or blocks belong to no lane.
    """
    runs = {run.number: run for run in load_lines(conn)}
    for key, number, gap in _load_gaps(conn):
        if number in runs:
            runs[number].gaps[key] = gap
    for stream in Stream:
        for number in blocks.numbers(conn, stream):
            if number not in runs or runs[number].stream != stream:
                raise OutboxDamagedError(f"rows of {stream} belong to no lane")
            _measure(conn, runs[number])
    for run in runs.values():
        run.next = max(run.next, run.oldest)
        run.acked = run.oldest
    return list(runs.values())


def load_lines(conn: sqlite3.Connection) -> list[HeldRun]:
    """Read the lanes' lines alone, the oldest first.

    Raises:
        OutboxDamagedError: a line is not what was written.
    """
    runs = []
    lines = conn.execute(
        "SELECT number, stream, epoch, oldest, boot, offset_ms, seal FROM lane ORDER BY number"
    )
    for line in lines:
        run = run_of(line)
        if run is None:
            raise OutboxDamagedError(f"the line of lane {line[0]} is not what was written")
        runs.append(run)
    return runs


def run_of(line: Sequence[object]) -> HeldRun | None:
    """Return the lane that a line with its seal describes, None if it is not what was written."""
    match line:
        case [
            int(number),
            str(stream),
            int(epoch),
            int(oldest),
            str(boot),
            int() | None as offset_ms,
            sealed,
        ]:
            if seal(*line[:-1]) != sealed:
                return None
            return HeldRun(
                number=number,
                stream=Stream(stream),
                epoch=Epoch(epoch),
                boot=boot,
                offset_ms=offset_ms,
                oldest=oldest,
                saved=True,
            )
    return None


def save_gap(conn: sqlite3.Connection, run: HeldRun, gap: Gap) -> None:
    """Write down what was given up, as one gap with the one before it where they meet."""
    last = max(run.gaps, default=None)
    if last is not None and (run.gaps[last].end, run.gaps[last].reason) == (gap.first, gap.reason):
        before = run.gaps[last]
        gap = Gap(
            first=before.first,
            end=gap.end,
            from_ms=min(before.from_ms, gap.from_ms),
            to_ms=max(before.to_ms, gap.to_ms),
            reason=gap.reason,
        )
        conn.execute("DELETE FROM gap WHERE id = ?", (last,))
        del run.gaps[last]
    line = (run.number, gap.first, gap.end, gap.from_ms, gap.to_ms, gap.reason)
    key = conn.execute(
        "INSERT INTO gap (number, first, end, from_ms, to_ms, reason, seal) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*line, seal(*line)),
    ).lastrowid
    run.gaps[key or 0] = gap


def drop_gaps(conn: sqlite3.Connection, run: HeldRun, below: int) -> None:
    """Delete the gaps that the cloud knows, because it holds everything below a number."""
    for key in [key for key, gap in run.gaps.items() if gap.end <= below]:
        conn.execute("DELETE FROM gap WHERE id = ?", (key,))
        del run.gaps[key]


def seal(*line: object) -> int:
    """Return a checksum over a line, because SQLite's pages have none."""
    return zlib.crc32(repr(line).encode("utf-8", "surrogatepass"))


def _measure(conn: sqlite3.Connection, run: HeldRun) -> None:
    low = blocks.oldest(conn, run.stream, run.number)[0]
    high = blocks.newest(conn, run.stream, run.number)[0]
    if not low.first <= run.oldest < max(low.end, run.oldest + 1):
        raise OutboxDamagedError(f"rows {run.oldest} to {low.first} of {run.stream} are missing")
    run.next, run.start, run.stop = high.end, low.offset, high.offset + high.size


def _load_gaps(conn: sqlite3.Connection) -> Iterator[tuple[int, int, Gap]]:
    found = conn.execute("SELECT id, number, first, end, from_ms, to_ms, reason, seal FROM gap")
    for key, *line, sealed in found:
        if seal(*line) != sealed:
            raise OutboxDamagedError(f"gap {key} is not what was written")
        number, first, end, from_ms, to_ms, reason = line
        yield key, number, Gap(first=first, end=end, from_ms=from_ms, to_ms=to_ms, reason=reason)
