"""What kind of device an M-Bus address says it is (EN 13757-7, table 13)."""

from collections.abc import Mapping
from typing import Final

MEDIA: Final[Mapping[int, str]] = {
    0x00: "other",
    0x01: "oil",
    0x02: "electricity",
    0x03: "gas",
    0x04: "heat",
    0x05: "steam",
    0x06: "warm_water",
    0x07: "water",
    0x08: "heat_cost_allocator",
    0x09: "compressed_air",
    0x0A: "cooling",
    0x0B: "cooling_inlet",
    0x0C: "heat_inlet",
    0x0D: "heat_cooling",
    0x0E: "bus",
    0x0F: "unknown",
    0x10: "irrigation_water",
    0x11: "water_logger",
    0x12: "gas_logger",
    0x13: "gas_converter",
    0x14: "calorific_value",
    0x15: "hot_water",
    0x16: "cold_water",
    0x17: "dual_water",
    0x18: "pressure",
    0x19: "ad_converter",
    0x1A: "smoke_detector",
    0x1B: "room_sensor",
    0x1C: "gas_detector",
    0x20: "breaker_electricity",
    0x21: "valve",
    0x25: "customer_unit",
    0x28: "waste_water",
    0x29: "waste",
    0x2A: "carbon_dioxide",
    0x31: "communication_controller",
    0x32: "repeater",
    0x33: "repeater_one_way",
    0x36: "radio_converter_system",
    0x37: "radio_converter_meter",
    0x38: "bus_converter",
}
"""The kinds by their code; codes that are missing are reserved. 04 is a heat meter in the outlet, 0C in the inlet."""


def medium_named(code: int) -> str:
    """Return the kind, or `reserved`."""
    return MEDIA.get(code, "reserved")
