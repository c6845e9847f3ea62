"""Rows go in once, numbered without a hole, and come out as they went in."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.outbox import (
    Entry,
    Fate,
    Outbox,
    OutboxError,
    OutboxInUseError,
    OutboxLimits,
    Quarantined,
    RowsGoneError,
)
from tests.edge_agent.outbox.rows import AT_MS, entry, everything, held, live, read, row
from wire import BootClock, DeviceId, Epoch, Observation, PropertyName, Seq, Stream, TimeTrust


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    yield opened
    opened.close()


def test_rows_come_back_as_they_went_in(outbox: Outbox) -> None:
    rows = [row(0, 1), row(1, -7.25), row(2, "占用 \0 text"), row(3, 1 << 62), row(4, "")]
    outbox.commit([Entry(rows=[(Stream.STATE, one) for one in rows])], now_s=0)
    assert held(outbox, live(outbox)) == rows


def test_rows_are_numbered_by_stream(outbox: Outbox) -> None:
    receipt = outbox.commit([entry(0, Stream.ALARM), entry(1, Stream.STATE), entry(2, Stream.STATE)], now_s=0)
    assert {(made.stream, made.count) for made in receipt.appended} == {(Stream.ALARM, 1), (Stream.STATE, 2)}
    assert [(lane.stream, lane.oldest, lane.next) for lane in outbox.lanes()] == [
        (Stream.ALARM, 0, 1),
        (Stream.STATE, 0, 2),
        (Stream.TELEMETRY, 0, 0),
    ]


@pytest.mark.parametrize("size", [1, 3, 63, 64, 300, 1201])
def test_small_blocks_put_together_hold_the_same_rows(outbox: Outbox, size: int) -> None:
    numbers = iter(range(1500))
    while group := [entry(number) for number in itertools.islice(numbers, size)]:
        outbox.commit(group, now_s=0)
    assert held(outbox, live(outbox)) == [row(number) for number in range(1500)]
    lane = live(outbox)
    for first, end in ((0, 1), (255, 257), (500, 1000), (999, 1500)):
        assert list(read(outbox, lane.stream, lane.epoch, first, end).at_ms) == list(
            range(AT_MS + first, AT_MS + end)
        )


def test_small_blocks_of_which_some_are_dropped_are_put_together(outbox: Outbox) -> None:
    lane = live(outbox)
    for number in range(600):
        outbox.commit([entry(number)], now_s=0)
        if number in {100, 254, 300}:
            outbox.drop(lane.stream, lane.epoch, Seq(number - 1))
        if number == 400:
            outbox.drop(lane.stream, lane.epoch, Seq(401))
    assert held(outbox, live(outbox)) == [row(number) for number in range(401, 600)]


def test_values_are_written_in_the_wires_terms(outbox: Outbox) -> None:
    group = [entry(0, value=True), entry(1, value=1 << 70), entry(2, value=-(1 << 63)), entry(3, value=0.5)]
    outbox.commit(group, now_s=0)
    lane = live(outbox)
    values = read(outbox, lane.stream, lane.epoch, 0, 4).value
    assert values == [1, float(1 << 70), -(1 << 63), 0.5]
    assert [type(value) for value in values] == [int, float, int, float]


def test_a_reading_sent_again_is_not_kept_again(outbox: Outbox) -> None:
    first = outbox.commit([entry(0), entry(1), entry(0)], now_s=0)
    assert first.fates == [Fate.STORED, Fate.STORED, Fate.REPEATED]
    assert outbox.commit([entry(1), entry(2)], now_s=0).fates == [Fate.REPEATED, Fate.STORED]
    assert outbox.known([b"reading 2", b"reading 3", b""]) == [True, False, False]
    assert live(outbox).next == 3


def test_readings_without_identity_are_never_repeats(outbox: Outbox) -> None:
    same = Entry(rows=((Stream.STATE, row(0)),))
    assert outbox.commit([same, same], now_s=0).fates == [Fate.STORED, Fate.STORED]


def test_a_repeat_changes_nothing_else(outbox: Outbox) -> None:
    outbox.commit([Entry(identity=b"a", facts={"bay": "free"})], now_s=0)
    outbox.commit([Entry(identity=b"a", facts={"bay": "taken"})], now_s=0)
    assert outbox.facts() == {"bay": "free"}


def test_what_was_seen_is_known_after_a_restart(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    outbox.commit([entry(number) for number in range(50)], now_s=0)
    outbox.close()
    again = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    assert set(again.commit([entry(number) for number in range(50)], now_s=0).fates) == {Fate.REPEATED}
    again.close()


def test_every_start_has_its_own_epoch_and_keeps_the_earlier_ones(tmp_path: Path) -> None:
    epochs = set()
    for start in range(4):
        outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
        outbox.commit([entry(start)], now_s=0)
        epochs.add(live(outbox).epoch)
        assert [lane.closed for lane in outbox.lanes()] == [True] * start + [False] * 3
        assert everything(outbox) == [row(number) for number in range(start + 1)]
        outbox.close()
    assert len(epochs) == 4


def test_rotating_closes_the_lanes_and_opens_fresh_ones(outbox: Outbox) -> None:
    outbox.commit([entry(0)], now_s=0)
    before = live(outbox)
    after = outbox.rotate()
    assert [(lane.stream, lane.next, lane.closed) for lane in after] == [(s, 0, False) for s in Stream]
    assert {lane.epoch for lane in after} != {before.epoch}
    outbox.commit([entry(1)], now_s=0)
    assert [(lane.next, lane.closed) for lane in outbox.lanes() if lane.next] == [(1, True), (1, False)]


def test_a_forgotten_lane_is_gone(outbox: Outbox) -> None:
    outbox.commit([entry(0)], now_s=0)
    lane = live(outbox)
    assert outbox.forget(lane.stream, lane.epoch) is None
    assert live(outbox) == lane, "a live lane is never forgotten"
    outbox.rotate()
    outbox.drop(lane.stream, lane.epoch, lane.next)
    assert outbox.forget(lane.stream, lane.epoch) is None
    assert lane.epoch not in {kept.epoch for kept in outbox.lanes()}
    with pytest.raises(RowsGoneError):
        held(outbox, lane)


def test_rows_that_are_gone_are_told_from_damage(outbox: Outbox) -> None:
    outbox.commit([entry(number) for number in range(300)], now_s=0)
    lane = live(outbox)
    outbox.drop(lane.stream, lane.epoch, Seq(300))
    with pytest.raises(RowsGoneError):
        held(outbox, lane)


def test_a_drop_of_many_blocks_reaches_its_end(outbox: Outbox) -> None:
    for first in range(0, 70 * 600, 70):
        outbox.commit([entry(first + step) for step in range(70)], now_s=0)
    lane = live(outbox)
    outbox.drop(lane.stream, lane.epoch, Seq(70 * 599 + 3))
    assert held(outbox, live(outbox)) == [row(number) for number in range(70 * 599 + 3, 70 * 600)]


def test_what_no_row_can_carry_is_quarantined_and_holds_nobody_up(outbox: Outbox) -> None:
    late = Observation(device=DeviceId("d"), property=PropertyName("p"), value=1, at_ms=1 << 80)
    long = Observation(device=DeviceId("d" * 999), property=PropertyName("p"), value=1, at_ms=0)
    bad = [
        entry(1, value="x" * 20_000),
        entry(2, value="\ud800"),
        entry(3, value=10**400),
        Entry(rows=[(Stream.STATE, late)]),
        Entry(rows=[(Stream.STATE, long)]),
    ]
    receipt = outbox.commit([entry(0), *bad, entry(9)], now_s=0)
    assert receipt.fates == [Fate.STORED, *[Fate.QUARANTINED] * 5, Fate.STORED]
    assert held(outbox, live(outbox)) == [row(0), row(9)]
    assert len(outbox.quarantine()) == 5
    assert outbox.counts() == {"quarantined": 5}
    assert outbox.commit([bad[0]], now_s=0).fates == [Fate.REPEATED]


def test_long_texts_are_split_over_blocks_that_the_wire_can_carry(outbox: Outbox) -> None:
    rows = [row(number, os.urandom(8000).hex()) for number in range(60)]
    outbox.commit([Entry(rows=[(Stream.STATE, one) for one in rows])], now_s=0)
    assert held(outbox, live(outbox)) == rows


def test_facts_are_set_and_deleted_with_the_rows(outbox: Outbox) -> None:
    outbox.commit([Entry(facts={"a": "1", "b": "2"})], now_s=0)
    outbox.commit([Entry(facts={"a": None, "b": "3", "c": '{"x": 1}'})], now_s=0)
    assert outbox.facts() == {"b": "3", "c": '{"x": 1}'}


def test_totals_add_up_over_restarts(tmp_path: Path) -> None:
    for _ in range(3):
        outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
        outbox.commit([], now_s=0, counts={"refused": 2})
        outbox.close()
    outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    assert outbox.counts() == {"refused": 6}
    outbox.close()


def _odd(number: int, payload: bytes = b"\x00\xff") -> Entry:
    found = Quarantined(
        at_ms=number, source="mqtt", where="a/b", device="d", payload=payload, reason=f"bad {number}"
    )
    return Entry(identity=b"odd %d" % number, quarantined=found)


def test_the_quarantine_keeps_the_newest_and_counts_all(tmp_path: Path) -> None:
    limits = OutboxLimits(quarantine_most=5, quarantine_bytes=12_000)
    outbox = Outbox.open(tmp_path / "outbox.db", limits, boot="boot 1")
    for number in range(8):
        assert outbox.commit([_odd(number)], now_s=0).fates == [Fate.QUARANTINED]
    assert [found.at_ms for found in outbox.quarantine()] == [7, 6, 5, 4, 3]
    outbox.commit([_odd(number, os.urandom(9000)) for number in range(8, 12)], now_s=0)
    assert [found.at_ms for found in outbox.quarantine()] == [11, 10]
    assert outbox.quarantine()[0].reason == "bad 11 (the first 4096 of 9000 bytes kept)"
    assert outbox.counts() == {"quarantined": 12}
    outbox.close()


def test_times_before_the_clock_was_set_are_repaired_when_read(tmp_path: Path) -> None:
    early = Observation(
        device=DeviceId("d"), property=PropertyName("p"), value=1, at_ms=5000, trust=TimeTrust.UNSYNCED
    )
    outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    outbox.commit([Entry(rows=[(Stream.STATE, early), (Stream.STATE, row(1))])], now_s=0)
    lane = live(outbox)
    assert (lane.oldest_ms, held(outbox, lane)) == (0, [early, row(1)])
    outbox.set_clock("boot 0", 77)
    assert outbox.clocks() == []
    outbox.set_clock("boot 1", AT_MS)
    assert outbox.clocks() == [BootClock(epoch=lane.epoch, offset_ms=AT_MS)]
    outbox.close()

    again = Outbox.open(tmp_path / "outbox.db", boot="boot 2")
    kept = again.lanes()[0]
    assert kept.oldest_ms == AT_MS + 5000
    assert [(found.at_ms, found.trust) for found in held(again, kept)] == [
        (AT_MS + 5000, TimeTrust.REPAIRED),
        (AT_MS + 1, TimeTrust.SYNCED),
    ]
    again.close()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    script = (
        "import sys; from pathlib import Path; from edge_agent.outbox import Outbox, OutboxInUseError\n"
        "try: Outbox.open(Path(sys.argv[1]), boot='b')\n"
        "except OutboxInUseError as error: print(error)"
    )
    path = str(tmp_path / "outbox.db")
    asked = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=True, timeout=60
    )
    assert asked.stdout == f"{path} is in use by process {os.getpid()}; stop that agent first\n"
    outbox.commit([entry(0)], now_s=0)
    outbox.close()
    Outbox.open(tmp_path / "outbox.db", boot="boot 1").close()


def test_a_second_outbox_in_the_same_process_is_refused(outbox: Outbox, tmp_path: Path) -> None:
    with pytest.raises(OutboxInUseError):
        Outbox.open(tmp_path / "outbox.db", boot="boot 1")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutboxError, match="check the folder"):
        Outbox.open(tmp_path / "missing" / "outbox.db", boot="boot 1")


def test_commits_are_flushed_to_the_card(outbox: Outbox) -> None:
    writer = outbox._books.writer
    assert writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_unknown_lane_is_no_trouble(outbox: Outbox) -> None:
    nobody = Epoch(1)
    outbox.acked(Stream.STATE, nobody, Seq(5))
    outbox.drop(Stream.STATE, nobody, Seq(5))
    assert outbox.forget(Stream.STATE, nobody) is None
    with pytest.raises(RowsGoneError):
        outbox.gaps(Stream.STATE, nobody, Seq(5))
