"""When vehicles come to a bay and go, whose they are, and how exactly they are parked."""

import random
from collections.abc import Iterator

from msgspec import Struct

from bench.belief.bay import Bay
from bench.belief.cars import Car, build_car
from bench.belief.sites import Case, SiteKind


class Stay(Struct, frozen=True, kw_only=True):
    """One vehicle in one bay, from when to when, its middle so far from the sensor."""

    from_h: float
    until_h: float
    car: Car
    across_m: float
    along_m: float


def stays(kind: SiteKind, bay: Bay, dice: random.Random) -> Iterator[Stay]:
    """Give a bay's stays, one after the other."""
    now_h = dice.uniform(6, 16)
    if bay.case is Case.INVERTED:
        yield _stay(kind, bay, dice, (0.0, now_h))
        now_h += dice.uniform(2, 6)
    while now_h < 24 * kind.days:
        length_h = _length_h(kind, bay, dice)
        yield _stay(kind, bay, dice, (now_h, now_h + length_h))
        gap_h = max(0.3, dice.expovariate(kind.stays_a_day / 12))
        now_h += length_h + gap_h


def _length_h(kind: SiteKind, bay: Bay, dice: random.Random) -> float:
    away = 0.15 if bay.case is Case.ABSORB else kind.holiday
    if dice.random() < away:
        return 24 * dice.uniform(2.5, 9)
    return max(0.2, dice.expovariate(kind.stays_a_day / 12))


def _stay(kind: SiteKind, bay: Bay, dice: random.Random, when: tuple[float, float]) -> Stay:
    car = bay.own if dice.random() < kind.own_car else build_car(dice, kind.moment, kind.remanent)
    return Stay(
        from_h=when[0],
        until_h=when[1],
        car=car,
        across_m=dice.gauss(0, kind.offset_m),
        along_m=dice.gauss(0, 1.5 * kind.offset_m),
    )
