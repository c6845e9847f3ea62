"""One open outbox file and everything that is kept in memory about it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from edge_agent.outbox import disk, notes
from edge_agent.outbox.check import check, check_header
from edge_agent.outbox.entry import Receipt
from edge_agent.outbox.errors import OutboxDamagedError
from edge_agent.outbox.ledger import Ledger
from edge_agent.outbox.limits import OutboxLimits
from edge_agent.outbox.plan import Plan
from edge_agent.outbox.quarantine import QuarantineShelf
from edge_agent.outbox.schema import migrate
from edge_agent.outbox.seen import SeenWindow

_SPARE_BYTES: Final = 65_536
"""What making room frees beyond what is needed, so that not every commit has to."""


class Books:
    """Writer and reader connection, ledger, identities and quarantine of one file."""

    def __init__(self, path: Path, limits: OutboxLimits, boot: str) -> None:
        """Open or make the file, bring it to the newest version, check it and load what is needed.

        Raises:
            OutboxDamagedError: the file is damaged.
            OutboxError: it cannot be used.
        """
        self._path, self._limits = path, limits
        self.ledger = Ledger(boot)
        self.seen = SeenWindow(for_s=limits.seen_for_s, most=limits.seen_most)
        self.quarantine = QuarantineShelf(most=limits.quarantine_most, most_bytes=limits.quarantine_bytes)
        check_header(path)
        with disk.typed_errors():
            self.writer = disk.connect(path)
            try:
                self._load()
                self.reader = disk.connect_reader(path)
            except BaseException:
                self.writer.close()
                raise
        self._inode = path.stat().st_ino

    def _load(self) -> None:
        check(self.writer, self._path)
        migrate(self.writer)
        self.ledger.load(self.writer)
        self.seen.load(self.writer)
        self.quarantine.load(self.writer)
        notes.load_facts(self.writer)

    def close(self) -> None:
        """Close the file."""
        self.reader.close()
        self.writer.close()

    def keep(self, made: Plan, counts: Mapping[str, int], now_s: float) -> Receipt:
        """Write a plan in one transaction."""
        if not self.in_place():
            raise OutboxDamagedError(f"{self._path} was removed or replaced while it was open")
        with self.ledger.transaction(self.writer):
            trimmed = self.ledger.make_room(self.writer, self._needed(made), self._limits)
            ends = self.ledger.ends_after(made.rows)
            appended = [
                self.ledger.append(self.writer, stream, rows, ends) for stream, rows in made.rows.items()
            ]
            if made.marks:
                self.seen.save(self.writer, made.marks)
            self._note(made, counts)
        if made.marks:
            self.seen.add(made.marks, now_s)
        if made.quarantined or made.released:
            self.quarantine.settle()
        return Receipt(fates=made.fates, appended=appended, trimmed=trimmed)

    def _note(self, made: Plan, counts: Mapping[str, int]) -> None:
        totals = dict(counts)
        if made.quarantined:
            totals["quarantined"] = totals.get("quarantined", 0) + len(made.quarantined)
        if made.quarantined or made.released:
            self.quarantine.save(self.writer, made.quarantined, made.released)
        notes.set_facts(self.writer, made.facts)
        if totals:
            notes.add_totals(self.writer, totals)

    def _needed(self, made: Plan) -> int:
        """Return how many bytes must be given up before so many rows are added, 0 if there is room."""
        adding = sum(len(rows) for rows in made.rows.values()) * 16
        over = disk.bytes_used(self.writer) + adding - self._limits.most_bytes
        return over + _SPARE_BYTES if over > 0 else 0

    def in_place(self) -> bool:
        """Say whether the open file is still the one at its path: rows written to a removed file would be lost."""
        try:
            return self._path.stat().st_ino == self._inode
        except OSError:
            return False
