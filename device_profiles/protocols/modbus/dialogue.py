"""Asks for blocks of registers over a serial line, and finds the answers in what is heard."""

from collections.abc import Sequence
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.modbus.block import Block, Function
from device_profiles.protocols.modbus.refusal import PASSING, refusal_words
from device_profiles.protocols.modbus.rtu import crc16, framed

_REFUSAL: Final = 5
_REFUSED: Final = 0x80
_MOST_SHOWN: Final = 64


class RegisterDialogue:
    """A `Dialogue` of Modbus RTU, one question a block.

    An RTU answer does not say which registers it carries, so what is handed on as the answer is the question's
    function, start and count (five bytes) followed by the registers; a refusal has bit 7 of the function set and the
    exception code behind the head.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Take the blocks in the order in which they are read."""
        self.blocks = tuple(blocks)

    def questions(self, address: str) -> Sequence[bytes]:
        """Return the frames that read every block of a unit, `address` 1 to 247 (to 255 over TCP).

        Raises:
            DecodeError: it is no address of Modbus.
        """
        unit = _unit(address)
        return [framed(unit, block.head) for block in self.blocks]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        """Return the head and the registers that answer the question; None while they are not complete.

        Raises:
            DecodeError: an answer came whole with a wrong CRC, or the device says that it cannot answer just now.
        """
        unit, head = _unit(address), question[1:6]
        size = _asked(head).size
        start = len(question) if heard.startswith(question) else 0  # a line may give back what was said on it
        broken = incomplete = False
        for at in range(start, len(heard) - 1):
            if heard[at] != unit or heard[at + 1] & ~_REFUSED != head[0]:
                continue
            end = _end(heard, at, size)
            if end is None:
                continue
            if end > len(heard):
                incomplete = True
            elif crc16(heard[at : end - 2]) == heard[end - 2 : end]:
                return _handed_on(head, heard[at + 1 : end - 2])
            else:
                broken = True
        if broken and not incomplete:
            raise DecodeError(
                f"expected an answer of unit {unit} with a right CRC, got {heard[start:].hex()}"
            )
        return None


def _unit(address: str) -> int:
    if not (address.isascii() and address.isdecimal() and len(address) <= 3 and 1 <= int(address) <= 255):
        raise DecodeError(f"expected a Modbus address from 1 to 247 (over TCP to 255), got {address!r}")
    return int(address)


def _asked(head: bytes) -> Block:
    start, count = int.from_bytes(head[1:3], "big"), int.from_bytes(head[3:5], "big")
    return Block(function=Function(head[0]), start=start, count=count)


def _end(heard: bytes, at: int, size: int) -> int | None:
    """Return where the answer that begins at a place would end; None where it is no answer to this question."""
    if heard[at + 1] & _REFUSED:
        return at + _REFUSAL
    if at + 2 < len(heard) and heard[at + 2] != size:
        return None
    return at + 3 + size + 2


def _handed_on(head: bytes, pdu: bytes) -> bytes:
    if not pdu[0] & _REFUSED:
        return head + pdu[2:]
    if pdu[1] in PASSING:
        raise DecodeError(f"the device cannot answer now: {refusal_words(pdu[1])}")
    return bytes([pdu[0]]) + head[1:] + pdu[1:2]
