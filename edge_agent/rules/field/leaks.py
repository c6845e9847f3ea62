"""Learns what a vehicle in each of the neighbouring bays adds to a bay's field, and takes it away again."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from edge_agent.rules.field.fact import ORIGIN, FieldFact, Vector
from edge_agent.rules.field.thermal import predicted

_GAIN: Final = 0.15
_VAR_GAIN: Final = 0.05
_LARGEST: Final = 0.6
"""A change beside which the bay's own field moved more than this share of a vehicle was a change in the bay itself."""
_LEAST_VAR: Final = 25.0
_MOST_VAR: Final = 1e6


def without(field: Vector, leaks: Sequence[Vector], beside: Sequence[bool]) -> Vector:
    """Return a field without what the vehicles in the neighbouring bays usually add."""
    x, y, z = field
    for leak, occupied in zip(leaks, beside, strict=False):
        if occupied:
            x, y, z = x - leak[0], y - leak[1], z - leak[2]
    return x, y, z


def leaked(
    fact: FieldFact, field: Vector, temperature_c: float, occupied: tuple[bool, ...], changed: bool
) -> tuple[FieldFact, bool]:
    """Return what is known of the neighbours' leaks after a reading, and whether any neighbour has changed.

    A leak is learned where one neighbour alone changed since the last reading and the node's word stood still.
    """
    if len(fact.leaks) != len(occupied) or len(fact.beside) != len(occupied):
        return replace(fact, beside=occupied, leaks=(ORIGIN,) * len(occupied)), True
    news = [index for index, now in enumerate(occupied) if now is not fact.beside[index]]
    if not news:
        return fact, False
    if len(news) > 1 or changed or not fact.readings:
        return replace(fact, beside=occupied), True
    return _learned(replace(fact, beside=occupied), field, temperature_c, news[0]), True


def _learned(fact: FieldFact, field: Vector, temperature_c: float, index: int) -> FieldFact:
    last = predicted(fact.field, fact.slope, temperature_c - fact.field_c)
    sign = 1.0 if fact.beside[index] else -1.0
    step = (sign * (field[0] - last[0]), sign * (field[1] - last[1]), sign * (field[2] - last[2]))
    if sum(axis * axis for axis in step) > (_LARGEST * fact.shift) ** 2:
        return fact
    known = fact.leaks[index]
    miss = (step[0] - known[0], step[1] - known[1], step[2] - known[2])
    off = max(0.0, sum(axis * axis for axis in miss) / 3.0 - 2 * fact.noise)
    leak = (known[0] + _GAIN * miss[0], known[1] + _GAIN * miss[1], known[2] + _GAIN * miss[2])
    return replace(
        fact,
        leaks=(*fact.leaks[:index], leak, *fact.leaks[index + 1 :]),
        leak_var=max(_LEAST_VAR, min(_MOST_VAR, fact.leak_var + _VAR_GAIN * (off - fact.leak_var))),
    )
