"""A simulated row of bays over months: vehicles, weather, steel, nodes and radio; what is heard, and the truth."""

import heapq
import math
import random
from collections.abc import Iterator

from msgspec import Struct

from bench.belief.bay import build_bay
from bench.belief.cars import Vector, field_of
from bench.belief.habits import Stay, stays
from bench.belief.sites import Case, SiteKind
from edge_agent.rules.field import FieldReading

TICK_H = 0.5
_LAG_H = 1 / 60
START_MS = 1_750_000_000_000


class Heard(Struct, frozen=True, kw_only=True):
    """A reading that reached the gateway."""

    bay: int
    reading: FieldReading


class Truth(Struct, frozen=True, kw_only=True):
    """Whether each bay is occupied, at one time."""

    at_ms: int
    occupied: tuple[bool, ...]


class Garage:
    """One row of bays; `play` gives in their order what is heard and, every half hour, the truth."""

    def __init__(self, kind: SiteKind, cases: tuple[Case, ...], seed: int) -> None:
        """Build vehicles, sensors and habits from the seed."""
        self._kind, self._dice = kind, random.Random(seed)
        self.bays = [build_bay(kind, case, index, self._dice) for index, case in enumerate(cases)]
        self._weather = self._draw_weather()

    def play(self) -> Iterator[Heard | Truth]:
        """Give everything in its order."""
        queue = list(self._arrivals())
        queue += [(tick * TICK_H, -1, 0, None) for tick in range(1, int(self._kind.days * 24 / TICK_H))]
        heapq.heapify(queue)
        serial = len(queue)
        while queue and queue[0][0] < 24 * self._kind.days:
            now_h, index, _, stay = heapq.heappop(queue)
            if index < 0:
                yield from self._tick(now_h)
                continue
            if stay is not None:
                self._move(index, stay, now_h)
                for near in (index - 1, index, index + 1):
                    serial += 1
                    if 0 <= near < len(self.bays):
                        heapq.heappush(queue, (now_h + _LAG_H, near, serial, None))
                continue
            yield from self._measure(index, now_h)

    def _arrivals(self) -> Iterator[tuple[float, int, int, Stay | None]]:
        serial = 0
        for index, bay in enumerate(self.bays):
            for stay in stays(self._kind, bay, self._dice):
                serial += 2
                yield stay.from_h, index, serial, stay
                yield stay.until_h, index, serial + 1, stay

    def _move(self, index: int, stay: Stay, now_h: float) -> None:
        """Let a vehicle come or go: its field is added or taken away here and in the next bays."""
        comes = now_h < stay.until_h
        self.bays[index].occupied = comes
        for step in (-1, 0, 1):
            near = index + step
            if not 0 <= near < len(self.bays):
                continue
            bay = self.bays[near]
            across_m = stay.across_m - step * self._kind.pitch_m
            weight = bay.leak if step else 1.0
            x, y, z = field_of(stay.car, across_m, stay.along_m)
            bay.iron[step] = (weight * x, weight * y, weight * z) if comes else (0.0, 0.0, 0.0)

    def _tick(self, now_h: float) -> Iterator[Heard | Truth]:
        for index in range(len(self.bays)):
            yield from self._measure(index, now_h)
        yield Truth(at_ms=_ms(now_h), occupied=tuple(bay.occupied for bay in self.bays))

    def _measure(self, index: int, now_h: float) -> Iterator[Heard]:
        """Let a node measure; it speaks when its word changes and when its heartbeat is due."""
        bay = self.bays[index]
        sensor_c = self._temperature(now_h) + bay.warmer_c
        field = bay.measured(sensor_c, now_h, self._dice)
        before = bay.word
        word = bay.say(field, now_h)
        if word is before and now_h - bay.spoke_h < self._kind.heartbeat_h:
            return
        bay.spoke_h = now_h
        if self._dice.random() < self._kind.loss:
            return
        rounded: Vector = (float(round(field[0])), float(round(field[1])), float(round(field[2])))
        reading = FieldReading(
            at_ms=_ms(now_h), occupied=word, field=rounded, temperature_c=float(round(sensor_c))
        )
        yield Heard(bay=index, reading=reading)

    def _temperature(self, now_h: float) -> float:
        kind, day = self._kind, now_h / 24
        season = kind.season_c * math.sin(2 * math.pi * (day + 30) / 365)
        hour = kind.day_c * math.sin(2 * math.pi * (now_h - 9) / 24)
        return kind.mean_c + season + hour + self._weather[int(day)]

    def _draw_weather(self) -> list[float]:
        found, now = [], 0.0
        for _ in range(self._kind.days + 1):
            now = 0.7 * now + self._dice.gauss(0, self._kind.weather_c * 0.7)
            found.append(now)
        return found


def _ms(now_h: float) -> int:
    return START_MS + round(now_h * 3_600_000)
