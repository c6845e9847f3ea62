"""Keeps the fields at which a bay has rested, and tells which of them are the bay without a vehicle.

The idea: an empty bay's field repeats, a vehicle's does not. A background is found by how often the field returns to
it, how closely, and what the node said there, so that no single wrong word can make one.
"""

from math import log
from typing import Final

from msgspec.structs import replace

from edge_agent.rules.field.fact import FieldFact, Ground, Vector
from edge_agent.rules.field.thermal import apart2, predicted

MOST: Final = 6
_GATE: Final = 16.0
"""Square of the deviations within which a reading belongs to a ground: 99.9 % of three axes' noise."""
_STAYS: Final = 5.0
_ODD: Final = 2.0
"""A ground is not widened by more than twice its variance: a weak vehicle now and then must not become part of it."""
_FADE: Final = 0.95
_WANDER_A_DAY: Final = 4.0
_MOST_WANDER: Final = 400.0
_KEEP: Final = 1.2
_RETURNS: Final = 2.5
_SELDOM: Final = 0.1
"""A ground with less of the visits of the busiest cannot be the background, whatever the node says there."""
_LOOSE_SHARE: Final = 0.125
_DAY_MS: Final = 86_400_000


def variance(fact: FieldFact, ground: Ground, temperature_c: float, at_ms: int, leak: float) -> float:
    """Return the variance of an axis of what a reading at this ground may be off."""
    warmer_c = temperature_c - ground.temperature_c
    wander = _WANDER_A_DAY * (at_ms - ground.seen_ms) / _DAY_MS
    if wander > _MOST_WANDER:
        wander = _MOST_WANDER
    own = max(fact.noise, ground.spread)
    return own + fact.slope_var * warmer_c * warmer_c + leak + (max(0.0, wander))


def nearest(fact: FieldFact, field: Vector, temperature_c: float, at_ms: int, leak: float) -> int:
    """Return the ground to which a reading belongs, -1 if to none; where it fits well, the bay rests where it was."""
    if fact.here >= 0:
        ground = fact.grounds[fact.here]
        most = _STAYS * variance(fact, ground, temperature_c, at_ms, leak)
        if _off(fact, ground, field, temperature_c) < most:
            return fact.here
    found, least = -1, _GATE
    for index, ground in enumerate(fact.grounds):
        off = _off(fact, ground, field, temperature_c) / variance(fact, ground, temperature_c, at_ms, leak)
        if off < least:
            found, least = index, off
    return found


def _off(fact: FieldFact, ground: Ground, field: Vector, temperature_c: float) -> float:
    """Return the square of how far a field is from what a ground would show at this temperature."""
    warmer_c = temperature_c - ground.temperature_c
    at, slope = ground.field, fact.slope
    x = field[0] - at[0] - slope[0] * warmer_c
    y = field[1] - at[1] - slope[1] * warmer_c
    z = field[2] - at[2] - slope[2] * warmer_c
    return x * x + y * y + z * z


def label(ground: Ground) -> float:
    """Return what the node's words say of a ground: above 0 for free, at most 2.5."""
    free, occupied = ground.said_free, ground.said_occupied
    return 2.5 * (free - occupied) / (free + occupied + 0.7)


def choose_main(grounds: tuple[Ground, ...], before: int, noise: float) -> int:
    """Return the ground that is most likely the empty bay; the one before stays unless another is clearly better."""
    visits = max([ground.visits for ground in grounds])
    best, most = 0, -1e9
    for index, ground in enumerate(grounds):
        if ground.visits < _SELDOM * visits and index != before:
            continue
        loose = min(1.5, 0.5 * log(max(1.0, ground.spread / noise)))
        score = label(ground) + _RETURNS * log(max(0.01, ground.visits / visits)) - loose
        score += _KEEP if index == before else 0.0
        if score > most:
            best, most = index, score
    return best


def visited(
    grounds: tuple[Ground, ...], index: int, occupied: bool | None, weight: float
) -> tuple[Ground, ...]:
    """Return the grounds after the bay came to rest at one of them; `weight` says how much the word there tells."""
    told = [replace(ground, visits=_FADE * ground.visits) for ground in grounds]
    ground = told[index]
    told[index] = replace(
        ground,
        visits=ground.visits + 1.0,
        said_free=0.9 * ground.said_free + (weight if occupied is False else 0.0),
        said_occupied=0.9 * ground.said_occupied + (weight if occupied else 0.0),
    )
    return tuple(told)


def added(grounds: tuple[Ground, ...], main: int, ground: Ground) -> tuple[tuple[Ground, ...], int]:
    """Return the grounds with a new one and its index; where there is no room it takes the least worth keeping."""
    if len(grounds) < MOST:
        return (*grounds, ground), len(grounds)
    least = min(
        (index for index in range(len(grounds)) if index != main),
        key=lambda index: (grounds[index].visits >= 1.5, grounds[index].seen_ms),
    )
    return (*grounds[:least], ground, *grounds[least + 1 :]), least


def rested(
    fact: FieldFact, index: int, field: Vector, temperature_c: float, at_ms: int, leak: float
) -> Ground:
    """Return a ground after one more reading at it: it follows slowly, and less while neighbours disturb it."""
    ground = fact.grounds[index]
    own = max(ground.spread, fact.noise)
    gain = max(0.03, 1.0 / (ground.readings + 1.0)) * own / (own + leak)
    at = ground.field
    warmer_c = temperature_c - ground.temperature_c
    off = min(_ODD * own, apart2(field, predicted(at, fact.slope, warmer_c)) / 3.0)
    spread = min((_LOOSE_SHARE * fact.shift) ** 2, max(1.0, ground.spread + gain * (off - ground.spread)))
    return Ground(
        field=(
            at[0] + gain * (field[0] - at[0]),
            at[1] + gain * (field[1] - at[1]),
            at[2] + gain * (field[2] - at[2]),
        ),
        temperature_c=ground.temperature_c + gain * warmer_c,
        spread=spread,
        readings=min(60.0, ground.readings + 1.0),
        visits=ground.visits,
        said_free=ground.said_free,
        said_occupied=ground.said_occupied,
        seen_ms=at_ms,
    )
