"""What manufacturers do in their own ways: layouts that are no records, and codes that only they explain."""

from device_profiles.protocols.wmbus.makers.apator import behind_apators_layer
from device_profiles.protocols.wmbus.makers.choose import explain, interpret, proprietary, without_records

__all__ = ["behind_apators_layer", "explain", "interpret", "proprietary", "without_records"]
