"""How much the outbox may hold, and which stream may hold how much of it."""

from msgspec import Struct, field

from wire import Stream

_QUOTAS = {Stream.ALARM: 0.2, Stream.STATE: 0.5, Stream.TELEMETRY: 0.3}


class OutboxLimits(Struct, frozen=True, kw_only=True):
    """The bounds of everything that an outbox keeps.

    `most_bytes` bounds the pages in use; `quotas` are the shares of it that a stream may fill before it is the first
    to lose its oldest rows. Identities are remembered for at least `seen_for_s` seconds of running time and at most
    `seen_most` of them. `text_most` is the longest text, in characters, that a row may carry.
    """

    most_bytes: int = 1_000_000_000
    quotas: dict[Stream, float] = field(default_factory=_QUOTAS.copy)
    seen_for_s: float = 3600.0
    seen_most: int = 131_072
    quarantine_most: int = 1000
    quarantine_bytes: int = 1_000_000
    text_most: int = 16_384
