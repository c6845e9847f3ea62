"""The gateway's rows on disk: one commit for many readings, numbered, bounded, read back as columns."""

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Self

from msgspec.structs import replace

from edge_agent.outbox import disk, notes, quarantine, reading
from edge_agent.outbox.books import Books
from edge_agent.outbox.damage import Damage
from edge_agent.outbox.entry import Entry, HeldLane, Kept, Quarantined, Receipt
from edge_agent.outbox.errors import NotKeptError, OutboxDamagedError, RowsGoneError
from edge_agent.outbox.hold import Hold
from edge_agent.outbox.lane import HeldRun
from edge_agent.outbox.limits import OutboxLimits
from edge_agent.outbox.opening import open_books, replace_open
from edge_agent.outbox.plan import plan
from edge_agent.outbox.seen import fingerprint
from wire import BootClock, Epoch, Gap, Rows, Seq, Stream, TimeTrust
from wire.sync import Slice


class Outbox:
    """One SQLite file (WAL, synchronous=FULL) and the books about it.

    Safe to use from two threads: commits and changes wait for each other, `read` has its own connection and waits for
    nobody. Every method may raise `OutboxDamagedError`, after which only `renew` and `close` make sense.
    """

    recovered: Damage | None
    """What was lost when the file was found damaged at `open`, None if it was sound."""

    def __init__(self, path: Path, limits: OutboxLimits, boot: str) -> None:
        """Use `Outbox.open`."""
        self._path, self._limits, self._boot = path, limits, boot
        self._writing, self._reading = RLock(), RLock()
        self._hold = Hold(path.with_name(path.name + ".lock"))
        try:
            with _typed_os_errors(path):
                self._books, self.recovered = open_books(path, limits, boot)
        except BaseException:
            self._hold.release()
            raise

    @classmethod
    def open(cls, path: Path, limits: OutboxLimits | None = None, *, boot: str) -> Self:
        """Open or make an outbox, with a fresh epoch for every stream; earlier epochs are closed.

        `boot` names this run of the machine (`/proc/sys/kernel/random/boot_id`): unsynced times count from it. A
        damaged file is set aside, see `recovered`.

        Raises:
            OutboxInUseError: another process has it open.
            NotKeptError: the folder cannot be written.
            OutboxError: the file was written by a newer version.
        """
        return cls(path, limits or OutboxLimits(), boot)

    def close(self) -> None:
        """Close the file; it can be opened again by anybody."""
        with self._writing, self._reading:
            self._books.close()
            self._hold.release()

    def renew(self, reason: str) -> Damage:
        """Set a damaged file aside, save what can be read of it, go on with fresh epochs in a fresh file.

        Afterwards every lane has changed: make a new `Sender` from `lanes`.

        Raises:
            NotKeptError: the fresh file cannot be written; call it again later.
        """
        with self._writing, self._reading, _typed_os_errors(self._path):
            damage = replace_open(self._path, self._books, reason)
            self._books = Books(self._path, self._limits, self._boot)
            return damage

    # -- writing -------------------------------------------------------------------------------------------------

    def known(self, identities: Sequence[bytes]) -> list[bool]:
        """Say of each identity whether it was seen before; empty ones never were."""
        with self._writing:
            seen = self._books.seen
            return [bool(identity) and fingerprint(identity) in seen for identity in identities]

    def commit(
        self, entries: Sequence[Entry], *, now_s: float, counts: Mapping[str, int] | None = None
    ) -> Receipt:
        """Keep entries in one transaction, add `counts` to the totals, and give up old rows if space is short.

        `now_s` is seconds of any clock that never jumps. An entry that cannot be written as a row (a text too long, a
        time beyond all bounds) is quarantined.

        Raises:
            DiskFullError: no space; nothing was stored.
            NotKeptError: the disk refused; nothing was stored.
        """
        with self._writing:
            made = plan(entries, self._books.seen.__contains__, self._limits.text_most)
            return self._books.keep(made, counts or {}, now_s)

    def rotate(self) -> list[HeldLane]:
        """Close the live lanes and open a fresh epoch; returns the lanes that are live now."""
        with self._writing:
            self._books.ledger.rotate()
            return self._books.ledger.live()

    def acked(self, stream: Stream, epoch: Epoch, below: Seq) -> None:
        """Take note that the cloud holds the rows below: they are the first to go when space is short."""
        run = self._books.ledger.find(stream, epoch)
        if run is not None:
            run.acked = max(run.oldest, min(below, run.next))

    def drop(self, stream: Stream, epoch: Epoch, below: Seq) -> None:
        """Delete the rows below, which the cloud committed; costs a commit, so call it every few seconds at most.

        Raises:
            NotKeptError: the disk refused; what is left can be dropped later.
        """
        done = False
        while not done:
            with self._writing:
                ledger = self._books.ledger
                run = ledger.find(stream, epoch)
                if run is None or below <= run.oldest:
                    return
                with ledger.transaction(self._books.writer):
                    done = ledger.drop(self._books.writer, run, below)

    def forget(self, stream: Stream, epoch: Epoch) -> HeldLane | None:
        """Drop a lane that the sender forgot; returns what to open next of the same lane, beyond a damaged part."""
        with self._writing:
            ledger = self._books.ledger
            run = ledger.find(stream, epoch)
            if run is None or run in ledger.live_runs():
                return None
            with ledger.transaction(self._books.writer):
                ledger.forget(self._books.writer, run)
            rest = ledger.find(stream, epoch)
            return ledger.describe(rest) if rest is not None else None

    def set_clock(self, boot: str, offset_ms: int) -> None:
        """UTC ms = boot ms + offset: rows of that boot with unsynced times are repaired whenever they are read."""
        with self._writing:
            ledger = self._books.ledger
            with ledger.transaction(self._books.writer):
                ledger.set_clock(self._books.writer, boot, offset_ms)

    def fold_log(self) -> None:
        """Put the write-ahead log into the file and empty it: what was deleted is then in neither.

        Raises:
            NotKeptError: the disk refused; call it again later.
        """
        with self._writing, self._reading, disk.typed_errors():
            self._books.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    # -- reading -------------------------------------------------------------------------------------------------

    def lanes(self) -> list[HeldLane]:
        """Return every lane, for `Sender.open` and the hello; the live ones last."""
        with self._writing:  # between commits, never in the middle of one
            held = self._books.ledger.held()
        return [self._with_time(lane) for lane in held]

    def read(self, part: Slice) -> Rows:
        """Return the rows of a slice.

        Raises:
            OutboxDamagedError: a row of it is not what was written.
            RowsGoneError: they were given up or deleted since the slice was made.
        """
        run = self._found(part.stream, part.epoch)
        try:
            with self._reading, disk.typed_errors():
                return reading.read(self._books.reader, run, part.first, part.end)
        except OutboxDamagedError as error:
            if self._found(part.stream, part.epoch).oldest > part.first:
                raise RowsGoneError(f"rows from {part.first} of {part.stream} are no longer held") from error
            raise

    def beyond(self, stream: Stream, epoch: Epoch) -> int:
        """Return how many numbers of a lane lie behind the part that is sent now, where damage has broken it up."""
        return self._books.ledger.beyond(stream, epoch)  # the table of lanes is replaced, never changed

    def besides(self, known: Container[tuple[Stream, Epoch]]) -> list[HeldLane]:
        """Return the lanes on disk that are not among the known ones: they are about to be taken up."""
        held = self._books.ledger.held()  # the table of lanes is replaced, never changed
        return [lane for lane in held if (lane.stream, lane.epoch) not in known]

    def gaps(self, stream: Stream, epoch: Epoch, below: Seq) -> tuple[Gap, ...]:
        """Return the gaps of a lane that start below a number and that the cloud may not know yet."""
        with self._writing:
            run = self._found(stream, epoch)
        return tuple(gap for gap in run.gaps.values() if gap.first < below)

    def clocks(self) -> list[BootClock]:
        """Return the open epochs whose boot offset is known, for the hello."""
        with self._writing:
            return self._books.ledger.clocks()

    def facts(self) -> dict[str, str]:
        """Return all facts by name."""
        with self._reading, disk.typed_errors():
            return notes.load_facts(self._books.reader)

    def counts(self) -> dict[str, int]:
        """Return the totals that survive a restart, such as `lost.telemetry` and `quarantined`."""
        with self._reading, disk.typed_errors():
            return notes.load_totals(self._books.reader)

    def quarantine(self, most: int = 100) -> list[Quarantined]:
        """Return the newest quarantined entries, the newest first."""
        return [kept.entry for kept in self.shelf(most)]

    def shelf(self, most: int) -> list[Kept]:
        """Return the newest quarantined entries with their numbers, the newest first."""
        with self._reading, disk.typed_errors():
            return quarantine.newest(self._books.reader, most)

    def bytes_used(self) -> int:
        """Return the bytes of the pages in use, without the write-ahead log."""
        with self._reading, disk.typed_errors():
            return disk.bytes_used(self._books.reader)

    def _found(self, stream: Stream, epoch: Epoch) -> HeldRun:
        run = self._books.ledger.find(stream, epoch)
        if run is None:
            raise RowsGoneError(f"no lane of {stream} with epoch {epoch} is held")
        return run.copy()

    def _with_time(self, held: HeldLane) -> HeldLane:
        if held.oldest == held.next:
            return held
        end = Seq(held.oldest + 1)
        part = Slice(
            stream=held.stream,
            epoch=held.epoch,
            first=held.oldest,
            end=end,
            oldest=held.oldest,
            backfill=False,
        )
        try:
            rows = self.read(part)
        except RowsGoneError:
            return held
        known = rows.trust[0] != TimeTrust.UNSYNCED
        return replace(held, oldest_ms=rows.at_ms[0]) if known else held


@contextmanager
def _typed_os_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotKeptError(f"{path}: the disk refused ({error}); check the card and its mount") from error
