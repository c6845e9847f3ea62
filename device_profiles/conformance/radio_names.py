"""Reads the field names of the radio reference: which quantity in which unit, and what they say of it."""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from msgspec import Struct

from device_profiles.protocols.mbus import Function

_THOUSAND: Final = Fraction(1000)
_YEAR_S: Final = Fraction(36524250 * 864, 1000)
_MONTH_S: Final = _YEAR_S / 12
_TEMPERATURES: Final = frozenset(
    {"flow_temperature", "return_temperature", "external_temperature", "temperature_difference", "temperature",
     "temperature_limit", "room_temperature", "heater_temperature"}
)  # fmt: skip
_DURATIONS: Final = frozenset(
    {"on_time", "operating_time", "averaging_duration", "actuality_duration", "battery_time", "battery_left",
     "transmission_period", "storage_interval", "duration", "since_readout", "since_cumulation", "tariff_period"}
)  # fmt: skip


class Dimension(Struct, frozen=True, kw_only=True):
    """The quantities that a unit at the end of a name can mean, and what turns each of our units into it."""

    quantities: frozenset[str]
    units: Mapping[str, Fraction]


def _dimension(quantities: str, **units: Fraction) -> Dimension:
    names = {name.replace("_per_", "/").replace("_", "."): factor for name, factor in units.items()}
    return Dimension(quantities=frozenset(quantities.split()), units=names)


def _span(seconds: Fraction) -> Dimension:
    return Dimension(
        quantities=_DURATIONS,
        units={"s": 1 / seconds, "month": _MONTH_S / seconds, "year": _YEAR_S / seconds},
    )


def _warmth(factor: Fraction = Fraction(1)) -> Dimension:
    return Dimension(quantities=_TEMPERATURES, units={"Cel": factor, "K": factor})


