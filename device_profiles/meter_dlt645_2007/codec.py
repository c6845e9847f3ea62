"""Electricity meters of DL/T 645-2007: energies, voltages, currents, powers, demand, credit and state."""

from collections.abc import Sequence
from typing import Final

from device_profiles import Reading
from device_profiles.protocols.dlt645 import Dlt645Dialogue, observations
from wire import Observation

# Energies of all tariffs, exported energy, voltages, currents, powers, power factors, frequency, status words.
_ASKED: Final = (
    0x0001FF00,
    0x00020000,
    0x0201FF00,
    0x0202FF00,
    0x0203FF00,
    0x0206FF00,
    0x02800002,
    0x040005FF,
)

dialogue = Dlt645Dialogue(_ASKED, version=2007)


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter said."""
    return observations(reading, 2007)
