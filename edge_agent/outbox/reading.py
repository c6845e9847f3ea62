"""Rows read back from disk as columns, times repaired where the boot's clock offset is known by now."""

import sqlite3
from collections.abc import Sequence

from edge_agent.outbox import blocks
from edge_agent.outbox.errors import OutboxDamagedError
from edge_agent.outbox.lane import HeldRun
from wire import Rows, TimeTrust


def read(conn: sqlite3.Connection, run: HeldRun, first: int, end: int) -> Rows:
    """Return rows `first` to `end` (exclusive) of a lane.

    Raises:
        OutboxDamagedError: a row in between is missing or is not what was written.
    """
    pieces, at = [], first
    for block in blocks.load(conn, run.stream, run.number, first, end) if first < end else ():
        if not block.first <= at < block.end:
            break
        rows = blocks.unpack(run.stream, run.epoch, block)
        pieces.append(blocks.part(rows, at - block.first, end - block.first))
        at = min(block.end, end)
    if at < end:
        raise OutboxDamagedError(f"row {at} of {run.stream} is missing")
    return repaired(joined(pieces), run.offset_ms)


def joined(pieces: Sequence[Rows]) -> Rows:
    """Put rows behind one another."""
    if len(pieces) == 1:
        return pieces[0]
    return Rows(
        device=[name for rows in pieces for name in rows.device],
        property=[name for rows in pieces for name in rows.property],
        value=[value for rows in pieces for value in rows.value],
        at_ms=[at_ms for rows in pieces for at_ms in rows.at_ms],
        trust=[trust for rows in pieces for trust in rows.trust],
    )


def repaired(rows: Rows, offset_ms: int | None) -> Rows:
    """Turn times since boot into UTC."""
    if offset_ms is None or TimeTrust.UNSYNCED not in rows.trust:
        return rows
    times = [
        at_ms + offset_ms if trust == TimeTrust.UNSYNCED else at_ms
        for at_ms, trust in zip(rows.at_ms, rows.trust, strict=True)
    ]
    trusts = [int(TimeTrust.REPAIRED) if trust == TimeTrust.UNSYNCED else trust for trust in rows.trust]
    return Rows(device=rows.device, property=rows.property, value=rows.value, at_ms=times, trust=trusts)
