"""Looks for what a radio reference expects among what was decoded: a number counts only in its quantity and unit."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from device_profiles.conformance.radio_names import Wanted, wanted
from device_profiles.protocols.mbus import Function, Moment, Record

_ROUNDED: Final = Fraction(6, 10_000_000)
"""The reference prints six decimals."""
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?Z?)?")
_RAW: Final = re.compile(r"[A-Z][A-Z_]*_([0-9A-F]+)")
_NEVER: Final = ("2127-15-31", "2128-03-31")
"""How the reference writes a date of all ones, which says that there is none."""
_PHASES: Final = ("phase_1", "phase_2", "phase_3")


def found(name: str, value: object, rows: Sequence[Record]) -> bool:
    """Say whether one of the records is what a field says."""
    want = wanted(name)
    if value is None or value == "":
        meant = [record for record in _of_kind(name, want, rows) if _fits(want, record, rows)]
        return not meant or not all(_present(record) for record in meant)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return any(_equal(want, record, value) and _fits(want, record, rows) for record in rows)
    if isinstance(value, str) and _DATE.fullmatch(value):
        return any(_dated(record, value) and _right_time(want, record, rows) for record in rows)
    return isinstance(value, str) and any(_spelt(record, value) for record in rows)


def near(name: str, value: object, rows: Sequence[Record]) -> list[str]:
    """Return the records that a field could have meant, as text."""
    want = wanted(name)
    if isinstance(value, str):
        return [str(record.value) for record in rows if not isinstance(record.value, Decimal)][:6]
    return [
        f"{record.quantity} {record.value!s} {record.unit} storage {record.storage} {record.function}".strip()
        for record in rows
        if record.unit in want.dimension.units
    ][:6]


def _of_kind(name: str, want: Wanted, rows: Iterable[Record]) -> Iterator[Record]:
    """Give the records of which a field says that they have no value."""
    for record in rows:
        if want.error and record.function is not Function.ERROR:
            continue
        if name.endswith(("date", "datetime")):
            if record.quantity in ("date", "datetime"):
                yield record
        elif record.quantity in want.dimension.quantities:
            yield record


def _present(record: Record) -> bool:
    if isinstance(record.value, Moment):
        return record.value.possible
    return record.value is not None


def _fits(want: Wanted, record: Record, rows: Sequence[Record]) -> bool:
    """Say whether a record contradicts nothing that a name says."""
    if want.quantity is not None and record.quantity != want.quantity:
        return False
    if not _right_time(want, record, rows):
        return False
    if "backward" in record.qualifiers and not want.backward:
        return False
    if want.tariff is not None and record.tariff != want.tariff:
        return False
    if want.subunit is not None and record.subunit != want.subunit:
        return False
    phases = [word for word in _PHASES if word in record.qualifiers]
    return want.phase is None or not phases or phases == [f"phase_{want.phase}"]


def _right_time(want: Wanted, record: Record, rows: Sequence[Record]) -> bool:
    """Say whether it is the value of now, of a past day, the highest, the lowest, as the name asks.

    A name that says nothing of it means the value of now, or, where a meter sends none, the only one that there is.
    """
    if want.function is not None and record.function != want.function and not _beside(want, record, rows):
        return False
    if want.past and record.storage == 0:
        return False
    plain = record.function is Function.INSTANTANEOUS or record.function == want.function
    plain = plain or (want.error and record.function is Function.ERROR)
    if plain and not (want.now and record.storage > 0):
        return True
    return not any(_ordinary(other) for other in rows if other.quantity == record.quantity)


def _beside(want: Wanted, record: Record, rows: Sequence[Record]) -> bool:
    """Say whether it is a time that stands in the storage of a highest or lowest value."""
    timed = isinstance(record.value, Moment) and record.storage > 0
    return timed and any(
        other.function == want.function and other.storage == record.storage for other in rows
    )


def _ordinary(record: Record) -> bool:
    return record.function is Function.INSTANTANEOUS and record.storage == 0


def _equal(want: Wanted, record: Record, value: float) -> bool:
    factor = want.dimension.units.get(record.unit)
    if factor is None or not isinstance(record.value, Decimal):
        return False
    if want.dimension.quantities and record.quantity not in want.dimension.quantities:
        return False
    wished = Fraction(repr(value))
    came = Fraction(record.value) * factor
    return abs(came - wished) <= max(_ROUNDED, abs(wished) / 10**9)


def _dated(record: Record, value: str) -> bool:
    """Compare as far as both say it; what a date alone is given as a time of day is the reference's own."""
    moment = record.value
    text = value.removesuffix("Z").replace(" ", "T")
    if moment is None and record.quantity in ("date", "datetime"):
        return text[:10] in _NEVER
    if not isinstance(moment, Moment):
        return False
    said = _carried(moment)
    length = min(len(said), len(text))
    return said[:length] == text[:length]


def _carried(moment: Moment) -> str:
    """Write a date as the reference does, which carries a month 0 and a day 0 over into what was before."""
    if moment.year is None or moment.month is None or moment.day is None:
        return str(moment)
    year, month, day = moment.year, moment.month, moment.day
    if month == 0:
        year, month = year - 1, 12
    if day == 0:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        day = monthrange(year, month)[1] if month <= 12 else 0
    text = f"{year:04}-{month:02}-{day:02}"
    return text if moment.hour is None else f"{text}{str(moment)[10:]}"


def _spelt(record: Record, value: str) -> bool:
    """Say whether a record is a text, or digits as a text, or raw bits behind a name of the reference's own."""
    digits = record.raw[::-1].hex()
    if isinstance(record.value, str):
        return record.value.strip() == value.strip()
    raw = _RAW.fullmatch(value)
    if raw is not None and record.quantity == "manufacturer_specific":
        return digits.lstrip("0") == raw[1].lower().lstrip("0")
    if not isinstance(record.value, Decimal) or not digits or record.unit:
        return False
    if value.isdecimal() and record.value == Decimal(value) and len(value) <= len(digits):
        return True
    return value.lower() == digits or (value.lower().lstrip("0") == digits.lstrip("0") != "")
