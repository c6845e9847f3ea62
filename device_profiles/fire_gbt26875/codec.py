"""Fire transmission devices of GB/T 26875.3: alarms, faults, operations and values of every component behind them."""

from collections.abc import Sequence

from device_profiles import Reading
from device_profiles.protocols import gbt26875
from wire import Observation


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the device and the systems behind it said."""
    return gbt26875.observations(reading)
