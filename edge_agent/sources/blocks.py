"""Puts together what CoAP devices send block by block (RFC 7959, Block1), within fixed bounds."""

from collections import OrderedDict
from collections.abc import Hashable
from enum import Enum, auto
from typing import Final

from msgspec import Struct

_KEPT_S: Final = 93.0
"""MAX_TRANSMIT_WAIT (RFC 7252, 4.8.2): a device that has not sent the next block by then has given up."""
_MOST_AT_ONCE: Final = 64


class Block(Struct, frozen=True, kw_only=True):
    """One block: its number, its size in bytes, whether more follow, and its bytes."""

    number: int
    size: int
    more: bool
    payload: bytes


class Fault(Enum):
    """Why a block cannot be taken."""

    INCOMPLETE = auto()  # earlier blocks are missing: begin again
    WRONG_SIZE = auto()
    TOO_LARGE = auto()
    BUSY = auto()


class Assembly:
    """The bodies under way, by whatever tells one transfer from another; the oldest give way when time has passed."""

    def __init__(self, most_bytes: int) -> None:
        """Accept bodies of at most `most_bytes`."""
        self._most_bytes = most_bytes
        self._bodies: OrderedDict[Hashable, tuple[bytearray, float]] = OrderedDict()

    def feed(self, key: Hashable, block: Block, now_s: float) -> bytes | Fault | None:
        """Take a block and return the whole body with the last one, None before."""
        self._forget(now_s)
        if block.more and len(block.payload) != block.size:
            return Fault.WRONG_SIZE
        body, _ = self._bodies.pop(key, (bytearray(), 0.0))
        if block.number == 0:
            body = bytearray()
        if len(body) != block.number * block.size:
            return Fault.INCOMPLETE
        body += block.payload
        if len(body) > self._most_bytes:
            return Fault.TOO_LARGE
        if not block.more:
            return bytes(body)
        if len(self._bodies) >= _MOST_AT_ONCE:
            return Fault.BUSY
        self._bodies[key] = (body, now_s)
        return None

    def _forget(self, now_s: float) -> None:
        while self._bodies and now_s - next(iter(self._bodies.values()))[1] > _KEPT_S:
            self._bodies.popitem(last=False)
