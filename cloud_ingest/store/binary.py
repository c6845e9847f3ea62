"""Rows as bytes for PostgreSQL's binary COPY, ready before the transaction that sends them begins."""

import struct
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final

from cloud_ingest.store.sheet import Sheet

OPENING: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
ENDING: Final = b"\xff\xff"
DATED_COLUMNS: Final = b"at, epoch, seq, gateway, device, property, trust, stream, value, text"
UNDATED_COLUMNS: Final = b"boot_ms, epoch, seq, gateway, device, property, trust, stream, value, text"
_EPOCH_2000_MS: Final = 946_684_800_000

# A tuple is its count of fields, then each field as its length and its bytes, big end first. What is the same in all
# rows of a lane is packed once and goes in as one run of bytes ("s"): 13 arguments a row instead of 21.
_NUMBER: Final = struct.Struct("!6sq16sq12si4si4sh10sd4s")
_TEXT: Final = struct.Struct("!6sq16sq12si4si4sh10si")
_AT: Final = struct.pack("!hi", 10, 8)
_FOUR: Final = struct.pack("!i", 4)
_TWO: Final = struct.pack("!i", 2)
_EIGHT: Final = struct.pack("!i", 8)
_NULL: Final = struct.pack("!i", -1)


def dated_bytes(sheet: Sheet) -> bytes:
    """Pack rows for `COPY observation`, without opening and ending; numbers first, then texts."""
    return _pack(sheet, [(at - _EPOCH_2000_MS) * 1000 for at in sheet.at_ms])


def undated_bytes(sheet: Sheet) -> bytes:
    """Pack rows for `COPY undated`: the time stays a number of milliseconds."""
    return _pack(sheet, sheet.at_ms)


def _pack(sheet: Sheet, at: Sequence[int]) -> bytes:
    rows = _mixed_rows(sheet, at) if None in sheet.number else _number_rows(sheet, at)
    return b"".join(rows)


def _number_rows(sheet: Sheet, at: Sequence[int]) -> Iterator[bytes]:
    epoch, gateway, stream = _lane_bytes(sheet)
    return map(
        _NUMBER.pack,
        *(repeat(_AT), at, repeat(epoch), sheet.seq),
        *(repeat(gateway), sheet.device, repeat(_FOUR), sheet.property),
        *(repeat(_TWO), sheet.trust, repeat(stream + _EIGHT), sheet.number, repeat(_NULL)),
    )


def _mixed_rows(sheet: Sheet, at: Sequence[int]) -> Iterator[bytes]:
    epoch, gateway, stream = _lane_bytes(sheet)
    values = zip(sheet.number, sheet.text, strict=True)
    rows = zip(at, sheet.seq, sheet.device, sheet.property, sheet.trust, values, strict=True)
    for at_, seq, device, prop, trust, (number, text) in rows:
        head = (_AT, at_, epoch, seq, gateway, device, _FOUR, prop, _TWO, trust)
        if number is None:
            raw = (text or "").encode()
            yield _TEXT.pack(*head, stream + _NULL, len(raw)) + raw
        else:
            yield _NUMBER.pack(*head, stream + _EIGHT, number, _NULL)


def _lane_bytes(sheet: Sheet) -> tuple[bytes, bytes, bytes]:
    """Give what stands between a lane's columns: around the epoch, around the gateway, and the stream."""
    return (
        struct.pack("!iqi", 8, sheet.epoch, 8),
        struct.pack("!iii", 4, sheet.gateway, 4),
        struct.pack("!ih", 2, sheet.stream),
    )
