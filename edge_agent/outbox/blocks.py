"""Rows on disk: each commit adds a block a stream, packed and checksummed as a batch on the wire is.

A block's key holds the lane's number and its first row's number, so that a lane's blocks lie one behind the other.
Every stream has its own table, so that a live lane always grows at the table's end and pages fill up.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from edge_agent.outbox.errors import OutboxDamagedError
from wire import Batch, Epoch, GatewayId, Rows, Seq, Stream, WireError, decode, encode

BLOCK_ROWS: Final = 500
_BLOCK_TEXT: Final = 60_000
"""Characters of names and texts in a block: at four bytes each they still fit a batch on the wire."""
_STREAMS: Final = frozenset(str(stream) for stream in Stream)
_SEQ_BITS: Final = 40
_LAST_SEQ: Final = (1 << _SEQ_BITS) - 1


class Block(Struct, frozen=True, kw_only=True):
    """Rows `first` to `end` (exclusive) of a lane, packed."""

    first: int
    end: int
    raw: bytes


class Held(Struct, frozen=True, kw_only=True):
    """A block as the disk lists it; `offset` is the bytes of the lane before it, so that sums need no walk."""

    number: int
    first: int
    end: int
    offset: int
    size: int


class _Sql(Struct, frozen=True, kw_only=True):
    add: str
    rows: str
    oldest: str
    newest: str
    delete: str
    next_key: str


def _sql(stream: Stream) -> _Sql:
    def name(sql: str) -> str:
        return sql.replace("BLOCKS", f"block_{stream}")

    listed = "SELECT id, end, offset, length(rows) FROM BLOCKS WHERE id BETWEEN ? AND ? ORDER BY id"
    return _Sql(
        add=name("INSERT INTO BLOCKS (id, end, offset, rows) VALUES (?, ?, ?, ?)"),
        # One statement, because small blocks may be put together between two.
        rows=name(
            "SELECT id, end, rows FROM BLOCKS WHERE id <= ? AND"
            " id >= coalesce((SELECT max(id) FROM BLOCKS WHERE id BETWEEN ? AND ?), ?) ORDER BY id"
        ),
        oldest=name(f"{listed} LIMIT ?"),
        newest=name(f"{listed} DESC LIMIT ?"),
        delete=name("DELETE FROM BLOCKS WHERE id BETWEEN ? AND ?"),
        next_key=name("SELECT min(id) FROM BLOCKS WHERE id > ?"),
    )


_SQL: Final = {stream: _sql(stream) for stream in Stream}


def pack(stream: Stream, epoch: Epoch, first: int, rows: Rows, ends: str = "") -> list[Block]:
    """Pack rows into as few blocks as their sizes allow; each notes the `ends` of all live lanes (see `write_ends`).

    Raises:
        WireError, ValueError, OverflowError, TypeError: a row cannot be packed.
    """
    blocks = []
    for piece in _pieces(rows):
        raw = encode(_batch(stream, epoch, first, piece, ends))
        blocks.append(Block(first=first, end=first + len(piece), raw=raw))
        first += len(piece)
    return blocks


def unpack(stream: Stream, epoch: Epoch, block: Block) -> Rows:
    """Unpack a block and check that it is the one that was written here.

    Raises:
        OutboxDamagedError: it is not.
    """
    batch = unpack_any(block.raw)
    told = (batch.stream, batch.epoch, batch.first, len(batch.rows))
    if told != (stream, epoch, block.first, block.end - block.first):
        raise OutboxDamagedError(f"rows from {block.first} of {stream}: another block lies in their place")
    return batch.rows


def unpack_any(raw: bytes) -> Batch:
    """Unpack a block, wherever it lies.

    Raises:
        OutboxDamagedError: it is not what was written.
    """
    try:
        batch = decode(raw)
    except WireError as error:
        raise OutboxDamagedError(f"rows cannot be read: {error}") from error
    if not isinstance(batch, Batch) or len(batch.rows) == 0:
        raise OutboxDamagedError("rows are not what was written")
    return batch


def add(conn: sqlite3.Connection, stream: Stream, number: int, offset: int, blocks: Sequence[Block]) -> int:
    """Append blocks to a lane whose blocks so far take `offset` bytes; return the bytes with them."""
    lines = []
    for block in blocks:
        lines.append((_key(number, block.first), block.end, offset, block.raw))
        offset += len(block.raw)
    conn.executemany(_SQL[stream].add, lines)
    return offset


def load(conn: sqlite3.Connection, stream: Stream, number: int, first: int, end: int) -> Iterator[Block]:
    """Give the blocks of a lane that hold rows `first` to `end`, the lowest first."""
    low, high = _key(number, first), _key(number, end - 1)
    for key, until, raw in conn.execute(_SQL[stream].rows, (high, _key(number, 0), low, low)):
        yield Block(first=key & _LAST_SEQ, end=until, raw=raw)


def oldest(conn: sqlite3.Connection, stream: Stream, number: int, most: int = 1) -> list[Held]:
    """List the lowest blocks of a lane."""
    return _listed(conn, _SQL[stream].oldest, number, most)


def newest(conn: sqlite3.Connection, stream: Stream, number: int, most: int = 1) -> list[Held]:
    """List the highest blocks of a lane, the highest first."""
    return _listed(conn, _SQL[stream].newest, number, most)


def delete(conn: sqlite3.Connection, stream: Stream, number: int, first: int, end: int) -> None:
    """Delete the blocks of a lane that start between two rows, the second exclusive."""
    if first < end:
        conn.execute(_SQL[stream].delete, (_key(number, first), _key(number, end - 1)))


def numbers(conn: sqlite3.Connection, stream: Stream) -> Iterator[int]:
    """Give the number of every lane that has blocks."""
    key = conn.execute(_SQL[stream].next_key, (-1,)).fetchone()[0]
    while key is not None:
        number = key >> _SEQ_BITS
        yield number
        key = conn.execute(_SQL[stream].next_key, (_key(number, _LAST_SEQ),)).fetchone()[0]


def number_in(key: int) -> int:
    """Return the lane's number that a block's key holds."""
    return key >> _SEQ_BITS


def _listed(conn: sqlite3.Connection, sql: str, number: int, most: int) -> list[Held]:
    span = (_key(number, 0), _key(number, _LAST_SEQ), most)
    return [
        Held(number=key >> _SEQ_BITS, first=key & _LAST_SEQ, end=end, offset=offset, size=size)
        for key, end, offset, size in conn.execute(sql, span)
    ]


def _key(number: int, seq: int) -> int:
    return number << _SEQ_BITS | seq


def write_ends(ends: Mapping[Stream, int]) -> str:
    """Return where each live lane ends after a commit, as its blocks note it.

    A lane whose newest block is destroyed does not know itself how far it went; a block of another stream does.
    """
    return " ".join(f"{stream}:{end}" for stream, end in sorted(ends.items()))


def ends_in(batch: Batch) -> dict[Stream, int]:
    """Return the ends that a block notes; none in blocks that were written before they did."""
    found = {}
    for word in batch.gateway.split():
        stream, _, end = word.partition(":")
        if stream in _STREAMS and end.isdecimal():
            found[Stream(stream)] = int(end)
    return found


def _batch(stream: Stream, epoch: Epoch, first: int, rows: Rows, ends: str) -> Batch:
    return Batch(
        gateway=GatewayId(ends),  # on disk every batch is this gateway's own
        stream=stream,
        epoch=epoch,
        first=Seq(first),
        oldest=Seq(0),
        sent_ms=0,
        rows=rows,
    )


def _pieces(rows: Rows) -> Iterator[Rows]:
    for at in range(0, len(rows), BLOCK_ROWS):
        yield from _halves(part(rows, at, at + BLOCK_ROWS))


def _halves(rows: Rows) -> Iterator[Rows]:
    if len(rows) == 1 or _text(rows) <= _BLOCK_TEXT:
        yield rows
        return
    half = len(rows) // 2
    yield from _halves(part(rows, 0, half))
    yield from _halves(rows.since(half))


def _text(rows: Rows) -> int:
    texts = sum(len(value) for value in rows.value if type(value) is str)
    return texts + sum(map(len, rows.device)) + sum(map(len, rows.property))


def part(rows: Rows, first: int, end: int) -> Rows:
    """Return the rows from index `first` to `end`."""
    if first == 0 and end >= len(rows):
        return rows
    return Rows(
        device=rows.device[first:end],
        property=rows.property[first:end],
        value=rows.value[first:end],
        at_ms=rows.at_ms[first:end],
        trust=rows.trust[first:end],
    )
