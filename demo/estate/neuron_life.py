"""Lets the estate's other devices live: each speaks as often as its heart beats, and when something happens."""

import asyncio
import heapq
import random
import time
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from demo.estate.frames import Frame
from demo.estate.habits import Pace
from demo.estate.ledger import Ledger
from demo.estate.network_server import NetworkServer
from demo.estate.neurons import NEURONS, Mood, Neuron, neuron_frame
from wire import DeviceId

_ALARMED: Final = 0.1
"""How often something is the matter; it is over with the next frame or the one after."""


class Saying(Struct, frozen=True, kw_only=True):
    """What one of them says: `at_ms` by the clock of its network server, never the same millisecond twice."""

    neuron: Neuron
    mood: Mood
    number: int
    at_ms: int

    @property
    def device(self) -> DeviceId:
        """The id of who says it."""
        return self.neuron.device

    @property
    def kind(self) -> str:
        """The make of who says it."""
        return self.neuron.make.value

    @property
    def name(self) -> str:
        """Where who says it hangs."""
        return self.neuron.place

    @property
    def changed(self) -> bool:
        """Whether something is the matter."""
        return self.mood.alarmed

    @property
    def identity(self) -> tuple[DeviceId, int]:
        """What makes it itself, here and in the database."""
        return self.device, self.at_ms

    @property
    def frame(self) -> Frame:
        """The bytes in which it is said."""
        return neuron_frame(self.neuron.make, self.mood)


def moods(neuron: Neuron, pace: Pace, seed: int) -> Iterator[tuple[float, Neuron, Mood]]:
    """Give when (seconds after the start) this device speaks and how things stand then, without end."""
    chance = random.Random(f"{seed}/{neuron.device}")
    at_s, level, count, alarmed = chance.uniform(0, pace.greet_s), chance.random(), 0, False
    while True:
        yield at_s, neuron, Mood(alarmed=alarmed, level=level, count=count)
        alarmed = chance.random() < (0.5 if alarmed else _ALARMED)
        level = min(max(level + chance.uniform(-0.1, 0.1), 0.0), 1.0)
        count += chance.randrange(4)
        at_s += chance.uniform(0.5, 1.0) * pace.heartbeat_s


class NeuronLife:
    """Runs all of them until cancelled or hushed; each frame goes into the ledger of the estate."""

    def __init__(self, lorawan: NetworkServer, ledger: Ledger) -> None:
        """Let them speak through the estate's network server, which somebody else runs."""
        self._lorawan, self._ledger = lorawan, ledger
        self._hushed = asyncio.Event()
        self._numbers: dict[DeviceId, int] = {}
        self._last_ms: dict[DeviceId, int] = {}

    def hush(self) -> None:
        """Let none say anything new."""
        self._hushed.set()

    async def run(self, pace: Pace, seed: int) -> None:
        """Live; `seed` decides everything but the exact time."""
        started = asyncio.get_running_loop().time()
        lives = (moods(neuron, pace, seed) for neuron in NEURONS)
        for at_s, neuron, mood in heapq.merge(*lives, key=lambda turn: turn[0]):
            try:
                async with asyncio.timeout(max(0.0, started + at_s - asyncio.get_running_loop().time())):
                    await self._hushed.wait()
                return
            except TimeoutError:
                self._say(neuron, mood)

    def _say(self, neuron: Neuron, mood: Mood) -> None:
        device = neuron.device
        at_ms = max(time.time_ns() // 1_000_000, self._last_ms.get(device, 0) + 1)
        number = self._numbers.get(device, 0)
        self._last_ms[device], self._numbers[device] = at_ms, number + 1
        saying = Saying(neuron=neuron, mood=mood, number=number, at_ms=at_ms)
        self._ledger.said(saying)
        self._lorawan.carry(saying, saying.frame)
