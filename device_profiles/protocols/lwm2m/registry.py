"""The objects and resources of the OMA LwM2M registry that this product knows: names, types and units."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from device_profiles.protocols.lwm2m.value import Type

_TEXT, _INTEGER, _FLOAT, _BOOLEAN, _TIME = Type.TEXT, Type.INTEGER, Type.FLOAT, Type.BOOLEAN, Type.TIME


class Resource(Struct, frozen=True, kw_only=True):
    """One resource: its registered name, type and unit; `multiple` ones hold several values."""

    object: int
    id: int
    name: str
    type: Type
    unit: str = ""
    multiple: bool = False


# (object, resource, name, type, unit[, multiple]): one a line, as the registry has them.
# fmt: off
_ROWS: Final[tuple[tuple[int, int, str, Type, str] | tuple[int, int, str, Type, str, bool], ...]] = (
    # Device
    (3, 0, "Manufacturer", _TEXT, ""),
    (3, 1, "Model Number", _TEXT, ""),
    (3, 2, "Serial Number", _TEXT, ""),
    (3, 3, "Firmware Version", _TEXT, ""),
    (3, 7, "Power Source Voltage", _INTEGER, "", True),
    (3, 9, "Battery Level", _INTEGER, "/100"),
    (3, 11, "Error Code", _INTEGER, "", True),
    (3, 13, "Current Time", _TIME, ""),
    (3, 17, "Device Type", _TEXT, ""),
    (3, 20, "Battery Status", _INTEGER, ""),
    # Connectivity Monitoring
    (4, 2, "Radio Signal Strength", _INTEGER, "dBm"),
    (4, 3, "Link Quality", _INTEGER, ""),
    (4, 11, "SignalSNR", _INTEGER, "dB"),
    # Location
    (6, 0, "Latitude", _FLOAT, "lat"),
    (6, 1, "Longitude", _FLOAT, "lon"),
    (6, 5, "Timestamp", _TIME, ""),
    # CO Detector
    (502, 1, "CO Detected", _BOOLEAN, ""),
    (502, 3, "CO Value", _FLOAT, "ppm"),
    (502, 6044, "Battery Percentage", _FLOAT, ""),
    # Digital Input
    (3200, 5500, "Digital Input State", _BOOLEAN, ""),
    (3200, 5501, "Digital Input Counter", _INTEGER, ""),
    # Digital Output
    (3201, 5550, "Digital Output State", _BOOLEAN, ""),
    # Analog Input
    (3202, 5600, "Analog Input Current Value", _FLOAT, ""),
    # Generic Sensor
    (3300, 5700, "Sensor Value", _FLOAT, ""),
    # Illuminance
    (3301, 5700, "Sensor Value", _FLOAT, ""),
    # Presence
    (3302, 5500, "Digital Input State", _BOOLEAN, ""),
    (3302, 5501, "Digital Input Counter", _INTEGER, ""),
    # Temperature
    (3303, 5700, "Sensor Value", _FLOAT, ""),
    # Humidity
    (3304, 5700, "Sensor Value", _FLOAT, ""),
    # Power Measurement
    (3305, 5800, "Instantaneous active power", _FLOAT, "W"),
    (3305, 5805, "Cumulative active power", _FLOAT, "Wh"),
    (3305, 5810, "Instantaneous reactive power", _FLOAT, "var"),
    (3305, 5815, "Cumulative reactive power", _FLOAT, "varh"),
    (3305, 5820, "Power factor", _FLOAT, ""),
    # Magnetometer
    (3314, 5702, "X Value", _FLOAT, ""),
    (3314, 5703, "Y Value", _FLOAT, ""),
    (3314, 5704, "Z Value", _FLOAT, ""),
    (3314, 5705, "Compass Direction", _FLOAT, "deg"),
    # Barometer
    (3315, 5700, "Sensor Value", _FLOAT, ""),
    # Voltage
    (3316, 5700, "Sensor Value", _FLOAT, ""),
    # Current
    (3317, 5700, "Sensor Value", _FLOAT, ""),
    # Frequency
    (3318, 5700, "Sensor Value", _FLOAT, ""),
    # Percentage
    (3320, 5700, "Sensor Value", _FLOAT, ""),
    # Pressure
    (3323, 5700, "Sensor Value", _FLOAT, ""),
    # Loudness
    (3324, 5700, "Sensor Value", _FLOAT, ""),
    # Concentration
    (3325, 5700, "Sensor Value", _FLOAT, ""),
    # Power
    (3328, 5700, "Sensor Value", _FLOAT, ""),
    # Distance
    (3330, 5700, "Sensor Value", _FLOAT, ""),
    # Energy
    (3331, 5700, "Sensor Value", _FLOAT, ""),
    # Location
    (3336, 6051, "Numeric Latitude", _FLOAT, "lat"),
    (3336, 6052, "Numeric Longitude", _FLOAT, "lon"),
    # On/Off switch
    (3342, 5500, "Digital Input State", _BOOLEAN, ""),
    (3342, 5501, "Digital Input Counter", _INTEGER, ""),
    # Push button
    (3347, 5500, "Digital Input State", _BOOLEAN, ""),
    (3347, 5501, "Digital Input Counter", _INTEGER, ""),
    # Stopwatch
    (3350, 5544, "Cumulative Time", _FLOAT, "s"),
    # Smoke Alarm
    (3407, 6044, "Battery Percentage", _FLOAT, ""),
    (3407, 6045, "RSSI", _FLOAT, "dBW"),
    (3407, 6046, "Smoke Sensor State", _BOOLEAN, ""),
    (3407, 6047, "Detected CO2 percentage", _FLOAT, "/100"),
    # Manhole Cover
    (3408, 1, "Safety Angle Threshold", _INTEGER, "rad"),
    (3408, 2, "Manhole Cover Tilt", _INTEGER, "rad"),
    (3408, 3, "Cover Open Status", _BOOLEAN, ""),
    # Battery
    (3411, 1, "Battery level", _INTEGER, "/100"),
    (3411, 3, "Battery voltage", _FLOAT, "V"),
    (3411, 6, "Battery level too low", _BOOLEAN, ""),
    # LPWAN Communication
    (3412, 18, "Signal to noise ratio", _FLOAT, "dB"),
    (3412, 20, "Received Signal Strength Indication", _FLOAT, "dBm"),
    # Single-phase electrical meter
    (3421, 1, "Voltage", _FLOAT, "V"),
    (3421, 6, "Current", _FLOAT, "A"),
    (3421, 11, "Frequency", _FLOAT, "Hz"),
    (3421, 13, "Instantaneous Power Factor", _FLOAT, ""),
    (3421, 16, "Active power+ (QI+QIV)", _FLOAT, "W"),
    (3421, 17, "Active power- (QII+QIII)", _FLOAT, "W"),
    (3421, 18, "Reactive power+ (QI+QII)", _FLOAT, "var"),
    (3421, 20, "Instantaneous Apparent Power import (+VA)", _FLOAT, "VA"),
    (3421, 23, "Instantaneous Net Active Power (|+A|-|-A|)", _FLOAT, "W"),
    (3421, 25, "Active energy import (+A) Un", _FLOAT, "Wh"),
    (3421, 26, "Active energy export (-A) Un", _FLOAT, "Wh"),
    (3421, 27, "Active energy (|+A|+|-A|) Combined total", _FLOAT, "Wh"),
    (3421, 29, "Reactive energy import (+R) Un", _FLOAT, "varh"),
    (3421, 30, "Reactive energy export (-R) Un", _FLOAT, "varh"),
    (3421, 53, "Voltage cut", _BOOLEAN, ""),
    # Three-phase electrical meter complement
    (3422, 4, "Total Current of all three phases", _FLOAT, "A"),
    (3422, 5, "Instantaneous Power Factor overall", _FLOAT, ""),
    (3422, 8, "Total active power import on the 3 lines", _FLOAT, "W"),
    (3422, 9, "Total active power export on the 3 lines", _FLOAT, "W"),
    (3422, 10, "Total reactive power import on the 3 lines", _FLOAT, "var"),
    (3422, 12, "Instantaneous Apparent Power import", _FLOAT, "VA"),
    (3422, 15, "Instantaneous Net Active Power", _FLOAT, "W"),
    (3422, 17, "Active energy import Un", _FLOAT, "Wh"),
    (3422, 18, "Active energy export Un", _FLOAT, "Wh"),
    (3422, 19, "Active energy Combined total (+export)", _FLOAT, "Wh"),
    (3422, 21, "Reactive energy import Un", _FLOAT, "varh"),
    (3422, 35, "Voltage cut", _BOOLEAN, ""),
    (3422, 41, "Excessive load", _BOOLEAN, ""),
    # Gas meter
    (3423, 1, "Cumulated gas volume", _FLOAT, "m3"),
    (3423, 4, "Cumulated pulse value", _INTEGER, ""),
    (3423, 9, "Leak suspected", _BOOLEAN, ""),
    (3423, 10, "Leak detected", _BOOLEAN, ""),
    (3423, 11, "High temperature", _BOOLEAN, ""),
    # Water meter
    (3424, 1, "Cumulated water volume", _FLOAT, "m3"),
    (3424, 4, "Cumulated pulse value", _INTEGER, ""),
    (3424, 7, "Minimum flow rate", _FLOAT, "m3/s"),
    (3424, 8, "Maximum flow rate", _FLOAT, "m3/s"),
    (3424, 9, "Leak suspected", _BOOLEAN, ""),
    (3424, 10, "Leak detected", _BOOLEAN, ""),
    (3424, 11, "Back flow detected", _BOOLEAN, ""),
    (3424, 12, "Blocked meter", _BOOLEAN, ""),
    (3424, 13, "Fraud detected", _BOOLEAN, ""),
    # Pressure monitoring sensor
    (3427, 1, "Pressure", _FLOAT, "Pa"),
    (3427, 3, "Leak detected", _BOOLEAN, ""),
    # Air quality
    (3428, 1, "PM10", _FLOAT, "ug/m3"),
    (3428, 3, "PM2.5", _FLOAT, "ug/m3"),
    (3428, 5, "PM1", _FLOAT, "ug/m3"),
    (3428, 7, "CO", _FLOAT, "ppm"),
    (3428, 12, "O3", _FLOAT, "ppm"),
    (3428, 15, "NO2", _FLOAT, "ppm"),
    (3428, 17, "CO2", _FLOAT, "ppm"),
    (3428, 21, "H2S", _FLOAT, "ppm"),
    (3428, 23, "VOC", _FLOAT, "ppm"),
    # Tilt sensor
    (3429, 1, "Angle", _FLOAT, "rad"),
    (3429, 6, "Out of position", _BOOLEAN, ""),
    # Parking Sensor
    (3431, 1, "Occupancy", _BOOLEAN, ""),
    (3431, 2, "Duration", _INTEGER, "s"),
    (3431, 3, "Daily Duration", _INTEGER, "s"),
    (3431, 4, "Forbidden parking detected", _BOOLEAN, ""),
    (3431, 5, "Type of Sensor", _TEXT, ""),
    # Noise sensor
    (3433, 2, "Abnormal noise detected", _BOOLEAN, ""),
    (3433, 3, "Sensor Value", _FLOAT, ""),
    # People counter
    (3434, 1, "Actual number of persons", _INTEGER, ""),
    (3434, 3, "Cumulated number of persons", _INTEGER, ""),
    (3434, 6, "Cumulated number of passages", _INTEGER, ""),
    # Filling level
    (3435, 1, "Container height", _INTEGER, "cm"),
    (3435, 2, "Actual filling percentage", _FLOAT, "/100"),
    (3435, 3, "Actual filling level", _INTEGER, "cm"),
    (3435, 5, "Container full", _BOOLEAN, ""),
    (3435, 7, "Container empty", _BOOLEAN, ""),
    (3435, 12, "Container out of location", _BOOLEAN, ""),
    (3435, 13, "Container out of position", _BOOLEAN, ""),
    (3435, 21, "Cover open", _BOOLEAN, ""),
    (3435, 22, "Temperature alarm", _BOOLEAN, ""),
    (3435, 23, "Water infiltration alarm", _BOOLEAN, ""),
    # Stream Gauge
    (3445, 1, "Water Level", _FLOAT, "m"),
    (3445, 7, "Alarm A", _BOOLEAN, ""),
    # Rain Gauge
    (3446, 1, "Cumulated water value", _FLOAT, "mm"),
    # Anemometer
    (3449, 5700, "Sensor Value", _FLOAT, ""),
    (3449, 5705, "Compass Direction", _FLOAT, "deg"),
    # 3-Phase Power Meter
    (10242, 4, "Tension R", _FLOAT, "V"),
    (10242, 5, "Current R", _FLOAT, "A"),
    (10242, 6, "Active Power R", _FLOAT, "kW"),
    (10242, 14, "Tension S", _FLOAT, "V"),
    (10242, 15, "Current S", _FLOAT, "A"),
    (10242, 16, "Active Power S", _FLOAT, "kW"),
    (10242, 24, "Tension T", _FLOAT, "V"),
    (10242, 25, "Current T", _FLOAT, "A"),
    (10242, 26, "Active Power T", _FLOAT, "kW"),
    (10242, 34, "3-Phase Active Power", _FLOAT, "kW"),
    (10242, 35, "3-Phase Reactive Power", _FLOAT, "kvar"),
    (10242, 38, "3-Phase Apparent Power", _FLOAT, "kVA"),
    (10242, 39, "3-Phase Power Factor", _FLOAT, ""),
    (10242, 41, "Active Energy", _FLOAT, "kWh"),
    (10242, 42, "Reactive Energy", _FLOAT, "kvarh"),
    (10242, 49, "Frequency", _FLOAT, "Hz"),
    (10242, 50, "Neutral Current", _FLOAT, "A"),
    # Single-Phase Power Meter
    (10243, 4, "Tension", _FLOAT, "V"),
    (10243, 5, "Current", _FLOAT, "A"),
    (10243, 6, "Active Power", _FLOAT, "kW"),
    (10243, 7, "Reactive Power", _FLOAT, "kvar"),
    (10243, 10, "Apparent Power", _FLOAT, "kVA"),
    (10243, 11, "Power Factor", _FLOAT, ""),
    (10243, 14, "Active Energy", _FLOAT, "kWh"),
    (10243, 15, "Reactive Energy", _FLOAT, "kvarh"),
    (10243, 17, "Frequency", _FLOAT, "Hz"),
    # Heat / Cooling meter
    (10257, 11, "Error code", _INTEGER, "", True),
    (10257, 5800, "Instantaneous active power", _FLOAT, "W"),
    (10257, 5805, "Cumulative active power", _FLOAT, "Wh"),
    (10257, 12, "Flow temperature", _FLOAT, "Cel"),
    (10257, 14, "Return temperature", _FLOAT, "Cel"),
    (10257, 17, "Flow rate", _FLOAT, "m3/s"),
    (10257, 20, "Flow volume", _FLOAT, "m3"),

)
# Reusable resources, which stand in many objects.
_COMMON: Final = (
    (5518, "Timestamp", _TIME, ""),
    (5701, "Sensor Units", _TEXT, ""),
    (5750, "Application Type", _TEXT, ""),
    (6042, "Measurement Quality Indicator", _INTEGER, ""),
    (6049, "Measurement Quality Level", _INTEGER, ""),
    (6050, "Fractional Timestamp", _FLOAT, "s"),
)
# fmt: on


def _made(row: tuple[int, int, str, Type, str] | tuple[int, int, str, Type, str, bool]) -> Resource:
    return Resource(object=row[0], id=row[1], name=row[2], type=row[3], unit=row[4], multiple=len(row) > 5)


_KNOWN: Final = {(row[0], row[1]): _made(row) for row in _ROWS}
OBJECTS: Final = frozenset(row[0] for row in _ROWS)
"""The objects of which something is known."""
COMMON: Final[Mapping[int, Resource]] = MappingProxyType({row[0]: _made((0, *row)) for row in _COMMON})
"""The reusable resources by their number, the same in every object that has them."""


def resource_at(object: int, id: int) -> Resource | None:
    """Return what the registry says of a resource, or nothing where it is not known here."""
    return _KNOWN.get((object, id)) or COMMON.get(id)
