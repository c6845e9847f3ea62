"""A damaged file is set aside, nothing wrong is ever read from it, and what can be saved is saved."""

import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.outbox import Damage, Entry, Outbox, OutboxDamagedError, OutboxError
from edge_agent.outbox import lane as lane_lines
from tests.edge_agent.outbox.rows import AT_MS, entry, everything, held, live, read, row
from wire import Epoch, Gap, Observation, Seq, Stream

Truth = dict[tuple[Stream, Epoch], list[Observation]]


class Filled:
    """An outbox's file and what it holds; no data class, because Hypothesis would print all of it."""

    def __init__(self, path: Path, truth: Truth) -> None:
        self.path, self.truth = path, truth


def _filled(path: Path) -> Truth:
    """Make an outbox with two epochs, several streams, facts and gaps of every size; return what it holds."""
    truth: Truth = {}
    for life in range(2):
        outbox = Outbox.open(path, boot=f"boot {life}")
        for number in range(90):
            texts = [(Stream.TELEMETRY, row(number, f"text {number} " * 9)), (Stream.STATE, row(number))]
            outbox.commit(
                [Entry(identity=b"%d %d" % (life, number), rows=texts, facts={"f": str(number)})], now_s=0
            )
        outbox.commit([entry(1000 + life * 1000 + n, Stream.STATE) for n in range(700)], now_s=0)
        lane = live(outbox)
        outbox.drop(lane.stream, lane.epoch, Seq(20))
        for lane in outbox.lanes():
            dropped = [row(number) for number in range(lane.oldest)]
            truth[lane.stream, lane.epoch] = dropped + held(outbox, lane)
        outbox.close()
    return truth


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    path = tmp_path_factory.mktemp("filled") / "outbox.db"
    return Filled(path, _filled(path))


def _true_so_far(outbox: Outbox, truth: Truth) -> None:
    """See that every row that can be read is the row that was written under its number."""
    for lane in outbox.lanes():
        for first in range(lane.oldest, lane.next, 100):
            end = min(first + 100, lane.next)
            found = list(read(outbox, lane.stream, lane.epoch, first, end).observations())
            assert found == truth[lane.stream, lane.epoch][first:end]


def _drained(outbox: Outbox) -> dict[tuple[Stream, Epoch], list[int]]:
    """Read, drop and forget every closed lane as a sender would; return the numbers that came."""
    came: dict[tuple[Stream, Epoch], list[int]] = {}
    waiting = [lane for lane in outbox.lanes() if lane.closed]
    while waiting:
        lane = waiting.pop()
        rows = held(outbox, lane)
        assert len(rows) == lane.next - lane.oldest
        came.setdefault((lane.stream, lane.epoch), []).extend(range(lane.oldest, lane.next))
        outbox.drop(lane.stream, lane.epoch, lane.next)
        rest = outbox.forget(lane.stream, lane.epoch)
        waiting += [rest] if rest is not None else []
    assert all(not lane.closed for lane in outbox.lanes())
    return came


def _damaged(filled: Filled, change: Callable[[bytearray], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outbox.db"
        raw = bytearray(filled.path.read_bytes())
        change(raw)
        path.write_bytes(raw)
        _survives(path, filled.truth)


@settings(max_examples=80, deadline=None)
@given(
    flips=st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(1, 255)), min_size=1, max_size=4),
    within=st.sampled_from([200, 1_000_000]),
)
@example(flips=[(18, 1)], within=200)  # SQLite takes it for a file that may only be read
@example(flips=[(63, 2)], within=200)  # the version
@example(flips=[(2944, 128)], within=1_000_000)  # a table's name that is no UTF-8
def test_flipped_bytes_never_become_wrong_rows(
    filled: Filled, flips: list[tuple[int, int]], within: int
) -> None:
    def flip(raw: bytearray) -> None:
        for at, bits in flips:
            raw[at % min(within, len(raw))] ^= bits

    _damaged(filled, flip)


