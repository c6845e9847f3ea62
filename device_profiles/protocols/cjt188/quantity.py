"""Four bytes of decimals and one that names their unit, in whichever order the meter sends them."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Final

from msgspec import Struct

WIDTH: Final = 5


class Dimension(StrEnum):
    """What is measured."""

    ENERGY = "energy"
    POWER = "power"
    VOLUME = "volume"
    FLOW = "flow"


class Unit(Struct, frozen=True, kw_only=True):
    """A unit with its factor to the catalogue's unit of its dimension (kWh, W, m3, m3/s)."""

    name: str
    dimension: Dimension
    factor: Fraction


_ENERGY, _POWER, _VOLUME, _FLOW = Dimension.ENERGY, Dimension.POWER, Dimension.VOLUME, Dimension.FLOW


def _unit(name: str, dimension: Dimension, numerator: int, denominator: int = 1) -> Unit:
    return Unit(name=name, dimension=dimension, factor=Fraction(numerator, denominator))


UNITS: Final[Mapping[int, Unit]] = {
    0x01: _unit("J", _ENERGY, 1, 3_600_000),
    0x02: _unit("Wh", _ENERGY, 1, 1000),
    0x05: _unit("kWh", _ENERGY, 1),
    0x08: _unit("MWh", _ENERGY, 1000),
    0x0A: _unit("MWh*100", _ENERGY, 100_000),
    0x0B: _unit("kJ", _ENERGY, 1, 3600),
    0x0E: _unit("MJ", _ENERGY, 10, 36),
    0x11: _unit("GJ", _ENERGY, 10_000, 36),
    0x13: _unit("GJ*100", _ENERGY, 1_000_000, 36),
    0x14: _unit("W", _POWER, 1),
    0x17: _unit("kW", _POWER, 1000),
    0x1A: _unit("MW", _POWER, 1_000_000),
    0x29: _unit("L", _VOLUME, 1, 1000),
    0x2C: _unit("m3", _VOLUME, 1),
    0x32: _unit("L/h", _FLOW, 1, 3_600_000),
    0x35: _unit("m3/h", _FLOW, 1, 3600),
}
"""The units by their code (annex of CJ/T 188)."""
_CODES: Final[Mapping[Dimension | None, frozenset[int]]] = {
    **{kind: frozenset(code for code, unit in UNITS.items() if unit.dimension is kind) for kind in Dimension},
    None: frozenset(code for code, unit in UNITS.items() if unit.dimension in (_ENERGY, _VOLUME)),
}
# Energies, powers and volumes have two decimals, flows have four.
_DIVISORS: Final = {_ENERGY: 100, _POWER: 100, _VOLUME: 100, _FLOW: 10_000}


class Quantity(Struct, frozen=True, kw_only=True):
    """A measured quantity; `raw` is None where the meter fills FF or sends no decimals.

    `code` is the unit's code; where neither end of the five bytes is a unit, `unit` is None and `code` what came last.
    """

    raw: int | None
    unit: Unit | None
    code: int

    @property
    def value(self) -> float | None:
        """The value in its own unit."""
        if self.raw is None or self.unit is None:
            return None
        return self.raw / _DIVISORS[self.unit.dimension]

    @property
    def converted(self) -> float | None:
        """The value in the catalogue's unit, rounded once."""
        if self.raw is None or self.unit is None:
            return None
        top, bottom = _RATIOS[self.unit.name]
        return self.raw * top / bottom


_RATIOS: Final[Mapping[str, tuple[int, int]]] = {
    unit.name: (unit.factor.numerator, unit.factor.denominator * _DIVISORS[unit.dimension])
    for unit in UNITS.values()
}


def read_quantities(data: bytes, dimensions: Sequence[Dimension | None]) -> tuple[tuple[Quantity, ...], bool]:
    """Return the quantities one after the other, and whether their units come first.

    The standard has the unit last; some heat meters send it first. One order that fits all quantities is taken,
    the standard's before the other; where none does, each quantity is read in the order that fits it.
    A dimension of None takes energy as well as volume.
    """
    pieces = [data[at : at + WIDTH] for at in range(0, len(dimensions) * WIDTH, WIDTH)]
    codes = [_CODES[dimension] for dimension in dimensions]
    if _all_fit(pieces, codes, 4):
        return tuple([_last(piece) for piece in pieces]), False
    if _all_fit(pieces, codes, 0):
        return tuple([_first(piece) for piece in pieces]), True
    return tuple([_either(piece, known) for piece, known in zip(pieces, codes, strict=True)]), False


def _all_fit(pieces: Sequence[bytes], codes: Sequence[Collection[int]], at: int) -> bool:
    for piece, known in zip(pieces, codes, strict=True):  # noqa: SIM110  # twice as fast as all()
        if piece[at] not in known:
            return False
    return True


def units_fit(data: bytes, count: int) -> bool:
    """Say whether so many quantities of energy or volume stand at the beginning, all in one order."""
    known = _CODES[None]
    pieces = [data[at : at + WIDTH] for at in range(0, count * WIDTH, WIDTH)]
    if len(pieces[-1]) < WIDTH:
        return False
    return all(piece[4] in known for piece in pieces) or all(piece[0] in known for piece in pieces)


def _either(piece: bytes, known: Collection[int]) -> Quantity:
    """Read one quantity: behind the value before in front of it, where only a unit that fits is taken for one."""
    if piece[4] in known:
        return _last(piece)
    if piece[0] in known:
        return _first(piece)
    if piece[4] in UNITS:
        return _last(piece)
    return Quantity(raw=decimals(piece[:4]), unit=None, code=piece[4])


def _last(piece: bytes) -> Quantity:
    return Quantity(raw=decimals(piece[:4]), unit=UNITS[piece[4]], code=piece[4])


def _first(piece: bytes) -> Quantity:
    return Quantity(raw=decimals(piece[1:]), unit=UNITS[piece[0]], code=piece[0])


def decimals(data: bytes) -> int | None:
    """Return binary coded decimals, lowest byte first; None for FF and whatever else is no digit."""
    digits = data[::-1].hex()
    return int(digits) if digits.isdigit() else None
