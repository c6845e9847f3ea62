"""Each rule of the sync protocol by itself, and the cases that once went wrong."""

import random

from wire import Epoch, LaneAck, Seq, Stream
from wire.sync import Sender, SenderLimits, accept

EPOCH = Epoch(7)
LIMITS = SenderLimits(
    batch_rows=10, lane_window=2, total_window=4, ack_timeout_s=10, grace_s=60, outage_s=30, outage_rows=5
)


def sender(*, held: int = 0, closed: bool = False) -> Sender:
    made = Sender(LIMITS, jitter=random.Random(1))
    made.open(Stream.STATE, EPOCH, next=held, closed=closed)
    return made


def ack(next_: int, *, first: int = 0, refused: bool = False, stream: Stream = Stream.STATE) -> LaneAck:
    return LaneAck(stream=stream, epoch=EPOCH, next=Seq(next_), first=Seq(first), refused=refused)


def ranges(made: Sender, now: float) -> list[tuple[int, int]]:
    return [(part.first, part.end) for part in made.due(now)]


def test_nothing_is_due_without_a_link() -> None:
    made = sender()
    made.appended(Stream.STATE, EPOCH, 3, 0)
    assert made.due(0) == []


def test_first_rows_go_at_once_and_a_part_waits_while_one_is_under_way() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 3, 0)
    assert ranges(made, 0) == [(0, 3)]
    made.appended(Stream.STATE, EPOCH, 2, 0.01)
    assert ranges(made, 0.05) == []
    assert ranges(made, 0.25) == [(3, 5)]


def test_a_window_is_kept_and_an_acknowledgement_opens_it() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 45, 0)
    assert ranges(made, 0) == [(0, 10), (10, 20)]
    made.acked(ack(10), 1)
    assert ranges(made, 1) == [(20, 30)]


def test_silence_sends_everything_again_after_a_growing_wait() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 3, 0)
    assert ranges(made, 0) == [(0, 3)]
    assert ranges(made, 10) == []
    assert ranges(made, 11.1) == [(0, 3)]
    assert made.retries == 1


def test_a_refusal_goes_back_once_for_a_whole_window() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 20, 0)
    assert ranges(made, 0) == [(0, 10), (10, 20)]
    made.acked(ack(0, first=10, refused=True), 1)
    assert ranges(made, 1) == [(0, 10), (10, 20)]
    made.acked(ack(0, first=3, refused=True), 1)
    assert ranges(made, 1) == []


def test_a_restored_cloud_gets_everything_again_that_is_still_held() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 10, 0)
    made.due(0)
    made.acked(ack(10), 1)
    made.acked(ack(4, first=-1, refused=True), 2)
    assert ranges(made, 2) == [(4, 10)]


def test_rows_that_a_restored_cloud_asked_for_are_not_deleted_by_their_old_grace() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 10, 0)
    made.due(0)
    made.acked(ack(10), 1)
    made.acked(ack(4, first=-1, refused=True), 59)
    assert made.expired(62) == []


def test_a_late_copy_of_an_old_acknowledgement_starts_nothing() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 10, 0)
    made.due(0)
    made.acked(ack(10), 1)
    made.acked(ack(4), 2)
    assert ranges(made, 2) == []


def test_rows_are_deleted_after_the_grace_time_and_not_before() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 10, 0)
    made.due(0)
    made.acked(ack(10), 5)
    assert made.expired(64) == []
    assert [(done.epoch, done.below) for done in made.expired(65)] == [(EPOCH, 10)]


def test_a_lane_with_a_past_waits_for_the_answer_to_the_hello() -> None:
    made = sender(held=25, closed=True)
    made.linked(0)
    assert made.due(1) == []
    made.acked(ack(20, first=-1, refused=True), 1)
    assert ranges(made, 1) == [(20, 25)]


def test_a_lane_with_a_past_does_not_wait_for_ever() -> None:
    made = sender(held=5, closed=True)
    made.linked(0)
    assert ranges(made, 2.1) == [(0, 5)]


