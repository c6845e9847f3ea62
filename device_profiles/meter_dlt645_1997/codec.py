"""Electricity meters of DL/T 645-1997: energies, voltages, currents, powers and the status word."""

from collections.abc import Sequence
from typing import Final

from device_profiles import Reading
from device_profiles.protocols.dlt645 import Dlt645Dialogue, observations
from wire import Observation

# Energies of all tariffs, exported energy, voltages, currents, powers.
_ASKED: Final = (0x901F, 0x9020, 0xB61F, 0xB62F, 0xB63F)

dialogue = Dlt645Dialogue(_ASKED, version=1997)


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter said."""
    return observations(reading, 1997)
