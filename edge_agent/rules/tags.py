"""Decides whether a known tag is present, absent or tampered with, from readers that may stutter or fall silent."""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from edge_agent.rules.readers import Readers
from edge_agent.rules.tag_fact import (
    Presence,
    TagDecision,
    TagFact,
    TagRuleSettings,
    TagSighting,
    Verdict,
)
from wire import DeviceId, Event, Phase, PlaceId, PlannedTag, TagKind, Urgency

_AWAY = (Presence.ABSENT, Presence.TAMPERED)


class TagRule:
    """Holds the facts of every tag of the plan; told of sightings, of readers and of time, it says what changed.

    `counts`: sightings kept, folded (nothing new), of strangers (tags of nobody here), and elsewhere (by a reader that
    has no business with the tag).
    """

    def __init__(self, tags: Iterable[PlannedTag], settings: TagRuleSettings | None = None) -> None:
        """Start knowing nothing of any tag."""
        self._settings = settings or TagRuleSettings()
        self._plan = {tag.device: tag for tag in tags}
        self._absent_after_ms = self._settings.absent_after_s * 1000
        readers = {reader for tag in self._plan.values() for reader in tag.readers}
        self._readers = Readers(sorted(readers), self._settings.reader_silent_after_s)
        self.facts: dict[DeviceId, TagFact] = {device: TagFact() for device in self._plan}
        self.counts: Counter[str] = Counter(tags_kept=0, tags_folded=0, tags_strange=0, tags_elsewhere=0)

    def knows(self, device: DeviceId) -> bool:
        """Say whether the plan has this tag."""
        return device in self._plan

    def recall(self, device: DeviceId, fact: TagFact) -> None:
        """Take up what was remembered of a tag before a restart: what is believed, not when."""
        if device in self._plan:
            self.facts[device] = replace(fact, seen_ms=0, back_since_ms=None, kept_ms=None, against=0)

    def reader_heard(self, reader: DeviceId, now_ms: int) -> list[TagDecision]:
        """Take a reader's word of any kind: it lives."""
        event = self._readers.heard(reader, now_ms)
        return [] if event is None else [TagDecision(device=reader, event=event)]

    def sighted(self, device: DeviceId, sighting: TagSighting) -> Verdict:
        """Take the sighting of a tag of the plan; most change nothing and are only counted."""
        tag = self._plan.get(device)
        if tag is None or sighting.reader not in tag.readers:
            self.counts["tags_strange" if tag is None else "tags_elsewhere"] += 1
            return Verdict(kept=False)
        fact = self._tampering(self.facts[device], sighting.tampered)
        fact = replace(self._returning(fact, sighting.now_ms), seen=True, seen_ms=sighting.now_ms)
        decisions = self._settle(tag, fact, sighting.now_ms)
        kept = bool(decisions) or self._heartbeat_due(fact, sighting.now_ms)
        if kept:
            self.facts[device] = replace(self.facts[device], kept_ms=sighting.now_ms)
        self.counts["tags_kept" if kept else "tags_folded"] += 1
        return Verdict(kept=kept, decisions=decisions)

    def ticked(self, now_ms: int) -> list[TagDecision]:
        """Take the time: tags that their readers have missed for too long are gone, those of silent readers unknown."""
        silent = self._readers.ticked(now_ms)
        decisions = [TagDecision(device=event.device, event=event) for event in silent]
        for device, tag in self._plan.items():
            fact = self._missing(tag, self.facts[device])
            if fact is not self.facts[device]:
                decisions += self._settle(tag, fact, now_ms)
        return decisions

    def _tampering(self, fact: TagFact, tampered: bool | None) -> TagFact:
        if tampered is None:
            return fact
        if tampered is fact.tampered:
            return replace(fact, against=0) if fact.against else fact
        against = fact.against + 1
        if against < self._settings.tamper_sightings:
            return replace(fact, against=against)
        return replace(fact, tampered=tampered, against=0)

    def _returning(self, fact: TagFact, now_ms: int) -> TagFact:
        """Say what a tag that is seen now is: an absent one only after it has been seen for a while."""
        there = Presence.TAMPERED if fact.tampered else Presence.PRESENT
        if fact.presence is not Presence.ABSENT:
            return replace(fact, presence=there)
        since_ms = fact.back_since_ms
        if since_ms is None or now_ms - fact.seen_ms > self._absent_after_ms:
            since_ms = now_ms
        if now_ms - since_ms >= self._settings.debounce_s * 1000:
            return replace(fact, presence=there, back_since_ms=None)
        return replace(fact, back_since_ms=since_ms)

    def _missing(self, tag: PlannedTag, fact: TagFact) -> TagFact:
        if fact.presence is Presence.ABSENT:
            return fact
        if self._readers.watched_ms(tag.readers, fact.seen_ms) >= self._absent_after_ms:
            return replace(fact, presence=Presence.ABSENT, back_since_ms=None)
        if (
            fact.presence is Presence.PRESENT
            and self._readers.silent(tag.readers)
            and not self._fresh(tag, fact)
        ):
            return replace(fact, presence=Presence.UNKNOWN)
        return fact

    def _fresh(self, tag: PlannedTag, fact: TagFact) -> bool:
        """Say whether one of the tag's readers that still speaks has seen it lately."""
        return any(
            not self._readers.silent([reader])
            and self._readers.watched_ms([reader], fact.seen_ms) < self._absent_after_ms
            for reader in tag.readers
        )

    def _heartbeat_due(self, fact: TagFact, now_ms: int) -> bool:
        return fact.kept_ms is None or now_ms - fact.kept_ms >= self._settings.heartbeat_s * 1000

    def _settle(self, tag: PlannedTag, fact: TagFact, now_ms: int) -> tuple[TagDecision, ...]:
        """Store a fact and say what of it is news."""
        before = self.facts[tag.device]
        raised = _to_raise(fact)
        self.facts[tag.device] = replace(fact, raised=raised)
        if fact.presence is before.presence and raised is before.raised:
            return ()
        changed = raised is not before.raised
        return (
            TagDecision(
                device=tag.device,
                presence=fact.presence if fact.presence is not before.presence else None,
                broken=raised if changed and tag.kind is TagKind.SEAL else None,
                event=_event(tag, fact, now_ms, raised=raised) if changed else None,
            ),
        )


def _to_raise(fact: TagFact) -> bool:
    """Say whether somebody must look: it was here and is gone, or is tampered with; silence alone changes nothing."""
    if fact.presence is Presence.UNKNOWN:
        return fact.raised
    return fact.seen and fact.presence in _AWAY


def _event(tag: PlannedTag, fact: TagFact, now_ms: int, *, raised: bool) -> Event:
    seal = tag.kind is TagKind.SEAL
    return Event(
        rule="seal_broken" if seal else "tag_gone",
        place=PlaceId(f"{tag.dwelling}:{tag.id}"),
        device=tag.device,
        phase=Phase.RAISED if raised else Phase.CLEARED,
        urgency=Urgency.ALARM if seal else Urgency.NOTICE,
        at_ms=now_ms,
        facts={
            "presence": fact.presence.value,
            "meter": tag.meter,
            "dwelling": tag.dwelling,
            "readers": ", ".join(tag.readers),
            "seen_ms": fact.seen_ms,
        },
    )
