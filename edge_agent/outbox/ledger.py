"""The books of every lane in the file: rows added at the end, given up at the front, numbers never used twice."""

import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import Final

from edge_agent.outbox import blocks, disk, lane, room
from edge_agent.outbox.blocks import Held
from edge_agent.outbox.entry import Appended, HeldLane, Trimmed
from edge_agent.outbox.errors import OutboxDamagedError
from edge_agent.outbox.lane import HeldRun
from edge_agent.outbox.limits import OutboxLimits
from edge_agent.outbox.notes import add_totals
from edge_agent.outbox.reading import joined, read
from wire import BootClock, Epoch, Gap, Rows, Seq, Stream

_MERGED_ROWS: Final = 256
"""Small blocks become one when together they hold this many rows: a row then takes 4 bytes instead of up to 120."""
_MERGED_BLOCKS: Final = 8
_LARGE_ROWS: Final = 64
"""A block of this many rows is left alone: writing it again would cost the card more than it saves."""
_FULL: Final = "full"
_BLOCKS_AT_ONCE: Final = 256
"""Blocks deleted in one transaction at most, so that no commit takes long."""


class Ledger:
    """What the file holds, kept in memory beside it and changed only with it.

    One thread changes it at a time; others may look meanwhile, because the table of lanes is replaced, never changed.
    """

    def __init__(self, boot: str) -> None:
        """Start without lanes."""
        self._boot = boot
        self._offset_ms: int | None = None
        self._runs: dict[int, HeldRun] = {}
        self._live: dict[Stream, HeldRun] = {}

    def load(self, conn: sqlite3.Connection) -> None:
        """Take up the lanes of earlier runs, all closed, and open fresh ones.

        Raises:
            OutboxDamagedError: the file contradicts itself.
        """
        self._runs = {run.number: run for run in lane.load_all(conn)}
        self.rotate()

    @contextmanager
    def transaction(self, conn: sqlite3.Connection) -> Iterator[None]:
        """Change file and books together: both or neither."""
        before = {number: run.copy() for number, run in self._runs.items()}
        try:
            with disk.transaction(conn):
                yield
        except BaseException:
            self._runs = before
            self._live = {run.stream: before[run.number] for run in self._live.values()}
            raise

    def rotate(self) -> None:
        """Close the live lanes and open one a stream under a fresh epoch; on disk once they hold rows."""
        kept = {number: run for number, run in self._runs.items() if run.saved}
        epoch = Epoch(secrets.randbits(63))
        number = max(kept, default=0)
        self._live = {
            stream: HeldRun(number + step, stream, epoch, self._boot, self._offset_ms)
            for step, stream in enumerate(Stream, start=1)
        }
        self._runs = kept | {run.number: run for run in self._live.values()}

    # -- inside a transaction ------------------------------------------------------------------------------------

    def ends_after(self, added: Mapping[Stream, Rows]) -> str:
        """Return where the live lanes will end once these rows are added, for their blocks to note."""
        return blocks.write_ends(
            {stream: run.next + len(added.get(stream, ())) for stream, run in self._live.items()}
        )

    def append(self, conn: sqlite3.Connection, stream: Stream, rows: Rows, ends: str = "") -> Appended:
        """Add rows to the stream's live lane, small blocks put together once there are enough of them."""
        run = self._live[stream]
        if not run.saved:
            lane.save(conn, run)
            run.saved = True
        if not run.tail:
            run.tail_first, run.tail_start = run.next, run.stop
        first, whole, grown = run.next, rows, (*run.tail, rows)
        full = run.next + len(rows) - run.tail_first >= _MERGED_ROWS
        if full and len(grown) >= _MERGED_BLOCKS:
            first, whole = _without_tail(conn, run, grown)
        run.tail = () if full or len(rows) >= _LARGE_ROWS else grown
        packed = blocks.pack(stream, run.epoch, first, whole, ends)
        run.stop = blocks.add(conn, stream, run.number, run.stop, packed)
        run.next += len(rows)
        return Appended(stream=stream, epoch=run.epoch, count=len(rows))

    def make_room(self, conn: sqlite3.Connection, need: int, limits: OutboxLimits) -> list[Trimmed]:
        """Give up about `need` bytes of old rows, at most a transaction's share; what is lost becomes a gap."""
        trimmed, left = [], _BLOCKS_AT_ONCE
        while need > 0 and left > 0:
            chosen = room.who_yields(list(self._runs.values()), limits.most_bytes, limits.quotas)
            if chosen is None:
                break
            run = self._runs[chosen.number]
            yielded = _whole_blocks(conn, run, chosen.below, left)
            yielded = yielded[: _enough(yielded, need)]
            if not yielded:
                run.acked = run.oldest  # the cloud holds a part of a block only
                continue
            trimmed.append(_give_up(conn, run, yielded))
            need -= sum(held.size for held in yielded)
            left -= len(yielded)
        return trimmed

    def drop(self, conn: sqlite3.Connection, run: HeldRun, below: int) -> bool:
        """Delete rows that the cloud committed; False if there are more than one transaction may take."""
        yielded = _whole_blocks(conn, run, below, _BLOCKS_AT_ONCE)
        done = len(yielded) < _BLOCKS_AT_ONCE
        _delete(conn, run, yielded, below if done else yielded[-1].end)
        run.acked = max(run.acked, below)
        lane.drop_gaps(conn, run, run.oldest)
        return done

    def forget(self, conn: sqlite3.Connection, run: HeldRun) -> None:
        """Delete a lane with whatever is left of it."""
        blocks.delete(conn, run.stream, run.number, 0, run.next)
        conn.execute("DELETE FROM gap WHERE number = ?", (run.number,))
        conn.execute("DELETE FROM lane WHERE number = ?", (run.number,))
        self._runs = {number: kept for number, kept in self._runs.items() if kept is not run}

    def set_clock(self, conn: sqlite3.Connection, boot: str, offset_ms: int) -> None:
        """Take note of a boot's clock offset."""
        if boot == self._boot:
            self._offset_ms = offset_ms
        for run in self._runs.values():
            if run.boot == boot and run.offset_ms != offset_ms:
                run.offset_ms = offset_ms
                if run.saved:
                    lane.save(conn, run)

    # -- looking -------------------------------------------------------------------------------------------------

    def find(self, stream: Stream, epoch: Epoch) -> HeldRun | None:
        """Return the lane, the lowest part of it where damage has broken it up."""
        for run in self._runs.values():
            if run.epoch == epoch and run.stream == stream:
                return run
        return None

    def beyond(self, stream: Stream, epoch: Epoch) -> int:
        """Return how many numbers of a lane lie behind its lowest part, where damage has broken it up."""
        parts = [run.next for run in self._runs.values() if (run.stream, run.epoch) == (stream, epoch)]
        return max(parts) - parts[0] if parts else 0

    def held(self) -> list[HeldLane]:
        """Describe every lane once, the live ones last."""
        found: dict[tuple[Stream, Epoch], HeldRun] = {}
        for run in self._runs.values():
            found.setdefault((run.stream, run.epoch), run)
        return [self.describe(run) for run in found.values()]

    def describe(self, run: HeldRun) -> HeldLane:
        """Describe one lane."""
        return run.held(closed=self._live[run.stream] is not run)

    def live(self) -> list[HeldLane]:
        """Describe the live lanes."""
        return [self.describe(run) for run in self._live.values()]

    def live_runs(self) -> list[HeldRun]:
        """Return the live lanes."""
        return list(self._live.values())

    def saved(self) -> list[HeldRun]:
        """Return the lanes that are on disk."""
        return [run for run in self._runs.values() if run.saved]

    def clocks(self) -> list[BootClock]:
        """Return the epochs whose boot offset is known."""
        known = {run.epoch: run.offset_ms for run in self._runs.values() if run.offset_ms is not None}
        return [BootClock(epoch=epoch, offset_ms=offset_ms) for epoch, offset_ms in known.items()]


