"""What a commit will write, worked out before the disk is touched."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from edge_agent.outbox import blocks, fit
from edge_agent.outbox.entry import Entry, Fate, Quarantined
from edge_agent.outbox.seen import fingerprint
from wire import Epoch, Observation, Rows, Stream, WireError


class Plan(Struct, frozen=True, kw_only=True):
    """One fate an entry, and what the stored ones add."""

    fates: list[Fate]
    rows: dict[Stream, Rows]
    marks: list[int]
    facts: dict[str, str | None]
    quarantined: list[Quarantined]
    released: list[int]


def plan(entries: Sequence[Entry], seen: Callable[[int], bool], text_most: int) -> Plan:
    """Sort out what is new; entries whose rows cannot be written are quarantined, the others are not held up."""
    fates, new, marks = _sort_out(entries, seen)
    try:
        rows = _columns(new, text_most)
        misfits: dict[int, str] = {}
    except _UNFIT:
        misfits = _misfits(new, text_most)
        rows = _columns({at: entry for at, entry in new.items() if at not in misfits}, text_most)
    quarantined = [entry.quarantined for entry in new.values() if entry.quarantined is not None]
    for at, reason in misfits.items():
        fates[at] = Fate.QUARANTINED
        quarantined.append(fit.misfit(new[at], reason))
    facts: dict[str, str | None] = {}
    for at, entry in new.items():
        if at not in misfits and entry.facts:
            facts.update(entry.facts)
    released = [entry.released for entry in new.values() if entry.released is not None]
    return Plan(fates=fates, rows=rows, marks=marks, facts=facts, quarantined=quarantined, released=released)


_UNFIT = (WireError, ValueError, OverflowError, TypeError)


def _sort_out(
    entries: Sequence[Entry], seen: Callable[[int], bool]
) -> tuple[list[Fate], dict[int, Entry], list[int]]:
    fates: list[Fate] = []
    new: dict[int, Entry] = {}
    marks: dict[int, None] = {}
    for at, entry in enumerate(entries):
        if entry.identity:
            mark = fingerprint(entry.identity)
            if not entry.surely_new and (mark in marks or seen(mark)):
                fates.append(Fate.REPEATED)
                continue
            marks[mark] = None
        new[at] = entry
        fates.append(Fate.STORED if entry.quarantined is None else Fate.QUARANTINED)
    return fates, new, list(marks)


def _columns(new: dict[int, Entry], text_most: int) -> dict[Stream, Rows]:
    found: dict[Stream, list[Observation]] = {}
    for entry in new.values():
        for stream, row in entry.rows:
            found.setdefault(stream, []).append(row)
    # Packed once without a number, only to see that the disk transaction will not fail on a row.
    columns = {stream: fit.columns(rows, text_most) for stream, rows in found.items()}
    for stream, rows in columns.items():
        if any(type(value) is str for value in rows.value):
            blocks.pack(stream, Epoch(0), 0, rows)
    return columns


def _misfits(new: dict[int, Entry], text_most: int) -> dict[int, str]:
    found = {}
    for at, entry in new.items():
        try:
            _columns({at: entry}, text_most)
        except _UNFIT as error:
            found[at] = str(error)
    return found
