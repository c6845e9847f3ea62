"""A line in logical time: devices that answer, or do not, and a clock that only moves when somebody is asked."""

import math
from collections.abc import Callable, Sequence

from msgspec import Struct

from edge_agent.sources.bus import Ask, Change, Place, Rota

Answers = Callable[[int, int, float], bool]
"""Whether a device answers a question at a time."""


class Told(Struct, frozen=True, kw_only=True):
    """One ask with its begin, its end and what came of it."""

    at_s: float
    end_s: float
    ask: Ask
    answered: bool


class LogicalLine:
    """Runs a rota; an answer takes `answer_s`, a silence the device's time-out."""

    def __init__(
        self, places: Sequence[Place], answers: Answers, *, answer_s: float, retries: int = 1
    ) -> None:
        self.places, self.answers, self.answer_s = places, answers, answer_s
        self.rota = Rota(places, retries, 0.0)
        self.now_s = 0.0
        self.log: list[Told] = []
        self.changes: list[tuple[float, Change]] = []

    def run(self, until_s: float) -> None:
        """Go on until a time, or for ever later if nobody is ever asked again."""
        while self.now_s < until_s:
            ask = self.rota.next(self.now_s)
            if ask is None:
                wake_s = self.rota.wake_s(self.now_s)
                assert wake_s > self.now_s, "the rota wants to be asked again at once and has nothing to ask"
                self.now_s = min(wake_s, until_s) if math.isfinite(wake_s) else until_s
                continue
            self._tell(ask)

    def _tell(self, ask: Ask) -> None:
        began_s = self.now_s
        answered = self.answers(ask.device, ask.question, began_s)
        took_s = self.answer_s if answered else self.places[ask.device].timeout_s
        self.now_s += took_s + ask.doubt_s
        upshot = self.rota.told(answered, self.now_s)
        self.log.append(Told(at_s=began_s, end_s=self.now_s, ask=ask, answered=answered))
        if upshot.change is not None:
            self.changes.append((self.now_s, upshot.change))

    def period_s(self, device: int, since_s: float) -> float:
        """Return how long it takes on average from one answer of a device to the next."""
        times = [
            one.at_s for one in self.log if one.ask.device == device and one.answered and one.at_s >= since_s
        ]
        return (times[-1] - times[0]) / (len(times) - 1)

    def silent_s(self, since_s: float) -> float:
        """Return for how long the line has waited for nothing."""
        return sum(one.end_s - one.at_s for one in self.log if not one.answered and one.at_s >= since_s)
