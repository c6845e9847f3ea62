"""Decides whether a bay is free, occupied or unknown, from a sensor that may flap, repeat itself or fall silent."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from chassis import SecondsOrNone
from wire import BayId, DeviceId, Event, Phase, PlaceId, Sight, Urgency

Debounce = Annotated[float, Meta(ge=0, le=3600)]
_LATE_MS = 5 * 60 * 1000
"""A sensor's own time further ahead than this is wrong and is not used."""


class BayRuleSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A second change within `debounce_s` of the last must hold that long before it counts.

    `silent_after_s` overrides the profiles' limit of silence (0 = keep theirs).
    """

    debounce_s: Debounce = 2.0
    silent_after_s: SecondsOrNone = 0.0


class Sighting(Struct, frozen=True, kw_only=True):
    """A word on a bay: occupied or not, by the sensor's own time and by ours; `silent_after_s` by its profile.

    With `doubted` the field contradicts the sensor and neither wins: the bay is unknown, whatever the word.
    """

    occupied: bool
    at_ms: int
    now_ms: int
    silent_after_s: float
    doubted: bool = False


class BayFact(Struct, frozen=True, kw_only=True):
    """All that is remembered of a bay, also over a restart.

    `said` is the newest word, by its time `said_at_ms`, and since `changed_ms`: the sensor's own, or what the gateway
    believes instead (see `edge_agent.rules.field`); `doubted` if neither can be relied on. `pending_since_ms` is when
    a change was heard that is not yet believed. `decided` is what everybody is told, since `decided_ms`. Times are
    steady milliseconds but for `said_at_ms`.
    """

    said: bool | None = None
    said_at_ms: int = 0
    changed_ms: int = 0
    pending_since_ms: int | None = None
    decided: Sight = Sight.UNKNOWN
    decided_ms: int = 0
    heard_ms: int = 0
    silent_after_s: float = 0.0
    silent: bool = False
    doubted: bool = False


class Decision(Struct, frozen=True, kw_only=True):
    """A bay's state changed, or it fell silent or spoke again."""

    bay: BayId
    device: DeviceId
    sight: Sight | None = None
    event: Event | None = None


class BayRule:
    """Holds the facts of every bay with a sensor; told of sightings and of time, it says what changed."""

    def __init__(self, bays: dict[DeviceId, BayId], settings: BayRuleSettings | None = None) -> None:
        """Start knowing nothing of any bay."""
        self._bay_of = bays
        self._settings = settings or BayRuleSettings()
        self._hold_ms = self._settings.debounce_s * 1000
        self.facts: dict[DeviceId, BayFact] = {device: BayFact() for device in bays}

    def recall(self, device: DeviceId, fact: BayFact) -> None:
        """Take up what was remembered of a bay before a restart."""
        if device in self._bay_of:
            self.facts[device] = fact

    def sights(self) -> dict[BayId, Sight]:
        """Return what everybody is told of each bay."""
        return {self._bay_of[device]: fact.decided for device, fact in self.facts.items()}

    def heard_ms(self) -> int:
        """Return when the newest word of any sensor came, in steady milliseconds (0 = never)."""
        return max((fact.heard_ms for fact in self.facts.values()), default=0)

    def sighted(self, device: DeviceId, sighting: Sighting) -> list[Decision]:
        """Take a sensor's word and return what it changes; a word older than the newest only shows that it lives."""
        fact = self.facts.get(device)
        if fact is None:
            return []
        limit = self._settings.silent_after_s or sighting.silent_after_s
        at_ms = min(sighting.at_ms, sighting.now_ms)
        fact = replace(fact, heard_ms=max(fact.heard_ms, at_ms), silent_after_s=limit)
        if (
            fact.said is None
            or sighting.at_ms >= fact.said_at_ms
            or fact.said_at_ms > sighting.now_ms + _LATE_MS
        ):
            changed = sighting.occupied is not fact.said
            fact = replace(fact, said=sighting.occupied, said_at_ms=sighting.at_ms, doubted=sighting.doubted)
            if changed:
                fact = replace(fact, changed_ms=at_ms, pending_since_ms=sighting.now_ms)
        return self._settle(device, fact, sighting.now_ms)

    def doubted(self, device: DeviceId, now_ms: int) -> list[Decision]:
        """Take that a bay's newest word can no longer be relied on: the bay is unknown until the next."""
        fact = self.facts.get(device)
        if fact is None or fact.doubted:
            return []
        return self._settle(device, replace(fact, doubted=True), now_ms)

    def ticked(self, now_ms: int) -> list[Decision]:
        """Take the time: changes that have held long enough count, sensors silent too long are not believed."""
        decisions: list[Decision] = []
        for device, fact in self.facts.items():
            if self._due(fact, now_ms):
                decisions += self._settle(device, fact, now_ms)
        return decisions

    def _due(self, fact: BayFact, now_ms: int) -> bool:
        return fact.pending_since_ms is not None or _is_silent(fact, now_ms) is not fact.silent

    def _settle(self, device: DeviceId, fact: BayFact, now_ms: int) -> list[Decision]:
        """Store a fact and say what of it is news."""
        silent = _is_silent(fact, now_ms)
        sight = Sight.UNKNOWN if silent else self._believed(fact, now_ms)
        decisions: list[Decision] = []
        if sight is not fact.decided:
            decisions.append(Decision(bay=self._bay_of[device], device=device, sight=sight))
            fact = replace(fact, decided=sight, decided_ms=self._since(fact, now_ms))
        if silent is not fact.silent:
            decisions.append(self._silence(device, fact, now_ms, silent=silent))
            fact = replace(fact, silent=silent)
        if fact.said is not None and sight is _sight(fact.said):
            fact = replace(fact, pending_since_ms=None)
        self.facts[device] = fact
        return decisions

    def _believed(self, fact: BayFact, now_ms: int) -> Sight:
        if fact.said is None or fact.doubted:
            return Sight.UNKNOWN
        said = _sight(fact.said)
        if said is fact.decided or fact.decided is Sight.UNKNOWN:
            return said
        held = fact.pending_since_ms is not None and now_ms - fact.pending_since_ms >= self._hold_ms
        return said if held or self._calm(fact) else fact.decided

    def _calm(self, fact: BayFact) -> bool:
        """Whether the change came long enough after the last one, by the sensor's own times: a lost link that
        comes back delivers in one moment what happened over minutes."""
        return fact.changed_ms - fact.decided_ms >= self._hold_ms

    def _since(self, fact: BayFact, now_ms: int) -> int:
        """Return since when a state that is now believed has been so; only one that had to hold begins now."""
        return fact.changed_ms if fact.decided is Sight.UNKNOWN or self._calm(fact) else now_ms

    def _silence(self, device: DeviceId, fact: BayFact, now_ms: int, *, silent: bool) -> Decision:
        event = Event(
            rule="bay_silent",
            place=PlaceId(self._bay_of[device]),
            device=device,
            phase=Phase.RAISED if silent else Phase.CLEARED,
            urgency=Urgency.NOTICE,
            at_ms=now_ms,
            facts={"heard_ms": fact.heard_ms, "silent_after_s": fact.silent_after_s},
        )
        return Decision(bay=self._bay_of[device], device=device, event=event)


def _is_silent(fact: BayFact, now_ms: int) -> bool:
    """Whether the sensor has been silent for too long; one that never spoke is unknown, not silent."""
    if fact.said is None or not fact.silent_after_s:
        return False
    return now_ms - fact.heard_ms > fact.silent_after_s * 1000


def _sight(occupied: bool) -> Sight:
    return Sight.OCCUPIED if occupied else Sight.FREE
