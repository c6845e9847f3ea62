"""A cold water meter of CJ/T 188-2018, from the meter's side."""

from typing import Final

from demo.estate.wired.bcd import digits, number_of, sum8
from demo.estate.wired.meter import Meter
from demo.estate.wired.tongue import Question

_START: Final = 0x68
_END: Final = 0x16
_HEAD: Final = 11
_COLD_WATER: Final = 0x10
_READ: Final = 0x01
_METERED: Final = (b"\x90\x1f", b"\x1f\x90")
_CUBIC_METRES: Final = b"\x2c"
_CLOCK: Final = bytes.fromhex("00301221112620")
_VALVE_OPEN: Final = b"\0\0"


class Cjt188Meters:
    """Answers the question for the metered values (901F), in whichever order its identifier comes."""

    profile = "meter_cjt188_water"
    property = "water.index"

    def address(self, number: int) -> str:
        """Return a meter number of fourteen digits."""
        return f"001233{number:08d}"

    def value(self, index: int) -> float:
        """Return cubic metres."""
        return index / 100

    def hears(self, heard: bytes) -> Question | None:
        """Return the first whole question; wake-up bytes and broken frames are passed over."""
        at = heard.find(_START)
        while 0 <= at <= len(heard) - _HEAD - 2:
            end = at + _HEAD + heard[at + 10] + 2
            frame = heard[at:end]
            if len(frame) == end - at and frame[-1] == _END and sum8(frame[:-2]) == frame[-2]:
                return Question(address=number_of(frame[2:9]), content=frame[9:-2], end=end)
            at = heard.find(_START, at + 1)
        return None

    def answers(self, question: Question, meter: Meter) -> bytes:
        """Return index, index at settlement, the meter's clock and its state."""
        control, data = question.content[0], question.content[2:]
        if control != _READ or data[:2] not in _METERED:
            return _frame(meter, control | 0xC0, data[2:3] + b"\x01")
        settled = digits(90_000 + meter.number, 4) + _CUBIC_METRES
        said = digits(meter.read(), 4) + _CUBIC_METRES + settled + _CLOCK + _VALVE_OPEN
        return _frame(meter, control | 0x80, data[:3] + said)


def _frame(meter: Meter, control: int, data: bytes) -> bytes:
    body = bytes([_START, _COLD_WATER, *digits(int(meter.address), 7), control, len(data)]) + data
    return b"\xfe" * 3 + body + bytes([sum8(body), _END])
