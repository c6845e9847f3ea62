"""A disk without space stops commits with an error that says so, loses nothing, and is soon forgotten."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.outbox import DiskFullError, Entry, Fate, NotKeptError, Outbox
from tests.edge_agent.outbox.rows import everything, live, row
from wire import Seq, Stream


def _bulky(number: int) -> Entry:
    rows = [(Stream.STATE, row(number * 10 + step, os.urandom(1000).hex())) for step in range(10)]
    return Entry(identity=b"bulky %d" % number, rows=rows, facts={"last": str(number)})


def _fill(outbox: Outbox) -> list[Entry]:
    """Commit until nothing more fits; return what was kept."""
    kept: list[Entry] = []
    for number in range(10_000):
        entry = _bulky(number)
        try:
            outbox.commit([entry], now_s=0)
        except DiskFullError:
            return kept
        kept.append(entry)
    raise AssertionError("the disk never filled")


def _hold_exactly(outbox: Outbox, kept: list[Entry]) -> None:
    assert everything(outbox) == [one for entry in kept for _, one in entry.rows]
    assert outbox.facts() == {"last": str(len(kept) - 1)}


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    writer = outbox._books.writer
    writer.execute("PRAGMA max_page_count = 120")
    kept = _fill(outbox)
    refused = _bulky(len(kept))
    with pytest.raises(DiskFullError, match="make space"):
        outbox.commit([refused], now_s=0)
    _hold_exactly(outbox, kept)
    assert live(outbox).next == len(kept) * 10
    assert outbox.known([refused.identity]) == [False]
    writer.execute("PRAGMA max_page_count = 10000")
    assert outbox.commit([refused], now_s=0).fates == [Fate.STORED]
    _hold_exactly(outbox, [*kept, refused])
    outbox.close()


def test_rows_that_the_cloud_has_make_space(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    outbox._books.writer.execute("PRAGMA max_page_count = 120")
    kept = _fill(outbox)
    lane = live(outbox)
    outbox.drop(lane.stream, lane.epoch, Seq(lane.next // 2))
    assert outbox.commit([_bulky(len(kept))], now_s=0).fates == [Fate.STORED]
    outbox.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 600 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small file system: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_real_disk_that_fills(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(150_000))
    outbox = Outbox.open(small_disk / "outbox.db", boot="boot 1")
    kept = _fill(outbox)
    assert len(kept) > 3
    _hold_exactly(outbox, kept)
    with pytest.raises(NotKeptError):
        outbox.commit([_bulky(len(kept))], now_s=0)
    ballast.unlink()
    more = _bulky(len(kept))
    assert outbox.commit([more], now_s=0).fates == [Fate.STORED]
    outbox.close()

    again = Outbox.open(small_disk / "outbox.db", boot="boot 1")
    assert again.recovered is None
    _hold_exactly(again, [*kept, more])
    again.close()


def test_a_start_on_a_full_disk_says_so_and_spoils_nothing(small_disk: Path) -> None:
    path = small_disk / "outbox.db"
    outbox = Outbox.open(path, boot="boot 1")
    kept = [_bulky(0), _bulky(1)]
    outbox.commit(kept, now_s=0)
    outbox.close()
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_bsize))
    again = None
    try:
        again = Outbox.open(path, boot="boot 1")
        with pytest.raises(NotKeptError):
            again.commit([_bulky(2)], now_s=0)
    except NotKeptError:
        pass
    ballast.unlink()
    if again is not None:
        again.close()
    third = Outbox.open(path, boot="boot 1")
    assert third.recovered is None
    _hold_exactly(third, kept)
    third.close()
