"""Exact conversion of a field's number into the catalogue's unit."""

from collections.abc import Mapping
from fractions import Fraction

from device_profiles.declared.linear import Linear
from device_profiles.declared.secondary import by_primary


def exact(number: float) -> Fraction:
    """Return the decimal that stands in the file, not the binary fraction nearest to it."""
    return Fraction(repr(number))


def _times(numerator: int, denominator: int = 1) -> Linear:
    return Linear(factor=Fraction(numerator, denominator))


# (unit of the field, unit of the catalogue); RFC 8798 gives the secondary units.
_CONVERSIONS: Mapping[tuple[str, str], Linear] = {
    ("mV", "V"): _times(1, 1000),
    ("degF", "Cel"): Linear(factor=Fraction(5, 9), offset=Fraction(-160, 9)),
    ("K", "Cel"): Linear(offset=Fraction(-27315, 100)),
    ("ms", "s"): _times(1, 1000),
    ("min", "s"): _times(60),
    ("h", "s"): _times(3600),
    ("d", "s"): _times(86400),
    ("mT", "T"): _times(1, 1000),
    ("uT", "T"): _times(1, 1_000_000),
    ("nT", "T"): _times(1, 1_000_000_000),
    ("G", "T"): _times(1, 10_000),
    ("mG", "T"): _times(1, 10_000_000),
    ("mA", "A"): _times(1, 1000),
    ("Wh", "kWh"): _times(1, 1000),
    ("MWh", "kWh"): _times(1000),
    ("MJ", "kWh"): _times(5, 18),
    ("GJ", "kWh"): _times(2500, 9),
    ("kW", "W"): _times(1000),
    ("kvar", "var"): _times(1000),
    ("kVA", "VA"): _times(1000),
    ("l", "m3"): _times(1, 1000),
    ("dm3", "m3"): _times(1, 1000),
    ("l/h", "m3/s"): _times(1, 3_600_000),
    ("l/min", "m3/s"): _times(1, 60_000),
    ("m3/h", "m3/s"): _times(1, 3600),
    ("kPa", "Pa"): _times(1000),
    ("MPa", "Pa"): _times(1_000_000),
    ("bar", "Pa"): _times(100_000),
    ("mmHg", "Pa"): Linear(factor=Fraction(133_322_387_415, 1_000_000_000)),
    ("Pa", "hPa"): _times(1, 100),
    ("kPa", "hPa"): _times(10),
    ("mm", "m"): _times(1, 1000),
    ("cm", "m"): _times(1, 100),
    ("g", "kg"): _times(1, 1000),
    ("mg/m3", "ug/m3"): _times(1000),
    ("ppb", "ppm"): _times(1, 1000),
    ("km/h", "m/s"): _times(5, 18),
    ("/", "%"): _times(100),
    ("/", "%EL"): _times(100),
    ("/", "%RH"): _times(100),
    ("/100", "%EL"): _times(1),
    ("/100", "%RH"): _times(1),
    ("dBW", "dBm"): Linear(offset=Fraction(30)),
    # Half a turn is pi: 355/113 is right to 8 parts in 100 million, far below any tilt sensor's own error.
    ("rad", "deg"): Linear(factor=Fraction(180 * 113, 355)),
    ("%", "%EL"): _times(1),
    ("%", "%RH"): _times(1),
}


def conversion(unit: str, target: str) -> Linear | None:
    """Return how `unit` becomes the catalogue's `target`; nothing where it does not. No unit means the target's."""
    if unit in ("", target):
        return Linear()
    return _CONVERSIONS.get((unit, target)) or by_primary(unit, target)
