"""When each bay's car comes and goes: a day in the life of the garage, sped up, the same for the same seed."""

import heapq
import math
import random
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from demo.estate.sensor import Moment, Sensor

_BUSY_NIGHT: Final = 0.92
_QUIET_NOON: Final = 0.38


class Pace(Struct, frozen=True, kw_only=True):
    """How fast the estate lives: seconds of real time.

    `day_s` is a day from midnight to midnight. A bay's occupant thinks of leaving (or another car of coming) every
    `dwell_s` on average and not before `least_s`. `greet_s` is how long it takes until every sensor has spoken once.
    """

    day_s: float = 300.0
    dwell_s: float = 20.0
    least_s: float = 4.0
    heartbeat_s: float = 10.0
    greet_s: float = 3.0


def live(sensors: tuple[Sensor, ...], pace: Pace, seed: int) -> Iterator[Moment]:
    """Give what all sensors say, in the order of time and without end."""
    # Each sensor has its own chance, so that the same bay lives alike in a smaller or a larger garage.
    lives = (_life(sensor, pace, random.Random(f"{seed}/{sensor.bay}")) for sensor in sensors)
    return heapq.merge(*lives, key=lambda moment: moment.at_s)


def likely_occupied(hour: float) -> float:
    """Return the share of bays taken at an hour of the day (0 to 24): full at night, emptiest before two."""
    return _QUIET_NOON + (_BUSY_NIGHT - _QUIET_NOON) * _night(hour)


def _life(sensor: Sensor, pace: Pace, chance: random.Random) -> Iterator[Moment]:
    at_s = since_s = chance.uniform(0, pace.greet_s)
    occupied = chance.random() < _share(at_s, pace)
    yield _moment(sensor, occupied, pace, at_s, since_s)
    heartbeat_s = at_s + chance.uniform(0.5, 1.0) * pace.heartbeat_s
    thinks_s = at_s + _pause(pace, chance)
    while True:
        if heartbeat_s < thinks_s:
            yield _moment(sensor, occupied, pace, heartbeat_s, None)
            heartbeat_s += chance.uniform(0.9, 1.1) * pace.heartbeat_s
            continue
        wanted = chance.random() < _share(thinks_s, pace)
        if wanted is not occupied:
            occupied = wanted
            yield _moment(sensor, occupied, pace, thinks_s, since_s)
            since_s = thinks_s
        thinks_s += _pause(pace, chance)


def _moment(sensor: Sensor, occupied: bool, pace: Pace, at_s: float, since_s: float | None) -> Moment:
    """Make a moment: a change of what had been since `since_s`, or without that a heartbeat."""
    lasted_s = 0.0 if since_s is None else at_s - since_s
    return Moment(
        at_s=at_s,
        sensor=sensor,
        occupied=occupied,
        changed=since_s is not None,
        lasted_min=round(lasted_s / pace.day_s * 24 * 60),
        temperature_c=round(24 - 8 * _night(_hour(at_s, pace))),
    )


def _share(at_s: float, pace: Pace) -> float:
    return likely_occupied(_hour(at_s, pace))


def _hour(at_s: float, pace: Pace) -> float:
    """Return the hour of the estate's day; the demonstration begins at eight, when the garage empties."""
    return (8 + 24 * at_s / pace.day_s) % 24


def _night(hour: float) -> float:
    """Return how much it is night, 0 to 1: most at half past one."""
    return (1 + math.cos((hour - 1.5) / 24 * 2 * math.pi)) / 2


def _pause(pace: Pace, chance: random.Random) -> float:
    return pace.least_s + chance.expovariate(1 / max(pace.dwell_s - pace.least_s, 0.001))
