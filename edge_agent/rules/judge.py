"""Runs the rules over what was understood: rows and facts for the disk, states for the board."""

from collections.abc import Mapping, Sequence

import msgspec

from edge_agent.clock import SystemClock
from edge_agent.outbox import Entry
from edge_agent.pipeline import Understanding
from edge_agent.rules.bay import BayFact, BayRule, Decision, Sighting
from edge_agent.sources import Heard
from wire import CATALOGUE, DeviceId, Observation, PropertyName, Stream, TimeTrust, event_row

OCCUPIED = PropertyName("parking.occupied")
BAY = PropertyName("parking.bay")
_PREFIX = "bay:"
_decode_fact = msgspec.json.Decoder(BayFact).decode


class Judge:
    """The pipeline's `Decide`: applies the bay rule and remembers its facts with the rows they came from."""

    def __init__(self, rule: BayRule, clock: SystemClock) -> None:
        """Take the rule with its bays and the clock that dates what it decides."""
        self._rule = rule
        self._clock = clock
        self._kept = dict(rule.facts)
        self.changes = 0

    def recall(self, facts: Mapping[str, str]) -> None:
        """Take up what the disk remembers; with a clock that nobody believes, bays stay unknown until heard."""
        for name, text in facts.items():
            if name.startswith(_PREFIX) and self._clock.synced:
                self._rule.recall(DeviceId(name.removeprefix(_PREFIX)), _decode_fact(text))
        self._kept = dict(self._rule.facts)

    def heard(self, item: Heard, meant: Understanding) -> Entry:
        """Return the rows of a reading with what they change."""
        rows = list(meant.rows)
        decisions: list[Decision] = []
        for _, row in meant.rows:
            if row.property == OCCUPIED:
                decisions += self._rule.sighted(row.device, self._sighting(row, meant))
        rows += self._rows(decisions)
        return Entry(
            identity=meant.identity,
            surely_new=item.surely_new,
            rows=rows,
            facts=self._facts({row.device for _, row in rows}),
        )

    def ticked(self) -> Sequence[Entry]:
        """Return what the passing of time changes."""
        decisions = self._rule.ticked(self._clock.steady_ms())
        if not decisions:
            return []
        return [Entry(rows=self._rows(decisions), facts=self._facts({d.device for d in decisions}))]

    def committed(self) -> None:
        """Hold on to what is decided."""
        if self._kept != self._rule.facts:
            self.changes += 1
            self._kept = dict(self._rule.facts)

    def undo(self) -> None:
        """Go back to what was decided at the last commit."""
        self._rule.facts = dict(self._kept)

    def _sighting(self, row: Observation, meant: Understanding) -> Sighting:
        now_ms = self._clock.steady_ms()
        own_time = row.trust is TimeTrust.DEVICE and self._clock.synced
        profile = meant.profile
        return Sighting(
            occupied=bool(row.value),
            at_ms=row.at_ms if own_time else now_ms,
            now_ms=now_ms,
            silent_after_s=profile.silent_after_s if profile else 0.0,
        )

    def _rows(self, decisions: Sequence[Decision]) -> list[tuple[Stream, Observation]]:
        now_ms, trust = self._clock()
        rows = []
        for decision in decisions:
            if decision.sight is not None:
                row = Observation(
                    device=decision.device,
                    property=BAY,
                    value=decision.sight.value,
                    at_ms=now_ms,
                    trust=trust,
                )
                rows.append((Stream.STATE, row))
            if decision.event is not None:
                event = msgspec.structs.replace(decision.event, at_ms=now_ms)
                row = event_row(event, trust)
                rows.append((CATALOGUE[row.property].stream, row))
        return rows

    def _facts(self, devices: set[DeviceId]) -> dict[str, str | None]:
        facts = self._rule.facts
        return {_PREFIX + d: msgspec.json.encode(facts[d]).decode() for d in devices if d in facts}
