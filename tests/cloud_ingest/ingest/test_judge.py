"""Whatever comes, in whatever order: every number of a lane is stored or lost once, and never both."""

from hypothesis import example, given
from hypothesis import strategies as st

from cloud_ingest.ingest.judge import UNTOLD, LaneKey, judge, lane_of, lost_parts
from tests.cloud_ingest.gateways import batch
from wire import Batch, Gap, Seq

LANE = lane_of(batch())


@st.composite
def sent(draw: st.DrawFn) -> Batch:
    oldest = draw(st.integers(0, 30))
    first = draw(st.integers(oldest, 40))
    gaps = tuple(
        Gap(first=Seq(at), end=Seq(at + length), from_ms=1, to_ms=2, reason="full")
        for at, length in draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=2))
    )
    return batch(first=first, count=draw(st.integers(0, 12)), oldest=oldest, gaps=gaps)


@given(batches=st.lists(sent(), min_size=1, max_size=8), watermark=st.integers(0, 20))
@example(batches=[batch(first=5, count=5, oldest=0)], watermark=0)
@example(batches=[batch(first=9, count=2, oldest=7), batch(first=7, count=2, oldest=7)], watermark=3)
@example(batches=[batch(first=2, count=2, oldest=0)] * 3, watermark=2)
def test_every_number_is_stored_or_lost_exactly_once(batches: list[Batch], watermark: int) -> None:
    found = judge(batches, {LANE: watermark})
    stored = [
        seq
        for fresh in found.fresh
        for seq in range(fresh.batch.first + fresh.skip, fresh.batch.first + len(fresh.batch.rows))
    ]
    lost = [seq for part in found.lost for seq in range(part.first, part.end)]
    (move,) = found.moves
    assert move.expected == watermark
    assert sorted(stored + lost) == list(range(watermark, move.next))
    assert move.fresh == len(stored)


@given(batches=st.lists(sent(), min_size=1, max_size=8), watermark=st.integers(0, 20))
def test_answers_are_true_and_every_refused_batch_gets_its_own(batches: list[Batch], watermark: int) -> None:
    found = judge(batches, {LANE: watermark})
    answers = found.acks[batches[0].gateway]
    (move,) = found.moves
    assert max(ack.next for ack in answers) <= move.next
    assert answers[-1].next == move.next
    assert len([ack for ack in answers if not ack.refused]) <= 1
    for ack in answers:
        assert watermark <= ack.next
        assert not (ack.refused and ack.first <= ack.next)


@given(batches=st.lists(sent(), min_size=2, max_size=8), watermark=st.integers(0, 20), cut=st.integers(1, 7))
def test_one_transaction_or_two_come_to_the_same(batches: list[Batch], watermark: int, cut: int) -> None:
    whole = judge(batches, {LANE: watermark})
    first = judge(batches[:cut], {LANE: watermark})
    rest = judge(batches[cut:], {LANE: first.moves[0].next}) if batches[cut:] else None
    end = rest.moves[0].next if rest else first.moves[0].next
    assert whole.moves[0].next == end
    assert whole.fresh == first.fresh + (rest.fresh if rest else ())
    assert whole.lost == first.lost + (rest.lost if rest else ())


@given(
    numbers=st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted),
    spans=st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=4),
)
def test_what_was_lost_is_told_once_and_with_its_reason(
    numbers: list[int], spans: list[tuple[int, int]]
) -> None:
    first, end = numbers
    gaps = [Gap(first=Seq(a), end=Seq(b), from_ms=1, to_ms=2, reason="full") for a, b in spans]
    parts = list(lost_parts(LANE, (first, end), gaps))
    assert [seq for part in parts for seq in range(part.first, part.end)] == list(range(first, end))
    for part in parts:
        told = any(a <= seq < b for a, b in spans for seq in range(part.first, part.end))
        assert part.reason == ("full" if told else UNTOLD)


def test_lanes_do_not_touch_each_other() -> None:
    one, other = batch("gw-1", first=0), batch("gw-2", first=5)
    found = judge([one, other], {lane_of(one): 0, lane_of(other): 0})
    assert {move.lane.gateway: move.next for move in found.moves} == {"gw-1": 10, "gw-2": 0}
    assert [ack.refused for acks in found.acks.values() for ack in acks] == [False, True]
    assert isinstance(lane_of(one), LaneKey)
