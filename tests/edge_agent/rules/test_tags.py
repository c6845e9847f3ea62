"""A tag is gone only when its readers go on speaking without seeing it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.rules import Presence, TagDecision, TagFact, TagRule, TagRuleSettings, TagSighting, Verdict
from wire import DeviceId, Phase, PlaceId, PlannedTag, TagKind, Urgency, tag_device

SEAL, NAME, STRANGER = (tag_device(digits * 24) for digits in "123")
READER, OTHER = DeviceId("reader-1"), DeviceId("reader-2")
START = 1_760_000_000_000


def planned(device: DeviceId, kind: TagKind, *readers: DeviceId) -> PlannedTag:
    return PlannedTag(
        id=device.removeprefix("tag:"),
        kind=kind,
        meter=DeviceId("meter-7"),
        dwelling=PlaceId("3-1-502"),
        readers=readers or (READER,),
    )


def rule(*tags: PlannedTag, **settings: float) -> TagRule:
    found = tags or (planned(SEAL, TagKind.SEAL), planned(NAME, TagKind.IDENTITY))
    chosen = {"absent_after_s": 10.0, "reader_silent_after_s": 20.0, "debounce_s": 2.0} | settings
    return TagRule(found, TagRuleSettings(**chosen))  # type: ignore[arg-type]


def ms(after_s: float) -> int:
    return START + int(after_s * 1000)


def seen(
    tags: TagRule,
    after_s: float,
    device: DeviceId = SEAL,
    reader: DeviceId = READER,
    tampered: bool | None = None,
) -> Verdict:
    tags.reader_heard(reader, ms(after_s))
    return tags.sighted(device, TagSighting(reader=reader, now_ms=ms(after_s), tampered=tampered))


def spoke(tags: TagRule, after_s: float, reader: DeviceId = READER) -> list[TagDecision]:
    return [*tags.reader_heard(reader, ms(after_s)), *tags.ticked(ms(after_s))]


def told(decisions: list[TagDecision] | tuple[TagDecision, ...]) -> list[Presence]:
    return [one.presence for one in decisions if one.presence is not None]


def phases(decisions: list[TagDecision] | tuple[TagDecision, ...], name: str) -> list[Phase]:
    return [one.event.phase for one in decisions if one.event is not None and one.event.rule == name]


def gone(tags: TagRule) -> list[TagDecision]:
    """See the seal at 0 s and let its reader speak without it until it is gone."""
    seen(tags, 0)
    return [decision for after_s in (4, 8, 12) for decision in spoke(tags, after_s)]


def test_a_first_sighting_counts_at_once_and_is_kept() -> None:
    verdict = seen(rule(), 0)
    assert verdict.kept
    assert told(verdict.decisions) == [Presence.PRESENT]
    assert [one.event for one in verdict.decisions] == [None]


def test_hundreds_of_sightings_are_folded_and_counted() -> None:
    tags = rule(heartbeat_s=100)
    verdicts = [seen(tags, step / 10) for step in range(1000)]
    assert [verdict.kept for verdict in verdicts] == [True] + [False] * 999
    assert tags.counts["tags_folded"] == 999
    assert seen(tags, 100.1).kept, "the slow heartbeat"


def test_a_seal_that_leaves_raises_an_alarm() -> None:
    decisions = gone(rule())
    assert told(decisions) == [Presence.ABSENT, Presence.ABSENT], (
        "the seal, and the name tag that never was there"
    )
    (event,) = [one.event for one in decisions if one.event is not None]
    assert (event.rule, event.phase, event.urgency) == ("seal_broken", Phase.RAISED, Urgency.ALARM)
    assert event.place == f"3-1-502:{SEAL.removeprefix('tag:')}"
    assert event.facts["meter"] == "meter-7"
    assert [one.broken for one in decisions if one.device == SEAL] == [True]


def test_two_seals_in_one_dwelling_do_not_close_each_others_alarm() -> None:
    tags = rule(planned(SEAL, TagKind.SEAL), planned(NAME, TagKind.SEAL))
    seen(tags, 0)
    seen(tags, 0, NAME)
    decisions = spoke(tags, 5) + spoke(tags, 11)
    keys = [one.event.key for one in decisions if one.event is not None]
    assert len(keys) == len(set(keys)) == 2


def test_an_identity_tag_that_leaves_is_a_notice_and_no_broken_seal() -> None:
    tags = rule()
    seen(tags, 0, NAME)
    decisions = spoke(tags, 5) + spoke(tags, 11)
    events = [one.event for one in decisions if one.event is not None]
    assert [(event.rule, event.urgency) for event in events] == [("tag_gone", Urgency.NOTICE)]
    assert all(one.broken is None for one in decisions)


def test_a_tag_that_was_never_seen_is_absent_without_an_alarm() -> None:
    tags = rule()
    decisions = spoke(tags, 0) + spoke(tags, 11)
    assert told(decisions) == [Presence.ABSENT, Presence.ABSENT]
    assert phases(decisions, "seal_broken") == []


def test_a_silent_reader_proves_nothing() -> None:
    tags = rule()
    seen(tags, 0)
    decisions = [decision for after_s in range(1, 200) for decision in tags.ticked(ms(after_s))]
    assert told(decisions) == [Presence.UNKNOWN]
    assert phases(decisions, "reader_silent") == [Phase.RAISED]
    assert phases(decisions, "seal_broken") == []


def test_what_a_reader_did_not_see_before_it_fell_silent_does_not_count() -> None:
    tags = rule()
    seen(tags, 0)
    decisions = spoke(tags, 9) + spoke(tags, 100) + spoke(tags, 109)
    assert Presence.ABSENT not in told(decisions)
    assert phases(decisions, "reader_silent") == []
    assert Presence.ABSENT in told(spoke(tags, 110))


def test_a_reader_that_comes_back_makes_its_tags_known_again() -> None:
    tags = rule()
    seen(tags, 0)
    tags.ticked(ms(30))
    back = tags.reader_heard(READER, ms(40))
    assert phases(back, "reader_silent") == [Phase.CLEARED]
    assert told(seen(tags, 40).decisions) == [Presence.PRESENT]


def test_a_return_must_hold_before_it_clears_the_alarm() -> None:
    tags = rule()
    gone(tags)
    assert told(seen(tags, 15).decisions) == []
    back = seen(tags, 17.5)
    assert told(back.decisions) == [Presence.PRESENT]
    assert phases(back.decisions, "seal_broken") == [Phase.CLEARED]
    assert [one.broken for one in back.decisions] == [False]


def test_one_stray_reading_is_no_return() -> None:
    tags = rule()
    gone(tags)
    assert told(seen(tags, 15).decisions) == []
    assert told(seen(tags, 40).decisions) == []


def test_an_alarm_outlives_a_silent_reader() -> None:
    tags = rule()
    gone(tags)
    decisions = tags.ticked(ms(100))
    assert told(decisions) == []
    assert tags.facts[SEAL].raised


def test_a_tamper_notification_must_come_twice() -> None:
    tags = rule()
    seen(tags, 0, tampered=False)
    assert told(seen(tags, 1, tampered=True).decisions) == []
    assert told(seen(tags, 2, tampered=False).decisions) == []
    seen(tags, 3, tampered=True)
    verdict = seen(tags, 4, tampered=True)
    assert told(verdict.decisions) == [Presence.TAMPERED]
    assert phases(verdict.decisions, "seal_broken") == [Phase.RAISED]
    assert told(seen(tags, 5).decisions) == [], "a reader that does not report it takes nothing back"
    seen(tags, 6, tampered=False)
    assert phases(seen(tags, 7, tampered=False).decisions, "seal_broken") == [Phase.CLEARED]


def test_a_tampered_seal_that_leaves_and_returns_raises_once() -> None:
    tags = rule()
    for after_s in (0, 1):
        verdict = seen(tags, after_s, tampered=True)
    assert phases(verdict.decisions, "seal_broken") == [Phase.RAISED]
    left = spoke(tags, 6) + spoke(tags, 12)
    assert Presence.ABSENT in told(left)
    assert phases(left, "seal_broken") == []
    seen(tags, 20, tampered=True)
    back = seen(tags, 23, tampered=True)
    assert told(back.decisions) == [Presence.TAMPERED]
    assert phases(back.decisions, "seal_broken") == []


def test_a_tag_of_two_readers_is_gone_when_both_miss_it() -> None:
    tags = rule(planned(SEAL, TagKind.SEAL, READER, OTHER))
    seen(tags, 0)
    assert told(spoke(tags, 5) + spoke(tags, 11)) == [Presence.UNKNOWN], "the other one was never heard"
    decisions = spoke(tags, 1, OTHER) + spoke(tags, 12, OTHER)
    assert told(decisions) == [Presence.ABSENT]


def test_a_tag_is_present_while_one_of_its_readers_sees_it() -> None:
    tags = rule(planned(SEAL, TagKind.SEAL, READER, OTHER))
    spoke(tags, 0, OTHER)
    told_of = [
        told([*seen(tags, after_s).decisions, *tags.ticked(ms(after_s))]) for after_s in range(0, 60, 5)
    ]
    assert [one for one in told_of if one] == [[Presence.PRESENT]]


def test_strangers_and_tags_elsewhere_are_only_counted() -> None:
    tags = rule()
    assert not seen(tags, 0, STRANGER).kept
    assert not seen(tags, 0, SEAL, OTHER).kept
    assert tags.counts == {"tags_kept": 0, "tags_folded": 0, "tags_strange": 1, "tags_elsewhere": 1}
    assert STRANGER not in tags.facts
    assert tags.facts[SEAL] == TagFact()


def test_after_a_restart_an_alarm_is_still_open_and_no_departure_is_invented() -> None:
    before = rule()
    gone(before)
    after = rule()
    for device, fact in before.facts.items():
        after.recall(device, fact)
    assert after.facts[SEAL].raised
    assert told(spoke(after, 1000) + spoke(after, 1005)) == []
    seen(after, 1006)
    assert phases(seen(after, 1009).decisions, "seal_broken") == [Phase.CLEARED]

    present = rule()
    seen(present, 0)
    again = rule()
    again.recall(SEAL, present.facts[SEAL])
    assert told(spoke(again, 5000) + spoke(again, 5009)) == []
    assert phases(spoke(again, 5010), "seal_broken") == [Phase.RAISED]


def test_a_fact_of_a_tag_that_left_the_plan_is_forgotten() -> None:
    tags = rule()
    tags.recall(STRANGER, TagFact(presence=Presence.PRESENT))
    assert STRANGER not in tags.facts


STEPS = st.lists(
    st.tuples(st.sampled_from(["seen", "tampered", "spoke", "tick"]), st.floats(0, 15)), max_size=60
)


@given(STEPS)
def test_absence_is_always_proven_and_every_raise_is_paired(steps: list[tuple[str, float]]) -> None:
    tags, now, last_seen, last_spoke = rule(planned(SEAL, TagKind.SEAL)), 0.0, -1e9, -1e9
    opened = False
    for what, wait in steps:
        now += wait
        decisions: list[TagDecision] = []
        if what in ("seen", "tampered"):
            decisions += seen(tags, now, tampered=what == "tampered").decisions
            last_seen = last_spoke = now
        elif what == "spoke":
            decisions += tags.reader_heard(READER, ms(now))
            last_spoke = now
        decisions += tags.ticked(ms(now))
        if Presence.ABSENT in told(decisions):
            assert ms(last_spoke) - ms(last_seen) >= 10_000
        for phase in phases(decisions, "seal_broken"):
            assert (phase is Phase.RAISED) is not opened
            opened = phase is Phase.RAISED
        assert tags.facts[SEAL].raised is opened


@given(STEPS, st.integers(0, 60))
def test_a_restart_at_any_moment_closes_no_alarm_and_opens_none(
    steps: list[tuple[str, float]], at: int
) -> None:
    tags, now = rule(planned(SEAL, TagKind.SEAL)), 0.0
    for number, (what, wait) in enumerate(steps):
        now += wait
        if number == at:
            fresh = rule(planned(SEAL, TagKind.SEAL))
            fresh.recall(SEAL, tags.facts[SEAL])
            assert fresh.facts[SEAL].raised is tags.facts[SEAL].raised
            tags = fresh
            assert phases(tags.ticked(ms(now)), "seal_broken") == []
        if what == "seen":
            seen(tags, now)
        else:
            spoke(tags, now)


@pytest.mark.parametrize("name", ["absent_after_s", "reader_silent_after_s", "heartbeat_s"])
def test_the_waits_are_bounded(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({name: 0}, TagRuleSettings)
