"""Heat meters of CJ/T 188: heat or cold, power, flow, volume, temperatures and hours."""

from collections.abc import Sequence

from device_profiles import Reading
from device_profiles.protocols.cjt188 import Cjt188Dialogue, Family, observations
from wire import Observation

dialogue = Cjt188Dialogue(0x20)


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter said."""
    return observations(reading, Family.HEAT)
