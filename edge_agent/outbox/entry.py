"""What goes into the outbox in one commit, and what it says came of it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from wire import Epoch, Observation, Seq, Stream, TimeTrust


class Quarantined(Struct, frozen=True, kw_only=True):
    """Bytes that could not be understood: kept for a person to look at.

    `source` and `where` say how they came in (topic or path), `reason` what was expected and what came. `taken_ms`,
    `trust`, `port`, `format` and `path` are what a profile found later needs to understand them after all; `profile`
    is what the route said, `kind` what a network server calls the device. Of a `cut` entry only the first bytes are
    kept.
    """

    at_ms: int
    source: str
    where: str
    device: str = ""
    payload: bytes = b""
    reason: str
    profile: str = ""
    kind: str = ""
    port: int | None = None
    format: str = ""
    path: str = ""
    taken_ms: int | None = None
    trust: int = int(TimeTrust.SYNCED)
    cut: bool = False


class Kept(Struct, frozen=True, kw_only=True):
    """A quarantined entry with its number on the shelf."""

    number: int
    entry: Quarantined


class Entry(Struct, frozen=True, kw_only=True):
    """What one reading leads to: kept as a whole or not at all.

    `identity` is what makes the reading itself; an entry whose identity was seen before is skipped as a whole, and
    empty bytes mean that none is known. With `surely_new` the identity is remembered but not looked up, because the
    transport knows that it never sent this before. `facts` are set by name (None deletes one) and loaded at the next
    start. `released` is the number of the quarantined entry that this one comes from: it leaves the shelf in the same
    commit.
    """

    identity: bytes = b""
    surely_new: bool = False
    rows: Sequence[tuple[Stream, Observation]] = ()
    facts: Mapping[str, str | None] = {}
    quarantined: Quarantined | None = None
    released: int | None = None


class Fate(StrEnum):
    """What became of an entry; all three may be acknowledged to the device."""

    STORED = "stored"
    REPEATED = "repeated"
    QUARANTINED = "quarantined"


class Appended(Struct, frozen=True, kw_only=True):
    """`count` rows were added at the end of a lane: tell `Sender.appended`."""

    stream: Stream
    epoch: Epoch
    count: int


class Trimmed(Struct, frozen=True, kw_only=True):
    """The rows of a lane below `oldest` were given up for space, `lost` of them unsent: tell `Sender.trimmed`."""

    stream: Stream
    epoch: Epoch
    oldest: Seq
    lost: int


class Receipt(Struct, frozen=True, kw_only=True):
    """What one commit did; it is on disk when this is returned. `fates` has one for each entry, in their order."""

    fates: Sequence[Fate]
    appended: Sequence[Appended] = ()
    trimmed: Sequence[Trimmed] = ()


class HeldLane(Struct, frozen=True, kw_only=True):
    """What the disk holds of one (stream, epoch): rows `oldest` to `next` (exclusive).

    `first` is below `oldest` where rows were given up and the cloud may not know it yet. To take up a lane:
    `sender.open(stream, epoch, oldest=first, next=next, closed=closed)`, then `sender.trimmed(stream, epoch, oldest)`.
    `oldest_ms` is the time of the oldest row, 0 if there is none or its time is not known.
    """

    stream: Stream
    epoch: Epoch
    first: Seq
    oldest: Seq
    next: Seq
    closed: bool
    oldest_ms: int = 0
