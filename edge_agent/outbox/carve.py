"""The lanes, blocks and identities that can be found in the pages of a damaged outbox, whatever else is broken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from edge_agent.outbox import blocks
from edge_agent.outbox.errors import OutboxDamagedError
from edge_agent.outbox.lane import HeldRun, run_of
from edge_agent.outbox.pages import Column, Pages, Place
from wire import Epoch, Stream, TimeTrust

LaneKey = tuple[Stream, Epoch]


class FoundBlock(Struct, frozen=True, kw_only=True):
    """Where a sound block lies, the lane that it names itself, and its rows `first` to `end` (exclusive).

    `from_ms` and `to_ms` span the rows' times, 0 where they are not known. `ends` are where the live lanes of the same
    epoch ended when it was written.
    """

    number: int
    stream: Stream
    epoch: Epoch
    first: int
    end: int
    from_ms: int
    to_ms: int
    place: Place
    ends: Mapping[Stream, int] = {}


@dataclass(slots=True)
class Found:
    """What was found: lanes, blocks in the order of lanes and rows, lines of identities."""

    lanes: dict[LaneKey, HeldRun] = field(default_factory=dict)
    blocks: list[FoundBlock] = field(default_factory=list)
    seen: dict[int, bytes] = field(default_factory=dict)

    def ends(self) -> dict[LaneKey, int]:
        """Return how far each lane went at least, as blocks of any stream noted it."""
        ends: dict[LaneKey, int] = {}
        for block in self.blocks:
            for stream, end in block.ends.items():
                key = (stream, block.epoch)
                ends[key] = max(end, ends.get(key, 0))
        return ends


def carve(pages: Pages) -> Found:
    """Look through all pages; lanes and blocks count only where their checksums hold."""
    found = Found()
    lines: dict[tuple[int, LaneKey], HeldRun] = {}
    for place, row_id, columns in pages.records():
        match columns:
            case [None, int(), int(), bytes(raw)]:
                block = _block(row_id, raw, place)
                found.blocks += [block] if block is not None else []
            case [None, bytes(), int(), int(), bytes(), int() | None, int()]:
                _take_line(lines, row_id, columns)
            case [None, bytes(hashes)]:
                found.seen[row_id] = hashes
    for (_, key), run in sorted(lines.items(), reverse=True, key=lambda item: item[1].oldest):
        found.lanes[key] = run  # of a lane in parts the lowest counts
    found.blocks.sort(key=lambda block: (block.number, block.first, -block.end))
    return found


def _block(row_id: int, raw: bytes, place: Place) -> FoundBlock | None:
    try:
        batch = blocks.unpack_any(raw)
    except OutboxDamagedError:
        return None
    rows = batch.rows
    times = [at for at, trust in zip(rows.at_ms, rows.trust, strict=True) if trust != TimeTrust.UNSYNCED]
    return FoundBlock(
        number=blocks.number_in(row_id),
        stream=batch.stream,
        epoch=batch.epoch,
        first=batch.first,
        end=batch.first + len(rows),
        from_ms=min(times, default=0),
        to_ms=max(times, default=0),
        place=place,
        ends=blocks.ends_in(batch),
    )


def _take_line(lines: dict[tuple[int, LaneKey], HeldRun], row_id: int, columns: Sequence[Column]) -> None:
    """Take a lane's line; an old copy of it in a freed page names a lower number, so the highest one counts."""
    texts = [column.decode("utf-8", "replace") if isinstance(column, bytes) else column for column in columns]
    run = run_of([row_id, *texts[1:]])
    if run is None:
        return
    part = (run.number, (run.stream, run.epoch))
    if part not in lines or lines[part].oldest < run.oldest:
        lines[part] = run