_WH: Final = Fraction(1)
_DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "kwh": _dimension("energy", Wh=1 / _THOUSAND, J=Fraction(1, 3_600_000), cal=Fraction(4184, 3_600_000_000)),
    "mwh": _dimension("energy", Wh=1 / _THOUSAND**2, J=Fraction(1, 3_600_000_000)),
    "wh": _dimension("energy", Wh=_WH, J=Fraction(1, 3600)),
    "mj": _dimension("energy", J=Fraction(1, 1_000_000), Wh=Fraction(36, 10_000)),
    "gj": _dimension("energy", J=Fraction(1, 10**9), Wh=Fraction(36, 10**7)),
    "kvarh": _dimension("reactive_energy energy", varh=1 / _THOUSAND, Wh=1 / _THOUSAND),
    "kvah": _dimension("apparent_energy energy", VAh=1 / _THOUSAND, Wh=1 / _THOUSAND),
    "m3c": _dimension("volume_temperature", m3_Cel=_WH),
    "m3": _dimension("volume", m3=_WH),
    "l": _dimension("volume", m3=_THOUSAND),
    "m3h": _dimension("volume_flow", m3_per_h=_WH, m3_per_min=Fraction(60), m3_per_s=Fraction(3600)),
    "lh": _dimension("volume_flow", m3_per_h=_THOUSAND, m3_per_min=Fraction(60_000)),
    "kg": _dimension("mass", kg=_WH),
    "kgh": _dimension("mass_flow", kg_per_h=_WH),
    "kw": _dimension("power", W=1 / _THOUSAND, J_per_h=Fraction(1, 3_600_000)),
    "w": _dimension("power", W=_WH),
    "kvar": _dimension("reactive_power power", var=1 / _THOUSAND, W=1 / _THOUSAND),
    "kva": _dimension("apparent_power power", VA=1 / _THOUSAND, W=1 / _THOUSAND),
    "c": _warmth(),
    "f": _dimension(" ".join(_TEMPERATURES), degF=_WH),
    "v": _dimension("voltage battery_voltage", V=_WH),
    "a": _dimension("current", A=_WH),
    "hz": _dimension("frequency", Hz=_WH),
    "bar": _dimension("pressure", bar=_WH),
    "hca": Dimension(quantities=frozenset({"heat_cost_units"}), units={"": _WH}),
    "rh": Dimension(quantities=frozenset({"relative_humidity", "plain_text"}), units={"%RH": _WH}),
    "ppm": _dimension("dimensionless plain_text", ppm=_WH),
    "pct": Dimension(quantities=frozenset({"battery_percent", "percent"}), units={"%": _WH}),
    "dbm": _dimension("rf_level", dBm=_WH),
    "deg": _dimension("phase_between_voltages phase_voltage_to_current", deg=_WH),
    "s": _span(Fraction(1)),
    "min": _span(Fraction(60)),
    "h": _span(Fraction(3600)),
    "d": _span(Fraction(86400)),
    "month": _span(_MONTH_S),
    "y": _span(_YEAR_S),
    "counter": Dimension(quantities=frozenset(), units={"": _WH, "count": _WH}),
}  # fmt: skip
_PLAIN: Final = Dimension(quantities=frozenset(), units={"": _WH, "count": _WH})
_SURELY: Final = (
    ("temperature_difference", "temperature_difference"),
    ("t1_temperature", "flow_temperature"),
    ("t2_temperature", "return_temperature"),
    ("flow_temperature", "flow_temperature"),
    ("return_temperature", "return_temperature"),
    ("external_temperature", "external_temperature"),
    ("operating_time", "operating_time"),
    ("on_time", "on_time"),
    ("actuality_duration", "actuality_duration"),
    ("transmit_period", "transmission_period"),
    ("transmission_period", "transmission_period"),
)
_PAST: Final = re.compile(
    r"(^|_)(target|prev|previous|last|history|historic|historical|set|due|billing|past|at_date)(_|$|\d)"
)
_PERHAPS_PAST: Final = re.compile(r"(^|_)(at|month|year|day|week|hour|key|period|fixed|storage)(_|$|\d)")
_BACK: Final = re.compile(
    r"(^|_)(backwards?|reverse|production|produced|export|exported|return|returned|cooling|negative)(_|$|\d)"
)
_MOST: Final = re.compile(r"(^|_)(max|maximum|peak)(_|$)")
_LEAST: Final = re.compile(r"(^|_)(min|minimum)(_|$)")
_ERROR: Final = re.compile(r"(^|_)error(_|$)")
_TARIFF: Final = re.compile(r"(?:^|_)(?:tariff|rate)_?(\d+)(?:_|$)")
_SUBUNIT: Final = re.compile(r"(?:^|_)subunit_?(\d+)(?:_|$)")
_PHASE: Final = re.compile(r"(?:^|_)(?:phase_?|l)(\d)(?:_|$)")


class Wanted(Struct, frozen=True, kw_only=True):
    """What a name asks for; None stands for nothing said."""

    dimension: Dimension
    quantity: str | None
    function: Function | None
    past: bool
    now: bool
    backward: bool
    error: bool
    tariff: int | None
    subunit: int | None
    phase: int | None


@lru_cache(maxsize=4096)
def wanted(name: str) -> Wanted:
    """Return what a field name asks for."""
    unit = name.rpartition("_")[2] if "_" in name else ""
    past = _PAST.search(name) is not None and "since" not in name
    dimension = _DIMENSIONS.get(unit, _PLAIN)
    # A difference of two temperatures is named after both.
    sure = next(
        (quantity for word, quantity in _SURELY if word in name and quantity in dimension.quantities), None
    )
    return Wanted(
        dimension=dimension,
        quantity=sure,
        function=_function(name),
        past=past,
        now=not past and name.startswith("total") and _PERHAPS_PAST.search(name) is None,
        backward=_BACK.search(name) is not None,
        error=_ERROR.search(name) is not None,
        tariff=_number(_TARIFF, name),
        subunit=_number(_SUBUNIT, name),
        phase=_number(_PHASE, name),
    )


def _function(name: str) -> Function | None:
    if _MOST.search(name):
        return Function.MAXIMUM
    return Function.MINIMUM if _LEAST.search(name) else None


def _number(pattern: re.Pattern[str], name: str) -> int | None:
    found = pattern.search(name)
    return int(found[1]) if found else None
