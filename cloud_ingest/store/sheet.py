"""Rows of one lane as the database takes them: columns of ids, times and values."""

from collections.abc import Sequence
from itertools import compress
from typing import Final

from msgspec import Struct

from cloud_ingest.store.fit import fit_ms, fit_whole
from wire import Stream, TimeTrust

STREAM_NUMBER: Final = {Stream.ALARM: 0, Stream.STATE: 1, Stream.TELEMETRY: 2}
"""What the database calls each stream."""
_UNSYNCED: Final = int(TimeTrust.UNSYNCED)
_REPAIRED: Final = int(TimeTrust.REPAIRED)


class Sheet(Struct, frozen=True, kw_only=True):
    """Rows of one lane as columns of one length: names are ids of the database, a value is a number or a text.

    `at_ms` is UTC milliseconds; of an undated sheet, milliseconds since the gateway booted.
    """

    gateway: int
    stream: int
    epoch: int
    seq: Sequence[int]
    device: Sequence[int]
    property: Sequence[int]
    at_ms: Sequence[int]
    trust: Sequence[int]
    number: Sequence[float | None]
    text: Sequence[str | None]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.seq)


class Dated(Struct, frozen=True, kw_only=True):
    """A sheet split in two: rows with a date, and rows that wait for their boot's offset; either may be None."""

    dated: Sheet | None
    undated: Sheet | None


def split_by_date(sheet: Sheet, offset_ms: int | None) -> Dated:
    """Split off the rows without a date; where the boot's offset is known every row gets one."""
    if _UNSYNCED not in sheet.trust:
        return Dated(dated=_within_calendar(sheet), undated=None)
    if offset_ms is not None:
        return Dated(dated=repaired(sheet, offset_ms), undated=None)
    waits = [trust == _UNSYNCED for trust in sheet.trust]
    dated = None if all(waits) else _within_calendar(_choose(sheet, [not wait for wait in waits]))
    undated = _choose(sheet, waits)
    return Dated(dated=dated, undated=_timed(undated, list(map(fit_whole, undated.at_ms)), undated.trust))


def repaired(sheet: Sheet, offset_ms: int) -> Sheet:
    """Turn boot times into UTC by their boot's offset, and say so in their trust; dated rows stay as they are."""
    waits = [trust == _UNSYNCED for trust in sheet.trust]
    at_ms = [fit_ms(at + offset_ms * wait) for at, wait in zip(sheet.at_ms, waits, strict=True)]
    trust = [_REPAIRED if wait else trust for trust, wait in zip(sheet.trust, waits, strict=True)]
    return _timed(sheet, at_ms, trust)


def _within_calendar(sheet: Sheet) -> Sheet:
    at_ms = sheet.at_ms
    if not at_ms or (fit_ms(min(at_ms)) == min(at_ms) and fit_ms(max(at_ms)) == max(at_ms)):
        return sheet
    return _timed(sheet, list(map(fit_ms, at_ms)), sheet.trust)


def _choose(sheet: Sheet, chosen: Sequence[bool]) -> Sheet:
    return Sheet(
        gateway=sheet.gateway,
        stream=sheet.stream,
        epoch=sheet.epoch,
        seq=list(compress(sheet.seq, chosen)),
        device=list(compress(sheet.device, chosen)),
        property=list(compress(sheet.property, chosen)),
        at_ms=list(compress(sheet.at_ms, chosen)),
        trust=list(compress(sheet.trust, chosen)),
        number=list(compress(sheet.number, chosen)),
        text=list(compress(sheet.text, chosen)),
    )


def _timed(sheet: Sheet, at_ms: Sequence[int], trust: Sequence[int]) -> Sheet:
    return Sheet(
        gateway=sheet.gateway,
        stream=sheet.stream,
        epoch=sheet.epoch,
        seq=sheet.seq,
        device=sheet.device,
        property=sheet.property,
        at_ms=at_ms,
        trust=trust,
        number=sheet.number,
        text=sheet.text,
    )
