"""Which readings were taken already: a window of identity hashes, so that one that is sent again is not kept twice."""

import sqlite3
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from edge_agent.outbox.marks import MarkSet

_BYTES: Final = 8
_CLEARED_A_COMMIT: Final = 256
"""Lines of forgotten identities deleted with each commit, so that none of them takes long."""


def fingerprint(identity: bytes) -> int:
    """Return 64 bits that stand for an identity."""
    return int.from_bytes(blake2b(identity, digest_size=_BYTES).digest(), "little")


class SeenWindow:
    """Two generations of hashes: when the young one is full or of age it becomes the old one, which is forgotten.

    So an identity is remembered for at least `for_s` seconds of running time, or `most / 2` identities after it,
    whichever comes first; a clock that is set has no say in it.
    """

    def __init__(self, *, for_s: float, most: int) -> None:
        """Start empty."""
        self._for_s, self._most = for_s, most
        self._young = MarkSet()
        self._old = MarkSet()
        self._born_s: float | None = None
        # Keys of lines on disk: the lowest one held, where the old generation starts (what lies below is forgotten and
        # may be deleted), where the young one starts, and the next to be written.
        self._held = self._old_from = self._young_from = self._next = 1
        self._cleared = 1

    def load(self, conn: sqlite3.Connection) -> None:
        """Take up what an earlier run remembered, as the old generation."""
        lines = conn.execute("SELECT id, hashes FROM seen ORDER BY id DESC")
        for key, hashes in lines:
            self._next = max(self._next, key + 1)
            self._old_from = self._held = key
            whole = range(0, len(hashes) - _BYTES + 1, _BYTES)
            self._old.update(int.from_bytes(hashes[at : at + _BYTES], "little") for at in whole)
        self._young_from = self._next

    def __contains__(self, mark: int) -> bool:
        """Say whether an identity's fingerprint was seen."""
        return mark in self._young or mark in self._old

    def save(self, conn: sqlite3.Connection, marks: Iterable[int]) -> None:
        """Write fingerprints down in the caller's transaction; `add` them once it is committed."""
        self._cleared = min(self._old_from, self._held + _CLEARED_A_COMMIT)
        if self._cleared > self._held:
            conn.execute("DELETE FROM seen WHERE id < ?", (self._cleared,))
        hashes = b"".join(mark.to_bytes(_BYTES, "little") for mark in marks)
        conn.execute("INSERT INTO seen (id, hashes) VALUES (?, ?)", (self._next, hashes))

    def add(self, marks: Iterable[int], now_s: float) -> None:
        """Remember fingerprints that `save` has written, now that they are committed."""
        self._held = self._cleared
        self._next += 1
        self._born_s = now_s if self._born_s is None else self._born_s
        self._young.update(marks)
        if len(self._young) * 2 >= self._most or now_s - self._born_s >= self._for_s:
            self._old, self._young = self._young, MarkSet()
            self._old_from, self._young_from = self._young_from, self._next
            self._born_s = now_s
