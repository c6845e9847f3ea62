"""Counts how often the node's word and the gateway's belief were right, by bay, with what quality was claimed."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

from bench.belief.garage import START_MS, Garage, Heard, Truth
from bench.belief.sites import Case, SiteKind
from edge_agent.rules.field import FieldRule, opinion_of
from wire import DeviceId, Sight

_WARM_UP_MS = 14 * 86_400_000
_DRAWS = 400


class Tally:
    """One bay's half hours by truth and by what was said; `claims` by tenth of the claimed quality."""

    def __init__(self, site: str, case: Case) -> None:
        """Start at nothing."""
        self.site, self.case = site, case
        self.node: Counter[tuple[bool, bool]] = Counter()
        self.belief: Counter[tuple[bool, Sight]] = Counter()
        self.claims: Counter[tuple[int, bool]] = Counter()

    def node_balanced(self) -> float:
        """Return the balanced accuracy of the node's word."""
        return balanced([self], word_rates)


Rates = Callable[["Tally", bool], tuple[int, int]]


def word_rates(tally: Tally, truth: bool) -> tuple[int, int]:
    """Return how often the node's word was right in this truth, and of how many."""
    return tally.node[truth, truth], tally.node[truth, True] + tally.node[truth, False]


def belief_rates(tally: Tally, truth: bool) -> tuple[int, int]:
    """Return the same for the belief; unknown is neither right nor wrong."""
    right = Sight.OCCUPIED if truth else Sight.FREE
    return tally.belief[truth, right], tally.belief[truth, Sight.OCCUPIED] + tally.belief[truth, Sight.FREE]


def strict_rates(tally: Tally, truth: bool) -> tuple[int, int]:
    """Return the same for the belief; unknown counts as wrong."""
    right, decided = belief_rates(tally, truth)
    return right, decided + tally.belief[truth, Sight.UNKNOWN]


def balanced(tallies: Sequence[Tally], rates: Rates) -> float:
    """Return the mean of the shares of occupied and of free half hours that were told right."""
    shares = []
    for truth in (True, False):
        pairs = [rates(tally, truth) for tally in tallies]
        shares.append(sum(right for right, _ in pairs) / max(1, sum(of for _, of in pairs)))
    return sum(shares) / 2


def gain_interval(tallies: Sequence[Tally], rates: Rates) -> tuple[float, float]:
    """Return the 95 % interval of belief less node in balanced accuracy, by drawing bays with replacement."""
    dice, found = random.Random(1), []
    for _ in range(_DRAWS):
        drawn = dice.choices(tallies, k=len(tallies))
        found.append(balanced(drawn, rates) - balanced(drawn, word_rates))
    found.sort()
    return found[int(0.025 * _DRAWS)], found[int(0.975 * _DRAWS) - 1]


def unknown_share(tallies: Sequence[Tally]) -> float:
    """Return the share of half hours in which a bay was shown as unknown."""
    unknown = sum(
        count for tally in tallies for (_, sight), count in tally.belief.items() if sight is Sight.UNKNOWN
    )
    return unknown / max(1, sum(tally.belief.total() for tally in tallies))


def scored(kind: SiteKind, cases: tuple[Case, ...], seed: int) -> list[Tally]:
    """Play a garage through the rule and return the tally of every bay."""
    cases = tuple(random.Random(seed).sample(cases, len(cases)))
    garage = Garage(kind, cases, seed)
    names = [DeviceId(f"bay-{index}") for index in range(len(cases))]
    beside = {
        name: tuple(names[near] for near in (index - 1, index + 1) if 0 <= near < len(names))
        for index, name in enumerate(names)
    }
    rule = FieldRule(names, beside)
    tallies = [Tally(kind.name, case) for case in cases]
    words: list[bool | None] = [None] * len(cases)
    for item in garage.play():
        if isinstance(item, Heard):
            rule.heard(names[item.bay], item.reading, item.reading.at_ms)
            words[item.bay] = item.reading.occupied
        elif item.at_ms > START_MS + _WARM_UP_MS:
            _count(rule, names, tallies, words, item)
    return tallies


def _count(
    rule: FieldRule,
    names: Sequence[DeviceId],
    tallies: Sequence[Tally],
    words: Sequence[bool | None],
    truth: Truth,
) -> None:
    for name, tally, word, occupied in zip(names, tallies, words, truth.occupied, strict=True):
        fact = rule.facts.get(name)
        if fact is None or word is None:
            continue
        opinion = opinion_of(fact, truth.at_ms)
        tally.node[occupied, word] += 1
        tally.belief[occupied, opinion.sight] += 1
        if opinion.sight is not Sight.UNKNOWN:
            tally.claims[opinion.quality // 10, occupied is (opinion.sight is Sight.OCCUPIED)] += 1
