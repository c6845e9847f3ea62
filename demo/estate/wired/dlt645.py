"""An electricity meter of DL/T 645-2007, from the meter's side."""

from typing import Final

from demo.estate.wired.bcd import digits, number_of, sum8
from demo.estate.wired.meter import Meter, Temper
from demo.estate.wired.tongue import Question

_START: Final = 0x68
_END: Final = 0x16
_HEAD: Final = 10
_READ: Final = 0x11
_NO_SUCH: Final = b"\x02"
_INDICES: Final = frozenset({0x00000000, 0x00010000})
"""Combined and imported active energy, total: XXXXXX.XX kWh."""
_ALL_INDICES: Final = 0x0001FF00
_UNMEASURED: Final = 0xFF


class Dlt645Meters:
    """Answers what a bill and a look at the mains need; for everything else there is the protocol's error frame."""

    profile = "meter_dlt645_2007"
    property = "electricity.index"

    def address(self, number: int) -> str:
        """Return a meter number of twelve digits."""
        return f"2511{number:08d}"

    def value(self, index: int) -> float:
        """Return kilowatt-hours."""
        return index / 100

    def hears(self, heard: bytes) -> Question | None:
        """Return the first whole question; wake-up bytes and broken frames are passed over."""
        at = heard.find(_START)
        while 0 <= at <= len(heard) - _HEAD - 2:
            end = at + _HEAD + heard[at + 9] + 2
            frame = heard[at:end]
            if (
                len(frame) == end - at
                and frame[7] == _START
                and frame[-1] == _END
                and sum8(frame[:-2]) == frame[-2]
            ):
                return Question(address=number_of(frame[1:7]), content=frame[8:-2], end=end)
            at = heard.find(_START, at + 1)
        return None

    def answers(self, question: Question, meter: Meter) -> bytes:
        """Return the answer, every byte of its data higher by 33 hex."""
        control, data = question.content[0], bytes((octet - 0x33) & 0xFF for octet in question.content[2:])
        said = (
            _value(int.from_bytes(data[:4], "little"), meter) if control == _READ and len(data) >= 4 else None
        )
        if said is None:
            return _frame(meter, control | 0xC0, _NO_SUCH)
        return _frame(meter, control | 0x80, data[:4] + said)


def _frame(meter: Meter, control: int, data: bytes) -> bytes:
    masked = bytes((octet + 0x33) & 0xFF for octet in data)
    body = bytes([_START, *digits(int(meter.address), 6), _START, control, len(masked)]) + masked
    return b"\xfe" * 4 + body + bytes([sum8(body), _END])


def _value(identifier: int, meter: Meter) -> bytes | None:
    """Return what stands behind a data identifier (DI3 first); FF as its second byte stands for all of a block."""
    if identifier in _INDICES:
        return digits(meter.read(), 4)
    if identifier == _ALL_INDICES:
        total = meter.read()
        return b"".join(digits(part, 4) for part in (total, *_tariffs(total)))
    measured = _MEASURED.get(identifier & 0xFFFF00FF)
    if measured is None:
        return _FIXED.get(identifier)
    width, values = measured
    wanted = identifier >> 8 & 0xFF
    chosen = range(len(values)) if wanted == 0xFF else (wanted - values.first,)
    if not all(0 <= place < len(values) for place in chosen):
        return None
    missing = bytes([_UNMEASURED]) * width
    return b"".join(
        missing
        if meter.temper is Temper.UNWIRED and values.is_other_phase(place)
        else digits(values[place], width)
        for place in chosen
    )


def _tariffs(total: int) -> tuple[int, int, int, int]:
    """Share the total out over sharp, peak, flat and valley."""
    share = total // 10
    return share, 3 * share, 4 * share, total - 8 * share


class _Values(tuple[int, ...]):
    """Values of a block: with `first` 0 the total stands before the phases A, B and C, with 1 there is none."""

    __slots__ = ()

    @property
    def first(self) -> int:
        return 0 if len(self) == 4 else 1

    def is_other_phase(self, place: int) -> bool:
        """Whether this is phase B or C."""
        return place + self.first > 1


_MEASURED: Final = {
    0x02010000: (2, _Values((2310, 2306, 2315))),  # voltages XXX.X V
    0x02020000: (3, _Values((5_120, 4_090, 1_005))),  # currents XXX.XXX A
    0x02030000: (3, _Values((23_250, 11_700, 9_300, 2_250))),  # active power XX.XXXX kW
    0x02060000: (2, _Values((985, 990, 980, 970))),  # power factors X.XXX
}
_FIXED: Final = {
    0x00020000: digits(1_234, 4),  # exported active energy
    0x02800002: digits(5000, 2),  # frequency XX.XX Hz
    0x040005FF: bytes(14),  # seven status words: all is well
}
