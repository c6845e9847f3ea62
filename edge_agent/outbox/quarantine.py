"""Bytes that could not be understood, the newest of them kept for a person to look at."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from edge_agent.outbox.entry import Kept, Quarantined
from edge_agent.outbox.errors import OutboxDamagedError

PAYLOAD_MOST: Final = 4096
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Quarantined)


class QuarantineShelf:
    """At most so many entries of so many bytes together; the oldest make room."""

    def __init__(self, *, most: int, most_bytes: int) -> None:
        """Start empty."""
        self._most, self._most_bytes = most, most_bytes
        self._sizes: dict[int, int] = {}
        self._staged: dict[int, int] = {}

    def load(self, conn: sqlite3.Connection) -> None:
        """Take up what an earlier run kept."""
        self._sizes = dict(conn.execute("SELECT id, size FROM quarantine ORDER BY id"))

    def save(
        self, conn: sqlite3.Connection, found: Sequence[Quarantined], released: Sequence[int] = ()
    ) -> None:
        """Write entries, and delete those released, in the caller's transaction; `settle` once it is committed."""
        self._staged = {key: size for key, size in self._sizes.items() if key not in released}
        key = max(self._sizes, default=0)  # a number released just now is not given again in this run
        lines = []
        for entry in found[-self._most :]:
            key += 1
            raw = _encoder.encode(_cut(entry))
            lines.append((key, len(raw), raw))
            self._staged[key] = len(raw)
        with _overwriting(conn):
            conn.executemany("DELETE FROM quarantine WHERE id = ?", [(gone,) for gone in released])
            conn.executemany("INSERT INTO quarantine (id, size, entry) VALUES (?, ?, ?)", lines)
            self._make_room(conn)

    def settle(self) -> None:
        """Take note that what `save` wrote is committed."""
        self._sizes = self._staged

    def _make_room(self, conn: sqlite3.Connection) -> None:
        used = sum(self._staged.values())
        gone: list[int] = []
        for key, size in self._staged.items():
            if len(self._staged) - len(gone) <= self._most and used <= self._most_bytes:
                break
            gone.append(key)
            used -= size
        for key in gone:
            del self._staged[key]
        conn.executemany("DELETE FROM quarantine WHERE id = ?", [(key,) for key in gone])


@contextmanager
def _overwriting(conn: sqlite3.Connection) -> Iterator[None]:
    """Let zeros overwrite what is deleted or moved: it may be pictures from before a private device was known."""
    conn.execute("PRAGMA secure_delete = ON").fetchone()
    try:
        yield
    finally:
        conn.execute("PRAGMA secure_delete = OFF").fetchone()


def newest(conn: sqlite3.Connection, most: int) -> list[Kept]:
    """Return the newest entries, the newest first.

    Raises:
        OutboxDamagedError: an entry is not what was written.
    """
    lines = conn.execute("SELECT id, entry FROM quarantine ORDER BY id DESC LIMIT ?", (most,))
    try:
        return [Kept(number=number, entry=_decoder.decode(raw)) for number, raw in lines]
    except msgspec.MsgspecError as error:
        raise OutboxDamagedError(f"a quarantined entry cannot be read: {error}") from error


def sound(line: Sequence[object]) -> bool:
    """Say whether an entry's line is what was written."""
    if not isinstance(line[2], bytes) or line[1] != len(line[2]):
        return False
    try:
        _decoder.decode(line[2])
    except msgspec.MsgspecError:
        return False
    return True


def _cut(entry: Quarantined) -> Quarantined:
    if len(entry.payload) <= PAYLOAD_MOST:
        return entry
    reason = f"{entry.reason} (the first {PAYLOAD_MOST} of {len(entry.payload)} bytes kept)"
    return msgspec.structs.replace(entry, payload=entry.payload[:PAYLOAD_MOST], reason=reason, cut=True)
