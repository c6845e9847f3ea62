"""The estate's lines as a table: which protocol, how many meters, and who among them is in a bad way."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from demo.estate.wired.line import Line
from demo.estate.wired.meter import Meter, Temper
from demo.estate.wired.modbus import Sdm120Meters
from demo.estate.wired.tongue import Tongue
from wire import DeviceId


class Riser(Struct, frozen=True, kw_only=True):
    """One line of the estate; `tempers` are of meters by their number, the others are well."""

    name: str
    tongue: Tongue
    baud: int
    parity: str
    tempers: Mapping[int, Temper] = {}


RISERS: Final = (
    Riser(
        name="modbus-a",
        tongue=Sdm120Meters(),
        baud=9600,
        parity="none",
        tempers={7: Temper.DEAD, 11: Temper.NOISY},
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
    return Line(riser.name, riser.tongue, meters)
