"""What is read from the pages is what SQLite itself reads from them."""

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.outbox import disk
from edge_agent.outbox.pages import PAGE, Column, Pages

WHOLE = st.integers(-(1 << 63), (1 << 63) - 1) | st.integers(-200, 200)
SIZES = st.integers(0, 50) | st.integers(PAGE - 100, PAGE + 100) | st.integers(0, 5 * PAGE)
COLUMN = (
    st.none()
    | WHOLE
    | st.floats(allow_nan=False)
    | st.text(max_size=30)
    | st.tuples(SIZES, st.integers(0, 255)).map(lambda made: bytes([made[1]]) * made[0])
)
Line = tuple[int, object, object, object]


def _found(path: Path) -> dict[int, list[Column]]:
    with Pages(path) as pages:
        return {row_id: columns for _, row_id, columns in pages.records() if len(columns) == 4}


def _as_stored(line: Line) -> list[object]:
    """A text comes as its bytes, and the key is not in its own column."""
    return [None, *(value.encode() if isinstance(value, str) else value for value in line[1:])]


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.tuples(WHOLE, COLUMN, COLUMN, COLUMN), max_size=12, unique_by=lambda line: line[0]))
def test_every_record_is_found_as_it_was_written(lines: list[Line]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.db"
        with closing(disk.connect(path)) as conn:
            conn.execute("CREATE TABLE some (id INTEGER PRIMARY KEY, a, b, c)")
            conn.executemany("INSERT INTO some VALUES (?, ?, ?, ?)", lines)
            in_the_log = _found(path)
        in_the_file = _found(path)
        assert in_the_log == in_the_file == {line[0]: _as_stored(line) for line in lines}


def test_what_was_never_committed_is_not_found(tmp_path: Path) -> None:
    path, copied = tmp_path / "some.db", tmp_path / "copied.db"
    with closing(disk.connect(path)) as conn:
        conn.execute("PRAGMA cache_size = 5")
        conn.execute("CREATE TABLE some (id INTEGER PRIMARY KEY, a, b, c)")
        conn.execute("INSERT INTO some VALUES (1, 2, 3, 4)")
        conn.execute("BEGIN")
        conn.executemany("INSERT INTO some VALUES (?, 0, 0, ?)", [(n, bytes(3000)) for n in range(10, 60)])
        for part in ("", "-wal"):
            shutil.copy(f"{path}{part}", f"{copied}{part}")
        conn.execute("ROLLBACK")
    assert Path(f"{copied}-wal").stat().st_size > 30 * PAGE, "the transaction never reached the log"
    assert _found(copied) == {1: [None, 2, 3, 4]}


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert _found(tmp_path / "nothing.db") == {}


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.db"
        page = bytearray(b"\x0d" + raw + bytes(PAGE))[:PAGE]
        page[-300:] = (raw * 300)[:300] if raw else bytes(300)
        path.write_bytes(bytes(page) * 3)
        _found(path)
        path.with_name("some.db-wal").write_bytes(raw * 20)
        _found(path)
