"""What manufacturers do in their own ways: layouts that are no records, and codes that only they explain."""

from device_profiles.protocols.wmbus.makers.choose import explain, interpret, proprietary, without_records

__all__ = ["explain", "interpret", "proprietary", "without_records"]
