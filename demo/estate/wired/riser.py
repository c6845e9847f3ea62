"""One line of the estate as a surveyor would list it."""

from collections.abc import Mapping

from msgspec import Struct

from demo.estate.wired.meter import Temper
from demo.estate.wired.tongue import Tongue


class Riser(Struct, frozen=True, kw_only=True):
    """A line by its name and what is spoken on it, each meter asked every `every_s`.

    `tempers` are of meters by their number, the others are well.
    """

    name: str
    tongue: Tongue
    baud: int = 9600
    parity: str = "none"
    every_s: float = 10.0
    tempers: Mapping[int, Temper] = {}
