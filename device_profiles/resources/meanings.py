"""What LwM2M resources mean in the catalogue, beside the one of which the catalogue itself names for each property."""

from typing import Final

from wire import CATALOGUE

# "object/resource" or "object/instance/resource" → property, and the unit where the registry's is missing or wrong.
MEANINGS: Final[dict[str, tuple[str, str]]] = {
    one.lwm2m: (one.name, "") for one in CATALOGUE.values() if one.lwm2m
} | {
    "3/7": ("device.battery_v", "mV"),
    "3200/5500": ("input.on", ""),
    "3201/5550": ("output.on", ""),
    "3202/5600": ("input.value", ""),
    "3300/5700": ("input.value", ""),
    "3302/5501": ("motion.count", ""),
    # A thermometer is taken to measure the air; the profile of a device that measures itself says so.
    "3303/5700": ("air.temperature", ""),
    "3305/5800": ("electricity.power", ""),
    "3305/5805": ("electricity.index", ""),
    "3305/5810": ("electricity.power_reactive", ""),
    "3305/5815": ("electricity.index_reactive", ""),
    "3305/5820": ("electricity.power_factor", ""),
    "3328/5700": ("electricity.power", ""),
    "3342/5500": ("input.on", ""),
    "3407/6044": ("device.battery_percent", ""),
    "3407/6045": ("link.rssi", ""),
    # The registry gives radians and a range of 0 to 180, so degrees are meant.
    "3408/2": ("device.tilt", "deg"),
    "3411/1": ("device.battery_percent", ""),
    "3411/3": ("device.battery_v", ""),
    "3412/18": ("link.snr", ""),
    "3412/20": ("link.rssi", ""),
    "3421/1/1": ("electricity.voltage_b", ""),
    "3421/1/6": ("electricity.current_b", ""),
    "3421/1/16": ("electricity.power_b", ""),
    "3421/2/1": ("electricity.voltage_c", ""),
    "3421/2/6": ("electricity.current_c", ""),
    "3421/2/16": ("electricity.power_c", ""),
    "3422/5": ("electricity.power_factor", ""),
    "3422/8": ("electricity.power", ""),
    "3422/10": ("electricity.power_reactive", ""),
    "3422/12": ("electricity.power_apparent", ""),
    "3422/17": ("electricity.index", ""),
    "3422/18": ("electricity.index_export", ""),
    "3422/19": ("electricity.index_net", ""),
    "3422/21": ("electricity.index_reactive", ""),
    "3423/4": ("meter.pulses", ""),
    "3424/4": ("meter.pulses", ""),
    "3424/12": ("meter.fault", ""),
    "3424/13": ("device.tamper", ""),
    "3427/3": ("water.leak", ""),
    "3433/3": ("air.noise", ""),
    "3435/12": ("device.moved", ""),
    "10242/4": ("electricity.voltage_a", ""),
    "10242/5": ("electricity.current_a", ""),
    "10242/6": ("electricity.power_a", ""),
    "10242/14": ("electricity.voltage_b", ""),
    "10242/15": ("electricity.current_b", ""),
    "10242/16": ("electricity.power_b", ""),
    "10242/24": ("electricity.voltage_c", ""),
    "10242/25": ("electricity.current_c", ""),
    "10242/26": ("electricity.power_c", ""),
    "10242/34": ("electricity.power", ""),
    "10242/35": ("electricity.power_reactive", ""),
    "10242/38": ("electricity.power_apparent", ""),
    "10242/39": ("electricity.power_factor", ""),
    "10242/41": ("electricity.index", ""),
    "10242/42": ("electricity.index_reactive", ""),
    "10242/49": ("electricity.frequency", ""),
    "10243/4": ("electricity.voltage_a", ""),
    "10243/5": ("electricity.current_a", ""),
    "10243/6": ("electricity.power", ""),
    "10243/7": ("electricity.power_reactive", ""),
    "10243/10": ("electricity.power_apparent", ""),
    "10243/11": ("electricity.power_factor", ""),
    "10243/14": ("electricity.index", ""),
    "10243/15": ("electricity.index_reactive", ""),
    "10243/17": ("electricity.frequency", ""),
}
# The second and third instance of 3421 are phases B and C of a three-phase meter: their energies are no totals.
FIRST_ONLY: Final = frozenset({3421})
"""Objects of which a resource in another instance than 0 means nothing unless it is named with its instance."""
