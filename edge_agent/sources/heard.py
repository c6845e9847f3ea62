"""What a source hands on, how it learns what became of it, and the seams between sources and pipeline."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from device_profiles import Reading
from wire import Observation, TimeTrust


class Outcome(StrEnum):
    """What became of something heard."""

    STORED = "stored"
    REPEATED = "repeated"  # its identity was stored before
    QUARANTINED = "quarantined"  # kept as bytes with the reason why it is no observation
    FAILED = "failed"  # could not be kept: the sender must not be told that it was

    @property
    def kept(self) -> bool:
        """Whether the sender may forget it."""
        return self is not Outcome.FAILED


Settle = Callable[[Outcome], None]
"""Called once, on the event loop, after the commit (or after it failed)."""


class Heard(Struct, frozen=True, kw_only=True):
    """A reading with the key of the profile that decodes it ("" = look it up by device).

    `where` is the topic, path or address that it came by, and `kind` what a network server calls this kind of device
    (empty where nobody does): both are for people only.

    A transport that marks what it sends again (MQTT's DUP) makes even readings without an identity of their own
    countable once: with `surely_new` the reading's identity is remembered but not looked up, because the transport
    says that it never sent this before, however equal it is to something earlier. `released` is the number in the
    quarantine of a reading that is offered again because its device has been accepted since.

    `observed` is what the source itself found out about the device (that it does not answer): then nothing is decoded.
    """

    source: str
    reading: Reading
    profile: str
    settle: Settle
    surely_new: bool = False
    where: str = ""
    kind: str = ""
    released: int | None = None
    observed: Sequence[Observation] = ()


class Refused(Struct, frozen=True, kw_only=True):
    """Bytes that could not even become a reading: `where` is the topic or path on which they came."""

    source: str
    where: str
    payload: bytes
    reason: str
    received_ms: int
    trust: TimeTrust
    settle: Settle
    identity: str = ""
    surely_new: bool = False


class Intake(Protocol):
    """Where sources put what they hear; bounded."""

    def offer(self, item: Heard | Refused, /) -> bool:
        """Take the item without waiting; False if there is no room, and then `settle` is never called."""
        ...

    async def put(self, item: Heard | Refused, /) -> None:
        """Take the item, waiting for room."""
        ...


class Clock(Protocol):
    """Tells the time in milliseconds and how far it can be believed, as in `wire.Observation`."""

    def __call__(self) -> tuple[int, TimeTrust]:
        """Return the time now."""
        ...


class Source(Protocol):
    """A way in which readings reach the gateway."""

    @property
    def name(self) -> str:
        """What the status page and the metrics call it."""
        ...

    async def run(self, intake: Intake) -> None:
        """Hear until cancelled."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Return what happened so far, by name."""
        ...
