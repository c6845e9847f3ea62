"""Electricity meters of DL/T 698.45: energies, voltages, currents, powers, demand, credit, state and daily records."""

from collections.abc import Sequence
from typing import Final

from device_profiles import Reading
from device_profiles.protocols.dlt698 import Dlt698Dialogue, observations
from wire import Observation

_ENERGIES: Final = ("00100200", "00200201")
_VARIABLES: Final = ("20000200", "20010200", "20040200", "200a0200", "200f0200", "20140200")

dialogue = Dlt698Dialogue((_ENERGIES, _VARIABLES))


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter said."""
    return observations(reading)
