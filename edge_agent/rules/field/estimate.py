"""The second opinion itself: from what is remembered of a bay and one reading to what is remembered after it."""

from math import exp, isfinite
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from edge_agent.rules.field.evidence import Evidence, decide, is_background, mature, of_field, of_word
from edge_agent.rules.field.fact import ALONE, Around, FieldFact, FieldReading, Ground, Trust, Vector
from edge_agent.rules.field.grounds import added, choose_main, nearest, rested, visited
from edge_agent.rules.field.leaks import leaked, without
from edge_agent.rules.field.thermal import apart2, forgotten, learned, predicted
from wire import Sight

_AHEAD_MS: Final = 5 * 60 * 1000
_HOUR_MS: Final = 3_600_000
_TEMPERATURE_HOLDS_MS: Final = 3 * _HOUR_MS
_MILD_C: Final = 15.0
_HOTTEST_C: Final = 150.0
_LONGEST_GAP_MS: Final = 24 * _HOUR_MS
_LONGEST_AXIS: Final = 1e6
_RAN_OVER: Final = frozenset({32767.0, -32768.0, -4096.0})
"""What 16-bit magnetometers and the HMC5883L (data sheet, data output registers) give for an axis that ran over."""
FROZEN_AFTER: Final = 24
"""Readings with not one count of change: a working magnetometer's noise does not allow it."""
_FROZEN_WARM_AFTER: Final = 8
_FROZEN_WARM_C: Final = 3.0
_NOISE_GAIN: Final = 0.01
_NOISE_CLIP: Final = 4.0
_LOUDEST: Final = 0.06
"""Share of what a vehicle does that may pass for noise; without a bound, vehicles that are swapped unseen would."""
_LOCKED_MS: Final = 48 * _HOUR_MS


class Seen(Struct, frozen=True, kw_only=True):
    """A field and the one before it, both without the neighbours; `index` is its ground (-1 = none), `leak` the
    variance that the neighbours leave."""

    field: Vector
    last: Vector
    temperature_c: float
    index: int
    stepped: bool
    leak: float


def heard(fact: FieldFact, reading: FieldReading, now_ms: int, around: Around = ALONE) -> FieldFact:
    """Return what is remembered after a reading; one that is not newer than the newest changes nothing.

    A node may tell its word and its field one after the other, as of the same time.
    """
    at_ms, word, field = reading.at_ms, reading.occupied, reading.field
    if at_ms < fact.at_ms <= now_ms + _AHEAD_MS or (at_ms == fact.at_ms and not _is_rest(fact, reading)):
        return fact
    if reading.started:
        fact = restarted(fact)
    temperature_c, temperature_ms = _temperature(fact, reading)
    if field is None and word is None:
        seen_ms = at_ms if reading.started else fact.at_ms
        return replace(fact, at_ms=seen_ms, temperature_c=temperature_c, temperature_ms=temperature_ms)
    changed = word is not None and word is not fact.word
    gap_ms = max(0, at_ms - fact.at_ms) if fact.at_ms else 0
    usual_ms = fact.gap_ms or float(gap_ms)
    fact = replace(
        fact,
        at_ms=at_ms,
        word=fact.word if word is None else word,
        word_since_ms=at_ms if changed else fact.word_since_ms,
        unheard=0 if changed else fact.unheard,
        gap_ms=usual_ms + 0.1 * (min(gap_ms, _LONGEST_GAP_MS) - usual_ms) if gap_ms else usual_ms,
        temperature_c=temperature_c,
        temperature_ms=temperature_ms,
    )
    if field is None:
        return _by_word(fact, changed)
    if not _is_sound(field):
        return _by_word(replace(fact, field_ms=at_ms), changed)
    return _by_field(fact, field, gap_ms, around, changed)


def _is_rest(fact: FieldFact, reading: FieldReading) -> bool:
    """Whether a reading of the same time as the newest brings the field that the newest did not have."""
    return reading.field is not None and fact.field_ms != fact.at_ms


def restarted(fact: FieldFact) -> FieldFact:
    """Return what is remembered after the node started again: it may lie differently, and has calibrated anew."""
    return replace(fact, doubted=bool(fact.grounds), trust=Trust(), slope_var=min(100.0, 4 * fact.slope_var))


def frozen(fact: FieldFact) -> bool:
    """Whether the field stands still as no living magnetometer's does, and longer than this coarse one's ever did."""
    usual = 3 * fact.most_repeats
    if fact.repeats >= FROZEN_AFTER + usual:
        return True
    return (
        fact.repeats >= _FROZEN_WARM_AFTER + usual
        and fact.repeats_high_c - fact.repeats_low_c >= _FROZEN_WARM_C
    )


def _is_sound(field: Vector) -> bool:
    """Whether a field is a measurement: finite, and no code for an axis that ran over."""
    for axis in field:
        if not -_LONGEST_AXIS < axis < _LONGEST_AXIS:  # neither a NaN nor an infinity is
            return False
    return _RAN_OVER.isdisjoint(field)