def _without_tail(conn: sqlite3.Connection, run: HeldRun, grown: Sequence[Rows]) -> tuple[int, Rows]:
    """Take the small blocks at the end of a lane out of the file; return what replaces them, with the new rows."""
    first = max(run.tail_first, run.oldest)
    blocks.delete(conn, run.stream, run.number, run.tail_first, run.next)
    run.stop = max(run.tail_start, run.start)
    return first, joined(grown).since(first - run.tail_first)


def _whole_blocks(conn: sqlite3.Connection, run: HeldRun, below: int, most: int) -> list[Held]:
    """List the oldest blocks of a lane that lie wholly below a number."""
    held = [block for block in blocks.oldest(conn, run.stream, run.number, most) if block.end <= below]
    for before, after in pairwise(held):
        if before.end != after.first:
            raise OutboxDamagedError(f"rows {before.end} to {after.first} of {run.stream} are missing")
    return held


def _enough(yielded: Sequence[Held], need: int) -> int:
    """Return how many of the blocks it takes to free so many bytes."""
    for count, freed in enumerate(accumulate(held.size for held in yielded), start=1):
        if freed >= need:
            return count
    return len(yielded)


def _give_up(conn: sqlite3.Connection, run: HeldRun, yielded: Sequence[Held]) -> Trimmed:
    first, end = max(run.oldest, run.acked), yielded[-1].end
    if first < end:
        times = read(conn, run, first, end).at_ms
        gap = Gap(first=Seq(first), end=Seq(end), from_ms=min(times), to_ms=max(times), reason=_FULL)
        lane.save_gap(conn, run, gap)
        add_totals(conn, {f"lost.{run.stream}": end - first})
    _delete(conn, run, yielded, end)
    return Trimmed(stream=run.stream, epoch=run.epoch, oldest=Seq(end), lost=max(0, end - first))


def _delete(conn: sqlite3.Connection, run: HeldRun, yielded: Sequence[Held], oldest: int) -> None:
    if yielded:
        blocks.delete(conn, run.stream, run.number, yielded[0].first, yielded[-1].end)
        run.start = yielded[-1].offset + yielded[-1].size
    run.oldest = max(run.oldest, min(oldest, run.next))
    lane.save(conn, run)
