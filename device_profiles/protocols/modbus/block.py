"""A run of registers or bits that is read with one question."""

from enum import IntEnum
from typing import Final

from msgspec import Struct


class Function(IntEnum):
    """The four functions that read (Modbus Application Protocol V1.1b3, 6.1 to 6.4)."""

    COILS = 1
    DISCRETE_INPUTS = 2
    HOLDING_REGISTERS = 3
    INPUT_REGISTERS = 4


BITS: Final = frozenset({Function.COILS, Function.DISCRETE_INPUTS})
MOST_REGISTERS: Final = 125
MOST_BITS: Final = 2000


class Block(Struct, frozen=True, kw_only=True):
    """`count` registers (or bits) from `start` on, as they are numbered on the line: from 0."""

    function: Function
    start: int
    count: int

    @property
    def size(self) -> int:
        """How many bytes an answer carries."""
        return (self.count + 7) // 8 if self.function in BITS else 2 * self.count

    @property
    def head(self) -> bytes:
        """Function, start and count in five bytes: the question's own, and what a reading begins with."""
        return bytes([self.function]) + self.start.to_bytes(2, "big") + self.count.to_bytes(2, "big")
