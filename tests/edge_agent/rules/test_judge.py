"""The judge counts with the gateway's belief where a node tells its field, and with the node's word elsewhere."""

from collections.abc import Sequence

import pytest

from device_profiles import Profile, Reading
from edge_agent.clock import ClockTrust, SystemClock
from edge_agent.outbox import Entry
from edge_agent.pipeline import Understanding
from edge_agent.rules import BayRule, BayRuleSettings, FieldRule, FieldRuleSettings, Judge
from edge_agent.rules.field import Count, FieldFact
from edge_agent.sources import Heard
from tests.edge_agent.rules.field.story import CARS, SENSOR, START, Story
from wire import BayId, Observation, PropertyName, Sight, Stream, TimeTrust, Value, Words

BAY = BayId("B1-001")


class Told(SystemClock):
    """A clock that a test moves."""

    def __init__(self, trust: ClockTrust = ClockTrust.ALWAYS) -> None:
        super().__init__(trust)
        self.now_ms = START

    def steady_ms(self) -> int:
        return self.now_ms


class Bench:
    """A judge with one bay, told readings as a profile would give them."""

    def __init__(self, count: Count = Count.BELIEF) -> None:
        self.clock = Told()
        self.story = Story()
        self.make(count)

    def make(self, count: Count = Count.BELIEF) -> None:
        self.rule = BayRule({SENSOR: BAY}, BayRuleSettings(debounce_s=0.0, silent_after_s=1e6))
        self.fields = FieldRule([SENSOR], settings=FieldRuleSettings(count=count))
        self.judge = Judge(self.rule, self.clock, self.fields)

    def settle(self) -> None:
        """Give the rule some days of ordinary life."""
        self.story.lives(8)
        self.story.says(False)
        self.fields.facts[SENSOR] = self.story.fact
        self.clock.now_ms = self.story.now_ms

    def hears(self, occupied: bool, car: tuple[float, float, float] | None, *, field: bool = True) -> Entry:
        self.story.hours += 2
        self.clock.now_ms = self.story.now_ms
        values: list[tuple[str, Value]] = [("parking.occupied", int(occupied)), ("device.temperature", 15)]
        if field:
            x, y, z = self.story.field(car)
            values += [("magnetic.raw_x", int(x)), ("magnetic.raw_y", int(y)), ("magnetic.raw_z", int(z))]
        rows = [
            (
                Stream.STATE,
                Observation(
                    device=SENSOR,
                    property=PropertyName(name),
                    value=value,
                    at_ms=self.clock.now_ms,
                    trust=TimeTrust.DEVICE,
                ),
            )
            for name, value in values
        ]
        return self.judge.heard(heard(), Understanding(rows=rows, profile=PROFILE))

    @property
    def sight(self) -> Sight:
        return self.rule.sights()[BAY]


def decode(_: Reading) -> Sequence[Observation]:
    return []


PROFILE = Profile(key="p", title=Words(zh="", en=""), heartbeat_s=60, silent_after_s=180, decode=decode)


def heard() -> Heard:
    reading = Reading(device=SENSOR, payload=b"", received_ms=START, trust=TimeTrust.SYNCED)
    return Heard(source="t", reading=reading, profile="p", settle=lambda _: None)


def told(entry: Entry, name: str) -> list[Value]:
    return [row.value for _, row in entry.rows if row.property == name]


def test_a_bay_without_field_is_counted_by_its_node_and_nothing_is_believed() -> None:
    bench = Bench()
    entry = bench.hears(True, None, field=False)
    assert bench.sight is Sight.OCCUPIED
    assert told(entry, "parking.bay") == ["occupied"]
    assert told(entry, "parking.belief") == []
    assert set(entry.facts) == {f"bay:{SENSOR}"}


def test_a_stuck_word_is_not_what_the_lobby_counts() -> None:
    bench = Bench()
    bench.settle()
    for car in CARS * 2:
        bench.hears(False, car)
        bench.hears(False, None)
    entry = bench.hears(False, CARS[1])
    assert told(entry, "parking.occupied") == [0]
    assert told(entry, "parking.belief") == ["occupied"]
    assert told(entry, "parking.bay") == ["occupied"]
    assert bench.sight is Sight.OCCUPIED


