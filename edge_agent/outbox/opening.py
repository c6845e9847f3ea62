"""Opening an outbox file, and replacing it by a fresh one when it is damaged."""

import logging
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

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
    damage = replace_damaged(path, None, (), reason)
    return Books(path, limits, boot), damage


def replace_damaged(
    path: Path, source: sqlite3.Connection | None, known: Sequence[HeldRun], reason: str
) -> Damage:
    """Save what can be read into a fresh file, set the damaged one aside and put the fresh one in its place.

    `source` is a connection that is still open on the damaged file, `known` its lanes as far as the program knows
    them. It may be cut off anywhere: `_finish_replacing` takes it up at the next start.
    """
    fresh = _fresh(path)
    _remove(fresh)
    if source is not None:
        saved = salvage(source, fresh, known)
        source.close()
    else:
        saved = _salvage_file(path, fresh, known)
    aside = _set_aside(path)
    fresh.rename(path)
    _sync_folder(path)
    damage = Damage(reason=reason, aside=aside, kept=saved.kept, lost=saved.lost, exact=saved.exact)
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
    return damage


def _salvage_file(path: Path, fresh: Path, known: Sequence[HeldRun]) -> Saved:
    try:
        source = sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)
    except sqlite3.Error:
        return salvage(None, fresh, known)
    with closing(source):
        return salvage(source, fresh, known)


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _set_aside(path: Path) -> Path:
    """Rename the file, then its log: cut off in between, the next start still sees that the file is gone."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    turn = 1
    while aside.exists():
        turn += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{turn}")
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
