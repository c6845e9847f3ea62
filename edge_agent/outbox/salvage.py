"""What can still be read of a damaged outbox, carried over into a fresh file under the old numbers.

Every block says itself where it belongs and carries a checksum, so it is enough to find the blocks: neither the
index pages nor the lanes' lines are believed.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from edge_agent.outbox import blocks, disk, lane, notes
from edge_agent.outbox.errors import NotKeptError
from edge_agent.outbox.finder import Finder, SoundBlock
from edge_agent.outbox.lane import HeldRun
from edge_agent.outbox.schema import migrate
from wire import Epoch, Gap, Seq, Stream

_BLOCKS_AT_ONCE: Final = 256
_DAMAGED: Final = "damaged"

_FACT: Final = "INSERT OR REPLACE INTO fact (name, value, seal) VALUES (?, ?, ?)"
_NOTES: Final = (
    ("SELECT name, value, seal FROM fact", _FACT),
    ("SELECT name, total FROM total", "INSERT OR REPLACE INTO total (name, total) VALUES (?, ?)"),
    ("SELECT id, hashes FROM seen", "INSERT OR REPLACE INTO seen (id, hashes) VALUES (?, ?)"),
    (
        "SELECT id, size, entry FROM quarantine",
        "INSERT OR REPLACE INTO quarantine (id, size, entry) VALUES (?, ?, ?)",
    ),
)

LaneKey = tuple[Stream, Epoch]


class Saved(Struct, frozen=True, kw_only=True):
    """Rows carried over and rows lost; `exact` is False where more may have been lost than could be counted."""

    kept: int
    lost: int
    exact: bool


def salvage(source: sqlite3.Connection | None, fresh: Path, known: Sequence[HeldRun] = ()) -> Saved:
    """Fill a fresh file with what can be read from `source`; `known` are the lanes as the running program knew them.

    A lane is broken up where rows are missing: each part becomes a lane of its own with a gap before it. Stops early,
    with `exact` False, when the disk is full.

    Raises:
        NotKeptError: the fresh file cannot be made.
    """
    with disk.typed_errors():
        target = disk.connect(fresh)
    try:
        with disk.typed_errors():
            migrate(target)
        return Saving(source, target, known).run()
    finally:
        target.close()


class Saving:
    """One salvage under way."""

    def __init__(
        self, source: sqlite3.Connection | None, target: sqlite3.Connection, known: Sequence[HeldRun]
    ) -> None:
        """Prepare; the target has the newest tables and nothing in them."""
        self._source, self._target = source, target
        self._known = _lines(source)
        self._ends: dict[LaneKey, int] = {}
        for run in known:
            self._known.setdefault((run.stream, run.epoch), run)
            self._ends[run.stream, run.epoch] = run.next
        self._last: dict[LaneKey, tuple[HeldRun, int]] = {}
        self._number = 0
        self._kept = 0
        self._lost: dict[Stream, int] = {}
        self._exact = source is not None

    def run(self) -> Saved:
        """Carry everything over."""
        with suppress(NotKeptError):
            self._exact &= self._carry_all()
            with disk.transaction(self._target):
                self._close_tails()
                self._carry_notes()
                notes.add_totals(self._target, {f"lost.{s}": n for s, n in self._lost.items() if n})
            return Saved(kept=self._kept, lost=sum(self._lost.values()), exact=self._exact)
        return Saved(kept=self._kept, lost=sum(self._lost.values()), exact=False)

    def _carry_all(self) -> bool:
        """Carry the blocks over, some at a time; True if every table could be read to its end."""
        whole = True
        for stream in Stream:
            if self._source is None:
                return False
            finder = Finder(self._source, stream)
            waiting: list[SoundBlock] = []
            for found in finder.sound():
                waiting.append(found)
                if len(waiting) >= _BLOCKS_AT_ONCE:
                    self._carry(stream, waiting)
                    waiting = []
            self._carry(stream, waiting)
            whole &= finder.whole
        return whole

    def _carry(self, stream: Stream, found: Sequence[SoundBlock]) -> None:
        with disk.transaction(self._target):
            kept = sum(self._add(stream, one) for one in found)
        self._kept += kept

    def _add(self, stream: Stream, one: SoundBlock) -> int:
        """Add a block behind what was found of its lane; return how many rows it brought."""
        key = (stream, one.epoch)
        run, last_ms = self._last.get(key, (None, 0))
        known = self._known.get(key)
        start = run.next if run is not None else (known.oldest if known is not None else one.block.first)
        if one.block.end <= start:
            return 0
        if run is None or one.block.first > start:
            run = self._part(key, max(start, one.block.first))
            if one.block.first > start:
                self._lose(run, start, one.block.first, (last_ms or one.from_ms, one.from_ms))
        run.stop = blocks.add(self._target, stream, run.number, run.stop, [one.block])
        run.next = one.block.end
        self._last[key] = (run, one.to_ms)
        return one.block.end - max(start, one.block.first)

    def _part(self, key: LaneKey, oldest: int) -> HeldRun:
        self._number += 1
        known = self._known.get(key)
        run = HeldRun(
            number=self._number,
            stream=key[0],
            epoch=key[1],
            boot=known.boot if known is not None else "",
            offset_ms=known.offset_ms if known is not None else None,
            oldest=oldest,
            next=oldest,
        )
        lane.save(self._target, run)
        return run

    def _lose(self, run: HeldRun, first: int, end: int, span_ms: tuple[int, int]) -> None:
        gap = Gap(first=Seq(first), end=Seq(end), from_ms=min(span_ms), to_ms=max(span_ms), reason=_DAMAGED)
        lane.save_gap(self._target, run, gap)
        self._lost[run.stream] = self._lost.get(run.stream, 0) + end - first

    def _close_tails(self) -> None:
        """Where the program knew how many rows there were, what is missing at a lane's end is a gap too."""
        for key, end in self._ends.items():
            run, last_ms = self._last.get(key, (None, 0))
            start = run.next if run is not None else self._known[key].oldest
            if start < end:
                self._lose(self._part(key, end), start, end, (last_ms, last_ms))
        for key in self._known:
            self._exact &= key in self._ends or key in self._last

    def _carry_notes(self) -> None:
        """Carry over facts, totals and identities, as far as they can be read."""
        if self._source is None:
            return
        for sql, into in _NOTES:
            with suppress(sqlite3.DatabaseError):
                for line in self._source.execute(sql):
                    if into is not _FACT or lane.seal(*line[:-1]) == line[-1]:
                        self._target.execute(into, line)


def _lines(source: sqlite3.Connection | None) -> dict[LaneKey, HeldRun]:
    """Read the lanes' lines that are what was written; of a lane in parts, the lowest."""
    found: dict[LaneKey, HeldRun] = {}
    if source is not None:
        with suppress(sqlite3.DatabaseError):
            for run in lane.sound_lines(source):
                found.setdefault((run.stream, run.epoch), run)
    return found
