"""Water meters of CJ/T 188: total, settlement, clock, valve and battery."""

from collections.abc import Sequence

from device_profiles import Reading
from device_profiles.protocols.cjt188 import Cjt188Dialogue, Family, observations
from wire import Observation

dialogue = Cjt188Dialogue(0x10)


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter said."""
    return observations(reading, Family.WATER)
