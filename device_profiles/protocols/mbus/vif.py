"""The tables of value information fields: primary, and the extensions behind FD and FB (EN 13757-3)."""

from collections.abc import Mapping
from itertools import chain
from typing import Final

from device_profiles.protocols.mbus.meaning import Meaning, Shape, decades, durations, one

PRIMARY: Final[Mapping[int, Meaning]] = dict(
    chain(
        decades(0x00, 8, "energy", "Wh", -3),
        decades(0x08, 8, "energy", "J", 0),
        decades(0x10, 8, "volume", "m3", -6),
        decades(0x18, 8, "mass", "kg", -3),
        durations(0x20, "on_time"),
        durations(0x24, "operating_time"),
        decades(0x28, 8, "power", "W", -3),
        decades(0x30, 8, "power", "J/h", 0),
        decades(0x38, 8, "volume_flow", "m3/h", -6),
        decades(0x40, 8, "volume_flow", "m3/min", -7),
        decades(0x48, 8, "volume_flow", "m3/s", -9),
        decades(0x50, 8, "mass_flow", "kg/h", -3),
        decades(0x58, 4, "flow_temperature", "Cel", -3),
        decades(0x5C, 4, "return_temperature", "Cel", -3),
        decades(0x60, 4, "temperature_difference", "K", -3),
        decades(0x64, 4, "external_temperature", "Cel", -3),
        decades(0x68, 4, "pressure", "bar", -3),
        one(0x6C, "date", shape=Shape.DATE),
        one(0x6D, "datetime", shape=Shape.MOMENT),
        one(0x6E, "heat_cost_units"),
        one(0x6F, "reserved"),
        durations(0x70, "averaging_duration"),
        durations(0x74, "actuality_duration"),
        one(0x78, "fabrication_number"),
        one(0x79, "identification", shape=Shape.BITS),
        one(0x7A, "address", shape=Shape.BITS),
    )
)
"""The primary table, by the code without its extension bit."""

_MONTHS_YEARS: Final = ("month", "year")

EXTENSION_FD: Final[Mapping[int, Meaning]] = dict(
    chain(
        decades(0x00, 4, "credit", "currency", -3),
        decades(0x04, 4, "debit", "currency", -3),
        one(0x08, "access_number", shape=Shape.BITS),
        one(0x09, "medium", shape=Shape.BITS),
        one(0x0A, "manufacturer", shape=Shape.BITS),
        one(0x0B, "parameter_set", shape=Shape.BITS),
        one(0x0C, "model_version", shape=Shape.BITS),
        one(0x0D, "hardware_version", shape=Shape.BITS),
        one(0x0E, "firmware_version", shape=Shape.BITS),
        one(0x0F, "software_version", shape=Shape.BITS),
        one(0x10, "customer_location", shape=Shape.BITS),
        one(0x11, "customer", shape=Shape.BITS),
        one(0x12, "access_code_user"),
        one(0x13, "access_code_operator"),
        one(0x14, "access_code_system_operator"),
        one(0x15, "access_code_developer"),
        one(0x16, "password"),
        one(0x17, "error_flags", shape=Shape.BITS),
        one(0x18, "error_mask", shape=Shape.BITS),
        one(0x19, "security_key", shape=Shape.BITS),
        one(0x1A, "digital_output", shape=Shape.BITS),
        one(0x1B, "digital_input", shape=Shape.BITS),
        one(0x1C, "baud_rate", "Bd"),
        one(0x1D, "response_delay", "bit"),
        one(0x1E, "retries"),
        one(0x1F, "remote_control", shape=Shape.BITS),
        one(0x20, "first_storage"),
        one(0x21, "last_storage"),
        one(0x22, "storage_block_size"),
        one(0x23, "tariff_subunit_descriptor", shape=Shape.BITS),
        durations(0x24, "storage_interval"),
        one(0x28, "storage_interval", "month"),
        one(0x29, "storage_interval", "year"),
        one(0x2A, "operator_data", shape=Shape.BITS),
        one(0x2B, "time_point_second"),
        durations(0x2C, "since_readout"),
        durations(0x30, "tariff_duration"),
        one(0x30, "tariff_start", shape=Shape.MOMENT),  # in the place of seconds
        durations(0x34, "tariff_period"),
        one(0x38, "tariff_period", "month"),
        one(0x39, "tariff_period", "year"),
        one(0x3A, "dimensionless"),
        one(0x3B, "wireless_container", shape=Shape.BITS),
        durations(0x3C, "transmission_period"),
        decades(0x40, 16, "voltage", "V", -9),
        decades(0x50, 16, "current", "A", -12),
        one(0x60, "reset_counter"),
        one(0x61, "cumulation_counter"),
        one(0x62, "control_signal", shape=Shape.BITS),
        one(0x63, "day_of_week"),
        one(0x64, "week_number"),
        one(0x65, "time_of_day_change", shape=Shape.MOMENT),
        one(0x66, "parameter_activation", shape=Shape.BITS),
        one(0x67, "supplier_information", shape=Shape.BITS),
        ((0x68, Meaning(quantity="since_cumulation", unit="s", factor=3600)),),
        ((0x69, Meaning(quantity="since_cumulation", unit="s", factor=86400)),),
        (
            (0x6A + step, Meaning(quantity="since_cumulation", unit=unit))
            for step, unit in enumerate(_MONTHS_YEARS)
        ),
        ((0x6C, Meaning(quantity="battery_time", unit="s", factor=3600)),),
        ((0x6D, Meaning(quantity="battery_time", unit="s", factor=86400)),),
        (
            (0x6E + step, Meaning(quantity="battery_time", unit=unit))
            for step, unit in enumerate(_MONTHS_YEARS)
        ),
        one(0x70, "battery_changed", shape=Shape.MOMENT),
        one(0x71, "rf_level", "dBm"),
        one(0x72, "daylight_saving", shape=Shape.BITS),
        one(0x73, "listening_window", shape=Shape.BITS),
        ((0x74, Meaning(quantity="battery_left", unit="s", factor=86400)),),
        one(0x75, "stops"),
        one(0x76, "manufacturer_container", shape=Shape.BITS),
    )
)
"""The table behind FD, by the code without its extension bit."""

