"""Plays the held-out sites (and those that were tuned on) and puts what came of it into figures."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from typing import Final

from bench.belief.garage import Garage, Heard
from bench.belief.score import (
    Tally,
    balanced,
    belief_rates,
    gain_interval,
    scored,
    strict_rates,
    unknown_share,
    word_rates,
)
from bench.belief.sites import HELD_OUT, TUNED, Case, SiteKind
from edge_agent.rules.field import FieldRule
from wire import DeviceId

CASES: Final = (*Case, *[Case.HEALTHY] * 4) * 2
"""A row of 24 bays: ten in order, two of every fault."""
_SEEDS: Final = range(101, 107)
_WORKS: Final = 0.97
"""A node whose word has at least this balanced accuracy works: the belief must not make it worse."""
_MARGIN: Final = 0.005


def figures() -> dict[str, float]:
    """Return balanced accuracies, unknown shares and intervals in percent, and the cost of a reading."""
    held_out, tuned = _played(HELD_OUT), _played(TUNED)
    found = dict(_table("held out", held_out))
    for kind in HELD_OUT:
        here = [tally for tally in held_out if tally.site == kind.name]
        found |= dict(_lines(f"held out, {kind.name.partition(' ')[0]}", here))
    found |= dict(_claims("held out", held_out))
    found |= dict(_table("tuned on", tuned))
    return found | {"us a reading": _cost(TUNED[0])}


def _played(kinds: Sequence[SiteKind]) -> list[Tally]:
    rounds = [(kind, CASES, seed) for kind in kinds for seed in _SEEDS]
    with get_context("spawn").Pool(min(os.cpu_count() or 1, len(rounds))) as pool:
        return [tally for tallies in pool.starmap(scored, rounds) for tally in tallies]


def _table(name: str, tallies: Sequence[Tally]) -> Iterator[tuple[str, float]]:
    working = [tally for tally in tallies if balanced([tally], word_rates) >= _WORKS]
    failing = [tally for tally in tallies if balanced([tally], word_rates) < _WORKS]
    yield from _lines(f"{name}, nodes that work", working)
    low = gain_interval(working, strict_rates)[0]
    yield f"{name}, nodes that work: not worse by {_MARGIN:.1%} (1 = so)", float(low > -_MARGIN)
    yield from _lines(f"{name}, nodes that fail", failing)
    for case in Case:
        yield from _lines(f"{name}, {case}", [tally for tally in tallies if tally.case is case])


def _lines(name: str, tallies: Sequence[Tally]) -> Iterator[tuple[str, float]]:
    low, high = gain_interval(tallies, belief_rates)
    yield f"{name}: bays", float(len(tallies))
    yield f"{name}: node", 100 * balanced(tallies, word_rates)
    yield f"{name}: belief", 100 * balanced(tallies, belief_rates)
    yield f"{name}: gain, least", 100 * low
    yield f"{name}: gain, most", 100 * high
    yield f"{name}: unknown counted wrong", 100 * balanced(tallies, strict_rates)
    yield f"{name}: unknown", 100 * unknown_share(tallies)


def _claims(name: str, tallies: Sequence[Tally]) -> Iterator[tuple[str, float]]:
    claims: Counter[tuple[int, bool]] = Counter()
    for tally in tallies:
        claims.update(tally.claims)
    for tenth in sorted({tenth for tenth, _ in claims}):
        right, wrong = claims[tenth, True], claims[tenth, False]
        yield f"{name}, quality {10 * tenth} and up: right", 100 * right / (right + wrong)


def _cost(kind: SiteKind) -> float:
    """Return the microseconds of processor that the rule takes for a reading, neighbours and all: the best of ten."""
    heard = [item for item in Garage(kind, CASES, 1).play() if isinstance(item, Heard)]
    names = [DeviceId(f"bay-{index}") for index in range(len(CASES))]
    beside = {name: tuple(names[max(0, i - 1) : i] + names[i + 1 : i + 2]) for i, name in enumerate(names)}
    rule, tenth, best = FieldRule(names, beside), len(heard) // 10, float("inf")
    for first in range(0, 10 * tenth, tenth):
        start = time.process_time()
        for item in heard[first : first + tenth]:
            rule.heard(names[item.bay], item.reading, item.reading.at_ms)
        best = min(best, time.process_time() - start)
    return 1e6 * best / tenth
