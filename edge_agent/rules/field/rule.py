"""Holds what is known of every bay's field; told of readings, it says what the gateway believes and how firmly."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from edge_agent.rules.field.estimate import frozen, heard
from edge_agent.rules.field.evidence import quality
from edge_agent.rules.field.fact import ALONE, Around, FieldFact, FieldReading, Suspicion
from wire import DeviceId, Sight

_TOGETHER_MS: Final = 3 * 60 * 1000
_QUALITY_STEP: Final = 10
_PUBLISH_EVERY_MS: Final = 10 * 60 * 1000
_LEAST_QUALITY: Final = 55
_UNHEARD_STAYS: Final = 6
_OFTEN_WRONG: Final = 0.3


class Count(StrEnum):
    """What the lobby counts: the gateway's belief, or the node's own word."""

    BELIEF = "belief"
    NODE = "node"


class FieldRuleSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`count` says what boards show: the gateway's belief, or the node's word while the belief is only published."""

    count: Count = Count.BELIEF


class Opinion(Struct, frozen=True, kw_only=True):
    """What the gateway believes of a bay, in percent how likely that is right, and what is wrong with its sensor."""

    sight: Sight
    quality: int
    suspicion: Suspicion | None = None


class FieldRule:
    """The facts of every bay whose node tells the field; a bay without field has no opinion."""

    def __init__(
        self,
        bays: Iterable[DeviceId],
        neighbours: Mapping[DeviceId, tuple[DeviceId, ...]] | None = None,
        settings: FieldRuleSettings | None = None,
    ) -> None:
        """Start knowing nothing of any field."""
        self._bays = frozenset(bays)
        self._neighbours = neighbours or {}
        self.settings = settings or FieldRuleSettings()
        self.facts: dict[DeviceId, FieldFact] = {}

    def recall(self, device: DeviceId, fact: FieldFact) -> None:
        """Take up what was remembered of a bay before a restart."""
        if device in self._bays:
            self.facts[device] = fact

    def heard(self, device: DeviceId, reading: FieldReading, now_ms: int) -> FieldFact | None:
        """Take a reading and return what is remembered after it; None for a bay that has never told its field."""
        known = self.facts.get(device)
        if device not in self._bays or (known is None and reading.field is None):
            return None
        known = known or FieldFact()
        fact = heard(known, reading, now_ms, self._around(device, reading.at_ms))
        self.facts[device] = fact
        return fact

    def next_ms(self, device: DeviceId, now_ms: int) -> int:
        """Return the time of a reading that has none of its own: now, but always behind the one before."""
        fact = self.facts.get(device)
        if fact is None or fact.at_ms > now_ms + _TOGETHER_MS:
            return now_ms
        return max(now_ms, fact.at_ms + 1)

    def opinion(self, device: DeviceId, now_ms: int) -> Opinion | None:
        """Return what is believed of a bay now; None where no field was ever told."""
        fact = self.facts.get(device)
        return None if fact is None else opinion_of(fact, now_ms)

    def news(self, device: DeviceId, now_ms: int) -> Opinion | None:
        """Return what is believed of a bay if it should be published: at once when it changed, and when its quality
        moved by a tenth since the last time, ten minutes ago or more."""
        fact = self.facts.get(device)
        if fact is None:
            return None
        opinion = opinion_of(fact, now_ms)
        if opinion.sight is Sight.UNKNOWN and fact.told is None:
            return None
        moved = abs(opinion.quality - fact.told_quality) >= _QUALITY_STEP
        rested = not 0 <= now_ms - fact.told_ms < _PUBLISH_EVERY_MS
        if opinion.sight is fact.told and not (moved and rested):
            return None
        self.facts[device] = replace(fact, told=opinion.sight, told_quality=opinion.quality, told_ms=now_ms)
        return opinion

    def suspects(self, now_ms: int) -> list[tuple[DeviceId, Opinion]]:
        """Return the nodes that a technician should look at, with what is believed of their bays."""
        found = ((device, opinion_of(fact, now_ms)) for device, fact in self.facts.items())
        return [(device, opinion) for device, opinion in found if opinion.suspicion is not None]

    def apart(self) -> int:
        """Return of how many bays the gateway believes something else than the node says."""
        return sum(
            fact.word is not None and fact.sight is not (Sight.OCCUPIED if fact.word else Sight.FREE)
            for fact in self.facts.values()
        )

    def _around(self, device: DeviceId, at_ms: int) -> Around:
        beside = self._neighbours.get(device)
        if not beside:
            return ALONE
        occupied, together = [], 0.0
        for neighbour in beside:
            fact = self.facts.get(neighbour)
            occupied.append(fact is not None and fact.sight is Sight.OCCUPIED)
            if fact is not None and fact.moved > together and abs(at_ms - fact.moved_ms) <= _TOGETHER_MS:
                together = fact.moved
        return Around(occupied=tuple(occupied), together=together)


def opinion_of(fact: FieldFact, now_ms: int) -> Opinion:
    """Return the opinion that follows from what is remembered of a bay; one hardly better than a coin is unknown."""
    good, suspicion = quality(fact, now_ms), suspicion_of(fact)
    if good < _LEAST_QUALITY:
        return Opinion(sight=Sight.UNKNOWN, quality=0, suspicion=suspicion)
    return Opinion(sight=fact.sight, quality=good, suspicion=suspicion)


def suspicion_of(fact: FieldFact) -> Suspicion | None:
    """Return what seems wrong with a node: its field stands still, its word does, or its word is often wrong."""
    if frozen(fact):
        return Suspicion.FROZEN
    if fact.unheard >= _UNHEARD_STAYS:
        return Suspicion.STUCK
    trust = fact.trust
    wrong = max(
        trust.free_wrong / (trust.free_right + trust.free_wrong),
        trust.occupied_wrong / (trust.occupied_right + trust.occupied_wrong),
    )
    return Suspicion.DRIFTING if wrong > _OFTEN_WRONG else None