def _temperature(fact: FieldFact, reading: FieldReading) -> tuple[float | None, int]:
    """Return the temperature to use and when it was told: the newest, as long as it holds."""
    told = reading.temperature_c
    if told is not None and isfinite(told) and abs(told) < _HOTTEST_C:
        return told, reading.at_ms
    held = reading.at_ms - fact.temperature_ms <= _TEMPERATURE_HOLDS_MS
    return (fact.temperature_c if held else None), fact.temperature_ms


def _by_word(fact: FieldFact, changed: bool) -> FieldFact:
    """Take a word without a field: it counts as much as such words have proved right."""
    word = of_word(fact.trust, fact.word)
    odds = word if changed or not fact.grounds else max(-6.0, min(6.0, 0.7 * fact.odds + 0.5 * word))
    return _settled(fact, Evidence(word=word), odds)


def _by_field(fact: FieldFact, field: Vector, gap_ms: int, around: Around, changed: bool) -> FieldFact:
    temperature_c = _MILD_C if fact.temperature_c is None else fact.temperature_c
    before = fact
    if fact.repeats or field == fact.field:
        fact = _repeated(fact, field, temperature_c)
        if frozen(fact):
            return _without_field(fact)
    last = without(fact.field, fact.leaks, fact.beside)
    fact, disturbed = leaked(fact, field, temperature_c, around.occupied, changed)
    flat, leak = without(field, fact.leaks, fact.beside), sum(fact.beside) * fact.leak_var
    index = nearest(fact, flat, temperature_c, fact.at_ms, leak)
    stepped = _stepped(fact, last, flat, temperature_c, leak) if index < 0 or index != fact.here else False
    seen = Seen(field=flat, last=last, temperature_c=temperature_c, index=index, stepped=stepped, leak=leak)
    fact = _placed(_thermal(fact, seen, gap_ms, disturbed), seen, changed)
    field_odds = of_field(fact, flat, temperature_c, fact.at_ms, leak)
    word = of_word(fact.trust, fact.word) / (1.0 + max(0, fact.unheard - 3))
    if changed and _small(before, field, around):
        word *= 0.4
    held = 0.0 if stepped else max(-1.5, min(1.5, fact.odds)) * exp(-gap_ms / (6 * _HOUR_MS))
    evidence = Evidence(field=field_odds, word=word)
    if stepped and before.readings:
        fact = replace(fact, moved=apart2(field, before.field) ** 0.5, moved_ms=fact.at_ms)
    return _settled(
        replace(fact, field=field, field_ms=fact.at_ms, field_c=temperature_c),
        evidence,
        field_odds + word + held,
    )


def _small(before: FieldFact, field: Vector, around: Around) -> bool:
    """Whether a field moved so much less than the neighbour's that the neighbour alone explains it."""
    return apart2(field, before.field) < (0.4 * around.together) ** 2


def _settled(fact: FieldFact, evidence: Evidence, odds: float) -> FieldFact:
    if not mature(fact):  # a field that is not known yet says nothing: the node's word stands
        sight = Sight.UNKNOWN if fact.word is None else Sight.OCCUPIED if fact.word else Sight.FREE
        stands = 1.0 if fact.word else -1.0
        return replace(fact, odds=stands, sight=sight)
    return replace(fact, odds=odds, sight=decide(evidence, odds, fact.sight))


def _repeated(fact: FieldFact, field: Vector, temperature_c: float) -> FieldFact:
    if not fact.readings or field != fact.field:
        return replace(fact, repeats=0, most_repeats=max(fact.most_repeats, fact.repeats))
    low_c = fact.repeats_low_c if fact.repeats else temperature_c
    high_c = fact.repeats_high_c if fact.repeats else temperature_c
    return replace(
        fact,
        repeats=min(fact.repeats + 1, 10_000),
        repeats_low_c=min(low_c, temperature_c),
        repeats_high_c=max(high_c, temperature_c),
    )


def _without_field(fact: FieldFact) -> FieldFact:
    """Take a reading of a sensor that stands still: its word stands for a while, but not for days."""
    word = 0.4 if fact.word else -0.4
    locked = fact.at_ms - fact.word_since_ms > _LOCKED_MS
    sight = Sight.UNKNOWN if locked or fact.word is None else Sight.OCCUPIED if fact.word else Sight.FREE
    return replace(fact, odds=word, sight=sight, field_ms=fact.at_ms)


def _stepped(fact: FieldFact, last: Vector, field: Vector, temperature_c: float, leak: float) -> bool:
    """Whether the field moved more since the last reading than noise, warmth and neighbours explain."""
    if not fact.readings:
        return True
    warmer_c = temperature_c - fact.field_c
    most = 16.0 * (2 * fact.noise + leak + fact.slope_var * warmer_c * warmer_c)
    return apart2(field, predicted(last, fact.slope, warmer_c)) > max(most, 144.0)


