"""What the simulated sensors know: what each said, and what of it was acknowledged to it."""

import asyncio
from collections.abc import Iterator

from msgspec import Struct

from demo.estate.sensor import Said
from wire import DeviceId

Identity = tuple[DeviceId, int]


class Spoken(Struct, kw_only=True):
    """One utterance and what became of it, as its sensor knows; times are seconds of a clock that never jumps.

    `held` says that it had to wait for its level's link.
    """

    utterance: Said
    sent_s: float | None = None
    acknowledged_s: float | None = None
    held: bool = False


class Ledger:
    """Every utterance by what makes it itself."""

    def __init__(self) -> None:
        """Start empty."""
        self._spoken: dict[Identity, Spoken] = {}
        self._answered = asyncio.Event()
        self.acknowledged = 0

    def said(self, utterance: Said) -> None:
        """A sensor has something to say."""
        assert utterance.identity not in self._spoken, (
            f"{utterance.identity} said twice: not one utterance more"
        )
        self._spoken[utterance.identity] = Spoken(utterance=utterance)

    def held(self, utterance: Said) -> None:
        """It cannot leave yet: its level has no link."""
        self._spoken[utterance.identity].held = True

    def sent(self, utterance: Said, now_s: float) -> None:
        """It left, perhaps not for the first time."""
        spoken = self._spoken[utterance.identity]
        if spoken.sent_s is None:
            spoken.sent_s = now_s

    def answered(self, utterance: Said, now_s: float) -> None:
        """Its acknowledgement came, perhaps once more."""
        spoken = self._spoken[utterance.identity]
        if spoken.acknowledged_s is None:
            spoken.acknowledged_s = now_s
            self.acknowledged += 1
            self._answered.set()

    def of(self, utterance: Said) -> Spoken:
        """Return what became of an utterance."""
        return self._spoken[utterance.identity]

    def __len__(self) -> int:
        """Return how many utterances there are."""
        return len(self._spoken)

    def __iter__(self) -> Iterator[Spoken]:
        """Give every utterance in the order in which it was said."""
        return iter(self._spoken.values())

    def waiting(self) -> int:
        """Return how many are not acknowledged yet."""
        return len(self._spoken) - self.acknowledged

    async def all_answered(self) -> None:
        """Wait until everything that was said is acknowledged."""
        while self.waiting():
            self._answered.clear()
            await self._answered.wait()

    def speakers(self) -> set[DeviceId]:
        """Return whoever has said something."""
        return {device for device, _ in self._spoken}

    def promised(self) -> set[Identity]:
        """Return what was acknowledged: each of these must be in the database exactly once."""
        return {key for key, spoken in self._spoken.items() if spoken.acknowledged_s is not None}
