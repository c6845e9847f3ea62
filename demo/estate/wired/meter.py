"""A meter on a line: where it hangs, what it has metered so far, and what it remembers of having answered."""

from enum import StrEnum
from typing import Final

from wire import DeviceId

_FIRST_INDEX: Final = 100_000


class Temper(StrEnum):
    """How a meter behaves."""

    WELL = "well"
    DEAD = "dead"
    NOISY = "noisy"  # its answers come with noise around them, and every third is broken
    UNWIRED = "unwired"  # only one phase is connected: the others are filled with FF


class Meter:
    """One meter; `index` counts in the smallest unit of its register and never stands still between two answers."""

    def __init__(self, device: DeviceId, address: str, number: int, temper: Temper = Temper.WELL) -> None:
        """Hang it on a line as number so and so."""
        self.device, self.address, self.number, self.temper = device, address, number, temper
        self.index = _FIRST_INDEX + 1000 * number
        self.answers = 0
        self.said: set[int] = set()

    def read(self) -> int:
        """Meter something, and remember what is said: no two answers say the same."""
        self.index += 1 + (self.number + self.index) % 3
        self.said.add(self.index)
        return self.index
