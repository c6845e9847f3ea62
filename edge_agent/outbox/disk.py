"""A connection to the outbox's file, and what SQLite's errors mean for whoever waits for an acknowledgement."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from edge_agent.outbox.errors import DiskFullError, NotKeptError, OutboxDamagedError, OutboxError
from edge_agent.outbox.pages import PAGE

_WRITER_KIB: Final = 1024
_READER_KIB: Final = 256
_WAL_BYTES: Final = 8 * 1024 * 1024
_UNWRITABLE: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_UNREADABLE: Final = {
    sqlite3.SQLITE_IOERR_CORRUPTFS,
    sqlite3.SQLITE_IOERR_READ,
    sqlite3.SQLITE_IOERR_SHORT_READ,
}


def connect(path: Path) -> sqlite3.Connection:
    """Open the file for writing: write-ahead log, every commit flushed to the card.

    Raises:
        sqlite3.Error: it cannot be opened or is no database.
    """
    conn = _open(path, _WRITER_KIB)
    try:
        conn.execute(f"PRAGMA page_size = {PAGE}")
        conn.execute("PRAGMA journal_mode = WAL").fetchone()
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}").fetchone()
        # Debian's SQLite overwrites what is deleted with zeros, which would write every page twice.
        conn.execute("PRAGMA secure_delete = OFF").fetchone()
    except BaseException:
        conn.close()
        raise
    return conn


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a second connection that only reads, so that the uplink never waits for a flush."""
    conn = _open(path, _READER_KIB)
    conn.execute("PRAGMA query_only = ON").fetchone()
    return conn


def connect_untouched(path: Path) -> sqlite3.Connection:
    """Open a file that must stay as it is."""
    quoted = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return sqlite3.connect(f"file:{quoted}?mode=ro", uri=True, isolation_level=None)


def _open(path: Path, cache_kib: int) -> sqlite3.Connection:
    conn = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        conn.execute(f"PRAGMA cache_size = -{cache_kib}")
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def typed_errors() -> Iterator[None]:
    """Turn SQLite's errors into the outbox's."""
    try:
        yield
    except sqlite3.Error as error:
        raise failure(error) from error
    except UnicodeDecodeError as error:  # a broken name in SQLite's own error text
        raise OutboxDamagedError(f"the outbox is damaged ({error})") from error


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, on the card when it ends without an error."""
    with typed_errors():
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise


def failure(error: sqlite3.Error) -> OutboxError:
    """Say what an SQLite error means; a mistake in the calling code is raised as it is."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None and isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError):
        raise error
    kind = None if code is None else code & 0xFF
    if kind == sqlite3.SQLITE_FULL:
        return DiskFullError(f"the disk is full ({error}); make space, nothing was acknowledged")
    if kind in _UNWRITABLE and code not in _UNREADABLE:
        return NotKeptError(f"the disk refused ({error}); check the card and its mount")
    return OutboxDamagedError(f"the outbox is damaged ({error})")


def bytes_used(conn: sqlite3.Connection) -> int:
    """Return the bytes of the pages in use."""
    pages = int(conn.execute("PRAGMA page_count").fetchone()[0])
    free = int(conn.execute("PRAGMA freelist_count").fetchone()[0])
    size = int(conn.execute("PRAGMA page_size").fetchone()[0])
    return (pages - free) * size
