"""What manufacturers do in their own ways: layouts that are no records, and codes that only they explain."""

from device_profiles.protocols.wmbus.makers.choose import interpret, proprietary, without_records

__all__ = ["interpret", "proprietary", "without_records"]
