"""The gateway's rows on disk: one commit for many readings, numbered, bounded, read back as columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from edge_agent.outbox.damage import Damage
from edge_agent.outbox.entry import Entry, HeldLane, Quarantined, Receipt
from edge_agent.outbox.limits import OutboxLimits
from wire import BootClock, Epoch, Gap, Rows, Seq, Stream
from wire.sync import Slice


class Outbox:
    """One SQLite file (WAL, synchronous=FULL) and the books about it.

    Safe to use from two threads: commits and changes wait for each other, reads have their own connection. Every
    method may raise `OutboxDamaged`, after which only `renew` and `close` make sense.
    """

    recovered: Damage | None
    """What was lost when the file was found damaged at `open`, None if it was sound."""

    @classmethod
    def open(cls, path: Path, limits: OutboxLimits | None = None, *, boot: str) -> Self:
        """Open or make an outbox, with a fresh epoch for every stream; earlier epochs are closed.

        `boot` names this run of the machine (`/proc/sys/kernel/random/boot_id`): unsynced times count from it. A
        damaged file is set aside, see `recovered`.

        Raises:
            OutboxInUse: another process has it open.
            NotKept: the folder cannot be written.
            OutboxError: the file was written by a newer version.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Close the file; it can be opened again by anybody."""
        raise NotImplementedError

    def renew(self) -> Damage:
        """Set a damaged file aside, save what can be read of it, go on with fresh epochs in a fresh file.

        Afterwards every lane has changed: make a new `Sender` from `lanes`.
        """
        raise NotImplementedError

    # -- writing -------------------------------------------------------------------------------------------------

    def known(self, identities: Sequence[bytes]) -> list[bool]:
        """Say of each identity whether it was seen before; empty ones never were."""
        raise NotImplementedError

    def commit(
        self, entries: Sequence[Entry], *, now_s: float, counts: Mapping[str, int] | None = None
    ) -> Receipt:
        """Keep entries in one transaction, add `counts` to the totals, and give up old rows if space is short.

        `now_s` is seconds of any clock that never jumps. An entry that cannot be written as a row (a text too long, a
        time beyond all bounds) is quarantined.

        Raises:
            DiskFull: no space; nothing was stored.
            NotKept: the disk refused; nothing was stored.
        """
        raise NotImplementedError

    def rotate(self) -> list[HeldLane]:
        """Close the live lanes and open a fresh epoch; returns the lanes that are live now."""
        raise NotImplementedError

    def acked(self, stream: Stream, epoch: Epoch, below: Seq) -> None:
        """Take note that the cloud holds the rows below: they are the first to go when space is short."""
        raise NotImplementedError

    def drop(self, stream: Stream, epoch: Epoch, below: Seq) -> None:
        """Delete the rows below, which the cloud committed; costs a commit, so call it every few seconds at most."""
        raise NotImplementedError

    def forget(self, stream: Stream, epoch: Epoch) -> HeldLane | None:
        """Drop a lane that the sender forgot; returns what to open next of the same lane, beyond a damaged part."""
        raise NotImplementedError

    def set_clock(self, boot: str, offset_ms: int) -> None:
        """UTC ms = boot ms + offset: rows of that boot with unsynced times are repaired whenever they are read."""
        raise NotImplementedError

    # -- reading -------------------------------------------------------------------------------------------------

    def lanes(self) -> list[HeldLane]:
        """Return every lane, for `Sender.open` and the hello; the live ones last."""
        raise NotImplementedError

    def read(self, part: Slice) -> Rows:
        """Return the rows of a slice."""
        raise NotImplementedError

    def gaps(self, stream: Stream, epoch: Epoch, below: Seq) -> tuple[Gap, ...]:
        """Return the gaps of a lane that start below a number and that the cloud may not know yet."""
        raise NotImplementedError

    def clocks(self) -> list[BootClock]:
        """Return the open epochs whose boot offset is known, for the hello."""
        raise NotImplementedError

    def facts(self) -> dict[str, str]:
        """Return all facts by name."""
        raise NotImplementedError

    def counts(self) -> dict[str, int]:
        """Return the totals that survive a restart, such as `lost.telemetry` and `quarantined`."""
        raise NotImplementedError

    def quarantine(self, most: int = 100) -> list[Quarantined]:
        """Return the newest quarantined entries, the newest first."""
        raise NotImplementedError

    def bytes_used(self) -> int:
        """Return the bytes of the pages in use, without the write-ahead log."""
        raise NotImplementedError
