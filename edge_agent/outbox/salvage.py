"""What can still be read of a damaged outbox, carried over into a fresh file under the old numbers.

Every block says itself where it belongs and carries a checksum, so it is enough to find the blocks in the pages. A
freed page may hold blocks that were deleted: where the lanes are known, only rows that they still held count.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from edge_agent.outbox import blocks, disk, lane, notes, quarantine
from edge_agent.outbox.blocks import Block
from edge_agent.outbox.carve import Found, FoundBlock, LaneKey, carve
from edge_agent.outbox.errors import NotKeptError
from edge_agent.outbox.lane import HeldRun
from edge_agent.outbox.pages import Pages
from edge_agent.outbox.schema import migrate
from wire import Gap, Seq, Stream

_BLOCKS_AT_ONCE: Final = 256
_DAMAGED: Final = "damaged"
_NOTES: Final = (
    (
        "SELECT name, value, seal FROM fact",
        "INSERT INTO fact (name, value, seal) VALUES (?, ?, ?)",
        notes.sound_fact,
    ),
    (
        "SELECT name, total FROM total",
        "INSERT INTO total (name, total) VALUES (?, ?)",
        notes.sound_total,
    ),
    (
        "SELECT id, size, entry FROM quarantine",
        "INSERT INTO quarantine (id, size, entry) VALUES (?, ?, ?)",
        quarantine.sound,
    ),
)


class Saved(Struct, frozen=True, kw_only=True):
    """Rows carried over and rows lost; `exact` is False where more may have been lost than could be counted."""

    kept: int
    lost: int
    exact: bool


def salvage(damaged: Path, fresh: Path, known: Sequence[HeldRun] | None = None) -> Saved:
    """Fill a fresh file with what can be read; `known` are the lanes as a running program knows them.

    A lane is broken up where rows are missing: each part becomes a lane of its own with a gap before it. Stops early,
    with `exact` False, when the disk is full.

    Raises:
        NotKeptError: the fresh file cannot be made.
    """
    with disk.typed_errors(), closing(disk.connect(fresh)) as target, Pages(damaged) as pages:
        migrate(target)
        saving = Saving(target, pages, known)
        with suppress(NotKeptError):
            saving.carry_rows()
            saving.carry_notes(damaged)
        return saving.saved()


class Saving:
    """One salvage under way."""

    def __init__(self, target: sqlite3.Connection, pages: Pages, known: Sequence[HeldRun] | None) -> None:
        """Look through the pages; the target has the newest tables and nothing in them."""
        self._target, self._pages = target, pages
        self._found: Found = carve(pages)
        self._lanes = self._found.lanes
        if known is not None:  # of a lane in parts the lowest counts
            self._lanes = {(run.stream, run.epoch): run for run in reversed(known)}
        self._ends = self._found.ends()
        if known is not None:
            self._ends = {(run.stream, run.epoch): run.next for run in known}
        self._sure = known is not None
        self._done = False
        self._last: dict[LaneKey, tuple[HeldRun, int]] = {}
        self._number = self._kept = 0
        self._lost: dict[Stream, int] = {}

    def saved(self) -> Saved:
        """Say what came of it."""
        return Saved(kept=self._kept, lost=sum(self._lost.values()), exact=self._done and self._sure)

    def carry_rows(self) -> None:
        """Carry the blocks over, some at a time, and note what is missing behind the last ones."""
        wanted = [block for block in self._found.blocks if self._wanted(block)]
        for at in range(0, len(wanted), _BLOCKS_AT_ONCE):
            with disk.transaction(self._target):
                kept = sum(self._add(block) for block in wanted[at : at + _BLOCKS_AT_ONCE])
            self._kept += kept
        with disk.transaction(self._target):
            for key, end in self._ends.items():
                start, last_ms = self._reached(key, end)
                if start < end:
                    self._lose(self._part(key, end), start, end, (last_ms, last_ms))

    def carry_notes(self, damaged: Path) -> None:
        """Carry over identities, and facts, totals and quarantine as far as they can be read."""
        lines = {write: list(filter(sound, _lines(damaged, read))) for read, write, sound in _NOTES}
        with disk.transaction(self._target):
            self._target.executemany(
                "INSERT INTO seen (id, hashes) VALUES (?, ?)", sorted(self._found.seen.items())
            )
            for write, found in lines.items():
                for line in found:
                    with suppress(sqlite3.IntegrityError):  # the same name or number twice
                        self._target.execute(write, line)
            notes.add_totals(self._target, {f"lost.{stream}": count for stream, count in self._lost.items()})
        self._done = True

    def _wanted(self, block: FoundBlock) -> bool:
        run = self._lanes.get((block.stream, block.epoch))
        return block.end > run.oldest if run is not None else not self._lanes

    def _reached(self, key: LaneKey, first: int) -> tuple[int, int]:
        """Return the row up to which a lane is complete, where `first` is the first one found, and its time."""
        if key in self._last:
            run, last_ms = self._last[key]
            return run.next, last_ms
        return (self._lanes[key].oldest if key in self._lanes else first), 0

    def _add(self, found: FoundBlock) -> int:
        """Add a block behind what was found of its lane; return how many rows it brought."""
        key = (found.stream, found.epoch)
        start, last_ms = self._reached(key, found.first)
        if found.end <= start:
            return 0
        run = self._last[key][0] if key in self._last else self._part(key, max(start, found.first))
        if found.first > start:
            run = self._part(key, found.first) if run.next > run.oldest else run
            self._lose(run, start, found.first, (last_ms or found.from_ms, found.from_ms))
        packed = self._packed(found, run)
        run.stop = blocks.add(self._target, run.stream, run.number, run.stop, packed)
        run.next = found.end
        self._last[key] = (run, found.to_ms)
        return found.end - max(start, found.first)

    def _packed(self, found: FoundBlock, run: HeldRun) -> list[Block]:
        raw = self._pages.columns(found.place)[3]
        assert isinstance(raw, bytes)
        if run.next == run.oldest or found.first == run.next:
            return [Block(first=found.first, end=found.end, raw=raw)]
        rows = blocks.unpack_any(raw).rows  # an older block that reaches beyond the one before it
        return blocks.pack(run.stream, run.epoch, run.next, rows.since(run.next - found.first))

    def _part(self, key: LaneKey, oldest: int) -> HeldRun:
        """Begin a lane, or the next part of one."""
        self._number += 1
        known = self._lanes.get(key)
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


def _lines(damaged: Path, read: str) -> list[tuple[object, ...]]:
    """Return the lines of a table as far as they can be read."""
    found: list[tuple[object, ...]] = []
    with suppress(sqlite3.Error, UnicodeDecodeError), closing(disk.connect_untouched(damaged)) as source:
        found.extend(source.execute(read))
    return found