def _thermal(fact: FieldFact, seen: Seen, gap_ms: int, disturbed: bool) -> FieldFact:
    """Learn the slope and the noise from a stay that goes on while nothing moves beside it."""
    var = forgotten(fact.slope_var, gap_ms / (24 * _HOUR_MS))
    if seen.stepped or disturbed or fact.temperature_c is None:
        return replace(fact, slope_var=var)
    start, start_c = fact.stay_field, fact.stay_temperature_c
    if fact.here >= 0 and is_background(fact, fact.here) and fact.grounds[fact.here].readings >= 3:
        ground = fact.grounds[fact.here]
        start, start_c = ground.field, ground.temperature_c
    warmer_c = seen.temperature_c - start_c
    at = predicted(start, fact.slope, warmer_c)
    miss = (seen.field[0] - at[0], seen.field[1] - at[1], seen.field[2] - at[2])
    off = apart2(seen.field, at) / 6.0 - var * warmer_c * warmer_c / 2.0 - seen.leak / 2.0
    slope, var = learned(fact.slope, var, warmer_c, miss, 2 * fact.noise + seen.leak)
    if seen.index != fact.here:
        return replace(fact, slope=slope, slope_var=var)
    noise = fact.noise + _NOISE_GAIN * (max(0.0, min(off, _NOISE_CLIP * fact.noise)) - fact.noise)
    most = (_LOUDEST * fact.shift) ** 2
    return replace(fact, slope=slope, slope_var=var, noise=max(1.0, min(most, noise)))


def _placed(fact: FieldFact, seen: Seen, changed: bool) -> FieldFact:
    """Find the ground of a reading; a stay that is over is judged, a new one begins."""
    index = seen.index
    if fact.here >= 0 and (index == fact.here or (index < 0 and not seen.stepped)):
        index = fact.here  # the same ground, or one that creeps
        ground = rested(fact, index, seen.field, seen.temperature_c, fact.at_ms, seen.leak)
        grounds = (*fact.grounds[:index], ground, *fact.grounds[index + 1 :])
        return replace(fact, grounds=grounds, readings=min(fact.readings + 1, 1_000_000))
    return _arrived(fact, index, seen, changed)


def _arrived(fact: FieldFact, index: int, seen: Seen, changed: bool) -> FieldFact:
    left, grounds, main = fact, fact.grounds, fact.main
    if index < 0:
        fresh = Ground(
            field=seen.field,
            temperature_c=seen.temperature_c,
            spread=4 * fact.noise,
            visits=0.0,
            seen_ms=fact.at_ms,
        )
        grounds, index = added(grounds, main, fresh)
    weight = 1.0 if changed else 0.5 if fact.unheard < 2 else 0.1
    grounds = visited(grounds, index, fact.word, weight)
    moved = apart2(seen.field, seen.last) ** 0.5
    ignored = not changed and left.here >= 0 and moved > 0.4 * fact.shift
    lasted = float(min(fact.at_ms - fact.stay_since_ms, 7 * 24 * _HOUR_MS))
    fact = replace(
        fact,
        stay_ms=fact.stay_ms + 0.1 * (lasted - fact.stay_ms) if fact.stay_ms else lasted * (left.here >= 0),
        unheard=min(fact.unheard + ignored, 1000),
        grounds=grounds,
        main=choose_main(grounds, main, fact.noise),
        here=index,
        stay_field=seen.field,
        stay_temperature_c=seen.temperature_c,
        stay_since_ms=fact.at_ms,
        readings=min(fact.readings + 1, 1_000_000),
    )
    if mature(fact) and left.here >= 0:
        fact = _judged(fact, left, moved, changed)
    return replace(fact, doubted=fact.doubted and not (is_background(fact, index) and mature(fact)))


def _judged(fact: FieldFact, before: FieldFact, moved: float, changed: bool) -> FieldFact:
    """Judge the word of the stay that is over: where the bay was is known now that it is known where it went."""
    word, left = before.word if not changed else not fact.word, before.here
    if left >= len(fact.grounds) or left == fact.here:
        return fact
    was_free, is_free = is_background(fact, left), is_background(fact, fact.here)
    if was_free is is_free:
        return fact
    shift = fact.shift
    if not was_free:
        shift = max(40.0, min(4000.0, shift + 0.1 * (moved - shift)))
    return replace(fact, trust=_told(fact.trust, word, free=was_free), shift=shift)


def _told(trust: Trust, word: bool | None, *, free: bool) -> Trust:
    """Count a word as right or wrong; the counts of that word fade, so that a node can win trust again."""
    if word is None:
        return trust
    right = 0.0 if word is free else 1.0
    if word:
        return replace(
            trust,
            occupied_right=max(0.25, 0.95 * trust.occupied_right + right),
            occupied_wrong=max(0.25, 0.95 * trust.occupied_wrong + 1.0 - right),
        )
    return replace(
        trust,
        free_right=max(0.25, 0.95 * trust.free_right + right),
        free_wrong=max(0.25, 0.95 * trust.free_wrong + 1.0 - right),
    )
