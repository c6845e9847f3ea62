"""SenML's secondary units (RFC 8798) by their primary ones, so that any two of one kind convert."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from device_profiles.declared.linear import Linear

# secondary unit → (primary unit, scale[, offset]); "dBm", "%" and the index units follow the IANA registry.
_SECONDARY: Final[Mapping[str, tuple[str, Fraction]]] = {
    "ms": ("s", Fraction(1, 1000)),
    "min": ("s", Fraction(60)),
    "h": ("s", Fraction(3600)),
    "MHz": ("Hz", Fraction(1_000_000)),
    "kW": ("W", Fraction(1000)),
    "kVA": ("VA", Fraction(1000)),
    "kvar": ("var", Fraction(1000)),
    "Ah": ("C", Fraction(3600)),
    "Wh": ("J", Fraction(3600)),
    "kWh": ("J", Fraction(3_600_000)),
    "varh": ("vars", Fraction(3600)),
    "kvarh": ("vars", Fraction(3_600_000)),
    "VAh": ("VAs", Fraction(3600)),
    "kVAh": ("VAs", Fraction(3_600_000)),
    "Wh/km": ("J/m", Fraction(18, 5)),
    "KiB": ("B", Fraction(1024)),
    "GB": ("B", Fraction(10**9)),
    "Mbit/s": ("bit/s", Fraction(10**6)),
    "B/s": ("bit/s", Fraction(8)),
    "MB/s": ("bit/s", Fraction(8 * 10**6)),
    "mV": ("V", Fraction(1, 1000)),
    "mA": ("A", Fraction(1, 1000)),
    "ug/m3": ("kg/m3", Fraction(1, 10**9)),
    "mg/l": ("kg/m3", Fraction(1, 1000)),
    "ug/l": ("kg/m3", Fraction(1, 10**6)),
    "g/l": ("kg/m3", Fraction(1)),
    "mm/h": ("m/s", Fraction(1, 3_600_000)),
    "m/h": ("m/s", Fraction(1, 3600)),
    "km/h": ("m/s", Fraction(5, 18)),
    "ppm": ("/", Fraction(1, 10**6)),
    "ppb": ("/", Fraction(1, 10**9)),
    "ppt": ("/", Fraction(1, 10**12)),
    "/100": ("/", Fraction(1, 100)),
    "%": ("/", Fraction(1, 100)),
    "/1000": ("/", Fraction(1, 1000)),
    "hPa": ("Pa", Fraction(100)),
    "mm": ("m", Fraction(1, 1000)),
    "cm": ("m", Fraction(1, 100)),
    "km": ("m", Fraction(1000)),
}


def by_primary(unit: str, target: str) -> Linear | None:
    """Return how a unit becomes another of the same kind; nothing where the two have no primary unit in common."""
    primary, scale = _SECONDARY.get(unit, (unit, Fraction(1)))
    other, per = _SECONDARY.get(target, (target, Fraction(1)))
    return Linear(factor=scale / per) if primary == other else None
