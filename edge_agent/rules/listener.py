"""The pipeline's `Decide` with silence watched: every device that speaks is expected to speak again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from edge_agent.clock import SystemClock
from edge_agent.outbox import Entry
from edge_agent.pipeline import Decide, Understanding
from edge_agent.rules.silence import Change, SilenceRule, Watched
from edge_agent.sources import Heard
from wire import CATALOGUE, DeviceId, Observation, PropertyName, Stream

_SILENT: Final = PropertyName("device.silent")
_PREFIX: Final = "silence:"
_TICK_MS: Final = 1000
_decode = msgspec.json.Decoder(Watched).decode


class Listener:
    """Stands around the other rules; what it notes of a device is kept when it changes, not at every word."""

    def __init__(self, inner: Decide, clock: SystemClock) -> None:
        """Take the rules that decide, and the clock."""
        self._inner, self._clock = inner, clock
        self._rule = SilenceRule()
        self._kept: dict[DeviceId, Watched] = {}
        self._ticked_ms = 0

    def recall(self, facts: Mapping[str, str]) -> None:
        """Take up the devices known before a restart."""
        now_ms = self._clock.steady_ms()
        for name, text in facts.items():
            if name.startswith(_PREFIX):
                self._rule.recall(DeviceId(name.removeprefix(_PREFIX)), _decode(text), now_ms)
        self._kept = dict(self._rule.watched)

    def silent(self) -> list[DeviceId]:
        """Return the devices that are silent now."""
        return sorted(device for device, watched in self._rule.watched.items() if watched.silent)

    def heard(self, item: Heard, meant: Understanding) -> Entry:
        """Return what the rules keep of a reading, and that its device speaks again where it was silent."""
        entry = self._inner.heard(item, meant)
        if meant.profile is None or item.released is not None:
            return entry
        device = item.reading.device
        changes = self._rule.heard(device, meant.profile.silent_after_s, self._clock.steady_ms())
        if not changes and self._kept.get(device) == self._rule.watched.get(device):
            return entry
        rows = [*entry.rows, *self._rows(changes)]
        facts = self._facts([device, *self._rule.gone])
        self._rule.gone.clear()
        return replace(entry, rows=rows, facts={**entry.facts, **facts})

    def ticked(self) -> Sequence[Entry]:
        """Return what the passing of time changes."""
        entries = list(self._inner.ticked())
        now_ms = self._clock.steady_ms()
        if now_ms - self._ticked_ms < _TICK_MS:
            return entries
        self._ticked_ms = now_ms
        changes = self._rule.ticked(now_ms)
        if changes:
            facts = self._facts(change.device for change in changes)
            entries.append(Entry(rows=self._rows(changes), facts=facts))
        return entries

    def committed(self) -> None:
        """Hold on to what is decided."""
        self._inner.committed()
        if self._kept != self._rule.watched:
            self._kept = dict(self._rule.watched)

    def undo(self) -> None:
        """Go back to what was decided at the last commit."""
        self._inner.undo()
        self._rule.watched = dict(self._kept)

    def _rows(self, changes: Iterable[Change]) -> list[tuple[Stream, Observation]]:
        now_ms, trust = self._clock()
        return [
            (
                CATALOGUE[_SILENT].stream,
                Observation(
                    device=change.device,
                    property=_SILENT,
                    value=int(change.silent),
                    at_ms=now_ms,
                    trust=trust,
                ),
            )
            for change in changes
        ]

    def _facts(self, devices: Iterable[DeviceId]) -> dict[str, str | None]:
        watched = self._rule.watched
        return {
            _PREFIX + device: msgspec.json.encode(watched[device]).decode() if device in watched else None
            for device in devices
        }
