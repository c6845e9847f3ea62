"""When space is short, the right rows go, and every one that is lost is told."""

import os
from collections.abc import Sequence
from pathlib import Path

from edge_agent.outbox import Entry, HeldLane, Outbox, OutboxLimits, Trimmed
from edge_agent.outbox.lane import HeldRun
from edge_agent.outbox.room import Yielding, who_yields
from tests.edge_agent.outbox.rows import AT_MS, held, live, row
from wire import Epoch, Seq, Stream

QUOTAS = {Stream.ALARM: 0.2, Stream.STATE: 0.5, Stream.TELEMETRY: 0.3}
LIMITS = OutboxLimits(most_bytes=1_000_000, quotas=QUOTAS)


def _run(number: int, stream: Stream, size: int, acked: int = 0) -> HeldRun:
    return HeldRun(number, stream, Epoch(number), "boot", next=100, acked=acked, stop=size)


def _yields(*runs: HeldRun) -> Yielding | None:
    return who_yields(runs, 1000, QUOTAS)


def test_nothing_yields_where_nothing_is_held() -> None:
    assert _yields() is None
    assert _yields(HeldRun(1, Stream.STATE, Epoch(1), "boot", oldest=5, next=5)) is None


def test_what_the_cloud_holds_goes_first() -> None:
    runs = [_run(1, Stream.ALARM, 10, acked=7), _run(2, Stream.TELEMETRY, 900)]
    assert _yields(*runs) == Yielding(number=1, below=7)
    assert _yields(_run(3, Stream.STATE, 10, acked=5), *runs) == Yielding(number=3, below=5)


def test_the_lowest_stream_beyond_its_quota_goes_next() -> None:
    assert _yields(_run(1, Stream.STATE, 501), _run(2, Stream.TELEMETRY, 299)) == Yielding(
        number=1, below=100
    )
    assert _yields(_run(1, Stream.STATE, 501), _run(2, Stream.TELEMETRY, 301)) == Yielding(
        number=2, below=100
    )


def test_within_a_stream_the_oldest_lane_goes_first() -> None:
    runs = [_run(1, Stream.STATE, 300), _run(2, Stream.STATE, 300), _run(3, Stream.TELEMETRY, 100)]
    assert _yields(*runs) == Yielding(number=1, below=100)


def test_within_their_quotas_the_lowest_stream_goes() -> None:
    runs = [_run(1, Stream.ALARM, 10), _run(2, Stream.STATE, 10), _run(3, Stream.TELEMETRY, 10)]
    assert _yields(*runs) == Yielding(number=3, below=100)
    assert _yields(*runs[:2]) == Yielding(number=2, below=100)


def test_alarms_go_only_when_nothing_else_is_left() -> None:
    assert _yields(_run(1, Stream.ALARM, 999), _run(2, Stream.STATE, 1)) == Yielding(number=2, below=100)
    assert _yields(_run(1, Stream.ALARM, 999)) == Yielding(number=1, below=100)


def _fill(outbox: Outbox, stream: Stream, rows: int, start: int = 0) -> list[Trimmed]:
    """Add rows of about 1 kB each, packed, twenty a commit."""
    trimmed: list[Trimmed] = []
    for first in range(start, start + rows, 20):
        group = [Entry(rows=[(stream, row(first + step, os.urandom(1000).hex()))]) for step in range(20)]
        trimmed += outbox.commit(group, now_s=0).trimmed
    return trimmed


def _lost(trimmed: Sequence[Trimmed], lane: HeldLane) -> int:
    return sum(gone.lost for gone in trimmed if (gone.stream, gone.epoch) == (lane.stream, lane.epoch))


def test_a_full_outbox_stays_below_its_bound_and_tells_what_it_lost(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    trimmed = _fill(outbox, Stream.TELEMETRY, 2000)
    lane = live(outbox, Stream.TELEMETRY)
    assert outbox.bytes_used() <= LIMITS.most_bytes
    assert lane.next == 2000
    assert 0 < lane.oldest == _lost(trimmed, lane) < 2000
    assert [found.at_ms for found in held(outbox, lane)] == [AT_MS + n for n in range(lane.oldest, 2000)]
    (gap,) = outbox.gaps(lane.stream, lane.epoch, lane.next)
    assert (gap.first, gap.end, gap.reason) == (0, lane.oldest, "full")
    assert (gap.from_ms, gap.to_ms) == (AT_MS, AT_MS + lane.oldest - 1)
    assert outbox.counts() == {"lost.telemetry": lane.oldest}
    assert lane.first == 0
    outbox.close()

    again = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    kept = again.lanes()[0]
    assert (kept.first, kept.oldest, kept.next) == (0, lane.oldest, 2000)
    assert again.gaps(kept.stream, kept.epoch, Seq(1)) == (gap,)
    again.drop(kept.stream, kept.epoch, Seq(lane.oldest + 1))
    assert again.gaps(kept.stream, kept.epoch, kept.next) == ()
    again.close()


def test_rows_that_the_cloud_holds_are_no_loss(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    _fill(outbox, Stream.STATE, 600)
    lane = live(outbox)
    outbox.acked(lane.stream, lane.epoch, Seq(lane.next))
    trimmed = _fill(outbox, Stream.TELEMETRY, 600)
    assert {gone.stream for gone in trimmed} == {Stream.STATE}
    assert _lost(trimmed, lane) == 0
    assert outbox.gaps(lane.stream, lane.epoch, lane.next) == ()
    assert outbox.counts() == {}
    outbox.close()


def test_alarms_outlive_everything_else(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    _fill(outbox, Stream.STATE, 200)
    _fill(outbox, Stream.TELEMETRY, 200)
    trimmed = _fill(outbox, Stream.ALARM, 1400)
    streams = [gone.stream for gone in trimmed if gone.lost]
    assert streams == sorted(streams, key=[Stream.TELEMETRY, Stream.STATE, Stream.ALARM].index)
    assert set(streams) == set(Stream)
    assert live(outbox, Stream.ALARM).next == 1400
    assert live(outbox, Stream.STATE).oldest == 200
    outbox.close()


def test_an_old_lane_that_lost_all_its_rows_is_still_told(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    _fill(outbox, Stream.TELEMETRY, 100)
    old = live(outbox, Stream.TELEMETRY)
    outbox.rotate()
    _fill(outbox, Stream.TELEMETRY, 1000)
    outbox.close()
    again = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    kept = next(lane for lane in again.lanes() if lane.epoch == old.epoch)
    assert (kept.first, kept.oldest, kept.next, kept.closed) == (0, 100, 100, True)
    assert [gap.end for gap in again.gaps(kept.stream, kept.epoch, Seq(1))] == [100]
    again.close()


def test_a_block_of_which_the_cloud_holds_a_part_stays_whole(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    outbox.commit([Entry(rows=[(Stream.STATE, row(number)) for number in range(400)])], now_s=0)
    lane = live(outbox)
    outbox.acked(lane.stream, lane.epoch, Seq(200))
    trimmed = _fill(outbox, Stream.TELEMETRY, 1200)
    assert {gone.stream for gone in trimmed} == {Stream.TELEMETRY}
    assert held(outbox, live(outbox)) == [row(number) for number in range(400)]
    outbox.close()
