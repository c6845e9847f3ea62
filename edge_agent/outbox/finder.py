"""The sound blocks of a damaged table, found by walking it from both ends."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from edge_agent.outbox import blocks
from edge_agent.outbox.blocks import Block
from edge_agent.outbox.errors import OutboxDamagedError
from wire import Epoch, Stream, TimeTrust

_MOST_BREAKS: Final = 64
"""Places that cannot be read before the rest of a table is given up."""


class SoundBlock(Struct, frozen=True, kw_only=True):
    """A block whose checksum holds, the epoch it names itself, and the span of its times (0 where not known)."""

    epoch: Epoch
    block: Block
    from_ms: int
    to_ms: int


class Finder:
    """Reads one stream's table as far as it can be read; `whole` says that all of it could."""

    def __init__(self, conn: sqlite3.Connection, stream: Stream) -> None:
        """Prepare to read."""
        self._conn, self._stream = conn, stream
        self._at = -1
        self._tried: int | None = None
        self.whole = True

    def sound(self) -> Iterator[SoundBlock]:
        """Give every sound block, in the order of the keys."""
        for _ in range(_MOST_BREAKS):
            try:
                yield from self._forward()
                return
            except (sqlite3.Error, UnicodeDecodeError):
                self.whole = False
                if not self._leap():
                    return

    def _forward(self) -> Iterator[SoundBlock]:
        for key, raw in blocks.raw_after(self._conn, self._stream, self._at):
            self._at = key
            try:
                batch = blocks.unpack_any(self._stream, raw)
            except OutboxDamagedError:
                self.whole = False
                continue
            rows = batch.rows
            times = [
                at for at, trust in zip(rows.at_ms, rows.trust, strict=True) if trust != TimeTrust.UNSYNCED
            ]
            yield SoundBlock(
                epoch=batch.epoch,
                block=Block(first=batch.first, end=batch.first + len(rows), raw=raw),
                from_ms=min(times, default=0),
                to_ms=max(times, default=0),
            )

    def _leap(self) -> bool:
        """Go on behind the place that cannot be read, at the lowest key that can be reached from the table's end."""
        lowest = None
        try:
            for key in blocks.keys_down(self._conn, self._stream, self._at):
                lowest = key
        except sqlite3.Error:
            pass
        if lowest is None:
            return False
        stuck = lowest == self._tried
        self._tried = lowest
        self._at = lowest if stuck else lowest - 1
        return True