def test_an_operator_can_publish_the_belief_and_count_the_word() -> None:
    bench = Bench(Count.NODE)
    bench.settle()
    for car in CARS * 2:
        bench.hears(False, car)
        bench.hears(False, None)
    entry = bench.hears(False, CARS[1])
    assert told(entry, "parking.belief") == ["occupied"]
    assert bench.sight is Sight.FREE


def test_a_sensor_that_stands_still_makes_the_bay_unknown_and_a_living_one_brings_it_back() -> None:
    bench = Bench()
    bench.settle()
    for _ in range(30):
        bench.hears(False, None)
    assert bench.sight is Sight.UNKNOWN
    bench.story.told += 1
    entry = bench.hears(False, None)
    assert told(entry, "parking.bay") == ["free"]


def test_facts_survive_a_restart_and_what_follows_is_the_same() -> None:
    bench, other = Bench(), Bench()
    bench.settle()
    other.settle()
    for number, car in enumerate(CARS):
        entry = bench.hears(False, car)
        same = other.hears(False, car)
        assert entry.facts == same.facts
        assert told(entry, "parking.bay") == told(same, "parking.bay")
        if number == 2:
            facts = {name: text for name, text in same.facts.items() if text is not None}
            other.make()
            other.judge.recall(facts)
    assert bench.fields.facts == other.fields.facts


def test_what_was_learned_of_a_field_stays_true_without_a_clock() -> None:
    bench = Bench()
    bench.settle()
    facts = {name: text for name, text in bench.hears(True, CARS[0]).facts.items() if text is not None}
    clock = Told(ClockTrust.NEVER)
    rule, fields = BayRule({SENSOR: BAY}), FieldRule([SENSOR])
    Judge(rule, clock, fields).recall(facts)
    assert rule.sights() == {BAY: Sight.UNKNOWN}
    assert fields.facts[SENSOR].grounds == bench.fields.facts[SENSOR].grounds


def test_a_field_fact_with_less_in_it_is_taken_up() -> None:
    fields = FieldRule([SENSOR])
    Judge(BayRule({SENSOR: BAY}), Told(), fields).recall({f"field:{SENSOR}": '{"at_ms":5,"word":true}'})
    assert fields.facts[SENSOR] == FieldFact(at_ms=5, word=True)


def test_what_was_not_kept_is_forgotten() -> None:
    bench = Bench()
    bench.settle()
    bench.judge.committed()
    before = dict(bench.fields.facts)
    bench.hears(True, CARS[0])
    assert bench.fields.facts != before
    bench.judge.undo()
    assert bench.fields.facts == before


@pytest.mark.parametrize("minutes", [1, 3000])
def test_quality_that_falls_with_time_is_published_now_and_then(minutes: int) -> None:
    bench = Bench()
    bench.settle()
    bench.hears(False, None)
    entries = 0
    for _ in range(minutes):
        bench.clock.now_ms += 60_000
        entries += sum(bool(told(entry, "parking.belief_quality")) for entry in bench.judge.ticked())
    assert entries == 0 if minutes == 1 else 1 <= entries <= 10


def test_a_belief_that_has_outlived_its_time_is_shown_as_unknown() -> None:
    bench = Bench()
    bench.settle()
    for car in CARS * 3:
        bench.hears(False, car)
        bench.hears(False, None)
    assert bench.rule.sights() == {BAY: Sight.FREE}
    rows: list[Value] = []
    for _ in range(60 * 24):
        bench.clock.now_ms += 60_000
        rows += [value for entry in bench.judge.ticked() for value in told(entry, "parking.bay")]
    assert rows == ["unknown"]
    assert bench.sight is Sight.UNKNOWN
    bench.story.hours = (bench.clock.now_ms - START) / 3_600_000
    assert told(bench.hears(False, CARS[0]), "parking.bay") == ["occupied"]


def test_the_word_of_a_node_that_works_does_not_outlive_its_time_within_a_day() -> None:
    bench = Bench()
    bench.settle()
    bench.hears(False, None)
    for _ in range(60 * 24):
        bench.clock.now_ms += 60_000
        for entry in bench.judge.ticked():
            assert told(entry, "parking.bay") == []
    assert bench.sight is Sight.FREE
