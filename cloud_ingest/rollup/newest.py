"""The newest value of each device's property, and which of two values is the newer one."""

from collections.abc import Iterable
from typing import Final, NamedTuple

AHEAD_MS: Final = 5 * 60_000
"""A time further ahead of the cloud's clock than this is a wrong clock."""


class Newest(NamedTuple):
    """A value with its time; a tuple and no struct because one is made for every row that comes in."""

    at_ms: int
    number: float | None
    text: str | None
    trust: int
    gateway: int


def supersedes(old_ms: int, new_ms: int, limit_ms: int) -> bool:
    """Whether a value of time `new_ms` takes the place of one of `old_ms`.

    A time above `limit_ms` (now + five minutes) is a wrong clock: it never wins over a saner one, and any saner one
    wins over it. Of equal times the one that comes later wins.
    """
    if new_ms > limit_ms:
        return old_ms > limit_ms and new_ms >= old_ms
    return old_ms > limit_ms or new_ms >= old_ms


def keep_newest(
    into: dict[tuple[int, int], Newest], rows: Iterable[tuple[tuple[int, int], Newest]], limit_ms: int
) -> None:
    """Put rows, keyed by (device, property), over those already there where they are newer."""
    for key, row in rows:
        known = into.get(key)
        if known is None or supersedes(known[0], row[0], limit_ms):
            into[key] = row
