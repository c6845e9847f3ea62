"""A heat meter on a wired M-Bus (EN 13757-2 and -3), from the meter's side."""

from typing import Final

from demo.estate.wired.bcd import digits, sum8
from demo.estate.wired.meter import Meter
from demo.estate.wired.tongue import Question

_SHORT: Final = 0x10
_LONG: Final = 0x68
_END: Final = 0x16
_FRAME: Final = 5
_SND_NKE: Final = 0x40
_REQ_UD2: Final = 0x5B
_FCB: Final = 0x20
_ACKNOWLEDGED: Final = b"\xe5"
_RSP_UD: Final = 0x08
_VARIABLE: Final = 0x72
_MAKER: Final = bytes.fromhex("a515")
_HEAT: Final = 0x04
_RECORDS: Final = (
    b"\x0c\x14" + digits(123_456, 4),  # volume, 0.01 m3
    b"\x0a\x5a" + digits(621, 2),  # supply, 0.1 degrees
    b"\x0a\x5e" + digits(418, 2),  # return, 0.1 degrees
    b"\x0b\x2b" + digits(4_520, 3),  # power, W
)


class MbusMeters:
    """Answers at a primary address: a reset with E5, a request for data with energy, volume, temperatures and power."""

    profile = "meter_mbus"
    property = "heat.index"

    def address(self, number: int) -> str:
        """Return a primary address."""
        return str(number)

    def value(self, index: int) -> float:
        """Return kilowatt-hours."""
        return index / 10

    def hears(self, heard: bytes) -> Question | None:
        """Return the first whole short frame; broken ones are passed over."""
        for at in range(len(heard) - _FRAME + 1):
            frame = heard[at : at + _FRAME]
            if (frame[0], frame[4], sum8(frame[1:3])) == (_SHORT, _END, frame[3]):
                return Question(address=str(frame[2]), content=frame[1:2], end=at + _FRAME)
        return None

    def answers(self, question: Question, meter: Meter) -> bytes:
        """Return E5 or the answer; what else may be asked is left unanswered."""
        control = question.content[0]
        if control == _SND_NKE:
            return _ACKNOWLEDGED
        if control & ~_FCB != _REQ_UD2:
            return b""
        energy = b"\x0c\x05" + digits(meter.read(), 4)  # 0.1 kWh
        identity = digits(41_000_000 + meter.number, 4) + _MAKER + bytes([1, _HEAT])
        access = bytes([meter.answers & 0xFF, 0, 0, 0])
        body = (
            bytes([_RSP_UD, int(meter.address), _VARIABLE]) + identity + access + energy + b"".join(_RECORDS)
        )
        return bytes([_LONG, len(body), len(body), _LONG]) + body + bytes([sum8(body), _END])
