"""Which property of the catalogue a meter's record is, by the kind of meter."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from device_profiles.protocols.mbus.moment import Moment
from device_profiles.protocols.mbus.record import Function, Record

_WATER: Final = "water"
_HEAT: Final = "heat"
_COLD: Final = "cold"
_ELECTRICITY: Final = "electricity"
_GAS: Final = "gas"
_ANY: Final = ""
_GROUPS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("water", "cold_water", "warm_water", "hot_water", "dual_water"), _WATER),
    **dict.fromkeys(("irrigation_water", "water_logger", "waste_water"), _WATER),
    **dict.fromkeys(("heat", "heat_inlet", "heat_cooling", "steam"), _HEAT),
    **dict.fromkeys(("cooling", "cooling_inlet"), _COLD),
    **dict.fromkeys(("gas", "gas_logger", "gas_converter"), _GAS),
    "electricity": _ELECTRICITY,
}  # fmt: skip
_HOUR: Final = Fraction(1, 3600)
_FACTORS: Final[Mapping[tuple[str, str], Fraction]] = {
    ("Wh", "kWh"): Fraction(1, 1000),
    ("J", "kWh"): Fraction(1, 3_600_000),
    ("cal", "kWh"): Fraction(4184, 3_600_000_000),
    ("varh", "kvarh"): Fraction(1, 1000),
    ("J/h", "W"): _HOUR,
    ("m3/h", "m3/s"): _HOUR,
    ("m3/min", "m3/s"): Fraction(1, 60),
    ("bar", "Pa"): Fraction(100_000),
}
# kind of meter, quantity, qualifiers, past -> property, its unit. A table: one record a line.
_PROPERTIES: Final[Mapping[tuple[str, str, tuple[str, ...], bool], tuple[str, str]]] = {
    (_WATER, "volume", (), False): ("water.index", "m3"),
    (_WATER, "volume", ("forward",), False): ("water.index", "m3"),
    (_WATER, "volume", ("backward",), False): ("water.index_reverse", "m3"),
    (_WATER, "volume", (), True): ("water.index_settled", "m3"),
    (_WATER, "volume_flow", (), False): ("water.flow", "m3/s"),
    (_WATER, "flow_temperature", (), False): ("water.temperature", "Cel"),
    (_WATER, "pressure", (), False): ("water.pressure", "Pa"),
    (_GAS, "volume", (), False): ("gas.index", "m3"),
    (_HEAT, "energy", (), False): ("heat.index", "kWh"),
    (_HEAT, "energy", ("forward",), False): ("heat.index", "kWh"),
    (_HEAT, "energy", ("backward",), False): ("heat.cold_index", "kWh"),
    (_HEAT, "energy", (), True): ("heat.index_settled", "kWh"),
    (_COLD, "energy", (), False): ("heat.cold_index", "kWh"),
    **{
        (group, quantity, (), False): meant
        for group in (_HEAT, _COLD)
        for quantity, meant in (
            ("volume", ("heat.volume", "m3")),
            ("power", ("heat.power", "W")),
            ("volume_flow", ("heat.flow", "m3/s")),
            ("flow_temperature", ("heat.supply_temperature", "Cel")),
            ("return_temperature", ("heat.return_temperature", "Cel")),
            ("operating_time", ("heat.hours", "s")),
            ("on_time", ("heat.hours", "s")),
        )
    },
    (_ELECTRICITY, "energy", (), False): ("electricity.index", "kWh"),
    (_ELECTRICITY, "energy", ("forward",), False): ("electricity.index", "kWh"),
    (_ELECTRICITY, "energy", ("backward",), False): ("electricity.index_export", "kWh"),
    (_ELECTRICITY, "energy", (), True): ("electricity.index_settled", "kWh"),
    (_ELECTRICITY, "reactive_energy", (), False): ("electricity.index_reactive", "kvarh"),
    (_ELECTRICITY, "power", (), False): ("electricity.power", "W"),
    (_ELECTRICITY, "reactive_power", (), False): ("electricity.power_reactive", "var"),
    (_ELECTRICITY, "apparent_power", (), False): ("electricity.power_apparent", "VA"),
    (_ELECTRICITY, "frequency", (), False): ("electricity.frequency", "Hz"),
    (_ELECTRICITY, "voltage", (), False): ("electricity.voltage_a", "V"),
    (_ELECTRICITY, "current", (), False): ("electricity.current_a", "A"),
    (_ELECTRICITY, "current", ("neutral",), False): ("electricity.current_n", "A"),
    **{
        (_ELECTRICITY, quantity, (f"phase_{number}",), False): (f"electricity.{quantity}_{letter}", unit)
        for quantity, unit in (("voltage", "V"), ("current", "A"), ("power", "W"))
        for number, letter in ((1, "a"), (2, "b"), (3, "c"))
    },
    (_ANY, "heat_cost_units", (), False): ("heat.allocation", ""),
    (_ANY, "relative_humidity", (), False): ("air.humidity", "%RH"),
    (_ANY, "external_temperature", (), False): ("air.temperature", "Cel"),
    (_ANY, "room_temperature", (), False): ("air.temperature", "Cel"),
    (_ANY, "battery_percent", (), False): ("device.battery_percent", "%"),
    (_ANY, "voltage", (), False): ("device.battery_v", "V"),
    (_ANY, "dimensionless", (), False): ("meter.pulses", ""),
}  # fmt: skip
_TARIFFS: Final = range(1, 5)
_WORDS: Final[Mapping[str, str]] = {
    "leak": "water.leak_suspected",
    "leakage": "water.leak_suspected",
    "leak_flow_low": "water.leak_suspected",
    "leak_flow_high": "water.leak_suspected",
    "burst": "water.burst",
    "dry": "water.dry",
    "reversed": "water.backflow",
    "reverse": "water.backflow",
    "back_flow": "water.backflow",
    "smoke": "fire.smoke",
    "tamper": "device.tamper",
    "sabotage_enclosure": "device.tamper",
    "mechanical_fraud": "device.tamper",
    "sensor_fraud": "device.tamper",
}
_FLAT: Final = frozenset({"power_low", "battery_low"})
_HARMLESS: Final = frozenset(
    {"power_low", "battery_low", "busy", "single_phase_meter", "three_phase_meter", "open", "closed"}
)

Fact = tuple[str, float | int | str]


def meter_facts(
    medium: str, rows: Sequence[Record], states: Sequence[str], tells: Sequence[str] = ()
) -> Iterator[Fact]:
    """Give each property that a meter's records and state words mean, and its value; each property once.

    `tells` are the words that the meter could have said: what they mean and `states` do not say is not so.
    """
    group = _GROUPS.get(medium, _ANY)
    told: set[str] = set()
    for record in rows:
        for name, value in _record_facts(group, record):
            if name not in told:
                told.add(name)
                yield name, value
    yield from _state_facts(rows, states, tells)


def _record_facts(group: str, record: Record) -> Iterator[Fact]:
    if record.function is not Function.INSTANTANEOUS or record.subunit or record.storage > 1:
        return
    if record.quantity == "datetime" and isinstance(record.value, Moment) and record.storage == 0:
        if record.value.possible and record.value.year is not None and not record.qualifiers:
            yield "meter.clock", str(record.value)
        return
    meant = _meant(group, record)
    if meant is not None and isinstance(record.value, Decimal):
        name, unit = meant
        if record.unit == unit or (record.unit, unit) in _FACTORS:
            yield name, _number(Fraction(record.value) * _FACTORS.get((record.unit, unit), Fraction(1)))


def _meant(group: str, record: Record) -> tuple[str, str] | None:
    words, past = tuple(record.qualifiers), record.storage == 1
    if record.maker:
        return None
    if record.tariff:
        active = group == _ELECTRICITY and record.quantity == "energy" and not words and not past
        if not active or record.tariff not in _TARIFFS:
            return None
        return f"electricity.index_{record.tariff}", "kWh"
    exact = _PROPERTIES.get((group, record.quantity, words, past))
    return exact or _PROPERTIES.get((_ANY, record.quantity, words, past))


def _number(value: Fraction) -> float | int:
    """Return a whole number as such where 64 bits hold it."""
    if value.denominator == 1 and abs(value.numerator) < 2**63:
        return int(value)
    return float(value)


def _state_facts(rows: Sequence[Record], states: Sequence[str], tells: Sequence[str]) -> Iterator[Fact]:
    flags = [record for record in rows if record.quantity == "error_flags"]
    known = {*states, *tells}
    if flags or any(_wrong(word) for word in known):
        yield (
            "meter.fault",
            int(any(_set(record) for record in flags) or any(_wrong(word) for word in states)),
        )
    if not _FLAT.isdisjoint(known):
        yield "device.battery_low", int(not _FLAT.isdisjoint(states))
    said = {_WORDS[word] for word in states if word in _WORDS}
    for name in dict.fromkeys(_WORDS[word] for word in (*states, *tells) if word in _WORDS):
        yield name, int(name in said)


def _wrong(word: str) -> bool:
    """Say whether a word tells of a fault of the meter; leaks, smoke and the like have properties of their own."""
    return word not in _HARMLESS and word not in _WORDS and not word.startswith(("previous_", "no_flow"))


def _set(record: Record) -> bool:
    return (
        record.function is Function.INSTANTANEOUS and isinstance(record.value, Decimal) and bool(record.value)
    )
