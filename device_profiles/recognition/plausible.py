"""Which values a device in order does not send: a battery of 40 V, air of 200 degrees."""

from collections.abc import Mapping
from typing import Final

from wire import Observation, property_named

# By property, else by its unit: least and most of what sensors in a residential community really report.
_BY_NAME: Final[Mapping[str, tuple[float, float]]] = {
    "device.battery_v": (1.5, 30),
    "device.temperature": (-40, 90),
    "air.temperature": (-45, 60),
    "air.co2": (250, 10_000),
    "air.pressure": (500, 1100),
    "air.noise": (20, 140),
    "water.temperature": (-10, 110),
    "electricity.frequency": (44, 66),
    "electricity.voltage_a": (0, 480),
    "electricity.power_factor": (-1, 1),
    "care.heart_rate": (25, 250),
    "care.body_temperature": (25, 45),
    "link.rssi": (-150, 10),
    "magnetic.x": (-0.01, 0.01),
    "magnetic.y": (-0.01, 0.01),
    "magnetic.z": (-0.01, 0.01),
}
_BY_UNIT: Final[Mapping[str, tuple[float, float]]] = {
    "Cel": (-80, 250),
    "%": (0, 100),
    "%RH": (0, 100),
    "%EL": (0, 100),
    "V": (-1000, 1000),
    "deg": (-360, 360),
    "m": (-1000, 10_000),
    "ug/m3": (0, 5000),
}


def odd_one(row: Observation) -> bool:
    """Say whether a value is outside of what its property can be."""
    if isinstance(row.value, str):
        return False
    limits = _BY_NAME.get(row.property) or _BY_UNIT.get(property_named(row.property).unit)
    return limits is not None and not limits[0] <= row.value <= limits[1]
