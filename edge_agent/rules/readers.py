"""Which RFID readers speak: without that, a tag that nobody sees proves nothing."""

from collections.abc import Iterable

from msgspec import Struct

from wire import DeviceId, Event, Phase, PlaceId, Urgency


class _Spoken(Struct, frozen=True, kw_only=True):
    """A reader has spoken without a long silence from `since_ms` to `heard_ms`."""

    since_ms: int
    heard_ms: int
    silent: bool = False


class Readers:
    """Remembers when each reader of the plan spoke; nothing of it outlives the process."""

    def __init__(self, readers: Iterable[DeviceId], silent_after_s: float) -> None:
        """Start with no reader heard."""
        self._silent_after_ms = silent_after_s * 1000
        self._spoken: dict[DeviceId, _Spoken | None] = dict.fromkeys(readers)

    def heard(self, reader: DeviceId, now_ms: int) -> Event | None:
        """Take a reader's word of any kind; return what is news about the reader."""
        if reader not in self._spoken:
            return None
        before = self._spoken[reader]
        goes_on = before is not None and now_ms - before.heard_ms <= self._silent_after_ms
        since_ms = before.since_ms if before is not None and goes_on else now_ms
        self._spoken[reader] = _Spoken(since_ms=since_ms, heard_ms=now_ms)
        return (
            _silence(reader, before, Phase.CLEARED, now_ms) if before is not None and before.silent else None
        )

    def ticked(self, now_ms: int) -> list[Event]:
        """Take the time; return the readers that have fallen silent."""
        events = []
        for reader, spoken in self._spoken.items():
            if spoken is None or spoken.silent or now_ms - spoken.heard_ms <= self._silent_after_ms:
                continue
            self._spoken[reader] = _Spoken(since_ms=spoken.since_ms, heard_ms=spoken.heard_ms, silent=True)
            events.append(_silence(reader, spoken, Phase.RAISED, now_ms))
        return events

    def watched_ms(self, readers: Iterable[DeviceId], since_ms: int) -> int:
        """Return for how long all these readers have spoken, at the least, since a moment; 0 if one is silent."""
        watched = [self._watched_ms(self._spoken.get(reader), since_ms) for reader in readers]
        return min(watched, default=0)

    def silent(self, readers: Iterable[DeviceId]) -> bool:
        """Say whether one of these readers is silent, or was never heard."""
        found = [self._spoken.get(reader) for reader in readers]
        return any(spoken is None or spoken.silent for spoken in found)

    def _watched_ms(self, spoken: _Spoken | None, since_ms: int) -> int:
        if spoken is None or spoken.silent:
            return 0
        return max(0, spoken.heard_ms - max(spoken.since_ms, since_ms))


def _silence(reader: DeviceId, spoken: _Spoken, phase: Phase, now_ms: int) -> Event:
    return Event(
        rule="reader_silent",
        place=PlaceId(reader),
        device=reader,
        phase=phase,
        urgency=Urgency.NOTICE,
        at_ms=now_ms,
        facts={"heard_ms": spoken.heard_ms},
    )
