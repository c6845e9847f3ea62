"""A damaged file is set aside, nothing wrong is ever read from it, and what can be saved is saved."""

import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.outbox import Damage, Entry, Outbox, OutboxDamagedError, OutboxError
from tests.edge_agent.outbox.rows import drained, entry, everything, held, live, read, row
from wire import Epoch, Observation, Seq, Stream

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
        drained(outbox)
    except OutboxDamagedError as error:
        outbox.renew(str(error))
        drained(outbox)
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
