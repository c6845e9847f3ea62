"""Weighs what the field says against what the node says: log-odds of an occupied bay, and how good the answer is."""

from math import exp, log
from typing import Final

from msgspec import Struct

from edge_agent.rules.field.fact import FieldFact, Trust, Vector
from edge_agent.rules.field.grounds import label, variance
from edge_agent.rules.field.thermal import apart2, predicted
from wire import Sight

MATURE_VISITS: Final = 2.0
"""Returns to a background after which the field may speak against the node."""
_FIELD_MOST: Final = 5.0
_NOVEL_MOST: Final = 2.0
"""A field never seen before may be a vehicle or new steel: alone it does not overrule a node that proved right."""
_KNOWN_MOST: Final = 4.0
_WORD_MOST: Final = 4.0
_SHORTEST_GAP_MS: Final = 60_000.0
_MOST_CHANGES: Final = 0.45
_STRONG: Final = 1.5
_TEMPER: Final = 0.7
"""Share of the log-odds that holds, being sums of what is not independent (fitted on the sites tuned on)."""


class Evidence(Struct, frozen=True, kw_only=True):
    """Log-odds of an occupied bay by source."""

    field: float = 0.0
    word: float = 0.0


def mature(fact: FieldFact) -> bool:
    """Whether the bay's background is known well enough to hold against the node's word."""
    return bool(fact.grounds) and fact.grounds[fact.main].visits >= MATURE_VISITS and fact.readings >= 6


def is_background(fact: FieldFact, index: int) -> bool:
    """Whether a ground is the bay without a vehicle: the main one, or one where a node that proved right says free."""
    if index == fact.main:
        return True
    if index < 0:
        return False
    ground = fact.grounds[index]
    if ground.visits < 1.9 or ground.said_free <= ground.said_occupied:
        return False
    return (
        fact.trust.free_wrong < 0.15 * (fact.trust.free_right + fact.trust.free_wrong) and label(ground) > 0.8
    )


def of_field(fact: FieldFact, field: Vector, temperature_c: float, at_ms: int, leak: float) -> float:
    """Return the log-odds by the field alone: near a background, or as far as vehicles move it."""
    if not mature(fact):
        return 0.0
    spread = fact.shift * fact.shift / 3.0
    least = _FIELD_MOST
    for index, ground in enumerate(fact.grounds):
        if index != fact.main and (
            ground.said_free <= ground.said_occupied or not is_background(fact, index)
        ):
            continue
        off = apart2(field, predicted(ground.field, fact.slope, temperature_c - ground.temperature_c))
        near = min(spread, variance(fact, ground, temperature_c, at_ms, leak))
        least = min(least, 0.5 * (off / near - off / spread) - 1.5 * log(spread / near))
    if least < 0.0:
        sure = min(1.0, 0.3 + 0.14 * fact.grounds[fact.main].visits)
        return max(-_FIELD_MOST * sure, least)
    most = _NOVEL_MOST
    if fact.here >= 0 and label(fact.grounds[fact.here]) <= -0.5:
        most = _KNOWN_MOST
    return min(least, 0.3 * most if fact.doubted else most)


def of_word(trust: Trust, word: bool | None) -> float:
    """Return the log-odds by the node's word, as far as that word has proved right; never against the word."""
    if word is None:
        return 0.0
    right = trust.occupied_right if word else trust.free_right
    wrong = trust.occupied_wrong if word else trust.free_wrong
    sure = max(0.0, min(_WORD_MOST, log(right / wrong)))
    return sure if word else -sure


def decide(evidence: Evidence, odds: float, before: Sight) -> Sight:
    """Return what is believed; strong evidence that contradicts itself and leaves no winner is unknown."""
    against = evidence.field * evidence.word < 0
    if against and min(abs(evidence.field), abs(evidence.word)) > _STRONG and abs(odds) < 0.6:
        return Sight.UNKNOWN
    if before is not Sight.UNKNOWN and abs(odds) < 0.3:
        return before
    return Sight.OCCUPIED if odds > 0 else Sight.FREE


def quality(fact: FieldFact, now_ms: int) -> int:
    """Return in percent how likely the belief is right by now.

    A node whose word proved right tells of a change at once; of any other, a change is heard of at its next heartbeat.
    """
    if fact.sight is Sight.UNKNOWN:
        return 0
    toward = fact.odds if fact.sight is Sight.OCCUPIED else -fact.odds
    sure = 1.0 / (1.0 + exp(-_TEMPER * toward))
    tells = min(of_word(fact.trust, True), -of_word(fact.trust, False)) / _WORD_MOST
    intervals = max(0, now_ms - fact.at_ms) / max(fact.gap_ms, _SHORTEST_GAP_MS)
    # Of two states that are left at the same rate, a share of (1 - exp(-2 t / stay)) / 2 has changed after a time t.
    changes = min(_MOST_CHANGES, fact.gap_ms / max(fact.stay_ms, fact.gap_ms, _SHORTEST_GAP_MS))
    late = -log(1.0 - 2.0 * changes) * intervals * (1.0 - tells)
    silent = max(0.0, intervals - 2.0) / 12.0
    return round(100.0 * (0.5 + (sure - 0.5) * exp(-late - silent)))
