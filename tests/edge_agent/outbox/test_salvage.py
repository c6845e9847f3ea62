"""What can be saved of a damaged outbox is saved under its old numbers, and what is missing becomes a gap."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge_agent.outbox import Entry, Outbox, OutboxDamagedError, blocks, fit
from edge_agent.outbox import lane as lane_lines
from edge_agent.outbox.salvage import salvage
from tests.edge_agent.outbox.rows import AT_MS, drained, entry, everything, held, live, row, spoil
from wire import Epoch, Gap, Observation, Seq, Stream


def _three_blocks(path: Path) -> tuple[Outbox, list[Observation]]:
    outbox = Outbox.open(path, boot="boot 1")
    rows = [row(number, f"{number:08d}" + chr(65 + number // 100) * 30) for number in range(300)]
    for first in (0, 100, 200):
        outbox.commit([Entry(rows=[(Stream.STATE, one) for one in rows[first : first + 100]])], now_s=0)
    return outbox, rows


def test_a_block_damaged_in_mid_run_becomes_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    lane = live(outbox)
    spoil(path, 1)
    with pytest.raises(OutboxDamagedError) as caught:
        held(outbox, lane)
    damage = outbox.renew(str(caught.value))
    assert (damage.kept, damage.lost, damage.exact) == (200, 100, True)
    assert outbox.counts() == {"lost.state": 100}

    first = outbox.lanes()[0]
    assert (first.epoch, first.first, first.oldest, first.next, first.closed) == (lane.epoch, 0, 0, 100, True)
    assert held(outbox, first) == rows[:100]
    outbox.drop(first.stream, first.epoch, first.next)
    second = outbox.forget(first.stream, first.epoch)
    assert second is not None
    assert (second.epoch, second.first, second.oldest, second.next) == (lane.epoch, 100, 200, 300)
    (gap,) = outbox.gaps(second.stream, second.epoch, Seq(300))
    assert (gap.first, gap.end, gap.reason) == (100, 200, "damaged")
    assert (gap.from_ms, gap.to_ms) == (AT_MS + 99, AT_MS + 200)
    assert held(outbox, second) == rows[200:]
    outbox.close()


@pytest.mark.parametrize(("spoilt", "oldest", "gap"), [(0, 100, (0, 100)), (2, 0, None)])
def test_damage_at_the_ends_of_a_lane(
    tmp_path: Path, spoilt: int, oldest: int, gap: tuple[int, int] | None
) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    outbox.close()
    spoil(path, spoilt)
    again = Outbox.open(path, boot="boot 1")
    with pytest.raises(OutboxDamagedError) as caught:
        everything(again)
    damage = again.renew(str(caught.value))
    assert (damage.kept, damage.lost) == (200, 100)
    lane = again.lanes()[0]
    assert (lane.first, lane.oldest) == (0, oldest)
    assert held(again, lane) == rows[oldest : oldest + 200]
    told = [(gap.first, gap.end) for gap in again.gaps(lane.stream, lane.epoch, lane.next)]
    assert told == ([gap] if gap else [])
    came = drained(again)
    assert sum(map(len, came.values())) == 200
    again.close()


@pytest.mark.parametrize("page", [0, 1, 2, 3])
def test_a_spoilt_header_or_index_page_costs_no_row(tmp_path: Path, page: int) -> None:
    """The rows lie in pages of their own, and are found there without header, schema or index."""
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    outbox.commit([Entry(rows=[(Stream.TELEMETRY, row(n)) for n in range(40_000)])], now_s=0)
    bulky = [row(n, os.urandom(7000).hex()) for n in range(20)]
    outbox.commit([Entry(rows=[(Stream.ALARM, one) for one in bulky])], now_s=0)
    outbox.close()
    conn = sqlite3.connect(path)
    roots = dict(conn.execute("SELECT name, rootpage FROM sqlite_schema"))
    conn.close()
    raw = bytearray(path.read_bytes())
    number = [1, roots["block_telemetry"], roots["seen"], roots["fact"]][page]
    raw[(number - 1) * 4096 : number * 4096] = b"\xff" * 4096
    path.write_bytes(raw)
    again = Outbox.open(path, boot="boot 1")
    assert again.recovered is not None
    assert (again.recovered.kept, again.recovered.lost) == (40_320, 0)
    assert everything(again) == [*bulky, *rows, *(row(n) for n in range(40_000))]
    again.close()


def test_rows_that_are_only_in_the_log_are_found(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    crashed = tmp_path / "crashed" / "outbox.db"
    crashed.parent.mkdir()
    crashed.write_bytes(b"\xff" * path.stat().st_size)
    shutil.copy(tmp_path / "outbox.db-wal", crashed.parent / "outbox.db-wal")
    outbox.close()
    again = Outbox.open(crashed, boot="boot 1")
    assert everything(again) == rows
    again.close()


def test_deleted_rows_do_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    lane = live(outbox)
    outbox.drop(lane.stream, lane.epoch, Seq(150))
    outbox.rotate()
    outbox.commit([Entry(rows=[(Stream.STATE, row(n)) for n in range(9000)])], now_s=0)
    late = live(outbox)
    outbox.rotate()
    outbox.drop(late.stream, late.epoch, late.next)
    outbox.forget(late.stream, late.epoch)
    outbox.close()
    raw = bytearray(path.read_bytes())
    raw[:4096] = bytes(4096)
    path.write_bytes(raw)
    again = Outbox.open(path, boot="boot 1")
    assert again.recovered is not None
    assert (again.recovered.kept, again.recovered.lost) == (150, 0)
    assert everything(again) == rows[150:]
    again.close()


def _change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute(sql)


def test_a_sound_block_in_the_wrong_place_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    outbox.close()
    _change(path, "UPDATE block_state SET rows = (SELECT rows FROM block_state ORDER BY id LIMIT 1)")
    again = Outbox.open(path, boot="boot 1")
    with pytest.raises(OutboxDamagedError, match="another block"):
        everything(again)
    damage = again.renew("for the test")
    assert (damage.kept, damage.lost) == (100, 200)
    assert everything(again) == rows[:100]
    again.close()


@pytest.mark.parametrize(
    "change", ["oldest = oldest + 50", "epoch = epoch - 1", "stream = 'alarm'", "boot = ''"]
)
def test_a_changed_line_of_a_lane_is_damage(tmp_path: Path, change: str) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    outbox.close()
    _change(path, "UPDATE lane SET " + change)
    again = Outbox.open(path, boot="boot 1")
    assert again.recovered is not None
    assert everything(again) == rows
    again.close()


@pytest.mark.parametrize("table", ["gap", "fact"])
def test_a_changed_gap_or_fact_is_damage(tmp_path: Path, table: str) -> None:
    path = tmp_path / "outbox.db"
    outbox, _ = _three_blocks(path)
    outbox.commit([Entry(facts={"bay": "taken"})], now_s=0)
    with outbox._books.ledger.transaction(outbox._books.writer):
        run = outbox._books.ledger.saved()[0]
        gap = Gap(first=Seq(0), end=Seq(0), from_ms=0, to_ms=0, reason="full")
        lane_lines.save_gap(outbox._books.writer, run, gap)
    outbox.close()
    _change(path, "UPDATE gap SET end = 5" if table == "gap" else "UPDATE fact SET value = 'free'")
    again = Outbox.open(path, boot="boot 1")
    assert again.recovered is not None
    assert again.recovered.kept == 300
    assert again.facts() == ({"bay": "taken"} if table == "gap" else {})
    again.close()


def test_only_rows_of_known_lanes_are_saved(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox, _ = _three_blocks(path)
    outbox.rotate()
    outbox.commit([Entry(rows=[(Stream.STATE, row(7))])], now_s=0)
    outbox.close()
    _change(path, "DELETE FROM lane WHERE number = (SELECT min(number) FROM lane)")
    again = Outbox.open(path, boot="boot 1")
    assert again.recovered is not None
    assert again.recovered.kept == 1
    assert everything(again) == [row(7)]
    again.close()


def test_a_file_removed_in_mid_run_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    for name in ("outbox.db", "outbox.db-wal", "outbox.db-shm"):
        (tmp_path / name).unlink()
    with pytest.raises(OutboxDamagedError, match="removed or replaced") as caught:
        outbox.commit([entry(0)], now_s=0)
    damage = outbox.renew(str(caught.value))
    assert (damage.kept, damage.lost, damage.exact) == (300, 0, True)
    outbox.commit([entry(0)], now_s=0)
    assert everything(outbox) == [*rows, row(0)]
    outbox.close()


def test_what_was_known_is_still_known_after_damage(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox = Outbox.open(path, boot="boot 1")
    outbox.commit([entry(0)], now_s=0, counts={"refused": 3})
    outbox.commit([Entry(facts={"bay": "taken"})], now_s=0)
    outbox.renew("for the test")
    assert outbox.known([entry(0).identity]) == [True]
    assert outbox.facts() == {"bay": "taken"}
    assert outbox.counts() == {"refused": 3}
    outbox.close()


def _two_streams(path: Path) -> None:
    """Three commits of a hundred states, each with one row of telemetry beside them."""
    outbox = Outbox.open(path, boot="boot 1")
    for first in (0, 100, 200):
        states = [(Stream.STATE, row(number)) for number in range(first, first + 100)]
        outbox.commit([Entry(rows=[*states, (Stream.TELEMETRY, row(first))])], now_s=0)
    outbox.close()


def test_rows_lost_at_the_end_are_known_from_a_block_of_another_stream(tmp_path: Path) -> None:
    path, fresh = tmp_path / "outbox.db", tmp_path / "fresh.db"
    _two_streams(path)
    spoil(path, 2)
    saved = salvage(path, fresh)
    assert (saved.kept, saved.lost, saved.exact) == (203, 100, False)
    outbox = Outbox.open(fresh, boot="boot 1")
    lane = next(lane for lane in outbox.lanes() if lane.stream == Stream.STATE)
    assert (lane.next, outbox.beyond(lane.stream, lane.epoch)) == (200, 100)
    outbox.drop(lane.stream, lane.epoch, lane.next)
    rest = outbox.forget(lane.stream, lane.epoch)
    assert rest is not None
    (gap,) = outbox.gaps(rest.stream, rest.epoch, Seq(300))
    assert (gap.first, gap.end, gap.reason) == (200, 300, "damaged")
    assert outbox.beyond(rest.stream, rest.epoch) == 0
    on_disk = {(lane.stream, lane.epoch) for lane in outbox.lanes()}
    assert {(lane.stream, lane.epoch) for lane in outbox.besides(())} == on_disk
    assert outbox.besides(on_disk) == []
    outbox.close()


def test_a_block_that_notes_no_ends_says_nothing_of_other_lanes() -> None:
    """As blocks were written before they noted the ends."""
    (block,) = blocks.pack(Stream.STATE, Epoch(1), 0, fit.columns([row(1)], 100))
    assert blocks.ends_in(blocks.unpack_any(block.raw)) == {}
    (block,) = blocks.pack(Stream.STATE, Epoch(1), 0, fit.columns([row(1)], 100), "state:7 odd:1 alarm:x")
    assert blocks.ends_in(blocks.unpack_any(block.raw)) == {Stream.STATE: 7}
