"""A bay is free, occupied or unknown, and never free because nobody said anything."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge_agent.rules import BayFact, BayRule, BayRuleSettings, Decision, Sighting
from wire import BayId, DeviceId, Phase, Sight

SENSOR, BAY = DeviceId("70b3d57ed0000001"), BayId("B1-001")
START = 1_760_000_000_000


def rule(debounce_s: float = 2.0, silent_after_s: float = 60.0) -> BayRule:
    return BayRule({SENSOR: BAY}, BayRuleSettings(debounce_s=debounce_s, silent_after_s=silent_after_s))


def said(occupied: bool, after_s: float, *, at_s: float | None = None) -> Sighting:
    now_ms = START + int(after_s * 1000)
    at_ms = now_ms if at_s is None else START + int(at_s * 1000)
    return Sighting(occupied=occupied, at_ms=at_ms, now_ms=now_ms, silent_after_s=3600)


def sights(decisions: list[Decision]) -> list[Sight]:
    return [decision.sight for decision in decisions if decision.sight is not None]


def test_a_bay_is_unknown_until_its_sensor_speaks() -> None:
    bays = rule()
    assert bays.sights() == {BAY: Sight.UNKNOWN}
    assert bays.ticked(START) == []


def test_a_first_word_and_a_change_after_a_calm_time_count_at_once() -> None:
    bays = rule()
    assert sights(bays.sighted(SENSOR, said(False, 0))) == [Sight.FREE]
    assert sights(bays.sighted(SENSOR, said(True, 10))) == [Sight.OCCUPIED]
    assert sights(bays.sighted(SENSOR, said(True, 11))) == []


def test_a_second_change_must_hold() -> None:
    bays = rule(debounce_s=2)
    bays.sighted(SENSOR, said(False, 0))
    bays.sighted(SENSOR, said(True, 10))
    assert sights(bays.sighted(SENSOR, said(False, 10.5))) == []
    assert sights(bays.ticked(START + 11_900)) == []
    assert sights(bays.ticked(START + 12_600)) == [Sight.FREE]


def test_a_flap_that_returns_is_never_told() -> None:
    bays = rule(debounce_s=2)
    bays.sighted(SENSOR, said(False, 0))
    bays.sighted(SENSOR, said(True, 10))
    bays.sighted(SENSOR, said(False, 10.5))
    assert sights(bays.sighted(SENSOR, said(True, 11))) == []
    assert sights(bays.ticked(START + 20_000)) == []
    assert bays.sights() == {BAY: Sight.OCCUPIED}


def test_what_a_lost_link_held_back_is_judged_by_the_sensors_own_times() -> None:
    bays = rule(debounce_s=2)
    bays.sighted(SENSOR, said(False, 0))
    assert sights(bays.sighted(SENSOR, said(True, 30, at_s=10))) == [Sight.OCCUPIED]
    assert sights(bays.sighted(SENSOR, said(False, 30.1, at_s=20))) == [Sight.FREE]
    assert sights(bays.sighted(SENSOR, said(True, 30.2, at_s=20.5))) == []


def test_a_change_right_after_a_silence_counts_at_once() -> None:
    bays = rule(debounce_s=2, silent_after_s=6)
    bays.sighted(SENSOR, said(False, 2))
    bays.ticked(START + 8_500)
    assert sights(bays.sighted(SENSOR, said(False, 12.0, at_s=6.6))) == [Sight.FREE]
    assert sights(bays.sighted(SENSOR, said(True, 12.1))) == [Sight.OCCUPIED]


def test_silence_makes_a_bay_unknown_and_raises_once() -> None:
    bays = rule(silent_after_s=60)
    bays.sighted(SENSOR, said(False, 0))
    assert bays.ticked(START + 60_000) == []
    decisions = bays.ticked(START + 60_001)
    assert sights(decisions) == [Sight.UNKNOWN]
    assert [d.event.phase for d in decisions if d.event] == [Phase.RAISED]
    assert bays.ticked(START + 90_000) == []
    back = bays.sighted(SENSOR, said(False, 100))
    assert sights(back) == [Sight.FREE]
    assert [d.event.phase for d in back if d.event] == [Phase.CLEARED]


def test_an_old_word_that_comes_late_changes_nothing() -> None:
    bays = rule()
    bays.sighted(SENSOR, said(True, 100))
    assert bays.sighted(SENSOR, said(False, 130, at_s=50)) == []
    assert bays.sights() == {BAY: Sight.OCCUPIED}


def test_old_words_alone_do_not_make_a_bay_fresh() -> None:
    bays = rule(silent_after_s=60)
    bays.sighted(SENSOR, said(True, 500, at_s=10))
    assert bays.sights() == {BAY: Sight.UNKNOWN}


def test_a_sensor_whose_clock_once_ran_ahead_is_heard_again() -> None:
    bays = rule()
    bays.sighted(SENSOR, said(True, 0, at_s=9_999_999))
    assert sights(bays.sighted(SENSOR, said(False, 10))) == [Sight.FREE]


def test_another_device_is_no_business_of_this_rule() -> None:
    assert rule().sighted(DeviceId("elsewhere"), said(True, 0)) == []


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100), st.booleans()), max_size=40))
def test_what_is_told_is_never_older_than_silence_allows(steps: list[tuple[bool, float, bool]]) -> None:
    bays, now, heard = rule(debounce_s=3, silent_after_s=60), 0.0, None
    for occupied, wait, speaks in steps:
        now += wait
        if speaks:
            bays.sighted(SENSOR, said(occupied, now))
            heard = now
        bays.ticked(START + int(now * 1000))
        fresh = heard is not None and int(now * 1000) - int(heard * 1000) <= 60_000
        assert (bays.sights()[BAY] is Sight.UNKNOWN) is not fresh


def test_a_word_that_is_doubted_makes_the_bay_unknown_at_once_and_one_that_is_not_brings_it_back() -> None:
    bays = rule(debounce_s=2)
    bays.sighted(SENSOR, said(False, 0))
    doubted = replace(said(True, 10), doubted=True)
    assert sights(bays.sighted(SENSOR, doubted)) == [Sight.UNKNOWN]
    assert sights(bays.ticked(START + 20_000)) == []
    assert sights(bays.sighted(SENSOR, said(True, 30))) == [Sight.OCCUPIED]


def test_a_fact_of_the_first_release_is_taken_up() -> None:
    old = (
        '{"said":true,"said_at_ms":1760000000000,"changed_ms":1760000000000,"pending_since_ms":null,'
        '"decided":"occupied","decided_ms":1760000000000,"heard_ms":1760000000000,"silent_after_s":60.0,"silent":false}'
    )
    bays = rule()
    bays.recall(SENSOR, msgspec.json.decode(old, type=BayFact))
    assert bays.sights() == {BAY: Sight.OCCUPIED}
    assert sights(bays.sighted(SENSOR, said(False, 10))) == [Sight.FREE]
