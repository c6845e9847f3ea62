"""The estate's lines as a table: which protocol, how many meters, and who among them is in a bad way."""

from collections.abc import Sequence
from typing import Final

from demo.estate.wired.cjt188 import Cjt188Meters
from demo.estate.wired.dlt645 import Dlt645Meters
from demo.estate.wired.line import Line
from demo.estate.wired.mbus import MbusMeters
from demo.estate.wired.meter import Meter, Temper
from demo.estate.wired.modbus import Sdm120Meters
from demo.estate.wired.riser import Riser
from wire import DeviceId

# Estates' days are short for meters too: a real line is asked every few minutes at most.
RISERS: Final = (
    Riser(
        name="electricity-1",
        tongue=Dlt645Meters(),
        baud=2400,
        parity="even",
        every_s=30.0,  # a meter is asked eight questions
        tempers={7: Temper.DEAD, 11: Temper.NOISY, 13: Temper.UNWIRED, 31: Temper.UNWIRED},
    ),
    Riser(name="water-1", tongue=Cjt188Meters(), baud=2400, parity="even", tempers={3: Temper.DEAD}),
    Riser(name="electricity-2", tongue=Sdm120Meters(), tempers={19: Temper.NOISY}),
    Riser(
        name="heat-1",
        tongue=MbusMeters(),
        baud=2400,
        parity="even",
        tempers={5: Temper.DEAD, 8: Temper.NOISY},
    ),
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
