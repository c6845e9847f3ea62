"""The rota in logical time: fair to those that answer, sparing with those that do not, and it forgets nobody."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.sources.bus import Change, Place
from edge_agent.sources.bus.rota import SILENT_SHARE
from edge_agent.sources.bus.standing import DEAD_AFTER, LONGEST_REST_S
from tests.edge_agent.sources.bus.logical import LogicalLine

RELAXED = settings(deadline=None, max_examples=40)


def places(count: int, *, every_s: float = 60.0, timeout_s: float = 1.0, questions: int = 1) -> list[Place]:
    return [Place(every_s=every_s, timeout_s=timeout_s, questions=questions) for _ in range(count)]


@pytest.mark.parametrize("dead", [1, 5, 25])
def test_on_a_full_line_the_dead_cost_the_others_no_more_than_a_tenth(dead: int) -> None:
    """50 meters at 0.1 s and time-outs of 1 s, wanted more often than the line can; against a line without the dead."""

    def line(count: int, deaf: int) -> LogicalLine:
        made = LogicalLine(places(count, every_s=1.0), lambda device, _q, _s: device >= deaf, answer_s=0.1)
        made.run(2000.0)
        return made

    alive, with_dead = line(50 - dead, 0), line(50, dead)
    for device in range(dead, 50):
        assert with_dead.period_s(device, 500.0) <= 1.1 * alive.period_s(device - dead, 500.0)
    assert with_dead.rota.dead == dead
    assert with_dead.silent_s(500.0) <= SILENT_SHARE * 1500.0 + 1.0


def test_however_many_are_dead_the_living_have_their_share_of_the_line() -> None:
    """200 dead meters and ten that answer: resting ten minutes each, the dead would take two thirds of the time."""
    line = LogicalLine(
        places(210, every_s=1.0, timeout_s=2.0), lambda device, _q, _s: device >= 200, answer_s=0.2
    )
    line.run(9000.0)
    for device in range(200, 210):
        assert line.period_s(device, 3000.0) <= 1.1 * 2.0
    assert line.silent_s(3000.0) <= SILENT_SHARE * 6000.0 + 2.0
    dead = [one.ask.device for one in line.log if not one.answered and one.at_s >= 3000.0]
    assert len(set(dead)) == len(dead) > 100, "some are asked twice while others wait"


def test_a_line_with_time_to_spare_asks_everybody_when_they_are_due() -> None:
    line = LogicalLine(places(50), lambda device, _q, _s: device != 7, answer_s=0.1)
    line.run(3600.0)
    for device in set(range(50)) - {7}:
        assert line.period_s(device, 0.0) == pytest.approx(60.0, rel=0.01)


def test_a_device_that_is_dead_is_told_once_and_so_is_its_return() -> None:
    line = LogicalLine(
        places(3), lambda device, _q, now_s: device != 1 or not 300 <= now_s < 3000, answer_s=0.1
    )
    line.run(6000.0)
    assert [change for _, change in line.changes if change.device == 1] == [
        Change(device=1, lost=False),
        Change(device=1, lost=True),
        Change(device=1, lost=False),
    ]
    lost_s, back_s = (at_s for at_s, change in line.changes[3:] if change.device == 1)
    assert 300 + 60 * (DEAD_AFTER - 1) <= lost_s <= 300 + 60 * DEAD_AFTER
    assert 3000 <= back_s <= 3000 + LONGEST_REST_S + 1


def test_a_dead_device_is_asked_ever_more_rarely_but_always_again() -> None:
    line = LogicalLine(places(2), lambda device, _q, _s: device == 0, answer_s=0.1)
    line.run(20_000.0)
    asked = [one.at_s for one in line.log if one.ask.device == 1]
    pauses = [
        after - before
        for before, after in zip(asked[DEAD_AFTER + 1 :], asked[DEAD_AFTER + 2 :], strict=False)
    ]
    assert [round(pause) for pause in pauses] == sorted(round(pause) for pause in pauses)
    assert pauses[-1] == pytest.approx(LONGEST_REST_S, rel=0.01)


def test_when_the_whole_line_was_dead_and_one_answers_all_are_asked_at_once() -> None:
    line = LogicalLine(places(50), lambda _d, _q, now_s: now_s > 10_000, answer_s=0.1)
    line.run(12_000.0)
    back = [at_s for at_s, change in line.changes if not change.lost]
    assert len(back) == 50
    assert max(back) - min(back) < 60.0


def test_what_is_left_unanswered_is_asked_again_only_of_who_answered_before() -> None:
    line = LogicalLine(places(1), lambda _d, _q, _s: False, answer_s=0.1, retries=2)
    line.run(179.0)
    assert [one.at_s for one in line.log] == [0.0, 1.0, 2.0, 63.0, 124.0]


def test_a_question_that_a_living_device_never_answers_rests() -> None:
    line = LogicalLine(
        places(1, questions=3), lambda _d, question, _s: question != 1, answer_s=0.1, retries=0
    )
    line.run(3600.0)
    asked = [sum(one.ask.question == number for one in line.log) for number in range(3)]
    assert asked[0] == asked[2] == pytest.approx(60, abs=1)
    assert DEAD_AFTER < asked[1] < 15
    assert not line.rota.dead


def test_a_device_that_dies_costs_no_more_than_a_few_time_outs_however_much_it_is_asked() -> None:
    line = LogicalLine(places(1, questions=8), lambda _d, _q, _s: False, answer_s=0.1, retries=1)
    line.run(179.0)
    assert [one.ask.question for one in line.log] == [0, 0, 1, 2, 0, 0]


def test_a_device_that_lacks_the_first_values_is_not_taken_for_dead() -> None:
    line = LogicalLine(places(1, questions=8), lambda _d, question, _s: question > 1, answer_s=0.1)
    line.run(1000.0)
    assert not line.rota.dead
    assert {one.ask.question for one in line.log if one.answered} == {2, 3, 4, 5, 6, 7}


def test_after_an_unanswered_question_the_next_one_waits_for_its_late_answer() -> None:
    line = LogicalLine(
        places(1, questions=2), lambda _d, question, _s: question == 1, answer_s=0.1, retries=0
    )
    line.run(1.5)
    assert [(one.ask.question, one.ask.doubt_s) for one in line.log] == [(0, 0.0), (1, 1.0)]


def test_a_broken_answer_has_come_and_leaves_no_doubt() -> None:
    line = LogicalLine(places(1, questions=2), lambda _d, _q, _s: True, answer_s=0.1)
    assert line.rota.next(0.0) is not None
    assert line.rota.told(False, 0.1, late=False).again
    line.rota.next(0.1)
    line.rota.told(True, 0.2)
    ask = line.rota.next(0.2)
    assert ask is not None
    assert (ask.question, ask.doubt_s) == (1, 0.0)


def test_the_doubt_lasts_into_the_next_turn_of_the_same_device() -> None:
    silent_once = iter([False])
    line = LogicalLine(
        places(2, every_s=1.0), lambda device, _q, _s: device == 1 or next(silent_once, True), answer_s=0.25
    )
    line.run(4.0)
    asked = [(one.ask.device, one.ask.doubt_s) for one in line.log[:5]]
    # Device 0 answers the second try at 1.25 s; it is asked again at 1.5 s, when its late answer may still come.
    assert asked == [(0, 0.0), (0, 0.0), (1, 0.0), (0, 0.75), (1, 0.0)]


def test_questions_of_one_device_stay_together_and_in_order() -> None:
    line = LogicalLine(places(3, questions=4), lambda _d, _q, _s: True, answer_s=0.1)
    line.run(59.0)
    assert [(one.ask.device, one.ask.question) for one in line.log] == [
        (d, q) for d in range(3) for q in range(4)
    ]


def test_what_was_asked_when_the_line_was_lost_counts_for_nothing() -> None:
    line = LogicalLine(places(2), lambda _d, _q, _s: True, answer_s=0.1)
    first = line.rota.next(0.0)
    line.rota.dropped()
    assert line.rota.next(1.0) == first


def test_without_devices_there_is_nothing_to_wait_for() -> None:
    line = LogicalLine([], lambda _d, _q, _s: True, answer_s=0.1)
    line.run(10.0)
    assert line.log == []


@given(
    alive=st.lists(st.booleans(), min_size=1, max_size=12),
    every_s=st.floats(0.5, 30.0),
    timeout_s=st.floats(0.05, 3.0),
    answer_s=st.floats(0.01, 0.5),
    questions=st.integers(1, 3),
)
@RELAXED
def test_whoever_answers_is_never_kept_waiting_for_long(
    alive: list[bool], every_s: float, timeout_s: float, answer_s: float, questions: int
) -> None:
    line = LogicalLine(
        places(len(alive), every_s=every_s, timeout_s=timeout_s, questions=questions),
        lambda device, _q, _s: alive[device],
        answer_s=answer_s,
    )
    line.run(4000.0)
    settled_s = 1000.0
    round_s = sum(alive) * questions * answer_s
    for device in range(len(alive)):
        times = [one.at_s for one in line.log if one.ask.device == device and one.at_s >= settled_s]
        longest = max((after - before for before, after in pairwise(times)), default=3000.0)
        if alive[device]:
            # Its own period, or a whole round; and within that time the silent ones' share and one time-out of them.
            assert longest <= max(every_s, round_s) / (1 - SILENT_SHARE) + round_s + 2 * timeout_s
        else:
            assert (
                longest <= LONGEST_REST_S + sum(not one for one in alive) * timeout_s / SILENT_SHARE + every_s
            )
    assert line.rota.dead == sum(not one for one in alive)


@given(st.data())
@RELAXED
def test_however_the_devices_behave_the_share_of_silence_is_kept_and_every_change_is_told(
    data: st.DataObject,
) -> None:
    count = data.draw(st.integers(2, 8))
    lives = [data.draw(st.lists(st.floats(1, 300), min_size=0, max_size=6)) for _ in range(count)]

    def answers(device: int, _question: int, now_s: float) -> bool:
        """A device lives and is dead in turns, each for a time."""
        left_s, alive = now_s, True
        for lasts_s in lives[device]:
            if left_s < lasts_s:
                return alive
            left_s, alive = left_s - lasts_s, not alive
        return alive

    line = LogicalLine(places(count, every_s=2.0, timeout_s=0.5), answers, answer_s=0.5)
    line.run(3000.0)
    for device in range(count):
        told = [change.lost for _, change in line.changes if change.device == device]
        assert told == [bool(number % 2) for number in range(len(told))] or told == [
            not number % 2 for number in range(len(told))
        ]
    failures = sum(len(lived) for lived in lives)
    budget_s = SILENT_SHARE * 3000.0 + 0.5 * (2 * failures + count)
    unsound_s = line.silent_s(0.0)
    full = line.log[-1].end_s - sum(one.end_s - one.at_s for one in line.log) < 1.0
    assert not full or unsound_s <= budget_s
