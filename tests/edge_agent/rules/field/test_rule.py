"""The rule over many bays: neighbours, what is published and how often, who is suspect."""

import pytest
from msgspec.structs import replace

from edge_agent.rules.field import FieldFact, FieldReading, FieldRule, Vector
from tests.edge_agent.rules.field.story import CARS, EMPTY, HOUR, SENSOR, START, Story
from wire import DeviceId, Sight

BESIDE = DeviceId("70b3d57ed0000002")


def share(car: Vector, part: float) -> Vector:
    return car[0] * part, car[1] * part, car[2] * part


def test_a_neighbours_car_is_learned_and_does_not_count_here() -> None:
    rule = FieldRule([SENSOR, BESIDE], {SENSOR: (BESIDE,), BESIDE: (SENSOR,)})
    mine, theirs = Story(rule), Story(rule, sensor=BESIDE)
    for number in range(60):
        car = CARS[0]
        parked, here = number % 4 in (1, 2), number % 6 in (4, 5)
        theirs.says(parked, car if parked else None)
        leak = share(car, 0.35) if parked else (0.0, 0.0, 0.0)
        empty: Vector = (EMPTY[0] + leak[0], EMPTY[1] + leak[1], EMPTY[2] + leak[2])
        mine.says(here, CARS[1 + number % 4] if here else None, empty=empty)
    leak = share(CARS[0], 0.35)
    learned = mine.fact.leaks[0]
    assert all(abs(found - true) < 15 for found, true in zip(learned, leak, strict=True))
    theirs.says(True, CARS[0])
    empty = (EMPTY[0] + leak[0], EMPTY[1] + leak[1], EMPTY[2] + leak[2])
    assert mine.says(True, empty=empty).sight is Sight.FREE


def test_a_belief_is_published_once_and_its_quality_in_steps_and_seldom() -> None:
    story = Story()
    story.says(True, CARS[0])
    first = story.rule.news(SENSOR, story.now_ms)
    assert first is not None
    assert first.sight is Sight.OCCUPIED
    assert story.rule.news(SENSOR, story.now_ms) is None
    story.says(False)
    changed = story.rule.news(SENSOR, story.now_ms)
    assert changed is not None
    assert changed.sight is Sight.FREE
    told = sum(
        story.rule.news(SENSOR, story.now_ms + minute * 60_000) is not None for minute in range(7 * 24 * 60)
    )
    assert 1 <= told <= 10


@pytest.mark.parametrize(("minutes", "published"), [(1, False), (9, False), (11, True)])
def test_a_quality_that_moves_is_published_ten_minutes_after_the_last_time(
    minutes: int, published: bool
) -> None:
    story = Story()
    story.lives(4)
    story.rule.news(SENSOR, story.now_ms)
    story.rule.facts[SENSOR] = replace(story.fact, told_quality=50)
    found = story.rule.news(SENSOR, story.now_ms + minutes * 60_000)
    assert (found is not None) is published


def test_suspects_and_differences_are_counted() -> None:
    story = Story()
    story.lives(8)
    assert (story.rule.suspects(story.now_ms), story.rule.apart()) == ([], 0)
    for car in CARS * 2:
        story.says(False, car)
        story.says(False)
    story.says(False, CARS[0])
    ((device, opinion),) = story.rule.suspects(story.now_ms)
    assert (device, opinion.sight) == (SENSOR, Sight.OCCUPIED)
    assert story.rule.apart() == 1


def test_a_reading_without_a_time_of_its_own_is_newer_than_the_last() -> None:
    rule = FieldRule([SENSOR])
    assert rule.next_ms(SENSOR, START) == START
    rule.heard(SENSOR, FieldReading(at_ms=START, occupied=True, field=EMPTY), START)
    assert rule.next_ms(SENSOR, START) == START + 1
    assert rule.next_ms(SENSOR, START + HOUR) == START + HOUR
    assert rule.next_ms(SENSOR, START - 10 * HOUR) == START - 10 * HOUR


def test_another_device_is_no_business_of_this_rule() -> None:
    rule = FieldRule([SENSOR])
    assert rule.heard(BESIDE, FieldReading(at_ms=START, occupied=True, field=EMPTY), START) is None
    rule.recall(BESIDE, FieldFact())
    assert rule.facts == {}
