"""Runs the rules over what was understood: rows and facts for the disk, states for the board."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from edge_agent.clock import SystemClock
from edge_agent.outbox import Entry
from edge_agent.pipeline import Understanding
from edge_agent.rules.bay import BayFact, BayRule, Decision, Sighting
from edge_agent.rules.field import Count, FieldFact, FieldRule, opinion_of
from edge_agent.rules.spoken import Spoken, gather
from edge_agent.rules.tag_fact import TagDecision, TagFact
from edge_agent.rules.tag_rows import TagRows
from edge_agent.rules.tags import TagRule
from edge_agent.sources import Heard
from wire import (
    CATALOGUE,
    DeviceId,
    Event,
    Observation,
    PropertyName,
    Sight,
    Stream,
    Value,
    event_row,
    is_tag,
)

BAY = PropertyName("parking.bay")
BELIEF = PropertyName("parking.belief")
QUALITY = PropertyName("parking.belief_quality")
PRESENCE = PropertyName("tag.presence")
BROKEN = PropertyName("seal.broken")
_PREFIX = "bay:"
_FIELD_PREFIX = "field:"
_LOOK_EVERY_MS: Final = 60_000
_decode_fact = msgspec.json.Decoder(BayFact).decode
_decode_field = msgspec.json.Decoder(FieldFact).decode
_decode_tag = msgspec.json.Decoder(TagFact).decode

Rows = list[tuple[Stream, Observation]]


class Judge:
    """The pipeline's `Decide`: applies the rules and remembers their facts with the rows they came from.

    Bays whose nodes tell the magnetic field are counted by the gateway's belief, all others by their node's word.
    """

    def __init__(
        self, rule: BayRule, clock: SystemClock, fields: FieldRule | None = None, tags: TagRule | None = None
    ) -> None:
        """Take the rules with their bays and tags, and the clock that dates what they decide."""
        self._rule, self._fields = rule, fields or FieldRule(())
        self._tags = TagRows(tags or TagRule(()))
        self._clock = clock
        self._looked_ms = 0
        self._hold()
        self.changes = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """What the rules saw without keeping it, by name."""
        return self._tags.rule.counts

    def recall(self, facts: Mapping[str, str]) -> None:
        """Take up what the disk remembers; with a clock that nobody believes, bays stay unknown until heard.

        What was learned of a field stays true without a clock.
        """
        for name, text in facts.items():
            if name.startswith(_PREFIX) and self._clock.synced:
                self._rule.recall(DeviceId(name.removeprefix(_PREFIX)), _decode_fact(text))
            elif name.startswith(_FIELD_PREFIX):
                self._fields.recall(DeviceId(name.removeprefix(_FIELD_PREFIX)), _decode_field(text))
            elif is_tag(DeviceId(name)):
                self._tags.rule.recall(DeviceId(name), _decode_tag(text))
        self._hold()

    def heard(self, item: Heard, meant: Understanding) -> Entry:
        """Return the rows of a reading with what they change."""
        now_ms = self._clock.steady_ms()
        rows, about_tags = self._tags.heard(item.reading.device, meant.rows, now_ms)
        decisions: list[Decision] = []
        for device, spoken in gather(rows).items():
            sighting, told = self._believed(device, spoken, meant)
            rows += told
            if sighting is not None:
                decisions += self._rule.sighted(device, sighting)
        rows += self._rows(decisions) + self._tag_rows(about_tags)
        if meant.rows and not rows:
            return Entry()  # all folded: it is not even to be remembered that it was heard
        return Entry(
            identity=meant.identity,
            surely_new=item.surely_new,
            rows=rows,
            facts=self._facts({row.device for _, row in rows}),
        )

    def ticked(self) -> Sequence[Entry]:
        """Return what the passing of time changes."""
        now_ms = self._clock.steady_ms()
        decisions, rows = self._rule.ticked(now_ms), Rows()
        if not 0 <= now_ms - self._looked_ms < _LOOK_EVERY_MS:
            self._looked_ms = now_ms
            for device in self._fields.facts:
                rows += self._told(device, now_ms)
                decisions += self._outlived(device, now_ms)
        rows += self._rows(decisions) + self._tag_rows(self._tags.rule.ticked(now_ms))
        if not rows:
            return []
        return [Entry(rows=rows, facts=self._facts({row.device for _, row in rows}))]

    def committed(self) -> None:
        """Hold on to what is decided."""
        if self._kept != self._rule.facts:
            self.changes += 1
        self._hold()

    def undo(self) -> None:
        """Go back to what was decided at the last commit."""
        self._rule.facts = dict(self._kept)
        self._fields.facts = dict(self._kept_fields)
        self._tags.rule.facts = dict(self._kept_tags)

    def _hold(self) -> None:
        self._kept, self._kept_fields = dict(self._rule.facts), dict(self._fields.facts)
        self._kept_tags = dict(self._tags.rule.facts)

    def _believed(
        self, device: DeviceId, spoken: Spoken, meant: Understanding
    ) -> tuple[Sighting | None, Rows]:
        """Return what to count of what a device said, and the rows that say what the gateway believes itself."""
        now_ms = self._clock.steady_ms()
        own_time = spoken.by_device() and self._clock.synced
        at_ms = spoken.row.at_ms if own_time else self._fields.next_ms(device, now_ms)
        fact = self._fields.heard(device, spoken.reading(at_ms), now_ms)
        word = spoken.occupied if spoken.occupied is not None or fact is None else fact.word
        if word is None or (spoken.occupied is None and not spoken.axes):
            return None, []
        sighting = Sighting(
            occupied=word,
            at_ms=at_ms if own_time else now_ms,
            now_ms=now_ms,
            silent_after_s=meant.profile.silent_after_s if meant.profile else 0.0,
        )
        if fact is None:
            return sighting, []
        told = self._told(device, now_ms)
        if self._fields.settings.count is Count.NODE:
            return sighting, told
        sight = opinion_of(fact, now_ms).sight
        doubted = sight is Sight.UNKNOWN
        occupied = word if doubted else sight is Sight.OCCUPIED
        return msgspec.structs.replace(sighting, occupied=occupied, doubted=doubted), told

    def _outlived(self, device: DeviceId, now_ms: int) -> list[Decision]:
        """Return what changes because so much time has passed that a belief is no better than a coin."""
        opinion = self._fields.opinion(device, now_ms)
        if self._fields.settings.count is Count.NODE or opinion is None or opinion.sight is not Sight.UNKNOWN:
            return []
        return self._rule.doubted(device, now_ms)

    def _told(self, device: DeviceId, now_ms: int) -> Rows:
        """Return the rows of a belief that is news."""
        opinion = self._fields.news(device, now_ms)
        if opinion is None:
            return []
        return [
            self._row(device, BELIEF, opinion.sight.value),
            self._row(device, QUALITY, opinion.quality),
        ]

    def _rows(self, decisions: Sequence[Decision]) -> Rows:
        rows: Rows = []
        for decision in decisions:
            if decision.sight is not None:
                rows.append(self._row(decision.device, BAY, decision.sight.value))
            if decision.event is not None:
                rows.append(self._event(decision.event))
        return rows

    def _tag_rows(self, decisions: Sequence[TagDecision]) -> Rows:
        rows: Rows = []
        for decision in decisions:
            if decision.presence is not None:
                rows.append(self._row(decision.device, PRESENCE, decision.presence.value))
            if decision.broken is not None:
                rows.append(self._row(decision.device, BROKEN, int(decision.broken)))
            if decision.event is not None:
                rows.append(self._event(decision.event))
        return rows

    def _row(self, device: DeviceId, name: PropertyName, value: Value) -> tuple[Stream, Observation]:
        now_ms, trust = self._clock()
        row = Observation(device=device, property=name, value=value, at_ms=now_ms, trust=trust)
        return CATALOGUE[name].stream, row

    def _event(self, event: Event) -> tuple[Stream, Observation]:
        now_ms, trust = self._clock()
        row = event_row(msgspec.structs.replace(event, at_ms=now_ms), trust)
        return CATALOGUE[row.property].stream, row

    def _facts(self, devices: set[DeviceId]) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for device in devices:
            if device in self._rule.facts:
                found[_PREFIX + device] = msgspec.json.encode(self._rule.facts[device]).decode()
            if device in self._fields.facts:
                found[_FIELD_PREFIX + device] = msgspec.json.encode(self._fields.facts[device]).decode()
            if device in self._tags.rule.facts:
                found[device] = msgspec.json.encode(self._tags.rule.facts[device]).decode()
        return found
