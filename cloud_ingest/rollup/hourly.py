"""Moments of a gateway's properties by the hour: count, sum, least, greatest, last; they add up in any order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Final

from msgspec import Struct

HOUR_MS: Final = 3_600_000


class HourKey(Struct, frozen=True, kw_only=True):
    """Whose moments: gateway and property by their ids in the database, and the UTC ms at which the hour starts."""

    gateway: int
    property: int
    hour_ms: int


class Moments(Struct, frozen=True, kw_only=True):
    """What is kept of an hour: `n` rows, and of the `numbers` among them sum, least, greatest and last.

    Without a number `least`, `greatest`, `last` and `last_ms` are None.
    """

    n: int
    numbers: int = 0
    sum: float = 0.0
    least: float | None = None
    greatest: float | None = None
    last: float | None = None
    last_ms: int | None = None


def add(one: Moments, other: Moments) -> Moments:
    """Put two sets of rows of the same hour together; of two last numbers of one time the second's wins."""
    if other.numbers == 0 or one.numbers == 0:
        full = one if other.numbers == 0 else other
        return Moments(
            n=one.n + other.n,
            numbers=full.numbers,
            sum=full.sum,
            least=full.least,
            greatest=full.greatest,
            last=full.last,
            last_ms=full.last_ms,
        )
    newer = other if _ms(other) >= _ms(one) else one
    return Moments(
        n=one.n + other.n,
        numbers=one.numbers + other.numbers,
        sum=one.sum + other.sum,
        least=min(_number(one.least), _number(other.least)),
        greatest=max(_number(one.greatest), _number(other.greatest)),
        last=newer.last,
        last_ms=newer.last_ms,
    )


def moments_by_hour(
    gateway: int, properties: Sequence[int], at_ms: Sequence[int], numbers: Sequence[float | None]
) -> dict[HourKey, Moments]:
    """Roll rows of one gateway up, given as columns of one length; a row without a number has None."""
    rows: dict[tuple[int, int], list[tuple[int, float | None]]] = defaultdict(list)
    hours = [at // HOUR_MS for at in at_ms]
    for key, row in zip(zip(properties, hours, strict=True), zip(at_ms, numbers, strict=True), strict=True):
        rows[key].append(row)
    return {
        HourKey(gateway=gateway, property=prop, hour_ms=hour * HOUR_MS): _moments(found)
        for (prop, hour), found in rows.items()
    }


def merge(into: dict[HourKey, Moments], more: dict[HourKey, Moments]) -> None:
    """Add moments to those already there."""
    for key, moments in more.items():
        known = into.get(key)
        into[key] = moments if known is None else add(known, moments)


def _moments(rows: Sequence[tuple[int, float | None]]) -> Moments:
    with_number = [row for row in rows if row[1] is not None]
    if not with_number:
        return Moments(n=len(rows))
    values: Iterable[float] = [_number(value) for _, value in with_number]
    last_ms, last = max(reversed(with_number), key=itemgetter(0))  # of equal times the later row
    return Moments(
        n=len(rows),
        numbers=len(with_number),
        sum=sum(values),
        least=min(values),
        greatest=max(values),
        last=last,
        last_ms=last_ms,
    )


def _number(value: float | None) -> float:
    assert value is not None  # moments with numbers have all four
    return value


def _ms(moments: Moments) -> int:
    assert moments.last_ms is not None  # moments with numbers have a time
    return moments.last_ms
