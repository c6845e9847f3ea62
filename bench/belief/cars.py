"""The magnetic field that a parked vehicle adds at a sensor: six dipoles, induced by the earth and remanent."""

import random
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

Vector = tuple[float, float, float]
COUNTS_A_TESLA: Final = 1.09e7
_MU: Final = 1e-7
_SPOTS: Final = ((-0.65, -1.5), (0.65, -1.5), (-0.65, 0.0), (0.65, 0.0), (-0.65, 1.5), (0.65, 1.5))
"""Where the iron is, in metres from the middle of the vehicle: across and along."""
_DOWN: Final = (0.0, 0.68, -0.73)
"""The earth's field at 47 degrees of inclination, along the bay."""


class Dipole(Struct, frozen=True, kw_only=True):
    """A moment in A m2 at a place in metres, seen from the middle of the vehicle on the ground."""

    at: Vector
    moment: Vector


Car = tuple[Dipole, ...]


def build_car(dice: random.Random, moment: tuple[float, float], remanent: float) -> Car:
    """Return a vehicle of random size and magnetisation; `moment` is the range of its total, in A m2."""
    total = dice.uniform(*moment)
    shares = [dice.uniform(0.4, 1.6) for _ in _SPOTS]
    weight = total / sum(shares)
    return tuple(
        Dipole(
            at=(x, y, dice.uniform(0.4, 0.75)),
            moment=_moment(dice, share * weight, remanent),
        )
        for (x, y), share in zip(_SPOTS, shares, strict=True)
    )


def _moment(dice: random.Random, size: float, remanent: float) -> Vector:
    x, y, z = (size * (down + remanent * dice.gauss(0, 0.6)) for down in _DOWN)
    return x, y, z


def field_of(car: Car, across_m: float, along_m: float) -> Vector:
    """Return in counts what a vehicle adds at a sensor, its middle being so far across and along from it."""
    return total(_field(dipole, across_m, along_m) for dipole in car)


def total(parts: Iterable[Vector]) -> Vector:
    """Add up vectors."""
    x = y = z = 0.0
    for part in parts:
        x, y, z = x + part[0], y + part[1], z + part[2]
    return x, y, z


def _field(dipole: Dipole, across_m: float, along_m: float) -> Vector:
    x, y, z = -(dipole.at[0] + across_m), -(dipole.at[1] + along_m), -dipole.at[2]
    r2 = x * x + y * y + z * z
    r = r2**0.5
    mx, my, mz = dipole.moment
    along = 3 * (mx * x + my * y + mz * z) / r2
    scale = COUNTS_A_TESLA * _MU / (r2 * r)
    return scale * (along * x - mx), scale * (along * y - my), scale * (along * z - mz)


def length(vector: Sequence[float]) -> float:
    """Return the length of a vector."""
    return float(sum(part * part for part in vector) ** 0.5)