@settings(max_examples=30, deadline=None)
@given(
    page=st.integers(0, 1000),
    other=st.integers(0, 1000),
    kind=st.sampled_from(["zeros", "ones", "other"]),
    keep=st.sampled_from([1.0, 0.999, 0.5, 0.001, 0.0]),
)
@example(page=201, other=2, kind="other", keep=1.0)  # one table's rows in another table
def test_overwritten_pages_never_become_wrong_rows(
    filled: Filled, page: int, other: int, kind: str, keep: float
) -> None:
    def overwrite(raw: bytearray) -> None:
        to, origin = (4096 * (number % (len(raw) // 4096)) for number in (page, other))
        with_what = {
            "zeros": bytes(4096),
            "ones": b"\xff" * 4096,
            "other": bytes(raw[origin : origin + 4096]),
        }
        raw[to : to + 4096] = with_what[kind]
        del raw[int(len(raw) * keep) :]

    _damaged(filled, overwrite)


def _survives(path: Path, truth: Truth) -> None:
    outbox = Outbox.open(path, boot="boot 9")
    try:
        _true_so_far(outbox, truth)
    except OutboxDamagedError as error:
        outbox.renew(str(error))
        _true_so_far(outbox, truth)
    outbox.commit([entry(1_000_000)], now_s=0)
    try:
        _drained(outbox)
    except OutboxDamagedError as error:
        outbox.renew(str(error))
        _drained(outbox)
    assert len(held(outbox, live(outbox))) <= 1
    outbox.close()


def test_a_file_that_is_none_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"this is no database" * 1000)
    with caplog.at_level(logging.ERROR):
        outbox = Outbox.open(path, boot="boot 1")
    assert outbox.recovered is not None
    assert outbox.recovered.kept == outbox.recovered.lost == 0
    assert not outbox.recovered.exact
    assert outbox.recovered.aside.read_bytes() == b"this is no database" * 1000
    assert outbox.recovered.aside.name.startswith("outbox.db.damaged-2")
    (told,) = caplog.records
    assert outbox.recovered.aside.name in told.getMessage()
    assert "check the card" in told.getMessage()
    outbox.commit([entry(0)], now_s=0)
    assert everything(outbox) == [row(0)]
    outbox.close()


def _three_blocks(path: Path) -> tuple[Outbox, list[Observation]]:
    outbox = Outbox.open(path, boot="boot 1")
    rows = [row(number, f"{number:08d}" + chr(65 + number // 100) * 30) for number in range(300)]
    for first in (0, 100, 200):
        outbox.commit([Entry(rows=[(Stream.STATE, one) for one in rows[first : first + 100]])], now_s=0)
    return outbox, rows


def _spoil(path: Path, key_offset: int) -> None:
    """Flip a byte within the n-th block of the state stream."""
    conn = sqlite3.connect(path)
    keys = [key for (key,) in conn.execute("SELECT id FROM block_state ORDER BY id")]
    raw = bytearray(
        conn.execute("SELECT rows FROM block_state WHERE id = ?", (keys[key_offset],)).fetchone()[0]
    )
    raw[len(raw) // 2] ^= 0x10
    conn.execute("UPDATE block_state SET rows = ? WHERE id = ?", (bytes(raw), keys[key_offset]))
    conn.commit()
    conn.close()


def test_a_block_damaged_in_mid_run_becomes_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox, rows = _three_blocks(path)
    lane = live(outbox)
    _spoil(path, 1)
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
    _spoil(path, spoilt)
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
    came = _drained(again)
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


def test_only_the_newest_damaged_files_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    asides: list[Damage] = []
    for number in range(4):
        path.write_bytes(b"broken %d" % number)
        outbox = Outbox.open(path, boot="boot 1")
        assert outbox.recovered is not None
        asides.append(outbox.recovered)
        outbox.close()
    kept = sorted(tmp_path.glob("*.damaged-*"))
    assert [found.read_bytes() for found in kept] == [b"broken 2", b"broken 3"]


@pytest.mark.parametrize("cut", ["before the damaged file moved", "after it moved", "in mid-writing"])
def test_a_replacement_that_was_cut_off_is_taken_up(tmp_path: Path, cut: str) -> None:
    path = tmp_path / "outbox.db"
    other = Outbox.open(tmp_path / "other.db", boot="boot 1")
    other.commit([entry(7)], now_s=0)
    other.close()
    fresh = tmp_path / "outbox.db.fresh"
    shutil.move(tmp_path / "other.db", fresh)
    if cut == "before the damaged file moved":
        path.write_bytes(b"broken")
    else:
        (tmp_path / "outbox.db-wal").write_bytes(b"an old log")
    if cut == "in mid-writing":
        (tmp_path / "outbox.db.fresh-wal").write_bytes(b"not yet in the file")
    outbox = Outbox.open(path, boot="boot 1")
    assert everything(outbox) == ([row(7)] if cut == "after it moved" else [])
    assert (outbox.recovered is not None) == (cut == "before the damaged file moved")
    assert not fresh.exists()
    outbox.close()


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    Outbox.open(path, boot="boot 1").close()
    conn = sqlite3.connect(path)
    conn.execute(f"PRAGMA user_version = {99 * 0x01010101}")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(OutboxError, match="version 99"):
        Outbox.open(path, boot="boot 1")
    assert path.read_bytes() == before
    conn = sqlite3.connect(path)
    conn.execute(f"PRAGMA user_version = {0x01010101}")
    conn.close()
    Outbox.open(path, boot="boot 1").close()
