"""What the gateway believes of a bay: judged examples of drift, steel, stuck nodes and ordinary days."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.rules.field import FieldFact, FieldReading, FieldRule, Suspicion, Vector
from edge_agent.rules.field.estimate import heard
from edge_agent.rules.field.fact import Around
from tests.edge_agent.rules.field.story import CARS, EMPTY, SENSOR, START, Story
from wire import Sight


def settled(days: int = 8, *, slope: float = 0.0) -> Story:
    story = Story(slope=slope)
    story.lives(days)
    story.says(False)
    return story


def test_a_bay_that_never_told_its_field_has_no_opinion() -> None:
    rule = FieldRule([SENSOR])
    assert rule.heard(SENSOR, FieldReading(at_ms=START, occupied=True), START) is None
    assert rule.opinion(SENSOR, START) is None


def test_a_field_that_is_not_known_yet_leaves_the_word_standing() -> None:
    story = Story()
    assert story.says(True, CARS[0]).sight is Sight.OCCUPIED
    assert story.says(False).sight is Sight.FREE
    assert story.opinion.quality < 90


def test_a_node_that_works_is_believed_every_hour() -> None:
    story = settled()
    for car in CARS:
        assert story.says(True, car).sight is Sight.OCCUPIED
        assert story.says(True, car).sight is Sight.OCCUPIED
        assert story.says(False).sight is Sight.FREE
    assert story.opinion.suspicion is None
    assert story.opinion.quality >= 95


@pytest.mark.parametrize("slope", [-22.0, 9.0, 22.0])
def test_the_slope_of_a_drifting_sensor_is_learned(slope: float) -> None:
    story = settled(slope=slope)
    assert all(abs(axis - slope) < 1.0 for axis in story.fact.slope)


def test_drift_that_a_node_takes_for_a_car_is_seen_through() -> None:
    story = settled(slope=22.0)
    for warm_c in (24.0, 29.0, 34.0, 38.0):  # 22 counts a degree: as much as a car after half of it
        story.warm_c = warm_c
        story.says(True)
    assert story.sight is Sight.FREE
    assert story.says(True, CARS[1]).sight is Sight.OCCUPIED


def test_a_word_that_stands_still_is_found_out_and_named() -> None:
    story = settled()
    for car in CARS * 2:
        story.says(False, car)
        story.says(False)
    assert story.opinion.suspicion is Suspicion.STUCK
    assert story.says(False, CARS[2]).sight is Sight.OCCUPIED
    assert story.says(False).sight is Sight.FREE


def test_a_long_stay_that_the_node_takes_for_its_background_stays_a_car() -> None:
    story = settled()
    for _ in range(12):
        story.says(True, CARS[0])
    assert story.says(False, CARS[0]).sight is not Sight.FREE
    assert story.says(True).sight is not Sight.OCCUPIED


def test_new_steel_that_a_working_node_allows_for_becomes_a_background() -> None:
    story = settled()
    steel: Vector = (EMPTY[0] + 70, EMPTY[1] - 60, EMPTY[2] + 50)
    for car in CARS:
        story.says(False, empty=steel)
        story.says(False, empty=steel)
        assert story.says(True, car, empty=steel).sight is Sight.OCCUPIED
    assert story.says(False, empty=steel).sight is Sight.FREE
    assert story.opinion.quality >= 90


def test_a_field_that_stands_still_to_the_count_is_named_and_not_relied_on_for_days() -> None:
    story = settled()
    story.rule.heard(SENSOR, FieldReading(at_ms=story.now_ms + 1, occupied=False, field=EMPTY), story.now_ms)
    for hour in range(30):
        at_ms = story.now_ms + (hour + 1) * 7_200_000
        story.rule.heard(SENSOR, FieldReading(at_ms=at_ms, occupied=False, field=EMPTY), at_ms)
    assert story.opinion.suspicion is Suspicion.FROZEN
    assert story.sight is Sight.UNKNOWN
    assert story.opinion.quality == 0


def test_a_coarse_sensor_that_often_repeats_itself_is_not_taken_for_a_frozen_one() -> None:
    rule, at_ms = FieldRule([SENSOR]), START
    for number, run in enumerate((3, 6, 12, 25, 50, 50)):  # nights and holidays, each ended by a small change
        field: Vector = (120.0 + 11 * (number % 2), -330.0, -275.0)
        for _ in range(run):
            at_ms += 7_200_000
            rule.heard(SENSOR, FieldReading(at_ms=at_ms, occupied=False, field=field), at_ms)
            opinion = rule.opinion(SENSOR, at_ms)
            assert opinion is not None
            assert (opinion.sight, opinion.suspicion) == (Sight.FREE, None)


def test_a_node_installed_under_a_car_is_put_right_when_the_empty_bay_has_come_back_often() -> None:
    story = Story()
    story.says(False, CARS[0])
    story.says(False, CARS[0])
    for number in range(16):
        story.says(True)
        story.says(True)
        story.says(True, CARS[1 + number % 4])
    assert story.says(True).sight is Sight.FREE
    assert story.says(True, CARS[3]).sight is Sight.OCCUPIED


def test_a_node_that_started_again_elsewhere_is_given_the_benefit_of_the_doubt() -> None:
    story = settled()
    turned: Vector = (-EMPTY[1], EMPTY[0], EMPTY[2])
    story.says(False, empty=turned, started=True)
    assert story.fact.doubted
    assert story.sight is Sight.FREE


def test_a_known_background_ends_the_doubt_after_a_start() -> None:
    story = settled()
    story.says(True, CARS[0], started=True)
    assert story.fact.doubted
    story.says(False)
    assert not story.fact.doubted


def test_quality_falls_while_nothing_is_heard() -> None:
    story = settled()
    soon = story.opinion.quality
    story.hours += 48
    assert story.opinion.quality < soon - 20


@pytest.mark.parametrize("over", [32767.0, -32768.0, -4096.0, float("nan"), float("inf"), 1e300])
def test_an_axis_that_ran_over_is_no_measurement(over: float) -> None:
    story = settled()
    before = story.fact
    reading = FieldReading(at_ms=story.now_ms + 1, occupied=False, field=(over, 0.0, 0.0))
    story.rule.heard(SENSOR, reading, story.now_ms)
    assert story.fact.grounds == before.grounds
    assert story.sight is Sight.FREE


def test_a_reading_that_comes_twice_or_late_changes_nothing() -> None:
    story = settled()
    before = story.fact
    for late_ms in (0, 1, 90_000_000):
        reading = FieldReading(at_ms=story.now_ms - late_ms, occupied=True, field=(1.0, 2.0, 3.0))
        story.rule.heard(SENSOR, reading, story.now_ms)
    assert story.fact == before


def test_a_node_whose_words_follow_nothing_is_trusted_less_and_named() -> None:
    story = settled()
    before = story.fact.trust
    for number in range(16):  # the word changes, but not when vehicles come or go
        story.says(number % 2 == 0, CARS[number % 5])
        story.says(number % 2 == 0)
        story.says(number % 2 == 1)
    after = story.fact.trust
    assert after.free_wrong + after.occupied_wrong > before.free_wrong + before.occupied_wrong + 3
    assert story.opinion.suspicion is Suspicion.DRIFTING


def test_a_background_that_creeps_is_followed() -> None:
    story = settled()
    for step in range(150):
        empty: Vector = (EMPTY[0] + step, EMPTY[1], EMPTY[2] - step)
        assert story.says(False, empty=empty).sight is Sight.FREE
    assert story.opinion.quality >= 90
    assert story.fact.grounds[story.fact.main].field[0] > EMPTY[0] + 100


def test_a_word_that_changes_with_the_field_says_more_of_a_ground_than_one_that_stands() -> None:
    changing, standing = settled(), settled()
    changing.says(True, (300.0, 300.0, 300.0))
    standing.says(False, (300.0, 300.0, 300.0))
    assert changing.fact.grounds[changing.fact.here].said_occupied == 1.0
    assert standing.fact.grounds[standing.fact.here].said_free == 0.5


def test_a_change_while_a_neighbours_field_steps_weighs_less() -> None:
    story = settled()
    at_ms = story.now_ms + 60_000
    small = story.field((25.0, 10.0, -15.0))
    reading = FieldReading(at_ms=at_ms, occupied=True, field=small, temperature_c=15.0)
    alone = heard(story.fact, reading, at_ms)
    beside = heard(story.fact, reading, at_ms, Around(together=400.0))
    assert beside.odds < alone.odds - 1.0


def test_between_heartbeats_less_is_known_of_a_bay_whose_node_does_not_tell_of_changes() -> None:
    working, stuck = settled(), settled()
    for car in CARS * 2:
        stuck.says(False, car)
        stuck.says(False)
    fall = []
    for story in (working, stuck):
        soon = story.opinion.quality
        story.hours += 2
        fall.append(soon - story.opinion.quality)
    assert fall[0] == 0
    assert fall[1] >= 10


def test_a_word_and_a_field_of_the_same_time_are_one_reading_in_any_order() -> None:
    together, apart = settled(), settled()
    at_ms = together.now_ms + 7_200_000
    field = together.field(CARS[3])
    together.rule.heard(
        SENSOR, FieldReading(at_ms=at_ms, occupied=True, field=field, temperature_c=20.0), at_ms
    )
    for part in (
        FieldReading(at_ms=at_ms, temperature_c=20.0),
        FieldReading(at_ms=at_ms, occupied=True),
        FieldReading(at_ms=at_ms, field=field),
        FieldReading(at_ms=at_ms, field=field),
    ):
        apart.rule.heard(SENSOR, part, at_ms)
    assert apart.fact.grounds[apart.fact.here].field == together.fact.grounds[together.fact.here].field
    assert apart.sight is together.sight is Sight.OCCUPIED


def test_a_temperature_alone_is_noted_and_judges_nothing() -> None:
    story = settled()
    before = story.fact
    story.rule.heard(SENSOR, FieldReading(at_ms=story.now_ms + 60_000, temperature_c=31.0), story.now_ms)
    assert story.fact.temperature_c == 31.0
    assert (story.fact.odds, story.fact.at_ms) == (before.odds, before.at_ms)


ODD = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-40_000, 40_000).map(float)
NEAR = st.integers(-400, 400).map(float)
FIELDS = st.none() | st.tuples(ODD, ODD, ODD) | st.tuples(NEAR, NEAR, NEAR) | st.just(EMPTY)
READINGS = st.builds(
    lambda after_ms, occupied, field, temperature_c, started: (
        after_ms,
        FieldReading(at_ms=0, occupied=occupied, field=field, temperature_c=temperature_c, started=started),
    ),
    st.integers(-10_000_000, 100_000_000),
    st.none() | st.booleans(),
    FIELDS,
    st.none() | ODD | st.integers(-30, 60).map(float),
    st.booleans(),
)


@settings(max_examples=150)
@given(st.lists(READINGS, max_size=60), st.sets(st.integers(0, 59)))
def test_whatever_is_heard_the_memory_is_bounded_and_neither_a_restart_nor_a_repetition_changes_anything(
    steps: list[tuple[int, FieldReading]], restarts: set[int]
) -> None:
    through, again, now_ms = FieldRule([SENSOR]), FieldRule([SENSOR]), START
    for number, (after_ms, step) in enumerate(steps):
        now_ms = max(START, now_ms + after_ms)
        reading = msgspec.structs.replace(step, at_ms=now_ms)
        through.heard(SENSOR, reading, now_ms)
        again.heard(SENSOR, reading, now_ms)
        again.heard(SENSOR, reading, now_ms)
        if number in restarts and SENSOR in again.facts:
            text = msgspec.json.encode(again.facts[SENSOR])
            assert len(text) < 6000
            again = FieldRule([SENSOR])
            again.recall(SENSOR, msgspec.json.decode(text, type=FieldFact))
        assert through.facts == again.facts
        opinion = through.opinion(SENSOR, now_ms)
        if opinion is not None:
            assert 0 <= opinion.quality <= 100
            assert (opinion.quality == 0) is (opinion.sight is Sight.UNKNOWN)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(-1, len(CARS) - 1)), min_size=1, max_size=30),
    st.sampled_from(CARS),
    st.integers(2, 3),
)
def test_a_bay_whose_field_and_node_both_say_occupied_is_never_free(
    days: list[tuple[bool, int]], car: Vector, times: int
) -> None:
    story = settled(4)
    for word, number in days:
        story.says(word, CARS[number] if number >= 0 else None)
    far: Vector = (times * car[0], times * car[1], times * car[2])
    before = story.fact
    at_background = any(
        sum((a - b) ** 2 for a, b in zip(ground.field, story.field(far), strict=True)) < 150**2
        for ground in before.grounds
    )
    story.says(True, far)
    assert at_background or story.sight is not Sight.FREE
