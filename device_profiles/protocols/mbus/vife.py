"""The codes that may follow any value information field and change or qualify it (EN 13757-3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct


class Change(Struct, frozen=True, kw_only=True):
    """What one code does to its value: it adds words, multiplies, adds, or makes it something else."""

    qualifier: str = ""
    exponent: int = 0
    addend: Decimal = Decimal(0)
    quantity: str = ""
    unit: str = ""
    factor: int = 1
    moment: bool = False


_ERRORS: Final = {
    0x01: "too_many_difes",
    0x02: "storage_not_implemented",
    0x03: "unit_not_implemented",
    0x04: "tariff_not_implemented",
    0x05: "function_not_implemented",
    0x06: "data_class_not_implemented",
    0x07: "data_size_not_implemented",
    0x0B: "too_many_vifes",
    0x0C: "illegal_vif_group",
    0x0D: "illegal_vif_exponent",
    0x0E: "vif_dif_mismatch",
    0x0F: "action_not_implemented",
    0x15: "no_data",
    0x16: "data_overflow",
    0x17: "data_underflow",
    0x18: "data_error",
    0x1C: "premature_end_of_record",
}
RECORD_ERRORS: Final = frozenset(_ERRORS.values())
"""The words by which a record says that it has no good value."""
_PER: Final = {
    0x20: "s", 0x21: "min", 0x22: "h", 0x23: "d", 0x24: "week", 0x25: "month", 0x26: "year", 0x27: "revolution",
    0x28: "input_pulse_0", 0x29: "input_pulse_1", 0x2A: "output_pulse_0", 0x2B: "output_pulse_1",
    0x2C: "l", 0x2D: "m3", 0x2E: "kg", 0x2F: "K", 0x30: "kWh", 0x31: "GJ", 0x32: "kW", 0x33: "K.l",
    0x34: "V", 0x35: "A",
}  # fmt: skip
_TIMES: Final = {0x36: "s", 0x37: "s/V", 0x38: "s/A"}
_WORDS: Final = {
    0x12: "average",
    0x13: "inverse_compact_profile",
    0x14: "relative_deviation",
    0x1D: "standard_conform",
    0x1E: "compact_profile_with_registers",
    0x1F: "compact_profile",
    0x3A: "uncorrected",
    0x3B: "forward",
    0x3C: "backward",
    0x3D: "non_metric",
    0x3E: "base_conditions",
    0x3F: "obis",
    0x40: "lower_limit",
    0x48: "upper_limit",
    0x68: "value_during_lower_limit_exceed",
    0x69: "leakage",
    0x6C: "value_during_upper_limit_exceed",
    0x6D: "overflow",
    0x7E: "future",
}
_PHASES: Final = {
    0x01: "phase_1", 0x02: "phase_2", 0x03: "phase_3", 0x04: "neutral",
    0x05: "phase_1_to_2", 0x06: "phase_2_to_3", 0x07: "phase_3_to_1",
    0x08: "quadrant_1", 0x09: "quadrant_2", 0x0A: "quadrant_3", 0x0B: "quadrant_4",
    0x0C: "import_minus_export", 0x10: "absolute", 0x11: "type_c", 0x12: "type_d",
    0x13: "to_meter", 0x14: "from_meter",
}  # fmt: skip
_SECONDS: Final = (1, 60, 3600, 86400)


def _limits() -> dict[int, Change]:
    """Give what is told about limits that were exceeded: how often, when, for how long."""
    found = {}
    for upper in (0, 1):
        word = "upper_limit" if upper else "lower_limit"
        found[0x41 + 8 * upper] = Change(qualifier=f"exceeds_{word}", quantity="count")
        for last in (0, 1):
            which = "last" if last else "first"
            for end in (0, 1):
                code = 0x42 + 8 * upper + 4 * last + end
                found[code] = Change(
                    qualifier=f"{which}_{'end' if end else 'begin'}_{word}", moment=True, quantity="datetime"
                )
            for step, seconds in enumerate(_SECONDS):
                found[0x50 + 8 * upper + 4 * last + step] = Change(
                    qualifier=f"{which}_exceed_{word}", quantity="duration", unit="s", factor=seconds
                )
    return found


def _spans() -> dict[int, Change]:
    """Give when a quantity first or last began or ended, and for how long it lasted."""
    found = {}
    for last in (0, 1):
        which = "last" if last else "first"
        for step, seconds in enumerate(_SECONDS):
            found[0x60 + 4 * last + step] = Change(
                qualifier=which, quantity="duration", unit="s", factor=seconds
            )
        for end in (0, 1):
            found[0x6A + 4 * last + end] = Change(
                qualifier=f"{which}_{'end' if end else 'begin'}", moment=True, quantity="datetime"
            )
    return found


COMBINABLE: Final[Mapping[int, Change]] = {
    0x00: Change(),  # no error
    **{code: Change(qualifier=word) for code, word in _ERRORS.items()},
    **{code: Change(qualifier=f"per_{unit}") for code, unit in _PER.items()},
    **{code: Change(qualifier=f"times_{unit}") for code, unit in _TIMES.items()},
    0x39: Change(qualifier="start", moment=True, quantity="datetime"),
    **{code: Change(qualifier=word) for code, word in _WORDS.items()},
    **_limits(),
    **_spans(),
    **{0x70 + step: Change(exponent=step - 6) for step in range(8)},
    **{0x78 + step: Change(addend=Decimal(1).scaleb(step - 3)) for step in range(4)},
    0x7D: Change(exponent=3),
}
"""What a combinable code does, by the code without its extension bit; 7C and 7F open other tables."""

EXTENDED: Final[Mapping[int, Change]] = {code: Change(qualifier=word) for code, word in _PHASES.items()}
"""What a code behind the combinable FC does: phases, quadrants, directions."""
