"""The records that the pages of a SQLite file hold, read without believing its header, its index pages or its schema.

The layout is SQLite's own: https://www.sqlite.org/fileformat2.html, chapters 1.6 (b-tree pages), 1.5 (overflow),
2.1 (records) and 4.1 (the write-ahead log).
"""

import struct
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Final, Self

PAGE: Final = 4096
"""The size of every page of an outbox."""
_LEAF: Final = 0x0D
_MOST_PAYLOAD: Final = 1 << 20
_LOCAL_MOST: Final = PAGE - 35
_LOCAL_LEAST: Final = (PAGE - 12) * 32 // 255 - 23
_LOG_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_WHOLE_WIDTH: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}

Column = int | float | bytes | None
"""Texts are given as their bytes: whether they are UTF-8 is not believed either."""
Place = tuple[int, int]
"""Page number and offset."""


class Pages:
    """The pages of a file as its write-ahead log left them; what cannot be read is passed over."""

    def __init__(self, path: Path) -> None:
        """Open the file and its log."""
        self._stack = ExitStack()
        self._file = self._opened(path)
        self._log = self._opened(path.with_name(path.name + "-wal"))
        self._newer = _newer_pages(self._log) if self._log is not None else {}
        size = path.stat().st_size if self._file is not None else 0
        count = -(-size // PAGE)
        self._numbers = [*range(1, count + 1), *sorted(number for number in self._newer if number > count)]

    def __enter__(self) -> Self:
        """Use as a context, to close the files in the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files."""
        self._stack.close()

    def records(self) -> Iterator[tuple[Place, int, list[Column]]]:
        """Give place, row id and columns of every record of every table page, in the order of the pages."""
        for number in self._numbers:
            page = self._page(number)
            if len(page) == PAGE and page[0] == _LEAF:
                for at in struct.unpack_from(f">{min(page[3] << 8 | page[4], 2000)}H", page, 8):
                    # What is not a record after all is passed over.
                    with suppress(IndexError, struct.error, ValueError):
                        yield (number, at), *self._record(page, at)

    def columns(self, place: Place) -> list[Column]:
        """Return the columns of a record once more."""
        return self._record(self._page(place[0]), place[1])[1]

    def _opened(self, path: Path) -> BinaryIO | None:
        try:
            return self._stack.enter_context(path.open("rb"))
        except OSError:
            return None

    def _page(self, number: int) -> bytes:
        try:
            if number in self._newer and self._log is not None:
                self._log.seek(self._newer[number])
                return self._log.read(PAGE)
            if self._file is None:
                return b""
            self._file.seek((number - 1) * PAGE)
            return self._file.read(PAGE)
        except OSError:
            return b""  # a bad block of the card

    def _record(self, page: bytes, at: int) -> tuple[int, list[Column]]:
        size, at = _varint(page, at)
        row_id, at = _varint(page, at)
        if not 0 < size <= _MOST_PAYLOAD:
            raise ValueError(size)
        return _signed(row_id), _columns(self._payload(page, at, size))

    def _payload(self, page: bytes, at: int, size: int) -> bytes:
        if size <= _LOCAL_MOST:
            return page[at : at + size]
        local = _LOCAL_LEAST + (size - _LOCAL_LEAST) % (PAGE - 4)
        local = local if local <= _LOCAL_MOST else _LOCAL_LEAST
        parts, left = [page[at : at + local]], size - local
        (following,) = struct.unpack_from(">I", page, at + local)
        while left > 0:
            more = self._page(following)
            (following,) = struct.unpack_from(">I", more)
            parts.append(more[4 : 4 + left])
            left -= PAGE - 4
        return b"".join(parts)


def _newer_pages(log: BinaryIO) -> dict[int, int]:
    """Return where the log holds the newest committed copy of each page."""
    header = log.read(_LOG_HEADER)
    salts, at = header[16:24], _LOG_HEADER
    newer: dict[int, int] = {}
    waiting: dict[int, int] = {}
    while len(frame := log.read(_FRAME_HEADER)) == _FRAME_HEADER and frame[8:16] == salts:
        number, committed_pages = struct.unpack_from(">II", frame)
        waiting[number] = at + _FRAME_HEADER
        if committed_pages:
            newer |= waiting
            waiting = {}
        at += _FRAME_HEADER + PAGE
        log.seek(at)
    return newer


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = raw[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    return value << 8 | raw[at + 8], at + 9


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _columns(payload: bytes) -> list[Column]:
    end, at = _varint(payload, 0)
    if end > 64:
        raise ValueError(end)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    columns = []
    for kind in kinds:
        column, at = _column(kind, payload, at)
        columns.append(column)
    return columns


def _column(kind: int, payload: bytes, at: int) -> tuple[Column, int]:
    if kind in {10, 11}:
        raise ValueError(kind)
    width = _WHOLE_WIDTH[kind] if kind < 10 else (kind - 12) // 2
    raw = payload[at : at + width]
    if len(raw) != width:
        raise ValueError(kind)
    if kind == 0:
        return None, at
    if kind in {8, 9}:
        return kind - 8, at
    if kind == 7:
        return float(struct.unpack(">d", raw)[0]), at + width
    return (raw if kind >= 12 else int.from_bytes(raw, "big", signed=True)), at + width
