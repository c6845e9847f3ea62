"""A single-phase electricity meter with the register map of Eastron's SDM120, from the meter's side."""

import struct
from collections.abc import Mapping
from typing import Final

from demo.estate.wired.meter import Meter
from demo.estate.wired.tongue import Question

_QUESTION: Final = 8
_INPUT_REGISTERS: Final = 4
_LAST: Final = 0x0180
_ILLEGAL_FUNCTION: Final = 1
_ILLEGAL_ADDRESS: Final = 2
_INDEX: Final = 0x0048
_VALUES: Final[Mapping[int, float]] = {
    0x0000: 231.25,  # V
    0x0006: 4.5,  # A
    0x000C: 1031.5,  # W
    0x0012: 1040.75,  # VA
    0x0018: 138.25,  # var
    0x001E: 0.9921875,
    0x0046: 50.0,  # Hz
    0x004A: 12.5,  # kWh exported
    0x0156: 1024.5,  # kWh
    0x0158: 33.5,  # kvarh
}


class Sdm120Meters:
    """Answers any run of input registers; registers without a meaning hold 0."""

    profile = "meter_eastron_sdm120"
    property = "electricity.index"

    def address(self, number: int) -> str:
        """Return the unit."""
        return str(number)

    def value(self, index: int) -> float:
        """Return kilowatt-hours as a single-precision float has them."""
        return _float32(index / 100)

    def hears(self, heard: bytes) -> Question | None:
        """Return the first question with a right CRC."""
        for at in range(len(heard) - _QUESTION + 1):
            frame = heard[at : at + _QUESTION]
            if crc16(frame[:-2]) == frame[-2:]:
                return Question(address=str(frame[0]), content=frame[1:-2], end=at + _QUESTION)
        return None

    def answers(self, question: Question, meter: Meter) -> bytes:
        """Return the registers, or the exception that the standard has for it."""
        function, start, count = struct.unpack(">BHH", question.content)
        if function != _INPUT_REGISTERS:
            return framed(meter.address, bytes([function | 0x80, _ILLEGAL_FUNCTION]))
        if not 1 <= count <= 125 or start + count > _LAST:
            return framed(meter.address, bytes([function | 0x80, _ILLEGAL_ADDRESS]))
        image = bytearray(2 * _LAST)
        said = {**_VALUES, **({_INDEX: meter.read() / 100} if start <= _INDEX < start + count else {})}
        for register, value in said.items():
            struct.pack_into(">f", image, 2 * register, value)
        return framed(meter.address, bytes([function, 2 * count]) + image[2 * start : 2 * (start + count)])


def framed(address: str, pdu: bytes) -> bytes:
    """Return a frame with its CRC."""
    body = bytes([int(address)]) + pdu
    return body + crc16(body)


def crc16(covered: bytes) -> bytes:
    """Return the CRC bit by bit, as the serial line guide V1.02 (6.2.2) describes it; the low byte first."""
    value = 0xFFFF
    for octet in covered:
        value ^= octet
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


def _float32(value: float) -> float:
    single: float = struct.unpack(">f", struct.pack(">f", value))[0]
    return single