EXTENSION_FD_FD: Final[Mapping[int, Meaning]] = dict(
    chain(
        one(0x00, "currently_selected_application", shape=Shape.BITS),
        one(0x02, "battery_left", "month"),
        one(0x03, "battery_left", "year"),
    )
)
"""The table behind FD FD."""

EXTENSION_FB: Final[Mapping[int, Meaning]] = dict(
    chain(
        decades(0x00, 2, "energy", "Wh", 5),
        decades(0x02, 2, "reactive_energy", "varh", 3),
        decades(0x04, 2, "apparent_energy", "VAh", 3),
        decades(0x08, 2, "energy", "J", 8),
        decades(0x0C, 4, "energy", "cal", 5),
        decades(0x10, 2, "volume", "m3", 2),
        decades(0x14, 4, "reactive_power", "var", 0),
        decades(0x18, 2, "mass", "kg", 5),
        decades(0x1A, 2, "relative_humidity", "%RH", -1),
        one(0x20, "volume", "ft3"),
        one(0x21, "volume", "ft3", -1),
        decades(0x22, 2, "volume", "gal", -1),
        one(0x24, "volume_flow", "gal/min", -3),
        one(0x25, "volume_flow", "gal/min"),
        one(0x26, "volume_flow", "gal/h"),
        decades(0x28, 2, "power", "W", 5),
        one(0x2A, "phase_between_voltages", "deg", -1),
        one(0x2B, "phase_voltage_to_current", "deg", -1),
        decades(0x2C, 4, "frequency", "Hz", -3),
        decades(0x30, 2, "power", "J/h", 8),
        decades(0x34, 4, "apparent_power", "VA", 0),
        decades(0x58, 4, "flow_temperature", "degF", -3),
        decades(0x5C, 4, "return_temperature", "degF", -3),
        decades(0x60, 4, "temperature_difference", "degF", -3),
        decades(0x64, 4, "external_temperature", "degF", -3),
        decades(0x70, 4, "temperature_limit", "degF", -3),
        decades(0x74, 4, "temperature_limit", "Cel", -3),
        decades(0x78, 8, "cumulated_maximum_power", "W", -3),
    )
)
"""The table behind FB, by the code without its extension bit."""
