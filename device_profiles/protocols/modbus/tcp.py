"""Carries a dialogue of Modbus RTU over TCP: the same questions behind the MBAP header instead of before a CRC.

Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3: transaction, protocol 0, length, unit.
"""

from collections.abc import Sequence
from typing import Final

from device_profiles.dialogue import Dialogue
from device_profiles.errors import DecodeError
from device_profiles.protocols.modbus.rtu import crc16, framed

_HEADER: Final = 6
_LONGEST: Final = 254
"""Unit and PDU: 1 + 253 bytes."""


class OverTcp:
    """A `Dialogue` over TCP made of one over a serial line.

    The transaction number is the question's CRC: a late answer to another question is told by it, and one to the same
    question is as good as the one that was waited for.
    """

    def __init__(self, serial: Dialogue) -> None:
        """Take the dialogue of the serial line."""
        self._serial = serial

    def questions(self, address: str) -> Sequence[bytes]:
        """Return the questions with their header.

        Raises:
            DecodeError: it is no address of Modbus, or the dialogue is another protocol's.
        """
        return [_wrapped(question) for question in self._serial.questions(address)]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        """Return the answer as the serial dialogue hands it on; None while it is not complete.

        Raises:
            DecodeError: what is heard is no Modbus/TCP, or the device says that it cannot answer just now.
        """
        at = 0
        while at + _HEADER <= len(heard):
            length = int.from_bytes(heard[at + 4 : at + 6], "big")
            if heard[at + 2 : at + 4] != b"\0\0" or not 2 <= length <= _LONGEST:
                raise DecodeError(f"expected a header of Modbus/TCP, got {heard[at : at + 8].hex()}")
            body = heard[at + _HEADER : at + _HEADER + length]
            if len(body) == length and heard[at : at + 2] == question[:2]:
                asked = framed(question[6], question[7:])
                # Some devices answer as another unit than the one that was asked: the transaction is what counts.
                return self._serial.answer(address, asked, framed(question[6], body[1:]))
            at += _HEADER + length
        return None


def _wrapped(question: bytes) -> bytes:
    body, crc = question[:-2], question[-2:]
    if len(body) < 2 or crc16(body) != crc:
        raise DecodeError(
            "expected a profile of Modbus registers for Modbus/TCP, got one of another protocol"
        )
    return crc + b"\0\0" + len(body).to_bytes(2, "big") + body
