"""Dates of past values that a meter tells once: a first date, and the interval between its storages (EN 13757-3)."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from device_profiles.protocols.mbus.moment import Moment
from device_profiles.protocols.mbus.record import Function, Record

_MONTHS: Final = {"month": 1, "year": 12}
_DATES: Final = ("date", "datetime")
_MOST_MONTHS: Final = 1200


def dated(rows: Sequence[Record]) -> list[Record]:
    """Return the records with a date for each storage that has values and follows a dated one at a stated interval.

    The higher a storage's number, the older it is.
    """
    found = list(rows)
    for interval in rows:
        if interval.quantity == "storage_interval" and interval.unit in _MONTHS:
            found += _following(interval, rows)
    return found


def _following(interval: Record, rows: Sequence[Record]) -> Iterator[Record]:
    first = _date(rows, interval.storage)
    step = interval.value
    if first is None or not isinstance(step, Decimal) or step < 1:
        return
    told = {record.storage for record in rows if record.quantity in _DATES}
    storages = sorted({record.storage for record in rows if record.storage > interval.storage} - told)
    for storage in storages:
        months = int(step) * _MONTHS[interval.unit] * (storage - interval.storage)
        if months <= _MOST_MONTHS:
            yield Record(
                quantity="date", value=_before(first, months), storage=storage, qualifiers=("derived",)
            )


def _date(rows: Sequence[Record], storage: int) -> Moment | None:
    for record in rows:
        plain = (
            record.quantity == "date" and record.function is Function.INSTANTANEOUS and not record.qualifiers
        )
        if plain and record.storage == storage and isinstance(record.value, Moment):
            return record.value if record.value.possible and record.value.year is not None else None
    return None


def _before(date: Moment, months: int) -> Moment:
    """Return the same day so many months earlier, the last of a month where it is the last of one."""
    year, month, day = date.year or 0, date.month or 1, date.day or 1
    last = day == monthrange(year, month)[1]
    place = year * 12 + month - 1 - months
    year, month = place // 12, place % 12 + 1
    end = monthrange(year, month)[1]
    return Moment(year=year, month=month, day=end if last else min(day, end))
