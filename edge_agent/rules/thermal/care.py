"""The pipeline's `Decide` with thermal arrays: pictures become presence, stillness and falls, and are forgotten."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from device_profiles import Reading
from edge_agent.clock import SystemClock
from edge_agent.outbox import Entry
from edge_agent.pipeline import Decide, Understanding
from edge_agent.rules.thermal.room import Care, Room
from edge_agent.rules.thermal.settings import ThermalSettings
from edge_agent.sources import Heard
from wire import CATALOGUE, DeviceId, Observation, PropertyName, Stream

_PRESENCE: Final = PropertyName("care.presence")
_FALL: Final = PropertyName("care.fall")
_STILL: Final = PropertyName("care.still_s")
_ROWS_EVERY_MS: Final = 60_000
_MOST: Final = 256
_PREFIX: Final = "fall:"


class CareRules:
    """Stands around the other rules. `folded` counts pictures of which no row was kept: several a second come."""

    def __init__(self, inner: Decide, settings: ThermalSettings, clock: SystemClock) -> None:
        """Take the rules that decide, the operator's numbers and the clock."""
        self._inner, self._settings, self._clock = inner, settings, clock
        self._rooms: dict[DeviceId, Room] = {}
        self._kept_ms: dict[DeviceId, int] = {}
        self._told: dict[DeviceId, Care] = {}  # since the last commit
        self._owed: dict[DeviceId, Care] = {}  # told, but the commit failed
        self.counts = {"pictures": 0, "folded": 0}

    def recall(self, facts: Mapping[str, str]) -> None:
        """Take up falls that were told before a restart, so that their end will be told too."""
        for name in facts:
            if name.startswith(_PREFIX):
                self._rooms[DeviceId(name.removeprefix(_PREFIX))] = Room(self._settings, fallen=True)

    def heard(self, item: Heard, meant: Understanding) -> Entry:
        """Return what to keep of a reading; of a picture, what it changes, and once a minute its plain numbers."""
        entry = self._inner.heard(item, meant)
        picture = meant.profile.frame if meant.profile is not None else None
        if picture is None or item.released is not None:
            return entry
        device, now_ms = item.reading.device, self._clock.steady_ms()
        if device not in self._rooms and len(self._rooms) >= _MOST:
            return entry
        self.counts["pictures"] += 1
        room = self._rooms.setdefault(device, Room(self._settings))
        care = _together(self._owed.pop(device, None), room.looked(picture(item.reading), now_ms / 1000))
        self._told[device] = _together(self._told.get(device), care)
        rows = (
            list(entry.rows) if now_ms - self._kept_ms.get(device, -_ROWS_EVERY_MS) >= _ROWS_EVERY_MS else []
        )
        if rows:
            self._kept_ms[device] = now_ms
        rows += _rows(item.reading, care)
        self.counts["folded"] += not rows
        facts = {} if care.fall is None else {_PREFIX + device: "1" if care.fall else None}
        return replace(entry, rows=rows, facts={**entry.facts, **facts})

    def ticked(self) -> Sequence[Entry]:
        """Return what the passing of time changes."""
        return self._inner.ticked()

    def committed(self) -> None:
        """What was decided is on disk: it need not be told again."""
        self._inner.committed()
        self._told.clear()

    def undo(self) -> None:
        """What was decided was not kept: it is told with the next picture."""
        self._inner.undo()
        self._owed = {device: _together(self._owed.get(device), care) for device, care in self._told.items()}
        self._told.clear()


def _together(earlier: Care | None, now: Care) -> Care:
    """Return the newest of each thing that changed and is not on disk yet."""
    if earlier is None:
        return now
    return Care(
        presence=earlier.presence if now.presence is None else now.presence,
        fall=earlier.fall if now.fall is None else now.fall,
        still_s=earlier.still_s if now.still_s is None else now.still_s,
    )


def _rows(reading: Reading, care: Care) -> list[tuple[Stream, Observation]]:
    changed = ((_PRESENCE, care.presence), (_FALL, care.fall), (_STILL, care.still_s))
    return [
        (
            CATALOGUE[name].stream,
            Observation(
                device=reading.device,
                property=name,
                value=int(value) if isinstance(value, bool) else value,
                at_ms=reading.taken_ms,
                trust=reading.taken_trust,
            ),
        )
        for name, value in changed
        if value is not None
    ]