def test_what_was_given_up_is_told_even_when_nothing_else_is_left() -> None:
    made = sender(held=5, closed=True)
    made.trimmed(Stream.STATE, EPOCH, 5)
    made.linked(0)
    parts = made.due(3)
    assert [(part.first, part.end, part.oldest) for part in parts] == [(5, 5, 5)]
    made.acked(ack(5, first=5), 4)
    assert made.forget() == [(Stream.STATE, EPOCH)]


def test_live_rows_go_before_old_ones_and_alarms_before_all() -> None:
    made = Sender(LIMITS, jitter=random.Random(1))
    made.open(Stream.ALARM, Epoch(1), next=3, closed=True)
    made.open(Stream.TELEMETRY, EPOCH)
    made.open(Stream.ALARM, EPOCH)
    made.linked(0)
    made.appended(Stream.TELEMETRY, EPOCH, 3, 0)
    made.appended(Stream.ALARM, EPOCH, 3, 0)
    parts = made.due(5)
    assert [(part.stream, part.epoch, part.backfill) for part in parts] == [
        (Stream.ALARM, EPOCH, False),
        (Stream.TELEMETRY, EPOCH, False),
        (Stream.ALARM, Epoch(1), True),
    ]


def test_a_long_outage_with_a_backlog_asks_for_a_fresh_epoch() -> None:
    made = sender()
    made.linked(0)
    made.unlinked(1)
    made.appended(Stream.STATE, EPOCH, 4, 2)
    assert made.linked(40) is False
    made.unlinked(41)
    made.appended(Stream.STATE, EPOCH, 4, 42)
    assert made.linked(60) is False
    made.unlinked(61)
    assert made.linked(91) is True


def test_a_batch_that_had_to_be_cut_goes_on_where_it_was_cut() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 20, 0)
    parts = made.due(0)
    made.shorten(parts[0], 5, 0)
    assert ranges(made, 0) == [(5, 15)]


def test_a_cloud_that_is_ahead_of_the_live_lane_ends_it() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 3, 0)
    assert made.acked(ack(3), 1) is False
    assert made.acked(ack(9), 1) is True


def test_accept_trims_what_it_has() -> None:
    verdict = accept(5, first=3, count=4, oldest=0)
    assert (verdict.skip, verdict.fresh, verdict.next, verdict.lost, verdict.refused) == (2, 2, 7, 0, False)


def test_accept_acknowledges_a_repeat_again() -> None:
    verdict = accept(5, first=3, count=2, oldest=0)
    assert (verdict.fresh, verdict.next, verdict.refused) == (0, 5, False)


def test_accept_refuses_a_jump() -> None:
    verdict = accept(5, first=6, count=2, oldest=0)
    assert (verdict.fresh, verdict.next, verdict.refused) == (0, 5, True)


def test_accept_passes_what_will_never_come() -> None:
    verdict = accept(5, first=9, count=2, oldest=9)
    assert (verdict.lost, verdict.lost_end, verdict.fresh, verdict.next) == (4, 9, 2, 11)


def test_a_restarted_gateway_sleeps_once_the_cloud_says_that_it_has_everything() -> None:
    """Rows of the grace time are still on disk after a restart; they must not keep a drained gateway awake."""
    made = sender(held=5, closed=True)
    made.linked(0)
    made.acked(ack(5, first=-1, refused=True), 1)
    assert ranges(made, 1) == []
    assert made.wake_at(1) > 60


def test_a_late_answer_to_rows_that_were_given_up_lets_the_gateway_sleep() -> None:
    made = sender()
    made.linked(0)
    made.appended(Stream.STATE, EPOCH, 3, 0)
    assert ranges(made, 0) == [(0, 3)]
    assert ranges(made, 10) == []
    made.acked(ack(3), 10.1)
    assert ranges(made, 10.2) == []
    assert made.wake_at(10.2) > 60


def test_a_full_window_waits_for_an_answer_and_not_for_rows() -> None:
    made = Sender(LIMITS, jitter=random.Random(1))
    for stream in Stream:
        made.open(stream, EPOCH)
    made.linked(0)
    for stream in Stream:
        made.appended(stream, EPOCH, 45, 0)
    assert len(made.due(0)) == LIMITS.total_window
    assert made.due(1) == []
    assert made.wake_at(1) == LIMITS.ack_timeout_s
