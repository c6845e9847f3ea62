"""Dates and times as meters write them: the types F, G, I and J of EN 13757-3, annex A."""

from msgspec import Struct

from device_profiles.errors import DecodeError

_EVERY_YEAR = 127


class Moment(Struct, frozen=True, kw_only=True):
    """A date, a time, or both, exactly as the meter gives them; nothing says in which zone.

    A part may be one that no calendar has (month 0, day 0: never set); without a year a date is of every year.
    `valid` is what the meter says of it.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    valid: bool = True
    summer: bool = False

    @property
    def possible(self) -> bool:
        """Whether a calendar and a clock have it."""
        day = self.month is None or (1 <= self.month <= 12 and 1 <= (self.day or 0) <= 31)
        time = self.hour is None or (self.hour < 24 and (self.minute or 0) < 60 and (self.second or 0) < 60)
        return self.valid and day and time

    def __str__(self) -> str:
        """Write it as RFC 3339 does, without a zone."""
        year = "XXXX" if self.year is None else f"{self.year:04}"
        day = "" if self.month is None else f"{year}-{self.month:02}-{self.day:02}"
        if self.hour is None:
            return day
        time = f"{self.hour:02}:{self.minute:02}" + ("" if self.second is None else f":{self.second:02}")
        return f"{day}T{time}" if day else time


def moment(octets: bytes) -> Moment | None:
    """Return what 2 octets (a date, G), 3 (a time, J), 4 (both, F) or 6 (with seconds, I) say; None for all ones.

    Raises:
        DecodeError: there are more or fewer octets.
    """
    if octets and octets.count(0xFF) == len(octets):
        return None
    if len(octets) == 2:
        return _date(octets[0], octets[1])
    if len(octets) == 3:
        return Moment(hour=octets[2] & 0x1F, minute=octets[1] & 0x3F, second=octets[0] & 0x3F)
    if len(octets) == 4:
        return _minutes(octets)
    if len(octets) == 6:
        return _seconds(octets)
    raise DecodeError(f"expected a date or time of 2, 3, 4 or 6 bytes, got {len(octets)}")


def _date(low: int, high: int) -> Moment:
    return Moment(year=_year(low, high, 0), month=high & 0x0F, day=low & 0x1F)


def _year(low: int, high: int, century: int) -> int | None:
    """Put the year together; without hundreds, 81 to 99 are the last century's."""
    year = (low >> 5) | ((high & 0xF0) >> 1)
    if year == _EVERY_YEAR:
        return None
    if century:
        return 1900 + 100 * century + year
    return 2000 + year if year <= 80 else 1900 + year


def _minutes(octets: bytes) -> Moment:
    return Moment(
        year=_year(octets[2], octets[3], (octets[1] >> 5) & 0x03),
        month=octets[3] & 0x0F,
        day=octets[2] & 0x1F,
        hour=octets[1] & 0x1F,
        minute=octets[0] & 0x3F,
        valid=not octets[0] & 0x80,
        summer=bool(octets[1] & 0x80),
    )


def _seconds(octets: bytes) -> Moment:
    return Moment(
        year=_year(octets[3], octets[4], 0),
        month=octets[4] & 0x0F,
        day=octets[3] & 0x1F,
        hour=octets[2] & 0x1F,
        minute=octets[1] & 0x3F,
        second=octets[0] & 0x3F,
        valid=not octets[1] & 0x80,
        summer=bool(octets[0] & 0x40),
    )
