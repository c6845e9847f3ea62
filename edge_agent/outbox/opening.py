"""Opening an outbox file, and replacing it by a fresh one when it is damaged."""

import logging
import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from edge_agent.outbox import disk
from edge_agent.outbox.books import Books
from edge_agent.outbox.damage import Damage
from edge_agent.outbox.errors import OutboxDamagedError
from edge_agent.outbox.lane import HeldRun
from edge_agent.outbox.limits import OutboxLimits
from edge_agent.outbox.salvage import Saved, salvage

_log = logging.getLogger(__name__)
_PARTS: Final = ("-wal", "-shm")
_ASIDE_MOST: Final = 2
"""Damaged files kept beside the outbox: they may be as large as it is."""


def open_books(path: Path, limits: OutboxLimits, boot: str) -> tuple[Books, Damage | None]:
    """Open the file at `path`, or a fresh one in its place if it is damaged."""
    _finish_replacing(path)
    try:
        return Books(path, limits, boot), None
    except OutboxDamagedError as error:
        reason = str(error)
    damage = replace_damaged(path, reason)
    return Books(path, limits, boot), damage


def replace_damaged(path: Path, reason: str, known: Sequence[HeldRun] | None = None) -> Damage:
    """Save what can be read into a fresh file, set the damaged one aside and put the fresh one in its place.

    `known` are the lanes as far as a running program knows them. Nothing has the file open. It may be cut off
    anywhere: `_finish_replacing` takes it up at the next start.
    """
    fresh = _fresh(path)
    _remove(fresh)
    saved = salvage(path, fresh, known)
    return _put_in_place(path, reason, saved)


def replace_open(path: Path, books: Books, reason: str) -> Damage:
    """Do the same with the file that a running program has open, and close it.

    A file that was removed or replaced is sound, and written anew from the connection that still has it.

    Raises:
        NotKeptError: there is no space for the fresh file; the old one stays as it is.
    """
    known = books.ledger.saved()
    fresh = _fresh(path)
    _remove(fresh)
    whole = False
    if not books.in_place():
        with suppress(OutboxDamagedError, sqlite3.ProgrammingError), disk.typed_errors():
            books.writer.execute("VACUUM INTO ?", (str(fresh),))
            whole = True
    books.close()
    if whole:
        rows = sum(run.next - run.oldest for run in known)
        return _put_in_place(path, reason, Saved(kept=rows, lost=0, exact=True))
    return replace_damaged(path, reason, known)


def _put_in_place(path: Path, reason: str, saved: Saved) -> Damage:
    aside = _set_aside(path)
    _fresh(path).rename(path)
    _sync_folder(path)
    _log.error(
        "%s: %s; it was set aside as %s, %d rows were carried over into a fresh file and %s%d lost:"
        " check the card, and delete the file set aside once nobody wants to look at it",
        path,
        reason,
        aside.name,
        saved.kept,
        "" if saved.exact else "at least ",
        saved.lost,
    )
    return Damage(reason=reason, aside=aside, kept=saved.kept, lost=saved.lost, exact=saved.exact)


def _set_aside(path: Path) -> Path:
    """Rename the file, then its log: cut off in between, the next start still sees that the file is gone."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for part in ("", *_PARTS):
        with suppress(FileNotFoundError):
            Path(f"{path}{part}").rename(f"{aside}{part}")
    _sync_folder(path)
    older = sorted(
        found for found in path.parent.glob(f"{path.name}.damaged-*") if not str(found).endswith(_PARTS)
    )
    for found in older[:-_ASIDE_MOST]:
        _log.warning("%s: deleted to make room, newer damaged files are kept", found)
        _remove(found)
    return aside


def _finish_replacing(path: Path) -> None:
    """Take up a replacement that was cut off; a fresh file without a log beside it is complete."""
    fresh = _fresh(path)
    if not fresh.exists():
        return
    if path.exists() or Path(f"{fresh}-wal").exists():
        _remove(fresh)
        return
    for part in _PARTS:
        Path(f"{path}{part}").unlink(missing_ok=True)
    fresh.rename(path)
    _sync_folder(path)


def _fresh(path: Path) -> Path:
    return path.with_name(path.name + ".fresh")


def _remove(path: Path) -> None:
    for part in ("", *_PARTS):
        Path(f"{path}{part}").unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
