"""The estate's lines as a table: which protocol, how many meters, and who among them is in a bad way."""

from collections.abc import Sequence
from typing import Final

from demo.estate.wired.line import Line
from demo.estate.wired.meter import Meter, Temper
from demo.estate.wired.modbus import Sdm120Meters
from demo.estate.wired.riser import Riser
from wire import DeviceId

RISERS: Final = (
    Riser(name="modbus-a", tongue=Sdm120Meters(), tempers={7: Temper.DEAD, 11: Temper.NOISY}),
    Riser(name="modbus-b", tongue=Sdm120Meters(), tempers={3: Temper.DEAD}),
    Riser(name="modbus-c", tongue=Sdm120Meters()),
    Riser(name="modbus-d", tongue=Sdm120Meters(), tempers={19: Temper.NOISY}),
)


def build_lines(meters: int = 200, risers: Sequence[Riser] = RISERS) -> list[Line]:
    """Hang so many meters on the estate's lines, shared out evenly."""
    each = [meters // len(risers) + (number < meters % len(risers)) for number in range(len(risers))]
    return [_line(riser, count) for riser, count in zip(risers, each, strict=True) if count]


def _line(riser: Riser, count: int) -> Line:
    meters = [
        Meter(
            device=DeviceId(f"{riser.name}-{number:03d}"),
            address=riser.tongue.address(number),
            number=number,
            temper=riser.tempers.get(number, Temper.WELL),
        )
        for number in range(1, count + 1)
    ]
    return Line(riser, meters)
